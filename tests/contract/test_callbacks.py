"""What comes of a call of WeryAI's: a hint to ask, never believed, and never lost."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sandbox.dialect import Dialect
from studio.core.errors import LedgerError
from studio.core.values import Job, State
from studio.engine.runtime import build
from studio.ledger.callbacks import MOST_A_JOB, CallbackLedger
from studio.webhooks.inbox import Callbacks
from studio.webhooks.urls import TEST, Webhooks
from studio.weryai import wire
from tests.conftest import IMAGE, KEY, VIDEO, Desk, calls_of, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API

POSTS = {"text_to_image": "/v1/generation/text-to-image", "text_to_video": "/v1/generation/text-to-video"}


@pytest.fixture
def callbacks(desk: Desk) -> Callbacks:
    return Callbacks(desk.ledger, lambda account: desk.running if account == "test" else None, desk.clock)


def told(desk: Desk, task_id: str = "", calls: str = "guide", **changes: Any) -> bytes:
    """A callback in the words of the guide or of a user's handler, about a task of the sandbox or another one."""
    task = next(iter(desk.sandbox.backend.tasks.values()))
    body = Dialect(calls=calls).callback(replace(task, status="succeed"), "https://cdn.weryai.com/x.png")
    body["data"] |= {"task_id": task_id or task.id, **changes}
    return json.dumps(body).encode()


def called(callbacks: Callbacks, desk: Desk, job: Job, body: bytes) -> str:
    """WeryAI calls; returns what the ledger says that it led to."""
    callbacks.receive(job.id, body)
    callbacks.step()
    last = desk.ledger.callbacks.newest("test")
    assert last and last.job == job.id
    return last.outcome


def unconfirmed(desk: Desk, count: int = 1, **fault: Any) -> Job:
    order(desk.sandbox, "fault", kind="gateway", **fault)
    job = desk.submit({**IMAGE, "image_number": count})
    desk.send()
    assert desk.now(job).state is State.UNCONFIRMED
    return job


def finished(desk: Desk, job: Job) -> Job:
    for _ in range(3):
        desk.ask()
    desk.save()
    return desk.now(job)


def test_a_call_is_asked_about_at_once_and_not_believed(desk: Desk, callbacks: Callbacks) -> None:
    job = desk.submit()
    desk.send()
    before = desk.calls()
    assert called(callbacks, desk, job, told(desk)) == "checked right away"
    desk.track()
    assert desk.calls() == before + 1, "without waiting for its turn"
    assert (desk.now(job).state, desk.now(job).outputs) == (State.OPEN, ()), "the call said that it is done"
    assert finished(desk, job).state is State.FINISHED


def test_a_call_while_an_older_answer_is_on_its_way_is_asked_about_once_more(desk: Desk, callbacks: Callbacks) -> None:
    job = desk.submit()
    desk.send()
    task, rings = desk.running.api.task, [job]

    def while_it_rings(*args: Any, **words: Any) -> Any:
        answer = task(*args, **words)
        if rings:
            called(callbacks, desk, rings.pop(), told(desk))
        return answer

    desk.running.api.task = while_it_rings  # type: ignore[method-assign]
    desk.ask()
    before = desk.calls()
    desk.clock.pass_by(1)
    desk.track()
    assert desk.calls() == before + 1


@pytest.mark.parametrize("body", [b"", b"{}", b"nonsense \xff", b"[1]", b'{"data": {"task_id": 7.5}}', b"[" * 9000])
def test_a_body_that_says_nothing_is_still_a_hint_to_ask(desk: Desk, callbacks: Callbacks, body: bytes) -> None:
    job = desk.submit()
    desk.send()
    assert called(callbacks, desk, job, body) == "checked right away"


def test_a_call_brings_home_the_task_of_a_job_whose_reply_was_lost(desk: Desk, callbacks: Callbacks) -> None:
    job = unconfirmed(desk)
    assert called(callbacks, desk, job, told(desk)) == "job recovered"
    assert desk.now(job).state is State.OPEN
    assert called(callbacks, desk, job, told(desk)) == "checked right away", "the same call again does no harm"
    job = finished(desk, job)
    assert (job.state, len(job.outputs), desk.sandbox.backend.posts[POSTS["text_to_image"]]) == (State.FINISHED, 1, 1)
    assert called(callbacks, desk, job, told(desk)) == "nothing to check"


