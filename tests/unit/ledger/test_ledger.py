"""The ledger: opened, migrated, written in transactions, and never moved off the state table."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest
from sqlalchemy import Connection

from studio.core import job_states
from studio.core.account import Account
from studio.core.errors import AuthenticationError, LedgerError
from studio.core.query import Query
from studio.core.values import Kind, State, Status
from studio.ledger.ledger import Ledger
from studio.ledger.reports import TaskAnswer
from tests.conftest import calls_of
from tests.examples import CALL, JOB, WHEN


def test_a_job_comes_back_as_it_was_written(ledger: Ledger) -> None:
    ledger.jobs.add(JOB)
    assert ledger.jobs.get("job_1") == JOB


def test_the_same_submission_is_one_job(ledger: Ledger) -> None:
    ledger.jobs.add(JOB)
    assert ledger.jobs.add(replace(JOB, id="job_2")) == JOB
    assert ledger.jobs.get("job_2") is None


def test_a_job_whose_commit_was_not_answered_is_there_and_returned(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = ledger.database.write

    @contextmanager
    def unanswered() -> Iterator[Connection]:
        with write() as connection:
            yield connection
        raise LedgerError("the connection broke")

    with monkeypatch.context() as patched:
        patched.setattr(ledger.database, "write", unanswered)
        assert ledger.jobs.add(JOB) == JOB
    assert ledger.jobs.get("job_1") == JOB


def test_many_threads_with_one_submission_make_one_job(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: ledger.jobs.add(replace(JOB, id=f"job_{n}")).id, range(24)))
    assert len(set(made)) == 1


def test_a_job_moves_along_the_state_table_only(ledger: Ledger) -> None:
    for start, end in product(State, State):
        job, moved = f"from {start} to {end}", (start, end)
        ledger.jobs.add(replace(JOB, id=job, submission=job, state=start))
        if job_states.may_move(start, end):
            assert ledger.jobs.move(job, *moved), moved
            assert not ledger.jobs.move(job, *moved), f"{moved}: it does not stand there any more"
        else:
            with pytest.raises(ValueError, match="state table"):
                ledger.jobs.move(job, *moved)


def test_every_state_is_left_or_is_an_end() -> None:
    ends = {state for state in State if job_states.MOVES[state] == {State.OPEN}}
    assert ends == {State.REFUSED, State.FINISHED, State.CANCELLED, State.DISMISSED}
    assert all(job_states.may_move(state, State.OPEN) for state in State if state is not State.OPEN), "late ids win"


@pytest.mark.parametrize("state", State)
def test_a_task_that_turns_up_late_opens_a_job_in_any_state_and_comes_after_those_it_has(
    ledger: Ledger, state: State
) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    ledger.jobs.accept(JOB, "b", ["t1"], WHEN)
    ledger.jobs.change(JOB.id, state=state, finished_at=WHEN)
    assert not ledger.jobs.accept(JOB, "c", ["t1"], WHEN), "nothing new"
    assert (ledger.jobs.get(JOB.id) or JOB).state is state
    assert ledger.jobs.accept(JOB, "", ["t2", "t1"], WHEN)
    job = ledger.jobs.get(JOB.id)
    assert job and (job.state, job.finished_at, job.batch_id) == (State.OPEN, None, "c")
    assert [(task.task_id, task.position) for task in job.tasks] == [("t1", 0), ("t2", 1)]


def test_accepting_writes_all_tasks_or_none(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    other = replace(JOB, id="job_2", submission="s:2", state=State.UNCONFIRMED)
    ledger.jobs.add(other)
    assert ledger.jobs.accept(JOB, "b", ["t1", "t2"], WHEN)
    with pytest.raises(LedgerError):
        ledger.jobs.accept(other, "c", ["t3", 4.2], WHEN)  # type: ignore[list-item]
    kept = ledger.jobs.get("job_2")
    assert kept and kept.state is State.UNCONFIRMED and kept.tasks == ()
    assert ledger.jobs.with_task("a", "t3") is None


def test_an_id_that_another_job_has_is_left_to_it(ledger: Ledger) -> None:
    for number in (1, 2, 3):
        ledger.jobs.add(replace(JOB, id=f"job_{number}", submission=f"s:{number}", state=State.UNCONFIRMED))
    assert ledger.jobs.accept(JOB, "b", ["t1"], WHEN)
    assert ledger.jobs.accept(replace(JOB, id="job_2"), "b", ["t1", "t2"], WHEN)
    assert not ledger.jobs.accept(replace(JOB, id="job_3"), "b", ["t1"], WHEN)
    second, third = ledger.jobs.get("job_2"), ledger.jobs.get("job_3")
    assert second and [task.task_id for task in second.tasks] == ["t2"]
    assert third and third.state is State.UNCONFIRMED


def test_ids_that_come_after_a_job_moved_belong_to_its_new_account(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    ledger.accounts.add_key("a", "b", shared=False, at=WHEN)
    assert ledger.jobs.accept(JOB, "b", ["t1"], WHEN)
    job = ledger.jobs.get("job_1")
    assert job and job.account == "b" and ledger.jobs.newest_task("b") == "t1"
    links = [(Kind.IMAGE, "https://x/1.png")]
    ledger.jobs.report(job.id, [TaskAnswer(job.tasks[0].id, Status.SUCCEEDED, links=links)], WHEN)
    assert len(ledger.jobs.unsaved("b")) == 1


def test_a_task_that_both_accounts_have_keeps_neither_apart(ledger: Ledger) -> None:
    for number, account in ((1, "a"), (2, "b"), (3, "a")):
        ledger.jobs.add(
            replace(JOB, id=f"job_{number}", submission=f"s:{number}", account=account, state=State.UNCONFIRMED)
        )
    for number, task in ((1, "t1"), (2, "t1"), (3, "t3")):
        assert ledger.jobs.accept(replace(JOB, id=f"job_{number}"), "", [task], WHEN)
    ledger.accounts.add_key("x", "a", shared=False, at=WHEN)
    ledger.accounts.add_key("a", "b", shared=True, at=WHEN)
    accounts = {name: job.account for name in ("job_1", "job_2", "job_3") if (job := ledger.jobs.get(name))}
    assert accounts == {"job_1": "a", "job_2": "b", "job_3": "b"}
    assert ledger.accounts.of_key("x") == "b", "a key of the account that moved"


def test_late_ids_bring_home_a_job_that_was_dismissed(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, state=State.DISMISSED))
    assert ledger.jobs.accept(JOB, "b", ["t1"], WHEN)
    job = ledger.jobs.get("job_1")
    assert job and job.state is State.OPEN


def test_a_finished_task_is_not_reported_twice(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    ledger.jobs.accept(JOB, "b", ["t1", "t2"], WHEN)
    job = ledger.jobs.get("job_1")
    assert job
    for _ in range(2):
        links = [(Kind.IMAGE, "https://x/1.png")]
        ledger.jobs.report(job.id, [TaskAnswer(job.tasks[0].id, Status.SUCCEEDED, links=links)], WHEN)
    again = ledger.jobs.get("job_1")
    assert again and len(again.outputs) == 1


def test_the_job_of_a_file_in_the_archive_is_found(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    ledger.jobs.accept(JOB, "b", ["t1"], WHEN)
    job = ledger.jobs.get("job_1")
    assert job
    links = [(Kind.IMAGE, f"https://x/{number}.png") for number in (1, 2)]
    ledger.jobs.report(job.id, [TaskAnswer(job.tasks[0].id, Status.SUCCEEDED, links=links)], WHEN)
    job = ledger.jobs.get("job_1")
    assert job
    ledger.jobs.change_output(job.outputs[0].id, key="2026/11/job_1/1.png")
    assert ledger.files.job_of("2026/11/job_1/1.png") == "job_1"
    assert ledger.files.job_of("2026/11/job_1/2.png") == ledger.files.job_of("") == ""


def test_the_jobs_of_outputs_are_found_in_one_account(ledger: Ledger) -> None:
    links = [(Kind.IMAGE, f"https://x/{number}.png") for number in (1, 2)]
    for name in ("1", "2"):
        job = replace(JOB, id=f"job_{name}", submission=name, state=State.UNCONFIRMED)
        ledger.jobs.accept(ledger.jobs.add(job), "", [f"t{name}"], WHEN)
        task = ledger.jobs.get_many([job.id])[0].tasks[0].id
        ledger.jobs.report(job.id, [TaskAnswer(task, Status.SUCCEEDED, links=links)], WHEN)
    first, second = ledger.jobs.get_many(["job_1", "job_2"])
    wanted = [output.id for output in first.outputs]
    assert ledger.files.jobs_with("a", wanted) == [first]
    assert ledger.files.jobs_with("a", [*wanted, second.outputs[0].id, 999_999_999]) == [first, second]
    assert ledger.files.jobs_with("b", wanted) == ledger.files.jobs_with("a", []) == []


def test_what_takes_a_place_at_the_api_is_counted(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED, sent_at=WHEN + timedelta(seconds=1)))
    assert ledger.jobs.tasks_under_way("a", WHEN) == 2
    assert ledger.jobs.tasks_under_way("a", WHEN + timedelta(minutes=30)) == 0, "an unclear one not for ever"
    ledger.jobs.accept(JOB, "b", ["t1", "t2"], WHEN)
    assert ledger.jobs.tasks_under_way("a", WHEN) == 2
    assert ledger.jobs.tasks_under_way("b", WHEN) == 0


def test_times_come_back_in_utc(ledger: Ledger) -> None:
    elsewhere = datetime(2026, 11, 22, 18, 0, tzinfo=timezone(timedelta(hours=8)))
    ledger.jobs.add(replace(JOB, created_at=elsewhere))
    job = ledger.jobs.get("job_1")
    assert job and job.created_at == elsewhere and job.created_at.tzinfo is UTC


def test_a_task_of_a_batch_is_found_by_its_jobs_calls(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    ledger.jobs.accept(JOB, "batch_9", ["task_7", "task_8"], WHEN)
    ledger.calls.record(replace(CALL, task_id=""))
    for search in ("task_7", "task_8", "batch_9"):
        assert len(calls_of(ledger, "a", search)) == 1
        assert len(calls_of(ledger, "b", search)) == 0


@pytest.mark.parametrize("search", ["", "req_1", "task_1", "job_1"])
def test_a_call_is_found_by_each_of_its_ids(ledger: Ledger, search: str) -> None:
    call = replace(CALL, task_id="task_1")
    ledger.calls.record(call)
    ledger.calls.record(replace(call, id="req_2", account="b"))
    assert calls_of(ledger, "a", search) == [call]
    assert ledger.calls.get("a", "req_2") is None, "another account's call is nobody else's business"


def test_calls_come_newest_first_in_pages(ledger: Ledger) -> None:
    for number in range(7):
        ledger.calls.record(replace(CALL, id=f"req_{number}", at=WHEN + timedelta(seconds=number)))
    found = [ledger.history.pages.calls(Query("a"), number=page, size=3) for page in (1, 2, 3)]
    pages = [[call.id for call in page] for page in found]
    assert pages == [["req_6", "req_5", "req_4"], ["req_3", "req_2", "req_1"], ["req_0"]]


def test_a_call_that_cannot_be_recorded_loses_nothing_else(ledger: Ledger) -> None:
    ledger.calls.record(CALL)
    ledger.calls.record(CALL)
    assert len(calls_of(ledger, "a")) == 1


def test_a_rejected_key_stays_so_until_it_is_forgiven(ledger: Ledger) -> None:
    ledger.accounts.add_if_new(Account("a", "https://x", "sk-…343e"))
    ledger.accounts.set_rejected("a", AuthenticationError("Invalid API Key", http_status=401), WHEN)
    assert ledger.accounts.standing("a").rejected == "Invalid API Key (401)"
    ledger.accounts.set_balance("a", 12, WHEN)
    assert ledger.accounts.standing("a").rejected, "a balance alone does not show that it may generate"
    ledger.accounts.clear_rejection("a")
    assert ledger.accounts.standing("a").rejected == ""
    assert ledger.accounts.standing("a").balance == 12


@pytest.mark.parametrize("text", ["a\0b", "half a pair: \ud83d", "\udfff"])
def test_text_that_a_database_does_not_take_is_mended_and_stops_nothing(ledger: Ledger, text: str) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED, inputs={"prompt": text}))
    assert ledger.jobs.accept(JOB, text, [text], WHEN, reason=text)
    job = ledger.jobs.with_task("a", text)
    assert job and job.inputs["prompt"] == text
    assert job.batch_id == text.translate(dict.fromkeys((0, 0xD83D, 0xDFFF), "\ufffd"))
