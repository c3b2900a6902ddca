"""Many people: 100 sessions on the Image page with eight open jobs, the server on one core.

    python -m benchmarks.many_people

`streamlit run app.py` is held on one core; 100 websocket clients and the sandbox are on another. Each session's timer
asks for the page's fragment every two seconds, as a browser's does; a tick is the time from when it is due until the
server says that its run is finished. 60 seconds, after all sessions are there. Beside it the same with a page whose
fragment writes one text: what Streamlit itself takes.
"""

import asyncio
import os
import random
import time

from benchmarks import stage
from benchmarks.sessions import Session
from tests.browser.studio import Studio

PEOPLE, SECONDS, JOBS, MOST = 100, 60.0, 8, 0.25
ONE_TEXT = """import time
import streamlit as st

@st.fragment(run_every=2)
def tick():
    st.text(time.time())

tick()
"""


async def people(server: Studio) -> list[Session]:
    """Everybody comes, one after another; then all watch, each from a moment of their own on."""
    sessions = [Session(server.url) for _ in range(PEOPLE)]
    sockets = [await session.open() for session in sessions]
    chance = random.Random(7)

    async def watch(session: Session, place: int) -> None:
        await asyncio.sleep(chance.uniform(0, session.interval))
        await session.watch(sockets[place], SECONDS)

    try:
        await asyncio.gather(*(watch(session, place) for place, session in enumerate(sessions)))
    finally:
        await asyncio.gather(*(socket.close() for socket in sockets))
    return sessions


def measure(name: str, server: Studio) -> None:
    assert server.process
    before, began = processor_seconds(server.process.pid), time.monotonic()
    sessions = asyncio.run(people(server))
    used = (processor_seconds(server.process.pid) - before) / (time.monotonic() - began)
    resident, share = stage.megabytes(server)
    ticks = [tick for session in sessions for tick in session.ticks]
    lost = sum(session.lost for session in sessions)
    print(
        f"{name:<22}{len(ticks):>7}{lost:>8}{stage.percentile(ticks, 50) * 1000:>9.0f} ms"
        f"{stage.percentile(ticks, 95) * 1000:>7.0f} ms{max(ticks) * 1000:>7.0f} ms{used:>8.0%}"
        f"{resident:>9.0f} MB{share:>7.0f} MB",
        flush=True,
    )
    if name == "studio":
        print(stage.verdict("  p95 of a tick", stage.percentile(ticks, 95) * 1000, MOST * 1000, " ms"))
        print(stage.verdict("  ticks not answered", lost, 0, ""))


def processor_seconds(process: int) -> float:
    """What a process has used of a core so far (Linux)."""
    with open(f"/proc/{process}/stat", encoding="ascii") as stat:  # noqa: PTH123
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    print(f"{PEOPLE} sessions, {JOBS} open jobs, {SECONDS:.0f} s, load {os.getloadavg()[0]:.1f} before")
    print(f"{'':<22}{'ticks':>7}{'lost':>8}{'median':>12}{'p95':>10}{'worst':>10}{'core':>8}{'RSS':>12}{'PSS':>10}")
    for name, served in (("one text", stage.plain(ONE_TEXT, core=0)), ("studio", stage.studio(JOBS, core=0))):
        with served as server:
            measure(name, server)


if __name__ == "__main__":
    main()