@pytest.mark.parametrize(("calls", "word"), [("guide", "SUCCESS"), ("lower", "succeed")])
def test_a_call_is_read_in_both_spellings(desk: Desk, callbacks: Callbacks, calls: str, word: str) -> None:
    job = unconfirmed(desk)
    body = told(desk, calls=calls)
    assert json.loads(body)["data"]["task_status"] == word
    assert called(callbacks, desk, job, body) == "job recovered"
    assert finished(desk, job).state is State.FINISHED


def test_four_calls_bring_home_four_tasks_in_any_order_also_after_the_first_is_done(
    desk: Desk, callbacks: Callbacks
) -> None:
    job = unconfirmed(desk, count=4)
    first, *others = reversed(desk.sandbox.backend.tasks)
    called(callbacks, desk, job, told(desk, first))
    half = finished(desk, job)
    assert (half.state, desk.client.word(half), half.missing) == (State.FINISHED, "1 of 4", 3)
    for name in others:
        assert called(callbacks, desk, job, told(desk, name)) == "job recovered"
    whole = finished(desk, job)
    assert (desk.client.word(whole), whole.missing) == ("Succeeded", 0)
    assert {task.task_id for task in whole.tasks} == set(desk.sandbox.backend.tasks)


def test_a_call_that_is_quicker_than_the_reply_loses_none_of_them(desk: Desk, callbacks: Callbacks) -> None:
    submit = desk.running.api.submit

    def overtaken(*args: Any, job: str) -> Any:
        answer = submit(*args, job=job)
        called(callbacks, desk, desk.ledger.jobs.get(job) or pending, told(desk))
        return answer

    desk.running.api.submit = overtaken  # type: ignore[method-assign, assignment]
    pending = desk.submit({**IMAGE, "image_number": 3})
    desk.send()
    job = finished(desk, pending)
    assert (desk.client.word(job), len(job.succeeded), bool(job.batch_id)) == ("Succeeded", 3, True)


@pytest.mark.parametrize("state", [State.QUEUED, State.REFUSED, State.CANCELLED, State.DISMISSED])
def test_a_task_that_was_accepted_after_all_is_followed_and_never_sent_again(
    desk: Desk, callbacks: Callbacks, state: State
) -> None:
    """An API may say no, or that it is full, and do it all the same."""
    job = unconfirmed(desk)
    desk.ledger.jobs.change(job.id, state=state)
    called(callbacks, desk, job, told(desk))
    desk.send()
    assert finished(desk, job).state is State.FINISHED
    assert desk.sandbox.backend.posts[POSTS["text_to_image"]] == 1


def test_a_task_that_weryai_does_not_know_is_not_taken(desk: Desk, callbacks: Callbacks) -> None:
    job = unconfirmed(desk)
    assert called(callbacks, desk, job, told(desk, "task_made_up")) == "not confirmed"
    assert desk.now(job).state is State.UNCONFIRMED
    desk.clock.pass_by(660)
    callbacks.step()
    before = desk.calls()
    desk.clock.pass_by(660)
    callbacks.step()
    assert desk.calls() == before, "it is not asked about for ever"


def test_a_task_of_another_job_is_not_taken(desk: Desk, callbacks: Callbacks) -> None:
    other = desk.submit()
    desk.send()
    job = unconfirmed(desk)
    assert called(callbacks, desk, job, told(desk)) == "named another job's task"
    assert (desk.now(job).state, len(desk.now(other).tasks)) == (State.UNCONFIRMED, 1)


def test_more_tasks_than_were_asked_for_are_not_taken(desk: Desk, callbacks: Callbacks) -> None:
    job = desk.submit()
    desk.send()
    owner = desk.sandbox.backend.owner(KEY)
    (foreign,) = desk.sandbox.backend.submit(owner, POSTS["text_to_video"], {"model": "SEEDANCE_2_0", **VIDEO})
    called(callbacks, desk, job, told(desk, foreign.id))
    assert len(desk.now(job).tasks) == 1


@pytest.mark.parametrize("kind", ["gateway", "cut-before", "empty"])
def test_a_call_that_cannot_be_confirmed_now_is_looked_into_again(desk: Desk, callbacks: Callbacks, kind: str) -> None:
    job = unconfirmed(desk)
    order(desk.sandbox, "fault", kind=kind, on="task", times=2)
    assert called(callbacks, desk, job, told(desk)) == "not confirmed"
    for _ in range(2):
        desk.clock.pass_by(30)
        callbacks.step()
    assert desk.now(job).state is State.OPEN


