"""What changed of late, by account: what a transaction says of itself, and what whoever shows jobs is told."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from studio.core.account import Account
from studio.core.changes import Changes
from studio.core.errors import AuthenticationError, LedgerError
from studio.core.people import AdminAction
from studio.core.values import Job, Kind, State, Status
from studio.ledger.ledger import Ledger
from studio.ledger.reports import TaskAnswer
from studio.ledger.tables import jobs
from tests.examples import JOB, WHEN


def test_a_number_stands_for_everything_so_far() -> None:
    changes = Changes()
    before = changes.number("a")
    changes.publish("b", ["x"])
    assert (changes.number("a"), changes.since("a", before)) == (before, frozenset())
    changes.publish("a", ["x", "y"])
    middle = changes.number("a")
    changes.publish("a", ["y"])
    changes.publish("a")
    assert changes.since("a", before) == frozenset({"x", "y", ""})
    assert changes.since("a", middle) == frozenset({"y", ""}), "the account itself is told by no name"
    assert changes.since("a", changes.number("a")) == frozenset()


def test_who_missed_more_than_is_remembered_looks_at_everything() -> None:
    changes = Changes(most=4)
    changes.publish("a", ["first"])
    early = changes.number("a")
    for number in range(5):
        changes.publish("b", [str(number)])
    assert changes.since("a", early) == frozenset(), "nothing of theirs"
    changes.publish("a", ["last"])
    assert changes.since("a", early) is None
    assert changes.since("a", changes.number("b")) == frozenset({"last"})


def test_what_nobody_knows_is_everything_of_everybody() -> None:
    changes = Changes()
    changes.publish("a", ["x"])
    before = changes.number("a")
    changes.publish_all()
    assert changes.number("a") == changes.number("never seen") > before
    assert changes.since("a", before) is None and changes.since("a", changes.number("a")) == frozenset()


def test_many_threads_lose_no_change() -> None:
    changes = Changes()
    told: list[str] = []
    changes.subscribe(told.append)

    def tell(name: int) -> None:
        for number in range(100):
            changes.publish("a", [f"{name}:{number}"])

    threads = [threading.Thread(target=tell, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(changes.since("a", 0) or ()) == changes.number("a") == len(told) == 800


@pytest.fixture
def known(ledger: Ledger) -> Job:
    """An open job with two tasks, of which one has an output."""
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    ledger.jobs.add(replace(JOB, id="job_other", submission="s:other", account="b"))
    ledger.jobs.accept(JOB, "b1", ["t1", "t2"], WHEN)
    report(ledger, Status.SUCCEEDED)
    job = ledger.jobs.get(JOB.id)
    assert job
    return job


def report(ledger: Ledger, status: Status, task: int = 0) -> None:
    job = ledger.jobs.get(JOB.id)
    assert job
    links = [(Kind.IMAGE, "https://x/1.png")] if status is Status.SUCCEEDED else []
    ledger.jobs.report(job.id, [TaskAnswer(job.tasks[task].id, status, links=links)], WHEN)


def told(ledger: Ledger, write: Callable[[], Any]) -> frozenset[str] | None:
    """What the account of the job is told of a write; the other account is told nothing."""
    mine, others = ledger.changes.number(JOB.account), ledger.changes.number("b")
    write()
    if (found := ledger.changes.since(JOB.account, mine)) is not None:
        assert ledger.changes.number("b") == others
    return found


WRITES: dict[str, Callable[[Ledger, Job], Any]] = {
    "move": lambda ledger, _: ledger.jobs.move(JOB.id, State.OPEN, State.FINISHED),
    "change": lambda ledger, _: ledger.jobs.change(JOB.id, hidden_at=WHEN),
    "measured": lambda ledger, _: ledger.jobs.set_balance_after(JOB.id, 5, 7, WHEN),
    "accept": lambda ledger, job: ledger.jobs.accept(job, "b1", ["t3"], WHEN),
    "report": lambda ledger, _: report(ledger, Status.PROCESSING, task=1),
    "the end": lambda ledger, _: report(ledger, Status.FAILED, task=1),
    "output": lambda ledger, job: ledger.jobs.change_output(job.outputs[0].id, key="a.png"),
    "lost": lambda ledger, job: ledger.files.mark_lost(job.outputs[0], "gone"),
    "wanted": lambda ledger, job: ledger.files.request_fetch([job.outputs[0].id], attempts=1, at=WHEN),
}


@pytest.mark.parametrize("name", WRITES)
def test_each_write_tells_which_job_it_changed(ledger: Ledger, known: Job, name: str) -> None:
    assert told(ledger, lambda: WRITES[name](ledger, known)) == frozenset({JOB.id})


def test_a_new_job_is_told_and_a_removed_one(ledger: Ledger) -> None:
    new = replace(JOB, id="job_new", submission="s:new", state=State.CANCELLED)
    assert told(ledger, lambda: ledger.jobs.add(new)) == frozenset({"job_new"})
    action = AdminAction("d1", WHEN, "admin", "a", "removed", "job_new")
    assert told(ledger, lambda: ledger.spending.remove(new, action, ())) == frozenset({"job_new"})


def test_an_adopted_job_that_is_dissolved_is_told_with_the_one_that_it_was(ledger: Ledger, known: Job) -> None:
    adopted = replace(JOB, id="job_adopted", submission="s:a", model="", state=State.UNCONFIRMED)
    ledger.jobs.add(adopted)
    ledger.jobs.accept(adopted, "", ["t9"], WHEN)
    assert told(ledger, lambda: ledger.jobs.accept(known, "", ["t9"], WHEN)) == frozenset({JOB.id, "job_adopted"})
    assert ledger.jobs.get("job_adopted") is None


def test_that_it_was_asked_about_again_is_told_to_nobody(ledger: Ledger, known: Job) -> None:
    report(ledger, Status.PROCESSING, task=1)
    assert told(ledger, lambda: report(ledger, Status.PROCESSING, task=1)) == frozenset()


def test_of_an_account_only_what_is_shown_is_told(ledger: Ledger) -> None:
    ledger.accounts.add_if_new(Account("a", "https://x", "sk-…1"))
    later = WHEN + timedelta(seconds=5)
    assert told(ledger, lambda: ledger.accounts.set_balance("a", 7, WHEN)) == frozenset({""})
    assert told(ledger, lambda: ledger.accounts.set_balance("a", 7, later)) == frozenset()
    assert told(ledger, lambda: ledger.accounts.set_rejected("a", AuthenticationError("no"), WHEN)) == frozenset({""})
    assert told(ledger, lambda: ledger.accounts.clear_rejection("a")) == frozenset({""})
    assert told(ledger, lambda: ledger.accounts.clear_rejection("a")) == frozenset()


def test_a_writer_that_says_nothing_makes_everybody_look(ledger: Ledger, known: Job) -> None:
    def write() -> None:
        with ledger.database.write() as connection:
            connection.execute(jobs.update().values(prompt="x"))

    assert told(ledger, write) is None


def test_what_was_not_written_is_not_told(ledger: Ledger, known: Job) -> None:
    def fail() -> None:
        with pytest.raises(LedgerError), ledger.database.write() as connection:
            connection.execute(jobs.update().values(prompt="x"))
            connection.execute(sa.text("SELECT * FROM nowhere"))

    assert told(ledger, fail) == frozenset()


def test_who_is_told_finds_it_in_the_ledger(ledger: Ledger) -> None:
    found: list[Job | None] = []
    ledger.changes.subscribe(lambda _account: found.append(ledger.jobs.get(JOB.id)))
    ledger.jobs.add(JOB)
    assert found == [JOB]
