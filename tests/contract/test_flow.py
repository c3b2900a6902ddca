"""From a draft to a file in the archive, against the sandbox, step by step: nobody pays twice, nothing is lost."""

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from studio import lock
from studio.archive import Archive
from studio.errors import AuthenticationError, DraftError, LedgerError, NotFoundError, SettingsError
from studio.evidence import Verdict
from studio.jobs import Client
from studio.ledger import tables
from studio.ledger.accounts import AccountLedger
from studio.ledger.jobs import JobLedger
from studio.running import Running, build
from studio.values import Draft, Job, Kind, State, Status
from studio.worker import Worker
from tests.conftest import IMAGE, KEY, VIDEO, Desk, order, until

POST = "/v1/generation/text-to-image"


def posts(desk: Desk, path: str = POST) -> int:
    return int(desk.sandbox.backend.posts[path])


def done(desk: Desk, job: Job) -> Job:
    for _ in range(4):
        desk.ask()
    desk.save()
    return desk.now(job)


def test_a_prompt_becomes_a_file_that_is_the_one_handed_out(desk: Desk) -> None:
    job = desk.submit()
    assert job.state is State.QUEUED
    desk.send()
    assert desk.now(job).state is State.OPEN
    job = done(desk, job)
    (output,) = job.outputs
    handed_out = requests.get(output.url, timeout=10).content
    assert desk.archive.path(output.key).read_bytes() == handed_out
    assert output.sha256 == hashlib.sha256(handed_out).hexdigest()
    assert (job.state, desk.client.word(job), job.cost) == (State.FINISHED, "Succeeded", 7)
    assert (job.balance_before, job.balance_after) == (1000, 993)


def test_a_video_becomes_a_clip_with_its_length(desk: Desk) -> None:
    job = desk.submit(VIDEO, "text_to_video")
    desk.send()
    (output,) = done(desk, job).outputs
    assert (output.kind, output.width, output.height, round(output.seconds)) == (Kind.VIDEO, 96, 54, 5)


def test_four_images_fill_in_one_by_one_and_the_failed_one_says_why(desk: Desk) -> None:
    order(desk.sandbox, "outcomes", outcomes=["succeed", "failed", "stuck", "succeed"])
    job = desk.submit({**IMAGE, "image_number": 4})
    desk.send()
    job = done(desk, job)
    assert [task.status for task in job.tasks] == [
        Status.SUCCEEDED,
        Status.FAILED,
        Status.PROCESSING,
        Status.SUCCEEDED,
    ]
    assert (job.state, desk.client.word(job)) == (State.OPEN, "Processing")
    assert "told to fail" in job.tasks[1].reason
    assert len([output for output in job.outputs if output.is_saved]) == 2


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


@pytest.mark.parametrize(
    ("acts", "others", "verdict"),
    [
        (True, [], Verdict.PROBABLY),
        (False, [], Verdict.PROBABLY_NOT),
        (True, [7.0], Verdict.PROBABLY),
        (False, [7.0], Verdict.PROBABLY_NOT),
        (True, [None], Verdict.UNKNOWN),
        (False, [None, 7.0], Verdict.UNKNOWN),
    ],
)
def test_the_evidence_says_what_else_was_sent_meanwhile(
    desk: Desk, acts: bool, others: list[float | None], verdict: Verdict
) -> None:
    """Jobs whose answers take long go out side by side."""
    submit, sent = desk.running.api.submit, []

    def with_others(*args: Any, job: str) -> Any:
        desk.running.api.submit = submit  # type: ignore[method-assign]
        for _ in others:
            sent.append(desk.submit())
            desk.running.dispatcher.send(desk.now(sent[-1]))
        order(desk.sandbox, "fault", kind="gateway", acts=acts)
        return submit(*args, job=job)

    desk.running.api.submit = with_others  # type: ignore[method-assign, assignment]
    before = desk.submit()
    desk.send()
    for other, cost in zip(sent, others, strict=True):
        done(desk, other)
        desk.ledger.jobs.change(other.id, cost=cost)
    job, evidence = desk.now(before), desk.client.evidence(desk.now(before))
    assert (job.state, job.cost) == (State.UNCONFIRMED, None)
    assert {found.id for found in evidence.sent} == {other.id for other in sent}
    assert (evidence.before, evidence.fell_by, evidence.verdict) == (1000, 7 * (len(others) + acts), verdict)