def test_a_call_that_cannot_be_written_down_is_kept_until_it_can(
    desk: Desk, callbacks: Callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    job = unconfirmed(desk)
    with monkeypatch.context() as broken:
        broken.setattr(CallbackLedger, "record", locked)
        callbacks.receive(job.id, told(desk))
        for _ in range(3):
            with pytest.raises(LedgerError):
                callbacks.step()
    callbacks.step()
    assert desk.now(job).state is State.OPEN


def test_a_call_that_came_before_a_restart_or_without_its_key_is_looked_into_afterwards(desk: Desk) -> None:
    job = unconfirmed(desk)
    without_key = Callbacks(desk.ledger, lambda _: None, desk.clock)
    assert called(without_key, desk, job, told(desk)) == "waiting for its key"
    desk.clock.pass_by(3600)
    Callbacks(desk.ledger, lambda _: desk.running, desk.clock).step()
    assert desk.now(job).state is State.OPEN


def test_a_call_about_no_job_and_a_test_do_nothing(desk: Desk, callbacks: Callbacks) -> None:
    callbacks.receive("job_unknown", b"{}")
    callbacks.receive(TEST, b"")
    callbacks.step()
    last = desk.client.last_callback()
    assert last and (last.job, last.outcome) == (TEST, "arrived")
    assert desk.client.busy() == 0


def test_many_calls_about_one_job_fill_no_disk(desk: Desk, callbacks: Callbacks) -> None:
    for number in range(MOST_A_JOB + 20):
        desk.clock.pass_by(1)
        callbacks.receive("job_x", str(number).encode())
    callbacks.step()
    with desk.ledger.database.read() as connection:
        (count,) = connection.exec_driver_sql("SELECT count(*) FROM callbacks").one()
    assert count == MOST_A_JOB


def test_a_submission_names_an_address_with_a_secret_of_its_own_which_is_written_nowhere(desk: Desk) -> None:
    webhooks = Webhooks("https://studio.example.com/below", "a key")
    desk.running.dispatcher.webhook = webhooks.address
    jobs = [desk.submit(), desk.submit()]
    for _ in jobs:
        desk.send()
    given = [task.body["webhook_url"] for task in desk.sandbox.backend.tasks.values()]
    assert given == [webhooks.address(job.id, desk.client.account) for job in jobs]
    secrets = [address.split("/")[-2] for address in given]
    assert len({*secrets}) == 2 and all(len(secret) == 32 for secret in secrets)
    assert webhooks.is_valid(secrets[0], jobs[0].id)
    assert not webhooks.is_valid(secrets[0], jobs[1].id)
    assert not webhooks.is_valid("", jobs[0].id) and not Webhooks().is_valid("", jobs[0].id)
    calls = calls_of(desk.ledger, "test")
    said = " ".join(call.request_body + call.response_body for call in calls)
    assert "webhooks/weryai" in said and not any(secret in said for secret in secrets)
    assert "webhook_url" not in desk.now(jobs[0]).inputs


def test_a_mode_that_takes_no_webhook_is_sent_without_one_from_then_on(desk: Desk) -> None:
    desk.running.dispatcher.webhook = Webhooks("https://studio.example.com", "a key").address
    order(desk.sandbox, "dialect", webhook="unknown")
    for posts, count in ((2, 1), (3, 2)):
        job = desk.submit(VIDEO, "text_to_video")
        desk.send()
        assert desk.now(job).state is State.OPEN
        assert desk.sandbox.backend.posts[POSTS["text_to_video"]] == posts
        assert len(desk.sandbox.backend.tasks) == count, "what was refused started nothing"


def test_an_address_of_this_machine_is_given_to_the_sandbox_only(desk: Desk) -> None:
    here = Webhooks("http://127.0.0.1:8501", "a key")
    assert here.address("job_1", desk.client.account)
    assert here.address("job_1", replace(desk.client.account, is_local=False)) == ""
    running = build(desk.client.account, KEY, desk.sandbox.url, desk.ledger, desk.archive, webhooks=here)
    assert running.dispatcher.webhook("job_1", desk.client.account) == here.address("job_1", desk.client.account)
    running.stop()


@pytest.mark.parametrize("data", [{"task_id": "t"}, {"taskId": "t"}, [{"task_id": "t"}, {"task_id": "t"}, 3]])
def test_a_body_names_its_tasks_in_every_shape(data: Any) -> None:
    assert wire.named_tasks(json.dumps({"status": 0, "data": data})) == ("t",)
