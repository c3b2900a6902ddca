"""What comes of a call of WeryAI's: a hint to ask, never believed, and never lost."""

import json
from dataclasses import replace
from typing import Any

import pytest

from studio.core.errors import LedgerError
from studio.core.values import Job, State
from studio.engine.runtime import build
from studio.ledger.callbacks import MAX_PER_JOB, CallbackLedger
from studio.webhooks.inbox import Inbox
from studio.webhooks.urls import TEST, WebhookUrls
from studio.weryai import wire
from tests.conftest import IMAGE, KEY, VIDEO, Harness, calls_of, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.flows.webhook_calls import called, told, unconfirmed

POSTS = {"text_to_image": "/v1/generation/text-to-image", "text_to_video": "/v1/generation/text-to-video"}


def finished(harness: Harness, job: Job) -> Job:
    for _ in range(3):
        harness.ask()
    harness.save()
    return harness.now(job)


def test_a_call_is_asked_about_at_once_and_not_believed(harness: Harness, callbacks: Inbox) -> None:
    job = harness.submit()
    harness.send()
    before = harness.calls()
    assert called(callbacks, harness, job, told(harness)) == "checked right away"
    harness.track()
    assert harness.calls() == before + 1, "without waiting for its turn"
    assert (harness.now(job).state, harness.now(job).outputs) == (State.OPEN, ()), "the call said that it is done"
    assert finished(harness, job).state is State.FINISHED


def test_a_call_while_an_older_answer_is_on_its_way_is_asked_about_once_more(
    harness: Harness, callbacks: Inbox
) -> None:
    job = harness.submit()
    harness.send()
    task, rings = harness.runtime.api.task, [job]

    def while_it_rings(*args: Any, **words: Any) -> Any:
        answer = task(*args, **words)
        if rings:
            called(callbacks, harness, rings.pop(), told(harness))
        return answer

    harness.runtime.api.task = while_it_rings  # type: ignore[method-assign]
    harness.ask()
    before = harness.calls()
    harness.clock.pass_by(1)
    harness.track()
    assert harness.calls() == before + 1


@pytest.mark.parametrize("body", [b"", b"{}", b"nonsense \xff", b"[1]", b'{"data": {"task_id": 7.5}}', b"[" * 9000])
def test_a_body_that_says_nothing_is_still_a_hint_to_ask(harness: Harness, callbacks: Inbox, body: bytes) -> None:
    job = harness.submit()
    harness.send()
    assert called(callbacks, harness, job, body) == "checked right away"


def test_a_call_brings_home_the_task_of_a_job_whose_reply_was_lost(harness: Harness, callbacks: Inbox) -> None:
    job = unconfirmed(harness)
    assert called(callbacks, harness, job, told(harness)) == "job recovered"
    assert harness.now(job).state is State.OPEN
    assert called(callbacks, harness, job, told(harness)) == "checked right away", "the same call again does no harm"
    job = finished(harness, job)
    assert (job.state, len(job.outputs), harness.sandbox.backend.posts[POSTS["text_to_image"]]) == (
        State.FINISHED,
        1,
        1,
    )
    assert called(callbacks, harness, job, told(harness)) == "nothing to check"


@pytest.mark.parametrize(("calls", "word"), [("guide", "SUCCESS"), ("lower", "succeed")])
def test_a_call_is_read_in_both_spellings(harness: Harness, callbacks: Inbox, calls: str, word: str) -> None:
    job = unconfirmed(harness)
    body = told(harness, calls=calls)
    assert json.loads(body)["data"]["task_status"] == word
    assert called(callbacks, harness, job, body) == "job recovered"
    assert finished(harness, job).state is State.FINISHED


def test_four_calls_bring_home_four_tasks_in_any_order_also_after_the_first_is_done(
    harness: Harness, callbacks: Inbox
) -> None:
    job = unconfirmed(harness, count=4)
    first, *others = reversed(harness.sandbox.backend.tasks)
    called(callbacks, harness, job, told(harness, first))
    half = finished(harness, job)
    assert (half.state, harness.client.jobs.word(half), half.missing) == (State.FINISHED, "1 of 4", 3)
    for name in others:
        assert called(callbacks, harness, job, told(harness, name)) == "job recovered"
    whole = finished(harness, job)
    assert (harness.client.jobs.word(whole), whole.missing) == ("Succeeded", 0)
    assert {task.task_id for task in whole.tasks} == set(harness.sandbox.backend.tasks)


