"""Two of everything on one job, at the same moment: it is one job, and it is sent once."""

import multiprocessing
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sandbox import drawing
from sandbox.server import Sandbox
from studio.core.values import Draft, State
from studio.ledger.ledger import open_ledger
from tests.conftest import IMAGE, KEY, Desk, open_desk
from tests.lives import in_a_process, only_sent, opened, press
from tests.matrix import Matrix, seen, tiny_picture

ROUNDS = 6
DRAFT = Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "draw", tiny_picture)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Let these be done at the same moment, each by a thread of its own."""
    barrier = threading.Barrier(len(acts))

    def act(one: Callable[[], Any]) -> Any:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


def test_one_submission_twice_is_one_job_and_one_post(desk: Desk, matrix: Matrix) -> None:
    first, second = (desk.client.submit(DRAFT, "same", wait=0) for _ in range(2))
    assert first.id == second.id
    for _ in range(3):
        desk.send()
    matrix.prove("twice", "one submission, one after the other", desk, first)


def test_one_submission_by_two_threads_at_once_is_one_job_and_one_post(desk: Desk, matrix: Matrix) -> None:
    for number in range(ROUNDS):
        before = seen(desk.sandbox)
        first, second = together(*2 * [partial(desk.client.submit, DRAFT, f"same:{number}", wait=0)])
        assert first.id == second.id
        for _ in range(2):
            desk.send()
        matrix.prove("twice", "one submission, at once", desk, first, before=before)


def test_two_that_take_the_same_job_send_it_once(desk: Desk, matrix: Matrix) -> None:
    job = desk.now(desk.submit())
    for _ in range(2):
        desk.running.dispatcher.send(job)
    matrix.prove("twice", "one job sent, one after the other", desk, job)


def test_two_dispatchers_on_one_ledger_send_each_job_once(desk: Desk, url: str, tmp_path: Path, matrix: Matrix) -> None:
    with closing(open_ledger(url)) as ledger:
        other = open_desk(desk.sandbox, ledger, tmp_path / "other")
        for _ in range(ROUNDS):
            job, before = desk.now(desk.submit()), seen(desk.sandbox)
            together(*(partial(one.running.dispatcher.send, job) for one in (desk, other)))
            assert desk.now(job).state is State.OPEN
            matrix.prove("twice", "two dispatchers on one ledger", desk, job, before=before)
        other.running.stop()
    assert desk.sandbox.backend.balance(desk.sandbox.backend.owner(KEY)) == 1000 - 7 * ROUNDS


def test_two_processes_on_one_ledger_send_each_job_once(sandbox: Sandbox, empty: Path, matrix: Matrix) -> None:
    for number in range(3):
        folder, before = shutil.copytree(empty, empty.parent / str(number)), seen(sandbox)
        with opened(folder, sandbox) as desk:
            job = press(desk)
            barrier = multiprocessing.get_context("forkserver").Barrier(2)
            together(*2 * [partial(in_a_process, only_sent, sandbox, barrier, folder)])
            assert desk.now(job).state is State.OPEN
            matrix.prove("twice", "two processes on one ledger", desk, job, before=before)
