"""A key that is rejected stops everything at once and loses nothing."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import AuthenticationError, LedgerError
from studio.core.values import State
from studio.ledger import tables
from studio.ledger.accounts import AccountLedger
from tests.conftest import KEY, Desk, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.contract.flow import done, posts


def test_a_rejected_key_stops_everything_within_one_call_and_goes_on_with_the_same_jobs(desk: Desk) -> None:
    running = desk.submit()
    desk.send()
    order(desk.sandbox, "reject-keys", keys=[KEY])
    waiting = desk.submit()
    before = desk.calls()
    for _ in range(5):
        desk.send()
        desk.clock.pass_by(60)
        desk.track()
    assert desk.calls() == before + 1
    assert desk.client.standing().rejected
    assert desk.now(waiting).state is State.QUEUED
    order(desk.sandbox, "reject-keys", keys=[])
    desk.client.refresh_balance()
    desk.send()
    assert done(desk, running).state is State.FINISHED
    assert done(desk, waiting).state is State.FINISHED
    assert posts(desk) == 2


@pytest.mark.parametrize("refusal", ["key", "pace"])
def test_questions_that_wait_for_their_turn_are_not_asked_once_one_was_refused(desk: Desk, refusal: str) -> None:
    """After a restart many are due at once, and a few at a time are asked."""
    jobs = [desk.submit() for _ in range(12)]
    for _ in jobs:
        desk.send()
    if refusal == "key":
        order(desk.sandbox, "reject-keys", keys=[KEY])
    else:
        order(desk.sandbox, "fault", kind="refuse", on="task", code=0, http=429, retry_after="30", times=99)
    before = desk.calls()
    desk.ask()
    assert desk.calls() <= before + 8  # four side by side, each with a look at the balance
    assert {desk.now(job).state for job in jobs} == {State.OPEN}


def test_a_balance_that_is_refused_for_the_key_stops_the_account(desk: Desk) -> None:
    order(desk.sandbox, "reject-keys", keys=[KEY])
    with pytest.raises(AuthenticationError):
        desk.client.refresh_balance()
    assert desk.client.standing().rejected


def test_a_post_that_is_refused_for_its_key_while_the_balance_works_is_refused_alone(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="refuse", code=0, http=403, message="not for you")
    refused, next_one = desk.submit(), desk.submit()
    for _ in range(5):
        desk.send()
        desk.clock.pass_by(60)
    assert (desk.now(refused).state, desk.now(next_one).state) == (State.REFUSED, State.OPEN)
    assert not desk.client.standing().rejected


@pytest.mark.parametrize("failing", ["set_balance", "set_rejected"])
def test_a_refused_key_is_a_clear_answer_also_while_the_ledger_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """What the API said decides, not whether it could be written down at once."""
    submit = desk.running.api.submit

    def refused(*args: Any, job: str) -> Any:
        def full(*_: object) -> None:
            raise LedgerError("database or disk is full")

        monkeypatch.setattr(AccountLedger, failing, full)
        if failing == "set_rejected":
            order(desk.sandbox, "reject-keys", keys=[KEY])
        return submit(*args, job=job)

    desk.running.api.submit = refused  # type: ignore[method-assign, assignment]
    order(desk.sandbox, "fault", kind="refuse", code=0, http=403, message="not for you")
    before = desk.submit()
    with suppress(LedgerError):
        desk.send()
    job = desk.now(before)
    assert (job.state, posts(desk)) == (State.REFUSED if failing == "set_balance" else State.QUEUED, 1)
    assert job.error_kind == "AuthenticationError"


def test_retry_after_nothing_is_no_loop(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="refuse", code=0, http=429, message="slow down", times=9)
    desk.submit()
    for _ in range(5):
        desk.send()
    assert posts(desk) == 1


def test_a_rejected_key_is_tried_on_the_balance_every_ten_minutes(desk: Desk) -> None:
    order(desk.sandbox, "reject-keys", keys=[KEY])
    job = desk.submit()
    desk.send()
    assert desk.client.standing().rejected
    order(desk.sandbox, "reject-keys", keys=[])
    desk.clock.pass_by(9 * 60)
    desk.send()
    assert desk.client.standing().rejected
    desk.clock.pass_by(2 * 60)
    desk.send()
    assert (desk.client.standing().rejected, desk.now(job).state) == ("", State.OPEN)


def test_no_key_is_in_the_ledger(desk: Desk, tmp_path: Path) -> None:
    desk.submit()
    desk.send()
    desk.ask()
    with desk.ledger.database.read() as connection:
        rows = [str(connection.execute(table.select()).all()) for table in tables.metadata.sorted_tables]
    assert "Two hills" in "".join(rows) and KEY not in "".join(rows)
    desk.ledger.close()
    assert KEY.encode() not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
