"""The file of calls that is given away: a spreadsheet opens it, and runs nothing of it."""

import csv
import io

import pytest

from studio.calls import Call
from studio.history.history import as_csv
from studio.history.wanted import Wanted
from studio.ledger.ledger import Ledger
from tests.unit.test_ledger import WHEN

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("https://evil.example","a"),1')


@pytest.mark.parametrize("nasty", FORMULAS)
def test_a_spreadsheet_runs_nothing_of_what_the_api_or_anybody_wrote_into_a_call(ledger: Ledger, nasty: str) -> None:
    call = Call(nasty, "a", WHEN, nasty, f"https://x/{nasty}", f"{nasty}/v1", 9, code=nasty, model=nasty)
    ledger.calls.record(call)
    told = "".join(as_csv(ledger.history.pages, Wanted("a")))
    (cells,) = list(csv.reader(io.StringIO(told, newline="")))[1:]
    assert [cell.removeprefix("'") for cell in cells].count(nasty) == 4, "id, method, code and model"
    assert cells[3] == f"'{nasty}/v1"
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
