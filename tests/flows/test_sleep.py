"""A laptop that slept: the process stands still at some moment, its connections die meanwhile, and then it goes on."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox import drawing
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.archive.archive import Archive
from studio.client import Client
from studio.core.account import Account
from studio.core.evidence import Verdict
from studio.core.values import Draft, Job, State
from studio.engine import keys
from studio.engine.runtime import Runtime, build
from studio.ledger.ledger import Ledger, open_ledger
from studio.weryai.api import WeryAI
from studio.weryai.modes import TEXT_TO_IMAGE
from tests.conftest import IMAGE, KEY, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.fault_matrix import tiny_picture

DRAFT = Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE)


def built(address: str, ledger: Ledger, folder: Path) -> Runtime:
    account = Account("test", address, keys.shown(KEY), is_local=True)
    ledger.accounts.add_if_new(account)
    return build(account, KEY, address, ledger, Archive((folder / "archive").as_uri()))


def awake(address: str, folder: Path, told: Connection) -> None:
    """A studio at work in real time, that is given the names of jobs to submit."""
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    runtime = built(address, ledger, folder)
    runtime.start()
    while name := told.recv():
        told.send(Client(runtime, ledger).jobs.submit(DRAFT, name, wait=0).id)


@dataclass
class Laptop:
    process: BaseProcess
    told: Connection
    client: Client
    sandbox: Sandbox

    def submit(self, name: str) -> str:
        self.told.send(name)
        return str(self.told.recv())

    def sleep(self) -> None:
        os.kill(self.process.pid or 0, signal.SIGSTOP)

    def wake(self) -> None:
        os.kill(self.process.pid or 0, signal.SIGCONT)

    def cut(self) -> None:
        """Every connection that there is dies, as the router between forgets it."""
        for one in list(self.sandbox._server.server_state.connections):
            one.loop.call_soon_threadsafe(one.transport.abort)
        until(lambda: not self.sandbox._server.server_state.connections)

    def is_sent(self) -> bool:
        return bool(self.sandbox.backend.tasks)

    def job(self, job_id: str) -> Job:
        found = self.client.jobs.get(job_id)
        assert found
        return found

    def is_saved(self, job_id: str) -> bool:
        job = self.job(job_id)
        return job.state is State.FINISHED and bool(job.outputs) and not job.unsaved

    @property
    def posts(self) -> int:
        return self.sandbox.backend.posts.total()


@pytest.fixture
def laptop(sandbox: Sandbox, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Laptop]:
    monkeypatch.setattr(drawing, "draw", tiny_picture)
    sandbox.backend.policy = Policy("once")
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=awake, args=(sandbox.url, tmp_path, theirs))
    process.start()
    theirs.close()
    runtime = built(sandbox.url, ledger, tmp_path)
    yield Laptop(process, ours, Client(runtime, ledger), sandbox)
    process.kill()
    process.join()
    runtime.stop()


def test_connections_that_died_meanwhile_send_nothing_twice_and_lose_nothing(laptop: Laptop) -> None:
    first = laptop.submit("before")
    until(lambda: laptop.is_saved(first))
    laptop.sandbox.backend.policy = Policy("reads", image=10_000)
    still_open = laptop.submit("open")
    until(lambda: laptop.job(still_open).state is State.OPEN)
    laptop.sleep()
    laptop.cut()
    laptop.sandbox.backend.policy = Policy("once")
    laptop.wake()
    after = laptop.submit("after")
    until(lambda: laptop.is_saved(still_open) and laptop.is_saved(after))
    assert (laptop.posts, len(laptop.sandbox.backend.tasks)) == (3, 3)


class Router:
    """Passes on what comes, until it forgets its connections: then they are neither closed nor of any use."""

    def __init__(self, address: str) -> None:
        self._there = urlsplit(address)
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def forget(self) -> None:
        self._open.clear()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                theirs = socket.create_connection((str(self._there.hostname), self._there.port or 0))
                self._open += [ours, theirs]
                for ends in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, start: socket.socket, end: socket.socket) -> None:
        with suppress(OSError):
            while piece := start.recv(65536):
                if start in self._open:
                    end.sendall(piece)


def test_a_submission_does_not_leave_over_a_connection_that_may_be_dead(sandbox: Sandbox) -> None:
    router = Router(sandbox.url)
    api = WeryAI(Account("test", router.url, "sk-…343e"), KEY, router.url, lambda _: None)
    api._api.read_seconds = 2.0
    api.balance()
    router.forget()
    accepted = api.submit(TEXT_TO_IMAGE, {"model": "WERYAI_IMAGE_2_0", **IMAGE}, job="job_1")
    assert (accepted.task_ids, sandbox.backend.posts.total()) == (tuple(sandbox.backend.tasks), 1)
    router.close()


@pytest.mark.parametrize("answer", ["was lost", "came meanwhile"])
def test_a_post_whose_answer_falls_into_the_sleep_is_not_sent_again(laptop: Laptop, answer: str) -> None:
    order(laptop.sandbox, "fault", kind="slow", seconds=1.0)
    name = laptop.submit("slept through")
    until(laptop.is_sent)
    laptop.sleep()
    state = laptop.sandbox._server.server_state
    if answer == "was lost":
        laptop.cut()
    else:
        until(lambda: not state.tasks)
    laptop.wake()
    if answer == "was lost":
        until(lambda: laptop.job(name).measured_at)
        job = laptop.job(name)
        assert (job.state, laptop.client.jobs.evidence(job).verdict) == (State.UNCONFIRMED, Verdict.PROBABLY)
    else:
        until(lambda: laptop.is_saved(name))
    after = laptop.submit("after")
    until(lambda: laptop.is_saved(after))
    assert (laptop.posts, len(laptop.sandbox.backend.tasks)) == (2, 2)