def test_a_call_that_is_quicker_than_the_reply_loses_none_of_them(harness: Harness, callbacks: Inbox) -> None:
    submit = harness.runtime.api.submit

    def overtaken(*args: Any, job: str) -> Any:
        answer = submit(*args, job=job)
        called(callbacks, harness, harness.ledger.jobs.get(job) or pending, told(harness))
        return answer

    harness.runtime.api.submit = overtaken  # type: ignore[method-assign, assignment]
    pending = harness.submit({**IMAGE, "image_number": 3})
    harness.send()
    job = finished(harness, pending)
    assert (harness.client.jobs.word(job), len(job.succeeded), bool(job.batch_id)) == ("Succeeded", 3, True)


@pytest.mark.parametrize("state", [State.QUEUED, State.REFUSED, State.CANCELLED, State.DISMISSED])
def test_a_task_that_was_accepted_after_all_is_followed_and_never_sent_again(
    harness: Harness, callbacks: Inbox, state: State
) -> None:
    """An API may say no, or that it is full, and do it all the same."""
    job = unconfirmed(harness)
    harness.ledger.jobs.change(job.id, state=state)
    called(callbacks, harness, job, told(harness))
    harness.send()
    assert finished(harness, job).state is State.FINISHED
    assert harness.sandbox.backend.posts[POSTS["text_to_image"]] == 1


def test_a_task_that_weryai_does_not_know_is_not_taken(harness: Harness, callbacks: Inbox) -> None:
    job = unconfirmed(harness)
    assert called(callbacks, harness, job, told(harness, "task_made_up")) == "not confirmed"
    assert harness.now(job).state is State.UNCONFIRMED
    harness.clock.pass_by(660)
    callbacks.step()
    before = harness.calls()
    harness.clock.pass_by(660)
    callbacks.step()
    assert harness.calls() == before, "it is not asked about for ever"


def test_a_task_of_another_job_is_not_taken(harness: Harness, callbacks: Inbox) -> None:
    other = harness.submit()
    harness.send()
    job = unconfirmed(harness)
    assert called(callbacks, harness, job, told(harness)) == "named another job's task"
    assert (harness.now(job).state, len(harness.now(other).tasks)) == (State.UNCONFIRMED, 1)


def test_more_tasks_than_were_asked_for_are_not_taken(harness: Harness, callbacks: Inbox) -> None:
    job = harness.submit()
    harness.send()
    owner = harness.sandbox.backend.owner(KEY)
    (foreign,) = harness.sandbox.backend.submit(owner, POSTS["text_to_video"], {"model": "SEEDANCE_2_0", **VIDEO})
    called(callbacks, harness, job, told(harness, foreign.id))
    assert len(harness.now(job).tasks) == 1


@pytest.mark.parametrize("kind", ["gateway", "cut-before", "empty"])
def test_a_call_that_cannot_be_confirmed_now_is_looked_into_again(
    harness: Harness, callbacks: Inbox, kind: str
) -> None:
    job = unconfirmed(harness)
    order(harness.sandbox, "fault", kind=kind, on="task", times=2)
    assert called(callbacks, harness, job, told(harness)) == "not confirmed"
    for _ in range(2):
        harness.clock.pass_by(30)
        callbacks.step()
    assert harness.now(job).state is State.OPEN


