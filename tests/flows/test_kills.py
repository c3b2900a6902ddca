"""The process is killed with SIGKILL before every step of a job's life, and a new one takes over what is there."""

import shutil
from itertools import count
from pathlib import Path

import pytest

from sandbox import drawing
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.core.values import State
from tests.fault_matrix import Matrix, seen, tiny_picture
from tests.killed_process import in_a_process, opened, press, until_killed

LANES = 3  # so that they can be killed side by side


@pytest.mark.parametrize("lane", range(1, LANES + 1))
def test_a_process_that_is_killed_at_any_step_has_lost_nothing_and_pays_once(
    sandbox: Sandbox, empty: Path, matrix: Matrix, monkeypatch: pytest.MonkeyPatch, lane: int
) -> None:
    """What is left after a step is what is there before the next one, so each is tried once."""
    monkeypatch.setattr(drawing, "draw", tiny_picture)
    sandbox.backend.policy = Policy("once")
    killed_before, step = "", 0
    for step in count(lane, LANES):
        folder, before = shutil.copytree(empty, empty.parent / str(step)), seen(sandbox)
        killed_before = in_a_process(until_killed, sandbox, step, folder)
        sent = seen(sandbox).posts - before.posts
        with opened(folder, sandbox) as harness:
            harness.clock.pass_by(1800)
            job = press(harness)
            assert sent <= 1, "whatever becomes of it"
            posts = sent if job.state is State.UNCONFIRMED else 1
            matrix.prove("killed before", killed_before or "nothing more", harness, job, before=before, posts=[posts])
        if not killed_before:
            break
    assert step > 30, "a life has many steps"
