"""How long the history is kept: old bodies go first, old rows later, a piece at a time, and what went is said."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from studio.archive.archive import Archive
from studio.core.account import Account
from studio.core.calls import Call, Callback
from studio.core.settings import Retention
from studio.core.values import now
from studio.ledger.history.deletion import PIECE
from studio.ledger.ledger import Ledger
from studio.ledger.tables import callbacks, calls
from studio.maintenance.retention import IDLE, PAUSE, RetentionSweep
from tests.conftest import Harness, ManualClock, calls_of
from tests.examples import WHEN
from tests.flows.flow import made

DAY = timedelta(days=1)


def test_the_sweep_takes_old_bodies_then_old_rows_a_piece_at_a_time(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    made(harness)
    calls = harness.calls()
    clock = ManualClock()
    clock.time = now()  # a call is written down with the time of the machine
    sweep = RetentionSweep(harness.ledger, harness.archive, Retention(30, 395), clock)

    def swept(days: float) -> tuple[int, int]:
        clock.pass_by(days * 86400)
        while sweep.step() < IDLE:
            pass
        made = calls_of(harness.ledger, "test")
        return len([call for call in made if call.request_body or call.response_body]), len(made)

    assert swept(29)[1] >= calls and swept(0)[0] > 0
    assert swept(2)[0] == 0 and swept(0)[1] >= calls
    assert swept(365) == (0, 0)
    assert "rows older than 395 days" in caplog.text


def heard(ledger: Ledger, number: int) -> None:
    """So many calls and as many callbacks, a second apart, each with a body."""
    ledger.accounts.add_if_new(Account("a", "https://x", "sk-…abcd"))
    with ledger.calls.collect():
        for one in range(number):
            at = WHEN + timedelta(seconds=one)
            ledger.calls.record(Call(f"req_{one}", "a", at, "GET", "https://x/y", "/y", 9, response_body="{}"))
            ledger.callbacks.record(Callback(f"cb_{one}", f"job_{one}", at, body="{}"))


def left(ledger: Ledger) -> tuple[int, int, int, int]:
    """How many calls and callbacks there are, and how many of each have a body."""
    has_body = (sa.func.count().filter(calls.c.response_body != ""), sa.func.count().filter(callbacks.c.body != ""))
    with ledger.database.read() as connection:
        rows = [connection.execute(sa.select(sa.func.count(), one)).one() for one in has_body]
    return (rows[0][0], rows[1][0], rows[0][1], rows[1][1])


def test_each_step_of_the_sweep_takes_one_piece_and_callbacks_go_like_calls(ledger: Ledger, tmp_path: Path) -> None:
    """A step that took all at once would keep everybody else from writing while it lasts."""
    number, more = 230, 230 - PIECE
    heard(ledger, number)
    clock = ManualClock()
    clock.time = WHEN + 31 * DAY
    sweep = RetentionSweep(ledger, Archive(tmp_path.as_uri()), Retention(30, 395), clock)
    assert sweep.step() == PAUSE and left(ledger) == (number, number, more, more)
    assert sweep.step() == PAUSE and left(ledger) == (number, number, 0, 0)
    assert sweep.step() == IDLE and left(ledger) == (number, number, 0, 0)
    clock.pass_by(365 * 86400)
    assert sweep.step() == PAUSE and sum(left(ledger)) == 2 * number - PIECE, "of both together"
    assert [sweep.step() for _ in range(3)] == [PAUSE, PAUSE, IDLE] and sum(left(ledger)) == 0