def test_a_task_that_failed_meanwhile_may_have_given_credits_back(desk: Desk) -> None:
    order(desk.sandbox, "outcomes", outcomes=["failed"])
    failing = desk.submit()
    desk.send()
    submit = desk.running.api.submit

    def while_it_fails(*args: Any, job: str) -> Any:
        done(desk, failing)
        return submit(*args, job=job)

    desk.running.api.submit = while_it_fails  # type: ignore[method-assign, assignment]
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    desk.send()
    evidence = desk.client.evidence(desk.now(job))
    assert [found.id for found in evidence.refunds] == [failing.id]
    assert (evidence.fell_by, evidence.verdict) == (0, Verdict.UNKNOWN), "7 taken and 7 given back"


def test_a_job_that_was_being_sent_when_the_studio_stopped_has_its_evidence_after_the_next_start(desk: Desk) -> None:
    job = desk.submit()
    desk.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, sent_at=desk.clock(), balance_before=1000.0)
    owner = desk.sandbox.backend.owner(KEY)
    desk.sandbox.backend.submit(owner, POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})
    desk.clock.pass_by(3600)
    desk.send()
    job = desk.now(job)
    assert (job.answered_at, "was stopped" in job.reason) == (desk.clock(), True)
    evidence = desk.client.evidence(job)
    assert (evidence.before, evidence.after, evidence.verdict) == (1000, 993, Verdict.PROBABLY)


