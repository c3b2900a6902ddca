"""Submission: one POST whatever the ledger and the API do meanwhile, and nothing is sent that may not be."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Thread, current_thread, main_thread
from typing import Any

import pytest
import sqlalchemy as sa

from studio.client import Client
from studio.core.errors import DraftError, LedgerError
from studio.core.values import Draft, Job, State
from studio.engine import dispatcher
from studio.history.history import History
from studio.history.trace import NO_ANSWER_YET, Part
from studio.ledger.jobs import JobLedger
from studio.weryai.wire import Accepted
from tests.conftest import IMAGE, KEY, Harness, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.flows.flow import done, posts


def test_the_job_is_in_the_ledger_before_its_post_leaves(harness: Harness) -> None:
    seen: list[State] = []
    submit = harness.runtime.api.submit

    def watched(*args: object, job: str) -> object:
        found = harness.ledger.jobs.get(job)
        assert found
        seen.append(found.state)
        return submit(*args, job=job)  # type: ignore[arg-type]

    harness.runtime.api.submit = watched  # type: ignore[method-assign, assignment]
    harness.submit()
    harness.send()
    assert seen == [State.UNCONFIRMED]


def test_a_job_whose_post_is_in_flight_is_not_told_to_be_cut_off(harness: Harness) -> None:
    seen: list[list[str]] = []
    submit = harness.runtime.api.submit

    def watched(*args: object, job: str) -> object:
        seen.append(submissions(harness, job))
        return submit(*args, job=job)  # type: ignore[arg-type]

    harness.runtime.api.submit = watched  # type: ignore[method-assign, assignment]
    job = harness.submit()
    harness.send()
    assert (seen, submissions(harness, job.id)) == ([[NO_ANSWER_YET]], ["HTTP 200"])


def test_who_waits_for_a_job_reads_nothing_meanwhile_and_goes_on_when_it_has_been_sent(harness: Harness) -> None:
    """Beside a ledger that is slow, each look of each of them would hold up the next one's."""
    job, read = harness.submit(), []

    def note(*statement: object) -> None:
        if current_thread() is main_thread():  # the list of models is asked for in the background
            read.append(statement[2])

    sa.event.listen(harness.ledger.database.engine, "before_cursor_execute", note)
    harness.runtime.dispatcher.wait_for(job.id, 0.01)
    assert not read
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(harness.runtime.dispatcher.wait_for, job.id, 60) for _ in range(4)]
        harness.send()
    assert all(waited.result() is None for waited in waiting)
    harness.runtime.dispatcher.wait_for(job.id, 60)


def submissions(harness: Harness, job: str) -> list[str]:
    found = History(harness.client).trace(job)
    return [step.text for step in found.steps if step.part is Part.POST] if found else []


def test_a_lost_reply_leaves_it_unconfirmed_and_is_never_repeated(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="gateway")
    job = harness.submit()
    for _ in range(5):
        harness.send()
        harness.ask()
    job = harness.now(job)
    assert (job.state, harness.client.jobs.word(job), posts(harness)) == (State.UNCONFIRMED, "Unconfirmed", 1)
    assert (job.balance_before, job.balance_after) == (1000, 993), "the evidence: it was charged"
    assert job.error_kind == "ServerError"


def test_an_unconfirmed_job_is_brought_home_by_its_task_id(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="gateway")
    job = harness.submit()
    harness.send()
    (task_id,) = harness.sandbox.backend.tasks
    harness.client.tasks.link(harness.now(job), f" {task_id} ")
    job = done(harness, job)
    assert (job.state, len(job.outputs), posts(harness)) == (State.FINISHED, 1, 1)
    with pytest.raises(DraftError, match="already belongs to a job"):
        harness.client.tasks.link(job, task_id)


@pytest.mark.parametrize("task_id", ["", "two words", "x" * 300])
def test_what_is_no_task_id_is_refused(harness: Harness, task_id: str) -> None:
    with pytest.raises(DraftError):
        harness.client.tasks.adopt(task_id, "s")


def test_an_unconfirmed_job_is_dismissed_or_sent_again_by_a_person(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="gateway")
    job = harness.submit()
    harness.send()
    again = harness.client.jobs.send_again(harness.now(job), "again")
    harness.send()
    harness.client.jobs.dismiss(job.id)
    assert harness.now(job).state is State.DISMISSED
    assert harness.now(again).state is State.OPEN
    assert posts(harness) == 2, "the second one was asked for"


def test_a_refused_input_names_its_field_and_costs_nothing(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="refuse", code=1002, message="aspect ratio 16:9 is not supported")
    job = harness.submit()
    harness.send()
    job = harness.now(job)
    assert (job.state, job.field, job.cost) == (State.REFUSED, "aspect_ratio", None)
    assert harness.client.balance.standing().balance == 1000


@pytest.mark.parametrize(("prompt", "kind"), [("x [moderated]", "ContentRejectedError")])
def test_a_moderated_prompt_is_refused(harness: Harness, prompt: str, kind: str) -> None:
    job = harness.submit({**IMAGE, "prompt": prompt})
    harness.send()
    assert (harness.now(job).state, harness.now(job).error_kind) == (State.REFUSED, kind)


def test_a_cancelled_job_is_never_sent(harness: Harness) -> None:
    job = harness.submit()
    assert harness.client.jobs.cancel(job.id)
    harness.send()
    assert (harness.now(job).state, posts(harness)) == (State.CANCELLED, 0)
    assert not harness.client.jobs.cancel(job.id)


