"""A key that is rejected stops everything at once and loses nothing."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import AuthenticationError, LedgerError
from studio.core.values import State
from studio.ledger import tables
from studio.ledger.accounts import AccountLedger
from tests.conftest import KEY, Harness, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.flows.flow import done, posts


def test_a_rejected_key_stops_everything_within_one_call_and_goes_on_with_the_same_jobs(harness: Harness) -> None:
    runtime = harness.submit()
    harness.send()
    order(harness.sandbox, "reject-keys", keys=[KEY])
    waiting = harness.submit()
    before = harness.calls()
    for _ in range(5):
        harness.send()
        harness.clock.pass_by(60)
        harness.track()
    assert harness.calls() == before + 1
    assert harness.client.balance.standing().rejected
    assert harness.now(waiting).state is State.QUEUED
    order(harness.sandbox, "reject-keys", keys=[])
    harness.client.balance.refresh()
    harness.send()
    assert done(harness, runtime).state is State.FINISHED
    assert done(harness, waiting).state is State.FINISHED
    assert posts(harness) == 2


@pytest.mark.parametrize("refusal", ["key", "pace"])
def test_questions_that_wait_for_their_turn_are_not_asked_once_one_was_refused(harness: Harness, refusal: str) -> None:
    """After a restart many are due at once, and a few at a time are asked."""
    jobs = [harness.submit() for _ in range(12)]
    for _ in jobs:
        harness.send()
    if refusal == "key":
        order(harness.sandbox, "reject-keys", keys=[KEY])
    else:
        order(harness.sandbox, "fault", kind="refuse", on="task", code=0, http=429, retry_after="30", times=99)
    before = harness.calls()
    harness.ask()
    assert harness.calls() <= before + 8  # four side by side, each with a look at the balance
    assert {harness.now(job).state for job in jobs} == {State.OPEN}


def test_a_balance_that_is_refused_for_the_key_stops_the_account(harness: Harness) -> None:
    order(harness.sandbox, "reject-keys", keys=[KEY])
    with pytest.raises(AuthenticationError):
        harness.client.balance.refresh()
    assert harness.client.balance.standing().rejected


def test_a_post_that_is_refused_for_its_key_while_the_balance_works_is_refused_alone(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="refuse", code=0, http=403, message="not for you")
    refused, next_one = harness.submit(), harness.submit()
    for _ in range(5):
        harness.send()
        harness.clock.pass_by(60)
    assert (harness.now(refused).state, harness.now(next_one).state) == (State.REFUSED, State.OPEN)
    assert not harness.client.balance.standing().rejected


@pytest.mark.parametrize("failing", ["set_balance", "set_rejected"])
def test_a_refused_key_is_a_clear_answer_also_while_the_ledger_fails(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """What the API said decides, not whether it could be written down at once."""
    submit = harness.runtime.api.submit

    def refused(*args: Any, job: str) -> Any:
        def full(*_: object) -> None:
            raise LedgerError("database or disk is full")

        monkeypatch.setattr(AccountLedger, failing, full)
        if failing == "set_rejected":
            order(harness.sandbox, "reject-keys", keys=[KEY])
        return submit(*args, job=job)

    harness.runtime.api.submit = refused  # type: ignore[method-assign, assignment]
    order(harness.sandbox, "fault", kind="refuse", code=0, http=403, message="not for you")
    before = harness.submit()
    with suppress(LedgerError):
        harness.send()
    job = harness.now(before)
    assert (job.state, posts(harness)) == (State.REFUSED if failing == "set_balance" else State.QUEUED, 1)
    assert job.error_kind == "AuthenticationError"


def test_retry_after_nothing_is_no_loop(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="refuse", code=0, http=429, message="slow down", times=9)
    harness.submit()
    for _ in range(5):
        harness.send()
    assert posts(harness) == 1


def test_a_rejected_key_is_tried_on_the_balance_every_ten_minutes(harness: Harness) -> None:
    order(harness.sandbox, "reject-keys", keys=[KEY])
    job = harness.submit()
    harness.send()
    assert harness.client.balance.standing().rejected
    order(harness.sandbox, "reject-keys", keys=[])
    harness.clock.pass_by(9 * 60)
    harness.send()
    assert harness.client.balance.standing().rejected
    harness.clock.pass_by(2 * 60)
    harness.send()
    assert (harness.client.balance.standing().rejected, harness.now(job).state) == ("", State.OPEN)


def test_no_key_is_in_the_ledger(harness: Harness, tmp_path: Path) -> None:
    harness.submit()
    harness.send()
    harness.ask()
    with harness.ledger.database.read() as connection:
        rows = [str(connection.execute(table.select()).all()) for table in tables.metadata.sorted_tables]
    assert "Two hills" in "".join(rows) and KEY not in "".join(rows)
    harness.ledger.close()
    assert KEY.encode() not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
