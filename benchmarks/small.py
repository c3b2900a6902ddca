"""Small: memory of the server after its first page, and under 20 sessions with 100 open tasks (Linux).

    python -m benchmarks.small

Beside it a page with one text that imports pandas, with the same settings. PSS is what a process holds, with its part
of what it shares with others; RSS counts the shared pages whole. The sandbox is in this process, not in the server.
"""

import asyncio

from benchmarks import stage
from benchmarks.sessions import Session
from tests.browser.studio import Studio

PANDAS = f"import pandas\n{stage.ONE_TEXT}"
TIMES, MOST, SESSIONS, TASKS = 1.5, 690, 20, 100
SECONDS = 20.0  # longer than one background collection


async def visited(server: Studio, people: int, seconds: float) -> None:
    """Draw the page for so many people, and let their timers run."""
    sessions = [Session(server.url) for _ in range(people)]
    sockets = [await session.open() for session in sessions]
    if seconds:
        pairs = zip(sessions, sockets, strict=True)
        await asyncio.gather(*(session.watch(socket, seconds) for session, socket in pairs))
    await asyncio.gather(*(socket.close() for socket in sockets))


def line(name: str, server: Studio) -> float:
    resident, share = stage.megabytes(server)
    print(f"{name:<40}{resident:>8.0f} MB RSS{share:>8.0f} MB PSS", flush=True)
    return resident


def main() -> None:
    with stage.plain(PANDAS) as server:
        asyncio.run(visited(server, 1, 0))
        beside = line("one text and pandas, after a page", server)
    with stage.studio() as server:
        asyncio.run(visited(server, 1, 0))
        first = line("studio, after a page", server)
    print(stage.verdict("  times as much", first / beside, TIMES, " ×"))
    with stage.studio(TASKS) as server:
        asyncio.run(visited(server, SESSIONS, SECONDS))
        full = line(f"studio, {SESSIONS} sessions, {TASKS} open tasks", server)
    print(stage.verdict("  under load", full, MOST, " MB"))


if __name__ == "__main__":
    main()