def test_an_unconfirmed_job_is_brought_home_by_its_task_id(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    desk.send()
    (task_id,) = desk.sandbox.backend.tasks
    desk.client.bring_home(desk.now(job), f" {task_id} ")
    job = done(desk, job)
    assert (job.state, len(job.outputs), posts(desk)) == (State.FINISHED, 1, 1)
    with pytest.raises(DraftError, match="belongs to a job here"):
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


def test_a_balance_that_is_refused_for_the_key_stops_the_account(desk: Desk) -> None:
    order(desk.sandbox, "reject-keys", keys=[KEY])
    with pytest.raises(AuthenticationError):
        desk.client.refresh_balance()
    assert desk.client.standing().rejected


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


def test_a_batch_is_asked_about_with_one_call(desk: Desk) -> None:
    job = desk.submit({**IMAGE, "image_number": 4})
    desk.send()
    before = desk.calls()
    desk.ask()
    assert desk.calls() == before + 1
    assert all(task.asked_at for task in desk.now(job).tasks)


def test_nobody_is_asked_before_the_time(desk: Desk) -> None:
    desk.submit()
    desk.send()
    before = desk.calls()
    for _ in range(10):
        desk.track()
    assert desk.calls() == before


def test_a_stuck_task_becomes_overdue_and_is_never_called_failed(desk: Desk) -> None:
    job = desk.submit({**IMAGE, "prompt": "x [stuck]"})
    desk.send()
    for _ in range(20):
        desk.ask()
    job = desk.now(job)
    assert (job.state, job.tasks[0].status) == (State.OPEN, Status.PROCESSING)
    assert desk.client.is_overdue(job)
    desk.client.hide(job.id)
    assert desk.client.recent(Kind.IMAGE, 20) == []
    assert desk.now(job).state is State.OPEN, "it is followed all the same"


def test_a_task_that_the_api_forgot_is_gone_after_three_answers(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    desk.sandbox.backend.tasks.clear()
    desk.ask()
    desk.ask()
    assert desk.now(job).tasks[0].status is Status.WAITING
    desk.ask()
    job = desk.now(job)
    assert (job.state, desk.client.word(job)) == (State.FINISHED, "Gone")


def test_a_task_that_is_unknown_for_a_moment_is_not_gone(desk: Desk) -> None:
    """A new task may take a while to be known everywhere, and an outage may last some minutes."""
    job = desk.submit()
    desk.send()
    known = dict(desk.sandbox.backend.tasks)
    desk.sandbox.backend.tasks.clear()
    for _ in range(30):
        desk.clock.pass_by(15)
        desk.track()
    assert desk.calls() > 8
    assert desk.now(job).state is State.OPEN
    desk.sandbox.backend.tasks.update(known)
    assert done(desk, job).state is State.FINISHED


def test_a_restart_finds_every_open_task_again(desk: Desk) -> None:
    job = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    desk.ask()
    desk.running.stop()
    fresh = Desk(
        Client(rebuilt := _rebuilt(desk), desk.ledger, clock=desk.clock),
        rebuilt,
        desk.ledger,
        desk.archive,
        desk.sandbox,
        desk.clock,
    )
    fresh.track()  # at once: what was open before a restart is due
    fresh.save()
    job = fresh.now(job)
    assert (job.state, len([output for output in job.outputs if output.is_saved])) == (State.FINISHED, 2)
    rebuilt.stop()


def _rebuilt(desk: Desk) -> Running:
    return build(desk.client.account, KEY, desk.sandbox.url, desk.ledger, desk.archive, clock=desk.clock)


def test_a_result_link_that_does_not_work_yet_is_tried_again(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    (task,) = desk.sandbox.backend.tasks.values()
    desk.sandbox.backend.tasks[task.id] = replace(task, status="processing")  # its file answers 404 now
    desk.save()
    (output,) = desk.now(job).outputs
    assert not output.is_saved and "404" in output.problem and output.attempts == 1
    assert desk.client.is_moving()
    desk.sandbox.backend.tasks[task.id] = task
    desk.save()
    assert not desk.now(job).outputs[0].is_saved, "not before its time"
    desk.clock.pass_by(3)
    desk.save()
    assert desk.now(job).outputs[0].is_saved
    assert not desk.client.is_moving()


def test_a_foreign_task_is_adopted_and_followed(desk: Desk) -> None:
    key = desk.sandbox.backend.owner(KEY)
    (task,) = desk.sandbox.backend.submit(key, POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})
    job = desk.client.adopt(task.id, "adopt:1")
    job = done(desk, job)
    assert (job.state, len(job.outputs), job.kind) == (State.FINISHED, 1, Kind.IMAGE)
    with pytest.raises(NotFoundError):
        desk.client.adopt("task_unknown", "adopt:2")


def test_history_teaches_how_long_a_model_takes_and_what_it_costs(desk: Desk) -> None:
    for _ in range(3):
        job = desk.submit({**IMAGE, "image_number": 4})
        desk.send()
        done(desk, job)
    assert desk.client.expected(job).known
    assert desk.client.usual_cost("text_to_image", "WERYAI_IMAGE_2_0") == (7, 7)


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


def test_a_clock_that_was_set_back_holds_up_nothing(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="refuse", code=6010, message="full")
    job = desk.submit()
    desk.send()
    desk.clock.pass_by(-86_400)
    desk.send()
    assert desk.now(job).state is State.OPEN


def test_a_batch_answer_that_is_odd_is_replaced_by_single_ones(desk: Desk) -> None:
    job = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    desk.ledger.jobs.change(job.id, batch_id="unknown")
    assert done(desk, job).state is State.FINISHED


def test_the_tracker_slows_down_when_it_is_asked_to(desk: Desk) -> None:
    desk.submit()
    desk.send()
    desk.clock.pass_by(400)
    desk.running.tracker.paused_until = desk.clock() + timedelta(seconds=60)
    before = desk.calls()
    desk.track()
    assert desk.calls() == before
    desk.clock.pass_by(61)
    desk.track()
    assert desk.calls() == before + 1


def test_a_dead_result_link_is_replaced_by_a_fresh_one(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    (output,) = desk.now(job).outputs
    desk.ledger.jobs.change_output(output.id, url="http://127.0.0.1:1/expired.png")
    for _ in range(3):
        desk.save()
        desk.clock.pass_by(20)
    assert desk.now(job).outputs[0].is_saved


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("http", [403, 404, 410])
def test_a_link_that_expired_is_asked_for_after_two_attempts(desk: Desk, http: int) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    (output,) = desk.now(job).outputs
    order(desk.sandbox, "fault", kind="refuse", on="file", http=http, times=2)
    expired = f"{output.url}?expires=1"
    desk.ledger.jobs.change_output(output.id, url=expired)
    before = desk.calls()
    for attempts in (1, 2):
        desk.save()
        desk.clock.pass_by(20)
        output = desk.now(job).outputs[0]
        assert (output.attempts, output.url, desk.calls()) == (attempts, expired, before)
        assert str(http) in output.problem
    desk.save()
    output = desk.now(job).outputs[0]
    assert output.is_saved and output.url == expired.partition("?")[0]
    assert desk.calls() == before + 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lost", ["task", "position", "key"])
def test_a_dead_link_without_a_fresh_one_is_tried_until_it_works(desk: Desk, lost: str) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    (output,), (task,) = desk.now(job).outputs, desk.sandbox.backend.tasks.values()
    desk.ledger.jobs.change_output(output.id, url="http://127.0.0.1:1/a.png", position=7 if lost == "position" else 0)
    if lost == "task":
        desk.sandbox.backend.tasks[task.id] = replace(task, status="forgotten")
    if lost == "key":
        order(desk.sandbox, "reject-keys", keys=[KEY])
    for _ in range(4):
        desk.save()
        desk.clock.pass_by(100)
    found = desk.now(job)
    assert (found.state, found.outputs[0].attempts, found.outputs[0].is_given_up) == (State.FINISHED, 4, False)
    assert found.outputs[0].problem.startswith("The result link broke off")
    assert found.tasks[0].status is Status.SUCCEEDED, "what was made is not taken back"
    desk.sandbox.backend.tasks[task.id] = task
    desk.ledger.jobs.change_output(output.id, url=output.url)
    desk.save()
    assert desk.now(job).outputs[0].is_saved


def test_what_breaks_a_save_unexpectedly_is_planned_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    with monkeypatch.context() as broken:
        broken.setattr(Archive, "save", lambda *_: 1 / 0)
        desk.save()
    (output,) = desk.now(job).outputs
    assert output.attempts == 1 and output.problem and output.try_at
    desk.clock.pass_by(5)
    desk.save()
    assert desk.now(job).outputs[0].is_saved


def test_a_hidden_job_comes_back_when_it_ends(desk: Desk) -> None:
    job = desk.submit()
    desk.send()
    desk.client.hide(job.id)
    assert desk.client.recent(Kind.IMAGE, 20) == []
    done(desk, job)
    assert [found.id for found in desk.client.recent(Kind.IMAGE, 20)] == [job.id]


def test_another_accounts_jobs_can_be_neither_seen_nor_touched(desk: Desk) -> None:
    account = replace(desk.client.account, id="other")
    other = replace(desk.client, running=replace(desk.running, account=account))
    job = desk.submit()
    assert other.job(job.id) is None and other.recent(Kind.IMAGE, 20) == []
    assert not other.cancel(job.id)
    other.hide(job.id)
    assert desk.now(job).state is State.QUEUED and desk.now(job).hidden_at is None
    order(desk.sandbox, "fault", kind="gateway")
    desk.send()
    other.dismiss(job.id)
    (task_id,) = desk.sandbox.backend.tasks
    other.bring_home(desk.now(job), task_id)
    assert desk.now(job).state is State.UNCONFIRMED


def test_an_unconfirmed_job_of_two_images_takes_both_ids(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    desk.client.bring_home(desk.now(job), ", ".join(desk.sandbox.backend.tasks))
    assert len(done(desk, job).succeeded) == 2


def test_an_adopted_video_becomes_a_video(desk: Desk) -> None:
    owner = desk.sandbox.backend.owner(KEY)
    (task,) = desk.sandbox.backend.submit(owner, "/v1/generation/text-to-video", {"model": "SEEDANCE_2_0", **VIDEO})
    job = done(desk, desk.client.adopt(task.id, "adopt:1"))
    assert (job.kind, job.mode, len(job.outputs)) == (Kind.VIDEO, "text_to_video", 1)


def test_a_worker_survives_what_a_step_runs_into() -> None:
    steps: list[int] = []

    def step() -> float:
        steps.append(1)
        if len(steps) == 1:
            raise RuntimeError("a defect")
        return 60.0

    worker = Worker("test", step)
    worker.start()
    until(lambda: len(steps) == 1)
    worker.wake()
    until(lambda: len(steps) == 2)
    worker.stop()


def test_one_studio_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "studio.lock"
    with lock.hold(file):
        with pytest.raises(SettingsError, match="Another studio"), lock.hold(file):
            pass
    with lock.hold(file):
        pass
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(SettingsError, match="cannot be used"), lock.hold(tmp_path / "taken" / "studio.lock"):
        pass


def test_no_key_is_in_the_ledger(desk: Desk, tmp_path: Path) -> None:
    desk.submit()
    desk.send()
    desk.ask()
    with desk.ledger.database.read() as connection:
        rows = [str(connection.execute(table.select()).all()) for table in tables.metadata.sorted_tables]
    assert "Two hills" in "".join(rows) and KEY not in "".join(rows)
    desk.ledger.close()
    assert KEY.encode() not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
