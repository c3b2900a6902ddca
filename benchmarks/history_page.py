"""The page of the history over a ledger with many calls: from an address to its drawn page, in the running studio.

    python -m benchmarks.history_page [calls] [database URL]

A websocket client goes from one address to the next, as a browser does that follows links; what the browser then draws
is not in it. Several rounds through all of them, so that nothing is just the same as before. Beside it the same page
over an empty ledger. Then one person goes on turning pages while another searches without a pause.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from benchmarks import stage
from benchmarks.past import ACCOUNT, THINGS, fill
from benchmarks.sessions import Session
from studio.ledger.ledger import open_ledger
from studio.ledger.tables import calls
from tests.browser.studio import AS_APP, Studio, free_port

ROUNDS, MOST = 20, 0.3
CHARTS = "Charts"  # an empty ledger has none
ADDRESSES = {
    "a day of jobs": "",
    "a day of calls": "view=calls",
    "30 days of calls": "view=calls&time=30d",
    "all jobs": "time=all",
    "all calls": "view=calls&time=all",
    "all calls, page 200": "view=calls&time=all&page=200",
    "all calls of a model": "view=calls&time=all&model=SORA_2_PRO",
    "all failed calls": "view=calls&time=all&outcome=Failed",
    "all slow calls": "view=calls&time=all&slower=0.5",
    "all calls of a mode": "view=calls&time=all&polls=shown&mode=image_to_video",
    "all calls of no such mode": "view=calls&time=all&polls=shown&mode=no_such_mode",
    "all jobs by a code": "time=all&code=1002",
    "all jobs by no such code": "time=all&code=no_such",
    "all jobs by a path": "time=all&path=/v1/generation/image-to-image",
    "all jobs by no such path": "time=all&path=/no/such/path",
    "jobs by words": "search={thing}",
    "calls by words": "view=calls&search={thing}",
    "calls by the id of one": "view=calls&search={call}",
    "a day of jobs, charts": "",
    "30 days of calls, charts": "view=calls&time=30d",
    "all jobs, charts": "time=all",
    "all calls, charts": "view=calls&time=all",
    "all calls of a model, charts": "view=calls&time=all&model=SORA_2_PRO",
    "a job": "job={job}",
    "a call": "call={call}",
}


def main(number: int, url: str) -> None:
    print(f"load {os.getloadavg()[0]:.1f} before; p50 and p95 of {ROUNDS} rounds, in ms; the target is for p95")
    with tempfile.TemporaryDirectory() as folder:
        full = url or f"sqlite:///{Path(folder) / 'past.db'}"
        some = _filled(full, number)
        with served(Path(folder) / "full", full) as here, served(Path(folder) / "empty") as beside:
            ours, empty = asyncio.run(visits(here, some)), asyncio.run(visits(beside, some))
            for name, times in ours.items():
                print(f"{name:28}{_shown(times)}   beside an empty ledger{_shown(empty.get(name, []))}", flush=True)
            assert any(CHARTS.lower() in name for name in ours), "the page of the filled ledger has charts"
            worst = max(stage.percentile(times, 95) for times in ours.values())
            print(stage.verdict("  the slowest p95", worst * 1000, MOST * 1000, " ms"))
            print(f"{'a day of jobs, meanwhile':28}{_shown(asyncio.run(meanwhile(here, some)))}   another one searches")
            resident = [f"{stage.megabytes(server)[0]:.0f} MB" for server in (here, beside)]
            print(f"memory: {resident[0]}, over an empty ledger {resident[1]}")


async def visits(server: Studio, some: list[tuple[str, str]]) -> dict[str, list[float]]:
    """What each address takes, by turns."""
    session = Session(server.url, "history")
    socket = await session.open()
    taken: dict[str, list[float]] = {name: [] for name in ADDRESSES}
    for place in range(ROUNDS + 1):
        for name in ADDRESSES:
            session.is_open = {CHARTS: name.endswith(CHARTS.lower())} if CHARTS in session.expanders else {}
            taken[name].append(await session.visit(socket, _address(name, some, place)))
    await socket.close()
    drawn = {name: times for name, times in taken.items() if CHARTS in session.expanders or CHARTS.lower() not in name}
    return {name: times[1:] for name, times in drawn.items()}


async def meanwhile(server: Studio, some: list[tuple[str, str]]) -> list[float]:
    """What a page takes for one while another searches, one search after the other."""
    first, second = Session(server.url, "history"), Session(server.url, "history")
    ours, theirs = await first.open(), await second.open()

    async def search() -> None:
        for place in range(10_000):
            await second.visit(theirs, _address("calls by words", some, place))

    searching = asyncio.create_task(search())
    times = [await first.visit(ours, f"page={1 + place % 2}") for place in range(2 * ROUNDS)]
    searching.cancel()
    await asyncio.gather(searching, return_exceptions=True)
    await asyncio.gather(ours.close(), theirs.close())
    return times


@contextmanager
def served(folder: Path, url: str = "") -> Iterator[Studio]:
    """The studio with its sandbox, over this ledger; it sweeps nothing away meanwhile."""
    folder.mkdir()
    kept = {"HISTORY_BODY_DAYS": "4000", "HISTORY_DAYS": "4000"}
    environment = {"DATA_FOLDER": str(folder / "data"), **kept, **({"DATABASE_URL": url} if url else {})}
    server = Studio(folder, environment, AS_APP, free_port())
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _filled(url: str, number: int) -> list[tuple[str, str]]:
    """Ids of calls and of their jobs."""
    ledger = open_ledger(url)
    query = sa.select(calls.c.id, calls.c.job).where(calls.c.account == ACCOUNT).limit(2000)
    with ledger.database.read() as connection:
        found = connection.execute(query).all()
    if not found:
        fill(ledger, number)
    with ledger.database.read() as connection:
        some = [(row.id, row.job) for row in connection.execute(query)][::50]
    ledger.close()
    return some


def _address(name: str, some: list[tuple[str, str]], place: int) -> str:
    call, job = some[place % len(some)]
    return ADDRESSES[name].format(thing=THINGS[place % len(THINGS)], call=call, job=job)


def _shown(times: list[float]) -> str:
    return f"{1000 * stage.percentile(times, 50):8.0f} {1000 * stage.percentile(times, 95):8.0f}" if times else " " * 17


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, sys.argv[2] if len(sys.argv) > 2 else "")