def test_a_call_that_cannot_be_written_down_is_kept_until_it_can(
    harness: Harness, callbacks: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    job = unconfirmed(harness)
    with monkeypatch.context() as broken:
        broken.setattr(CallbackLedger, "record", locked)
        callbacks.receive(job.id, told(harness))
        for _ in range(3):
            with pytest.raises(LedgerError):
                callbacks.step()
    callbacks.step()
    assert harness.now(job).state is State.OPEN


def test_a_call_that_came_before_a_restart_or_without_its_key_is_looked_into_afterwards(harness: Harness) -> None:
    job = unconfirmed(harness)
    without_key = Inbox(harness.ledger, lambda _: None, harness.clock)
    assert called(without_key, harness, job, told(harness)) == "waiting for its key"
    harness.clock.pass_by(3600)
    Inbox(harness.ledger, lambda _: harness.runtime, harness.clock).step()
    assert harness.now(job).state is State.OPEN


def test_a_call_about_no_job_and_a_test_do_nothing(harness: Harness, callbacks: Inbox) -> None:
    callbacks.receive("job_unknown", b"{}")
    callbacks.receive(TEST, b"")
    callbacks.step()
    last = harness.client.calls.last_callback()
    assert last and (last.job, last.outcome) == (TEST, "arrived")
    assert harness.client.jobs.busy() == 0


def test_many_calls_about_one_job_fill_no_disk(harness: Harness, callbacks: Inbox) -> None:
    for number in range(MAX_PER_JOB + 20):
        harness.clock.pass_by(1)
        callbacks.receive("job_x", str(number).encode())
    callbacks.step()
    with harness.ledger.database.read() as connection:
        (count,) = connection.exec_driver_sql("SELECT count(*) FROM callbacks").one()
    assert count == MAX_PER_JOB


def test_a_submission_names_an_address_with_a_secret_of_its_own_which_is_written_nowhere(harness: Harness) -> None:
    webhooks = WebhookUrls("https://studio.example.com/below", "a key")
    harness.runtime.dispatcher.webhook = webhooks.address
    jobs = [harness.submit(), harness.submit()]
    for _ in jobs:
        harness.send()
    given = [task.body["webhook_url"] for task in harness.sandbox.backend.tasks.values()]
    assert given == [webhooks.address(job.id, harness.client.account) for job in jobs]
    secrets = [address.split("/")[-2] for address in given]
    assert len({*secrets}) == 2 and all(len(secret) == 32 for secret in secrets)
    assert webhooks.is_valid(secrets[0], jobs[0].id)
    assert not webhooks.is_valid(secrets[0], jobs[1].id)
    assert not webhooks.is_valid("", jobs[0].id) and not WebhookUrls().is_valid("", jobs[0].id)
    calls = calls_of(harness.ledger, "test")
    said = " ".join(call.request_body + call.response_body for call in calls)
    assert "webhooks/weryai" in said and not any(secret in said for secret in secrets)
    assert "webhook_url" not in harness.now(jobs[0]).inputs


def test_a_mode_that_takes_no_webhook_is_sent_without_one_from_then_on(harness: Harness) -> None:
    harness.runtime.dispatcher.webhook = WebhookUrls("https://studio.example.com", "a key").address
    order(harness.sandbox, "dialect", webhook="unknown")
    for posts, count in ((2, 1), (3, 2)):
        job = harness.submit(VIDEO, "text_to_video")
        harness.send()
        assert harness.now(job).state is State.OPEN
        assert harness.sandbox.backend.posts[POSTS["text_to_video"]] == posts
        assert len(harness.sandbox.backend.tasks) == count, "what was refused started nothing"


def test_an_address_of_this_machine_is_given_to_the_sandbox_only(harness: Harness) -> None:
    here = WebhookUrls("http://127.0.0.1:8501", "a key")
    assert here.address("job_1", harness.client.account)
    assert here.address("job_1", replace(harness.client.account, is_local=False)) == ""
    runtime = build(
        harness.client.account, KEY, harness.sandbox.url, harness.ledger, harness.archive, webhook=here.address
    )
    assert runtime.dispatcher.webhook("job_1", harness.client.account) == here.address("job_1", harness.client.account)
    runtime.stop()


@pytest.mark.parametrize("data", [{"task_id": "t"}, {"taskId": "t"}, [{"task_id": "t"}, {"task_id": "t"}, 3]])
def test_a_body_names_its_tasks_in_every_shape(data: Any) -> None:
    assert wire.named_tasks(json.dumps({"status": 0, "data": data})) == ("t",)