def test_more_than_twenty_tasks_wait_here_and_start_by_themselves(harness: Harness) -> None:
    harness.sandbox.backend.set_balance(harness.sandbox.backend.owner(KEY), 10_000)
    jobs = [harness.submit({**IMAGE, "image_number": 4}) for _ in range(7)]
    for _ in range(9):
        harness.send()
    assert [harness.now(job).state for job in jobs] == [State.OPEN] * 5 + [State.QUEUED] * 2
    assert posts(harness) == 5, "none was refused for room"
    assert harness.client.queue.is_full(jobs[5]) and harness.client.queue.ahead_of(jobs[6]) == 1
    for _ in range(4):
        harness.ask()
    for _ in range(3):
        harness.send()
    assert [harness.now(job).state for job in jobs[5:]] == [State.OPEN] * 2


def test_people_take_turns(harness: Harness) -> None:
    ann, bob = (replace(harness.client, person=person) for person in ("ann", "bob"))
    draft = Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE)

    def submit(client: Client, name: str) -> Job:
        harness.clock.pass_by(1)
        return client.jobs.submit(draft, name, wait=0)

    jobs = [submit(ann, "a1"), submit(ann, "a2"), submit(ann, "a3"), submit(bob, "b1")]
    for _ in jobs:
        harness.clock.pass_by(1)
        harness.send()
    sent = sorted((harness.now(job) for job in jobs), key=lambda job: job.sent_at or job.created_at)
    assert [job.submission for job in sent] == ["a1", "b1", "a2", "a3"]


def test_nothing_is_spent_by_whom_it_may_not_be(harness: Harness) -> None:
    visitor = replace(harness.client, may_not_spend="Sign in to spend the team's credits.")
    with pytest.raises(DraftError, match="Sign in"):
        visitor.jobs.submit(Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE), "s", wait=0)
    assert harness.client.jobs.busy() == 0


def test_a_job_that_was_taken_back_in_the_last_moment_is_not_sent(harness: Harness) -> None:
    job = harness.submit()
    queued = harness.now(job)
    harness.client.jobs.cancel(job.id)
    harness.runtime.dispatcher.send(queued)
    assert (harness.now(job).state, posts(harness)) == (State.CANCELLED, 0)


def test_ids_that_cannot_be_written_down_are_kept_until_they_can(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> bool:
        raise LedgerError("database or disk is full")

    job = harness.submit()
    with monkeypatch.context() as broken:
        broken.setattr(JobLedger, "accept", full)
        for _ in range(3):
            with pytest.raises(LedgerError):
                harness.runtime.dispatcher.step()
    assert harness.now(job).state is State.UNCONFIRMED
    assert harness.client.jobs.word(harness.now(job)) == "Sending", "nobody is invited to send it again"
    harness.client.jobs.dismiss(job.id)
    harness.send()
    assert (harness.now(job).state, posts(harness)) == (State.OPEN, 1)


def test_a_refusal_that_cannot_be_written_down_is_kept_too(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    move, job = JobLedger.move, harness.submit()

    def full(ledger: JobLedger, job_id: str, start: State, end: State, **changes: Any) -> bool:
        if end is State.REFUSED:
            raise LedgerError("database or disk is full")
        return move(ledger, job_id, start, end, **changes)

    order(harness.sandbox, "fault", kind="refuse", code=1011, message="no credits")
    with monkeypatch.context() as broken:
        broken.setattr(JobLedger, "move", full)
        with pytest.raises(LedgerError):
            harness.runtime.dispatcher.step()
    harness.send()
    assert (harness.now(job).state, posts(harness)) == (State.REFUSED, 1)


def test_a_ledger_that_fails_after_the_job_was_written_does_not_invite_a_second_press(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    monkeypatch.setattr(JobLedger, "get", locked)
    assert harness.submit().state is State.QUEUED


def test_lost_replies_do_not_take_the_places_for_ever(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="gateway", times=5)
    for _ in range(5):
        harness.submit({**IMAGE, "image_number": 4})
        harness.send()
    harness.sandbox.backend.tasks.clear()
    job = harness.submit()
    harness.send()
    assert harness.now(job).state is State.QUEUED
    harness.clock.pass_by(31 * 60)
    harness.send()
    assert harness.now(job).state is State.OPEN


def test_an_unconfirmed_job_of_two_images_takes_both_ids(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="gateway")
    job = harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    harness.client.tasks.link(harness.now(job), ", ".join(harness.sandbox.backend.tasks))
    assert len(done(harness, job).succeeded) == 2


def test_posts_that_all_took_long_hold_up_no_other_once_they_are_answered(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "SLOW_POST", 0.01)
    answers, really = Event(), harness.runtime.api.submit

    def late(*args: Any, **named: Any) -> Accepted:
        assert answers.wait(20)
        return really(*args, **named)

    monkeypatch.setattr(harness.runtime.api, "submit", late)
    harness.sandbox.backend.set_balance(harness.sandbox.backend.owner(KEY), 10_000)
    jobs = [harness.submit() for _ in range(dispatcher.POSTS_AT_ONCE + 1)]
    for _ in range(dispatcher.POSTS_AT_ONCE):
        assert harness.runtime.dispatcher.step() == 0.0
    assert harness.runtime.dispatcher.step() == dispatcher.POSTS_RECHECK
    answers.set()
    until(lambda: not harness.runtime.dispatcher.sending)
    until(lambda: harness.runtime.dispatcher.step() == 0.0)
    until(lambda: harness.now(jobs[-1]).state is State.OPEN)


def test_a_job_for_which_no_thread_can_be_started_is_sent_when_one_can(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(_thread: Thread) -> None:
        raise RuntimeError("can't start new thread")

    job = harness.submit()
    with monkeypatch.context() as patched:
        patched.setattr(Thread, "start", no_thread)
        with pytest.raises(RuntimeError):
            harness.send()
    assert harness.now(job).state is State.QUEUED and not harness.runtime.dispatcher.sending
    harness.send()
    assert harness.now(job).state is State.OPEN and posts(harness) == 1
