"""Submission: one POST whatever the ledger and the API do meanwhile, and nothing is sent that may not be."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import current_thread, main_thread
from typing import Any

import pytest
import sqlalchemy as sa

from studio.client import Client
from studio.core.errors import DraftError, LedgerError
from studio.core.values import Draft, Job, State
from studio.history.history import History
from studio.history.trace import NO_ANSWER_YET, Part
from studio.ledger.jobs import JobLedger
from tests.conftest import IMAGE, KEY, Desk, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.contract.flow import done, posts


def test_the_job_is_in_the_ledger_before_its_post_leaves(desk: Desk) -> None:
    seen: list[State] = []
    submit = desk.running.api.submit

    def watched(*args: object, job: str) -> object:
        found = desk.ledger.jobs.get(job)
        assert found
        seen.append(found.state)
        return submit(*args, job=job)  # type: ignore[arg-type]

    desk.running.api.submit = watched  # type: ignore[method-assign, assignment]
    desk.submit()
    desk.send()
    assert seen == [State.UNCONFIRMED]


def test_a_job_whose_post_is_in_flight_is_not_told_to_be_cut_off(desk: Desk) -> None:
    seen: list[list[str]] = []
    submit = desk.running.api.submit

    def watched(*args: object, job: str) -> object:
        seen.append(submissions(desk, job))
        return submit(*args, job=job)  # type: ignore[arg-type]

    desk.running.api.submit = watched  # type: ignore[method-assign, assignment]
    job = desk.submit()
    desk.send()
    assert (seen, submissions(desk, job.id)) == ([[NO_ANSWER_YET]], ["HTTP 200"])


def test_who_waits_for_a_job_reads_nothing_meanwhile_and_goes_on_when_it_has_been_sent(desk: Desk) -> None:
    """Beside a ledger that is slow, each look of each of them would hold up the next one's."""
    job, read = desk.submit(), []

    def note(*statement: object) -> None:
        if current_thread() is main_thread():  # the list of models is asked for in the background
            read.append(statement[2])

    sa.event.listen(desk.ledger.database.engine, "before_cursor_execute", note)
    desk.running.dispatcher.wait_for(job.id, 0.01)
    assert not read
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(desk.running.dispatcher.wait_for, job.id, 60) for _ in range(4)]
        desk.send()
    assert all(waited.result() is None for waited in waiting)
    desk.running.dispatcher.wait_for(job.id, 60)


def submissions(desk: Desk, job: str) -> list[str]:
    found = History(desk.client).trace(job)
    return [step.said for step in found.steps if step.part is Part.POST] if found else []


