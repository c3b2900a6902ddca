"""A soak: the server under steady turnover, and what it holds every half minute.

    python -m benchmarks.soak [minutes]

`streamlit run app.py`, with room for 100 tasks at the API, always has 100 open ones: two people press Generate on the
Image page whenever there is room, and each task ends after a minute or two (log-normal), one in ten of them as
failed. 20 sessions tick beside them; every half minute two of them close and two others open. Noted are memory (RSS,
PSS), threads and open files, the least of each half minute, as a picture that is being checked takes 16 MB for a
moment; a line is laid through the second half of each, the first being warming up. It counts as growth when its slope
is more than twice its standard error and it rises by more than 1 % of what is held within that half; less is what
collections and collapsed sessions make (Linux). At the end everything is let end, and sandbox and ledger are compared.
Ten minutes, if nothing is said, and two more for the beginning and the end.
"""

import asyncio
import os
import re
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks import stage
from benchmarks.sessions import Session
from sandbox import media
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.core.values import Job, Kind, State, Status
from studio.ledger.ledger import Ledger
from tests.browser.studio import Studio
from tests.conftest import until

TASKS, SESSIONS, AUTHORS, MINUTES = 100, 20, 2, 10.0
EVERY, LOOK, MEDIAN, QUEUED = 30.0, 3.0, 75.0, 4
SERVER = """import sys
from streamlit.web.cli import main
from studio.engine import capacity
capacity.TASKS_AT_ONCE = 100
sys.argv = ["streamlit", "run", "app.py"]
main()
"""
Floats: TypeAlias = NDArray[np.float64]
NAMES = ("RSS MB", "PSS MB", "threads", "files")
BAD = re.compile(r"error|exception|traceback|warning|not recorded", re.IGNORECASE)


