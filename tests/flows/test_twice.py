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
from tests.conftest import IMAGE, KEY, Harness, open_harness
from tests.fault_matrix import Matrix, seen, tiny_picture
from tests.killed_process import in_a_process, only_sent, opened, press

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


def test_one_submission_twice_is_one_job_and_one_post(harness: Harness, matrix: Matrix) -> None:
    first, second = (harness.client.jobs.submit(DRAFT, "same", wait=0) for _ in range(2))
    assert first.id == second.id
    for _ in range(3):
        harness.send()
    matrix.prove("twice", "one submission, one after the other", harness, first)


def test_one_submission_by_two_threads_at_once_is_one_job_and_one_post(harness: Harness, matrix: Matrix) -> None:
    for number in range(ROUNDS):
        before = seen(harness.sandbox)
        first, second = together(*2 * [partial(harness.client.jobs.submit, DRAFT, f"same:{number}", wait=0)])
        assert first.id == second.id
        for _ in range(2):
            harness.send()
        matrix.prove("twice", "one submission, at once", harness, first, before=before)


def test_two_that_take_the_same_job_send_it_once(harness: Harness, matrix: Matrix) -> None:
    job = harness.now(harness.submit())
    for _ in range(2):
        harness.runtime.dispatcher.send(job)
    matrix.prove("twice", "one job sent, one after the other", harness, job)


def test_two_dispatchers_on_one_ledger_send_each_job_once(
    harness: Harness, url: str, tmp_path: Path, matrix: Matrix
) -> None:
    with closing(open_ledger(url)) as ledger:
        other = open_harness(harness.sandbox, ledger, tmp_path / "other")
        for _ in range(ROUNDS):
            job, before = harness.now(harness.submit()), seen(harness.sandbox)
            together(*(partial(one.runtime.dispatcher.send, job) for one in (harness, other)))
            assert harness.now(job).state is State.OPEN
            matrix.prove("twice", "two dispatchers on one ledger", harness, job, before=before)
        other.runtime.stop()
    assert harness.sandbox.backend.balance(harness.sandbox.backend.owner(KEY)) == 1000 - 7 * ROUNDS


def test_two_processes_on_one_ledger_send_each_job_once(sandbox: Sandbox, empty: Path, matrix: Matrix) -> None:
    for number in range(3):
        folder, before = shutil.copytree(empty, empty.parent / str(number)), seen(sandbox)
        with opened(folder, sandbox) as harness:
            job = press(harness)
            barrier = multiprocessing.get_context("forkserver").Barrier(2)
            together(*2 * [partial(in_a_process, only_sent, sandbox, barrier, folder)])
            assert harness.now(job).state is State.OPEN
            matrix.prove("twice", "two processes on one ledger", harness, job, before=before)
