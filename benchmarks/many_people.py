"""Many people: sessions on the Image page with eight open jobs, the server on one core.

    python -m benchmarks.many_people

The server is held on one core; websocket clients that listen as browsers do, and the sandbox, are on another. First
100 sessions, and every five seconds one of the jobs changes: the time from the ledger's commit until each session has
its card, with the new word. Beside it 100 sessions of a page with one text, drawn every two seconds: what Streamlit
itself takes. Then 1,000 sessions where nothing happens.
"""

import asyncio
import os
import re
import time
from dataclasses import dataclass
from itertools import product

from benchmarks import stage
from benchmarks.sessions import Session
from tests.browser.studio import Studio

PEOPLE, IDLE_PEOPLE, SECONDS, JOBS = 100, 1000, 60.0, 8
MOST, MOST_CORE, MOST_IDLE_CORE = 1.2, 35.0, 10.0
ONE_TEXT = """import time
import streamlit as st

@st.fragment(run_every=2)
def tick():
    st.text(time.time())

tick()
"""
# The studio, whose jobs change when the clock says so and not when they are asked about; it prints what it changed. All
# sessions come from one address here.
SERVER = """import sys, threading, time
from itertools import cycle
from unittest.mock import patch
from streamlit.web.cli import main
from components.session import services
from components.served import rate_limits
from studio.engine import polling
from studio.engine.tracker import Tracker
from studio.ledger.reports import TaskAnswer
from studio.core.values import State, Status, now

patch.object(rate_limits, "MAX_OPEN_PER_ADDRESS", rate_limits.MAX_OPEN).start()
patch.object(rate_limits, "_per_minute", lambda limit: rate_limits.RateLimit(100 * limit, rate_limits.MINUTE)).start()
patch.object(Tracker, "_query_due", lambda _tracker: 5.0).start()
patch.object(polling, "overdue_age", lambda _usual: 1e6).start()  # none of them gets overdue

def change():
    time.sleep(10)
    ledger, account = services.shared().ledger, services.shared().accounts.shared().account.id
    for status in cycle((Status.PROCESSING, Status.WAITING)):
        for job in ledger.jobs.in_state(account, State.OPEN):
            if sys.argv[-1] == "changing":
                ledger.jobs.report(job.id, [TaskAnswer(job.tasks[0].id, status)], now())
                print("changed", job.id, status.value.capitalize(), time.time(), flush=True)
            time.sleep(5)

threading.Thread(target=change, daemon=True).start()
how, sys.argv = sys.argv[-1:], ["streamlit", "run", "app.py"]
sys.argv += ["--", *how]
main()
"""
CHANGED = re.compile(r"^changed (\S+) (\w+) ([\d.]+)$", re.MULTILINE)


@dataclass
class Watched:
    """Sessions that watched from one moment to another, and what the server used of its core meanwhile."""

    sessions: list[Session]
    began: float
    ended: float
    used: float


async def people(server: Studio, number: int, seconds: float) -> Watched:
    """Everybody comes, one after another; then all watch."""
    assert server.process
    sessions = [Session(server.url) for _ in range(number)]
    sockets = [await session.open() for session in sessions]
    watching = asyncio.gather(
        *(session.watch(socket, seconds + 5) for session, socket in zip(sessions, sockets, strict=True))
    )
    await asyncio.sleep(5)  # until all listen
    before, began = processor_seconds(server.process.pid), time.time()
    await asyncio.sleep(seconds)
    ended = time.time()
    used = (processor_seconds(server.process.pid) - before) / (ended - began)
    await watching
    await asyncio.gather(*(socket.close() for socket in sockets))
    return Watched(sessions, began, ended, used)


def seen(server: Studio, watched: Watched) -> tuple[list[float], int]:
    """Of all changes the seconds until each session had drawn them, and how many never were."""
    changes = [(job, word, float(at)) for job, word, at in CHANGED.findall(server.log)]
    timely = [change for change in changes if watched.began < change[2] < watched.ended - 2 * MOST]
    waits: list[float] = []
    for (job, word, at), session in product(timely, watched.sessions):
        drawn = (when for whose, said, when in session.drawn if (whose, said) == (job, word) and when > at)
        waits += [when - at for when in [next(drawn, None)] if when]
    return waits, len(timely) * len(watched.sessions) - len(waits)


def ticks(watched: Watched) -> list[float]:
    return [tick for session in watched.sessions for tick in session.ticks]


def line(name: str, server: Studio, times: list[float], lost: int, used: float) -> None:
    resident, share = stage.megabytes(server)
    figures = [stage.percentile(times, 50), stage.percentile(times, 95), max(times)] if times else [0.0] * 3
    print(
        f"{name:<22}{len(times):>7}{lost:>8}{figures[0] * 1000:>9.0f} ms{figures[1] * 1000:>7.0f} ms"
        f"{figures[2] * 1000:>7.0f} ms{used:>8.1%}{resident:>9.0f} MB{share:>7.0f} MB",
        flush=True,
    )


def processor_seconds(process: int) -> float:
    """What a process has used of a core so far (Linux)."""
    with open(f"/proc/{process}/stat", encoding="ascii") as stat:  # noqa: PTH123
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    print(f"{JOBS} open jobs, {SECONDS:.0f} s each, load {os.getloadavg()[0]:.1f} before")
    print(f"{'':<22}{'drawn':>7}{'lost':>8}{'median':>12}{'p95':>10}{'worst':>10}{'core':>8}{'RSS':>12}{'PSS':>10}")
    with stage.plain(ONE_TEXT, core=0) as server:
        watched = asyncio.run(people(server, PEOPLE, SECONDS))
        lost = sum(session.lost for session in watched.sessions)
        line(f"{PEOPLE}, one text", server, ticks(watched), lost, watched.used)
    with stage.studio(JOBS, core=0, arguments=["-c", SERVER, "changing"]) as server:
        watched = asyncio.run(people(server, PEOPLE, SECONDS))
        waits, lost = seen(server, watched)
        line(f"{PEOPLE}, changes", server, waits, lost, watched.used)
        print(stage.verdict("  p95 of a change until it is drawn", stage.percentile(waits, 95), MOST, " s"))
        print(stage.verdict("  changes not drawn", lost, 0, ""))
        print(stage.verdict("  of the core", 100 * watched.used, MOST_CORE, " %"))
    with stage.studio(JOBS, core=0, arguments=["-c", SERVER, "idle"]) as server:
        watched = asyncio.run(people(server, IDLE_PEOPLE, SECONDS))
        line(f"{IDLE_PEOPLE:,}, nothing", server, ticks(watched), 0, watched.used)
        print(stage.verdict("  of the core, when nothing happens", 100 * watched.used, MOST_IDLE_CORE, " %"))


if __name__ == "__main__":
    main()
