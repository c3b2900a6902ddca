"""Everything comes back: the server is killed with 200 open tasks, some end while it is dead, and it starts again.

    python -m benchmarks.comes_back [rounds]

In each of five rounds `streamlit run app.py` follows 200 jobs of one task and is killed (SIGKILL). Of their tasks the
sandbox then lets a third succeed and a sixth fail; the rest are being worked on. The server starts again, a page is
asked for as soon as it answers at all, and the tasks in the ledger are compared with the sandbox's. From the page's
first request are counted: until the ledger has the right state of all, until the page was drawn once, and until a drawn
page says the right number of open jobs. Beside it what the process took to start, in which the tracker is at work
already. Half a minute a round.
"""

import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks import stage
from benchmarks.sessions import Session
from sandbox import media
from sandbox.server import Sandbox
from sandbox.tasks import OPEN, Policy
from studio.core.values import Status
from studio.ledger.ledger import Ledger
from studio.ledger.tables import tasks
from tests.browser.studio import Studio

TASKS, ROUNDS, MOST = 200, 5, 2.0
LONGEST = 60.0
SEEN = 10.0  # seconds of life before it is killed: every task was asked about
ENDS = {"succeed": Status.SUCCEEDED, "failed": Status.FAILED, "stuck": Status.PROCESSING}
OUTCOMES = ["succeed", "stuck", "succeed", "failed", "stuck", "stuck"]


@dataclass
class Figures:
    """Seconds: of the start, and from the page's first request on."""

    start: float
    at_first: int = 0
    right: int = 0
    ledger: float = LONGEST
    drawn: float = LONGEST
    shown: float = LONGEST

    def line(self, name: str) -> str:
        return (
            f"{name:<10}{self.start:>10.2f} s{self.at_first:>12}{self.ledger:>12.2f} s{self.drawn:>8.2f} s"
            f"{self.shown:>8.2f} s{self.right:>8} of {TASKS}"
        )


def round_trip() -> Figures:
    """One life, one death, and what came back."""
    sandbox = Sandbox(policy=Policy(image=1e6), credits=1e6).start()
    sandbox.backend.next_outcomes.extend((OUTCOMES * TASKS)[:TASKS])
    with stage.studio(TASKS, sandbox=sandbox) as server:
        time.sleep(SEEN)
        server.kill()
        sandbox.backend.policy = Policy("once")
        stage.lay_out(sandbox, media.picture("Two hills and a sun", "1:1", 5))
        right = {task.id: ENDS[task.outcome] for task in sandbox.backend.tasks.values()}
        ledger = stage.ledger_of(server)
        began = time.monotonic()
        server.start()
        figures = Figures(time.monotonic() - began)
        asyncio.run(come_back(server, ledger, right, figures))
        ledger.close()
        assert {task.status in OPEN for task in sandbox.backend.tasks.values()} == {True, False}
    return figures


async def come_back(server: Studio, ledger: Ledger, right: dict[str, Status], figures: Figures) -> None:
    """Visit the page and look into the ledger, each until it is right."""
    began = time.monotonic()
    figures.at_first = agreeing(ledger, right)
    await asyncio.gather(visit(server, right, figures, began), asyncio.to_thread(look, ledger, right, figures, began))
    figures.right = agreeing(ledger, right)


def look(ledger: Ledger, right: dict[str, Status], figures: Figures, began: float) -> None:
    while (found := agreeing(ledger, right)) < TASKS and time.monotonic() < began + LONGEST:
        time.sleep(0.05)
    if found == TASKS:
        figures.ledger = time.monotonic() - began


async def visit(server: Studio, right: dict[str, Status], figures: Figures, began: float) -> None:
    session = Session(server.url)
    socket = await session.open()
    figures.drawn = time.monotonic() - began
    number = f"({Counter(right.values())[Status.PROCESSING]}) "
    while not session.title.startswith(number) and time.monotonic() < began + LONGEST:
        await session.watch(socket, 0.2)
    if session.title.startswith(number):
        figures.shown = time.monotonic() - began
    await socket.close()


def agreeing(ledger: Ledger, right: dict[str, Status]) -> int:
    """How many tasks are in the ledger as they are at the sandbox."""
    with ledger.database.read() as connection:
        found = connection.execute(sa.select(tasks.c.task_id, tasks.c.status)).all()
    return sum(right[task_id] == status for task_id, status in found)


def main(rounds: int) -> None:
    print(f"{'':<10}{'start':>12}{'then right':>12}{'all right':>14}{'drawn':>10}{'shown':>10}{'at last':>15}")
    all_of_them = []
    for number in range(rounds):
        all_of_them.append(round_trip())
        print(all_of_them[-1].line(f"round {number + 1}"), flush=True)
    print(stage.verdict("tasks that are not right", sum(TASKS - one.right for one in all_of_them), 0, ""))
    print(stage.verdict("right and drawn, worst round", max(max(f.ledger, f.drawn) for f in all_of_them), MOST, " s"))
    print(stage.verdict("right number shown, worst round", max(f.shown for f in all_of_them), MOST, " s"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
