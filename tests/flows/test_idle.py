"""An account with nothing to do has no thread and asks the ledger nothing; each thing that comes to do wakes it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from studio.client import Client
from studio.core.account import Account
from studio.core.errors import AuthenticationError, ConnectionFailed
from studio.core.values import Draft, Job, State, now
from studio.engine import dispatcher, keys, saver, send_pause, send_queue, tracker, uploader
from studio.engine.backoff import Backoff
from studio.engine.runtime import Runtime, build
from studio.engine.worker import Worker
from studio.webhooks.inbox import Inbox
from studio.weryai.wire import Accepted
from tests import pace
from tests.conftest import IMAGE, KEY, Harness, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the engine
from tests.flows.flow import POST
from tests.flows.webhook_calls import told
from tests.reference_files import add_reference
from tests.still_alarms import StillAlarms

DRAFT = Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE)


@dataclass
class Idle:
    """A runtime at work, whose workers nothing but a call can wake."""

    runtime: Runtime
    client: Client
    alarms: StillAlarms

    @property
    def workers(self) -> list[Worker]:
        runtime = self.runtime
        return [runtime.dispatcher.worker, runtime.tracker.worker, runtime.saver.worker, *runtime.uploader.workers]

    def rest(self) -> None:
        """Wait until there is nothing to do."""
        until(lambda: all(self.alarms.is_resting(worker) for worker in self.workers))

    def submit(self, name: str = "s") -> Job:
        return self.client.jobs.submit(DRAFT, name)

    def is_saved(self, job: Job) -> bool:
        found = self.client.jobs.get(job.id)
        return bool(found and found.state is State.FINISHED and found.outputs and not found.unsaved)


@pytest.fixture
def idle(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Iterator[Idle]:
    alarms = StillAlarms.used_by(monkeypatch)
    account = Account("test", harness.sandbox.url, keys.shown(KEY), is_local=True)
    with pace.quick():
        runtime = build(account, KEY, harness.sandbox.url, harness.ledger, harness.archive)
        runtime.start()
        found = Idle(runtime, Client(runtime, harness.ledger), alarms)
        found.rest()
        yield found
        runtime.stop()


def test_an_idle_account_looks_seldom_and_has_no_thread(idle: Idle) -> None:
    looks = (send_queue.IDLE, tracker.IDLE, saver.IDLE, uploader.IDLE, uploader.IDLE)
    assert [idle.alarms.pauses[worker.wake] for worker in idle.workers] == list(looks)
    assert min(looks) >= 30
    names = ("dispatcher", "tracker", "saver", "uploader")
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith(names)]


def test_a_whole_job_needs_no_look_and_leaves_the_account_idle(idle: Idle) -> None:
    job = idle.submit()
    until(lambda: idle.is_saved(job))
    idle.rest()
    assert idle.alarms.pauses[idle.runtime.tracker.worker.wake] == tracker.IDLE


def test_a_look_without_anything_to_do_is_a_handful_of_queries(idle: Idle) -> None:
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        for step in (idle.runtime.dispatcher.step, idle.runtime.tracker.step, idle.runtime.saver.step):
            assert step() >= 30
        assert idle.runtime.uploader.step() == uploader.IDLE
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) <= 5, asked


def test_a_key_that_works_again_wakes_what_waits(idle: Idle) -> None:
    idle.client.ledger.accounts.set_rejected("test", AuthenticationError("Invalid API Key"), now())
    job = idle.submit()
    idle.rest()
    found = idle.client.jobs.get(job.id)
    assert found and found.state is State.QUEUED
    idle.client.balance.refresh()
    until(lambda: idle.is_saved(job))


def test_a_callback_about_a_lost_answer_wakes_the_tracker(idle: Idle, harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="gateway")
    job = idle.submit()
    until(lambda: (found := idle.client.jobs.get(job.id)) and found.state is State.UNCONFIRMED and found.answered_at)
    idle.rest()
    inbox = Inbox(harness.ledger, lambda _account: idle.runtime)
    inbox.receive(job.id, told(harness))
    inbox.step()
    until(lambda: idle.is_saved(job))


def test_a_reference_wakes_the_uploader(idle: Idle, harness: Harness) -> None:
    reference = add_reference(harness)
    idle.runtime.uploader.begin(reference)
    until(lambda: idle.runtime.uploader.state(reference.sha256).is_there)


def test_a_person_who_wants_a_file_again_wakes_the_saver(idle: Idle, harness: Harness) -> None:
    job = idle.submit()
    until(lambda: idle.is_saved(job))
    idle.rest()
    found = idle.client.jobs.get(job.id)
    assert found
    harness.ledger.files.mark_lost(found.outputs[0], "The file is gone.")
    found = idle.client.jobs.get(job.id)
    assert found and found.unsaved
    idle.client.jobs.fetch_again(found)
    until(lambda: idle.is_saved(job))


def test_an_adopted_task_wakes_the_tracker(idle: Idle, harness: Harness) -> None:
    owner = harness.sandbox.backend.owner(KEY)
    (task,) = harness.sandbox.backend.submit(owner, POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})
    job = idle.client.tasks.adopt(task.id, "adopt")
    until(lambda: idle.is_saved(job))


def test_a_refusal_that_was_long_awaited_wakes_the_dispatcher(idle: Idle, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is in the queue again when the dispatcher looks elsewhere already."""
    monkeypatch.setattr(dispatcher, "SLOW_POST", 0.01)
    monkeypatch.setattr(send_pause, "UNREACHED", Backoff((1.0,)))
    answers, really = threading.Event(), idle.runtime.api.submit

    def late(*args: Any, **named: Any) -> Accepted:
        if not answers.is_set():
            assert answers.wait(20)
            raise ConnectionFailed("Nobody there.", may_have_acted=False)
        return really(*args, **named)

    monkeypatch.setattr(idle.runtime.api, "submit", late)
    job = idle.client.jobs.submit(DRAFT, "s", wait=0)
    until(lambda: idle.client.queue.is_sending(job.id) and idle.alarms.is_resting(idle.runtime.dispatcher.worker))
    answers.set()
    until(lambda: idle.is_saved(job))