def test_a_lost_reply_leaves_it_unconfirmed_and_is_never_repeated(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    for _ in range(5):
        desk.send()
        desk.ask()
    job = desk.now(job)
    assert (job.state, desk.client.word(job), posts(desk)) == (State.UNCONFIRMED, "Unconfirmed", 1)
    assert (job.balance_before, job.balance_after) == (1000, 993), "the evidence: it was charged"
    assert job.error_kind == "ServerError"


def test_an_unconfirmed_job_is_brought_home_by_its_task_id(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    desk.send()
    (task_id,) = desk.sandbox.backend.tasks
    desk.client.bring_home(desk.now(job), f" {task_id} ")
    job = done(desk, job)
    assert (job.state, len(job.outputs), posts(desk)) == (State.FINISHED, 1, 1)
    with pytest.raises(DraftError, match="already belongs to a job"):
        desk.client.bring_home(job, task_id)


@pytest.mark.parametrize("task_id", ["", "two words", "x" * 300])
def test_what_is_no_task_id_is_refused(desk: Desk, task_id: str) -> None:
    with pytest.raises(DraftError):
        desk.client.adopt(task_id, "s")


def test_an_unconfirmed_job_is_dismissed_or_sent_again_by_a_person(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    desk.send()
    again = desk.client.send_again(desk.now(job), "again")
    desk.send()
    desk.client.dismiss(job.id)
    assert desk.now(job).state is State.DISMISSED
    assert desk.now(again).state is State.OPEN
    assert posts(desk) == 2, "the second one was asked for"


def test_a_refused_input_names_its_field_and_costs_nothing(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="refuse", code=1002, message="aspect ratio 16:9 is not supported")
    job = desk.submit()
    desk.send()
    job = desk.now(job)
    assert (job.state, job.field, job.cost) == (State.REFUSED, "aspect_ratio", None)
    assert desk.client.standing().balance == 1000


@pytest.mark.parametrize(("prompt", "kind"), [("x [moderated]", "ContentRejectedError")])
def test_a_moderated_prompt_is_refused(desk: Desk, prompt: str, kind: str) -> None:
    job = desk.submit({**IMAGE, "prompt": prompt})
    desk.send()
    assert (desk.now(job).state, desk.now(job).error_kind) == (State.REFUSED, kind)


def test_a_cancelled_job_is_never_sent(desk: Desk) -> None:
    job = desk.submit()
    assert desk.client.cancel(job.id)
    desk.send()
    assert (desk.now(job).state, posts(desk)) == (State.CANCELLED, 0)
    assert not desk.client.cancel(job.id)


def test_more_than_twenty_tasks_wait_here_and_start_by_themselves(desk: Desk) -> None:
    desk.sandbox.backend.set_balance(desk.sandbox.backend.owner(KEY), 10_000)
    jobs = [desk.submit({**IMAGE, "image_number": 4}) for _ in range(7)]
    for _ in range(9):
        desk.send()
    assert [desk.now(job).state for job in jobs] == [State.OPEN] * 5 + [State.QUEUED] * 2
    assert posts(desk) == 5, "none was refused for room"
    assert desk.client.is_full(jobs[5]) and desk.client.ahead_of(jobs[6]) == 1
    for _ in range(4):
        desk.ask()
    for _ in range(3):
        desk.send()
    assert [desk.now(job).state for job in jobs[5:]] == [State.OPEN] * 2


def test_people_take_turns(desk: Desk) -> None:
    ann, bob = (replace(desk.client, person=person) for person in ("ann", "bob"))
    draft = Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE)

    def submit(client: Client, name: str) -> Job:
        desk.clock.pass_by(1)
        return client.submit(draft, name, wait=0)

    jobs = [submit(ann, "a1"), submit(ann, "a2"), submit(ann, "a3"), submit(bob, "b1")]
    for _ in jobs:
        desk.clock.pass_by(1)
        desk.send()
    sent = sorted((desk.now(job) for job in jobs), key=lambda job: job.sent_at or job.created_at)
    assert [job.submission for job in sent] == ["a1", "b1", "a2", "a3"]


def test_nothing_is_spent_by_whom_it_may_not_be(desk: Desk) -> None:
    visitor = replace(desk.client, may_not_spend="Sign in to spend the team's credits.")
    with pytest.raises(DraftError, match="Sign in"):
        visitor.submit(Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE), "s", wait=0)
    assert desk.client.busy() == 0


def test_a_job_that_was_taken_back_in_the_last_moment_is_not_sent(desk: Desk) -> None:
    job = desk.submit()
    queued = desk.now(job)
    desk.client.cancel(job.id)
    desk.running.dispatcher.send(queued)
    assert (desk.now(job).state, posts(desk)) == (State.CANCELLED, 0)


def test_ids_that_cannot_be_written_down_are_kept_until_they_can(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> bool:
        raise LedgerError("database or disk is full")

    job = desk.submit()
    with monkeypatch.context() as broken:
        broken.setattr(JobLedger, "accept", full)
        for _ in range(3):
            with pytest.raises(LedgerError):
                desk.running.dispatcher.step()
    assert desk.now(job).state is State.UNCONFIRMED
    assert desk.client.word(desk.now(job)) == "Sending", "nobody is invited to send it again"
    desk.client.dismiss(job.id)
    desk.send()
    assert (desk.now(job).state, posts(desk)) == (State.OPEN, 1)


def test_a_refusal_that_cannot_be_written_down_is_kept_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    move, job = JobLedger.move, desk.submit()

    def full(ledger: JobLedger, job_id: str, start: State, end: State, **changes: Any) -> bool:
        if end is State.REFUSED:
            raise LedgerError("database or disk is full")
        return move(ledger, job_id, start, end, **changes)

    order(desk.sandbox, "fault", kind="refuse", code=1011, message="no credits")
    with monkeypatch.context() as broken:
        broken.setattr(JobLedger, "move", full)
        with pytest.raises(LedgerError):
            desk.running.dispatcher.step()
    desk.send()
    assert (desk.now(job).state, posts(desk)) == (State.REFUSED, 1)


def test_a_ledger_that_fails_after_the_job_was_written_does_not_invite_a_second_press(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    monkeypatch.setattr(JobLedger, "get", locked)
    assert desk.submit().state is State.QUEUED


def test_lost_replies_do_not_take_the_places_for_ever(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="gateway", times=5)
    for _ in range(5):
        desk.submit({**IMAGE, "image_number": 4})
        desk.send()
    desk.sandbox.backend.tasks.clear()
    job = desk.submit()
    desk.send()
    assert desk.now(job).state is State.QUEUED
    desk.clock.pass_by(31 * 60)
    desk.send()
    assert desk.now(job).state is State.OPEN


def test_an_unconfirmed_job_of_two_images_takes_both_ids(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    desk.client.bring_home(desk.now(job), ", ".join(desk.sandbox.backend.tasks))
    assert len(done(desk, job).succeeded) == 2
