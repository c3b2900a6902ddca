"""After rows and people went, tallies and words are those of the calls and jobs that are left."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from studio.core.account import Account
from studio.ledger.ledger import Ledger
from studio.ledger.tables import calls, jobs, tallies, words
from tests.examples import WHEN
from tests.unit.ledger.history.history_model import filled

_KINDS = ("account", "person", "model", "method", "endpoint", "code", "error_kind")


def _agree(ledger: Ledger) -> None:
    with ledger.database.read() as connection:
        kept, tallied = Counter[tuple[object, ...]](), {}
        for row in connection.execute(sa.select(calls)).mappings():
            kept[*(row[name] for name in _KINDS), f"{row['at']:%Y-%m-%d}", row["http_status"] or 0] += 1
        for row in connection.execute(sa.select(tallies)).mappings():
            tallied[*(row[name] for name in _KINDS), row["day"], row["http_status"]] = row["number"]
        known = {*connection.scalars(sa.select(calls.c.id).where(calls.c.error != ""))} | {
            *connection.scalars(sa.select(jobs.c.id))
        }
        assert tallied == kept
        assert sorted(connection.scalars(sa.select(words.c.about))) == sorted(known)


@pytest.mark.parametrize("seed", range(3))
def test_tallies_and_words_follow_the_sweep_and_the_end_of_a_person(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("studio.ledger.history.deletion.PIECE", 7)
    for account in "ab":
        ledger.accounts.add_if_new(Account(account, "https://x", "sk-…abcd"))
    model, deletion, edge = filled(ledger, seed), ledger.history.deletion, WHEN - timedelta(days=4)
    _agree(ledger)
    pieces = iter(lambda: deletion.rows_before(edge), 0)
    assert all(piece <= 7 for piece in pieces)
    _agree(ledger)
    with ledger.database.read() as connection:
        assert {*connection.scalars(sa.select(calls.c.id))} == {call.id for call in model.calls if call.at >= edge}
    assert all(piece <= 7 for piece in iter(lambda: deletion.drop_of("a", "max"), 0))
    _agree(ledger)
    with ledger.database.read() as connection:
        left = {*connection.scalars(sa.select(calls.c.job).where((calls.c.account == "a") & (calls.c.person == "max")))}
    assert {model.jobs[one].state for one in left if one} <= {"queued", "open", "unconfirmed"} and "" not in left