@dataclass
class Soak:
    """One run: who is there, what was pressed, and what the server held when."""

    server: Studio
    sandbox: Sandbox
    ledger: Ledger
    end: float
    picture: bytes
    sessions: list[Session] = field(default_factory=list)
    notes: list[tuple[float, ...]] = field(default_factory=list)
    pressed: int = 0
    numbers: "count[int]" = field(default_factory=count)

    @property
    def left(self) -> float:
        return max(0.0, self.end - time.monotonic())

    def account(self) -> str:
        with self.ledger.database.read() as connection:
            return str(connection.exec_driver_sql("SELECT min(account) FROM jobs").scalar())

    async def watcher(self, place: int) -> None:
        """One place among the sessions: who leaves is followed by somebody else."""
        lives = EVERY * (1 + place // 2)
        while self.left:
            session = Session(self.server.url)
            self.sessions.append(session)
            socket = await session.open()
            await session.watch(socket, min(lives, self.left))
            await socket.close()
            lives = EVERY * SESSIONS / 2

    async def author(self, account: str) -> None:
        """Press Generate whenever there is room for another job, or soon will be."""
        session = Session(self.server.url)
        socket = await session.open()
        while self.left:
            if self.ledger.jobs.busy(account) < TASKS + QUEUED:
                number = next(self.numbers)
                prompt = f"Picture {number}{' [fail]' if number % 10 == 9 else ''}"
                await session.press(socket, "Generate", Prompt=prompt)
                self.pressed += 1
            stage.lay_out(self.sandbox, self.picture)
            await asyncio.sleep(0.5)
        await socket.close()

    async def observer(self) -> None:
        began = time.monotonic()
        print(f"{'minute':>8}{''.join(f'{name:>10}' for name in NAMES)}{'jobs':>8}{'sessions':>10}{'load':>7}")
        while self.left:
            looks = []
            end = time.monotonic() + min(EVERY, self.left)
            while time.monotonic() < end:
                await asyncio.sleep(LOOK)
                looks.append(self.held())
            self.notes.append(((time.monotonic() - began) / 60, *map(min, zip(*looks, strict=True))))
            figures = "".join(f"{value:>10.0f}" for value in self.notes[-1][1:])
            there = f"{TASKS + self.pressed:>8}{len(self.sessions):>10}{os.getloadavg()[0]:>7.1f}"
            print(f"{self.notes[-1][0]:>8.1f}{figures}{there}", flush=True)

    def held(self) -> tuple[float, ...]:
        assert self.server.process
        process = Path(f"/proc/{self.server.process.pid}")
        return (*stage.megabytes(self.server), *(len(list((process / part).iterdir())) for part in ("task", "fd")))

    async def run(self) -> None:
        account = self.account()
        await asyncio.gather(
            *map(self.watcher, range(SESSIONS)), *(self.author(account) for _ in range(AUTHORS)), self.observer()
        )

    def finish(self) -> list[Job]:
        """Let everything end; returns the jobs that are not as they should be."""
        self.sandbox.backend.policy, account = Policy("once"), self.account()
        stage.lay_out(self.sandbox, self.picture)
        until(lambda: not self.ledger.jobs.busy(account) and not self.ledger.jobs.unsaved(account), 600)
        jobs = self.ledger.jobs.recent(account, Kind.IMAGE, TASKS + self.pressed + 1)
        known = {task.task_id for job in jobs for task in job.tasks}
        there = set(self.sandbox.backend.tasks)
        print(
            f"Generate pressed {self.pressed} times, {len(jobs) - TASKS} jobs of it; {len(known)} tasks in the ledger,"
        )
        print(f"{len(there)} at the sandbox, {len(known ^ there)} of them not the same")
        return [job for job in jobs if not self._is_right(job)]

    def _is_right(self, job: Job) -> bool:
        ends = {"succeed": Status.SUCCEEDED, "failed": Status.FAILED}
        right = all(ends[self.sandbox.backend.tasks[task.task_id].status] is task.status for task in job.tasks)
        return right and job.state is State.FINISHED and not job.unsaved


def growth(name: str, minutes: Floats, held: Floats) -> int:
    """Print the line through the second half of a figure; returns 1 when it counts as growth."""
    at, found = minutes[len(held) // 2 :], held[len(held) // 2 :]
    line = np.polyfit(at, found, 1)
    rest = found - np.polyval(line, at)
    error = float(np.sqrt(rest @ rest / max(1, len(at) - 2) / np.sum((at - at.mean()) ** 2)))
    share = line[0] * (at[-1] - at[0]) / found[0]
    fitted = f"{line[0] * 60:+.1f} an hour ± {error * 120:.1f} (95 %), {share:+.1%} in the second half"
    print(f"  {name}: {held[0]:.0f} at first, {held[-1]:.0f} at last; {fitted}")
    return int(line[0] > 2 * error and share > 0.01)


def main(minutes: float) -> None:
    sandbox = Sandbox(policy=Policy(image=MEDIAN, spread=0.4), credits=1e9).start()
    sandbox.backend.next_outcomes.extend(["succeed"] * TASKS)
    picture = media.picture("Two hills and a sun", "1:1", 5)
    with (
        stage.studio(TASKS, sandbox=sandbox, arguments=["-c", SERVER]) as server,
        closing(stage.ledger_of(server)) as ledger,
    ):
        soak = Soak(server, sandbox, ledger, time.monotonic() + minutes * 60, picture)
        asyncio.run(soak.run())
        wrong = soak.finish()
        bad = [line for line in server.log.splitlines() if BAD.search(line)]
    notes = np.array(soak.notes)
    ticks = [tick for session in soak.sessions for tick in session.ticks]
    grown = sum(growth(name, notes[:, 0], notes[:, place + 1]) for place, name in enumerate(NAMES))
    middle, late = (stage.percentile(ticks, percent) * 1000 for percent in (50, 95))
    print(f"{len(ticks)} ticks, median {middle:.0f} ms, p95 {late:.0f} ms")
    print(f"{len(bad)} lines of trouble in the log", *bad[:5], sep="\n  ")
    print(stage.verdict("figures that grow", grown, 0, ""))
    print(stage.verdict("ticks not answered", sum(session.lost for session in soak.sessions), 0, ""))
    print(stage.verdict("jobs not as they should be", len(wrong), 0, ""))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)
