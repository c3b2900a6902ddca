"""Writes of the ledger and of the archive that fail, at every one of a job's life; everything goes on by itself."""

import random
import shutil
import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sandbox import drawing
from sandbox.server import Sandbox
from sandbox.tasks import Policy, SandboxTask
from studio.core.values import State
from studio.ledger.engine import _begin_sqlite
from tests.conftest import Harness
from tests.fault_matrix import Matrix, picture, seen, tiny_picture
from tests.killed_process import in_a_process, in_small_files, live_on, opened, press

HOW = {
    "locked": "another program holds the ledger",
    "before": "the ledger's commit fails",
    "after": "the ledger's commit is done, but fails",
}


class Trouble:
    """Makes a ledger's writes fail, from one of them on, so many in a row. `came` says whether it came to that."""

    def __init__(self, harness: Harness, how: str, first: int, failures: int) -> None:
        self._how, self._bad = how, range(first, first + failures)
        self._number, self.came = 0, False
        engine = harness.ledger.database.engine
        self._other = sqlite3.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)
        self._commit = engine.dialect.do_commit
        engine.dialect.do_commit = self._committed  # type: ignore[method-assign]
        sa.event.remove(engine, "begin", _begin_sqlite)
        sa.event.listen(engine, "begin", self._begin)

    def end(self) -> None:
        self._how = "not at all"
        self._other.close()

    def _begin(self, connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes"):
            self._count()
        _begin_sqlite(connection)

    def _count(self) -> None:
        self._number += 1
        self.came |= self._number in self._bad
        if self._how == "locked" and self._other.in_transaction is not (self._number in self._bad):
            self._other.execute("BEGIN EXCLUSIVE" if self._number in self._bad else "ROLLBACK")

    def _committed(self, dbapi_connection: Any) -> None:
        fails = self._number in self._bad
        if fails and self._how == "before":
            raise sqlite3.OperationalError("disk I/O error")
        self._commit(dbapi_connection)
        if fails and self._how == "after":
            raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.parametrize("failures", [1, 3])
@pytest.mark.parametrize("how", HOW)
def test_a_write_that_fails_at_any_point_of_a_jobs_life_loses_nothing_and_pays_once(
    sandbox: Sandbox, empty: Path, matrix: Matrix, monkeypatch: pytest.MonkeyPatch, how: str, failures: int
) -> None:
    monkeypatch.setattr(drawing, "draw", tiny_picture)
    sandbox.backend.policy = Policy("once")
    for write in count(1):
        folder, before = shutil.copytree(empty, empty.parent / str(write)), seen(sandbox)
        with opened(folder, sandbox, timeout=0.02) as harness:
            trouble = Trouble(harness, how, write, failures)
            for _ in range(failures + 1):
                live_on(harness)
            trouble.end()
            job = press(harness)
            # Written down as sent, and then not sent as the ledger failed: a person decides.
            never_sent = how == "after" and seen(sandbox) == before
            assert job.state is (State.UNCONFIRMED if never_sent else State.FINISHED), "it went on by itself"
            matrix.prove("write that fails", HOW[how], harness, job, before=before, posts=[0 if never_sent else 1])
        if not trouble.came:
            break
    assert write > 12, "a life has many writes"


@pytest.mark.parametrize("limit", [0, 20_000, 40_000, 70_000, 110_000, 150_000, 200_000, 400_000])
def test_files_that_may_not_grow_hold_up_a_job_and_nothing_more(
    sandbox: Sandbox, empty: Path, matrix: Matrix, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """With the largest limit the ledger has room, and the output has none."""
    monkeypatch.setattr(drawing, "draw", large_picture)
    sandbox.backend.policy = Policy("once")
    assert in_a_process(in_small_files, sandbox, limit, empty) == "held up"
    with opened(empty, sandbox) as harness:
        job = press(harness)
        assert job.state is State.FINISHED and not job.unsaved, "it went on by itself"
        matrix.prove("write that fails", "no file larger than 0 to 400 kB", harness, job)


def large_picture(task: SandboxTask, _backdrop: object = None) -> bytes:
    """A picture of noise, of a megabyte: no format makes it small."""
    return picture(random.Random(task.id).randbytes(3 * 600 * 600), 600)
