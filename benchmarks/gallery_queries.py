"""The gallery's queries: what finding 10,000 or 100,000 saved outputs takes, with each filter, beside bare SQL.

Run as `python -m benchmarks.gallery_queries [outputs] [database URL]`; without a URL it makes an SQLite file, and a
server of PostgreSQL besides with `postgresql` in its place. Printed in milliseconds, p50 and p95 of 40 rounds.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks.fast_history import database_at, empty_beside, in_columns, times_of
from benchmarks.history_questions import Ask
from benchmarks.past import ACCOUNT, CHUNK, END, PEOPLE, THINGS, Row, job_rows
from benchmarks.stage import percentile, verdict
from studio.core.account import Account
from studio.core.gallery import Collection, GalleryFilter, Shape, Viewer
from studio.core.values import Kind, now
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.tables import collection_outputs, jobs, marks, outputs, tags, tasks

VIEWER = Viewer(ACCOUNT, PEOPLE[0])
SIZES = ((1024, 1024), (1344, 768), (768, 1344), (2048, 1152))
MOST = {10_000: 50, 100_000: 300}  # ms, of finding
MOST_OF_ITEMS, WINDOW, WRITTEN = 20, 100, 500
Names = Callable[[Row], Row]  # the columns that name an output's files
FROM = "FROM jobs JOIN tasks ON tasks.job = jobs.id JOIN outputs ON outputs.task = tasks.id "
BARE = f"SELECT outputs.id, width, height {FROM} WHERE jobs.account = '{ACCOUNT}' AND outputs.key <> '' "
BARE += "AND jobs.removed_at IS NULL AND outputs.deleted_at IS {} {} ORDER BY jobs.created_at DESC"


@dataclass(frozen=True)
class Question:
    """A filter, and the condition that says the same in SQL; without it there is no bare query beside."""

    name: str
    filters: GalleryFilter
    condition: str | None = None


QUESTIONS = (
    Question("everything", GalleryFilter(), ""),
    Question("videos", GalleryFilter(kind=Kind.VIDEO), "AND outputs.kind = 'video'"),
    Question("a model", GalleryFilter(model=("FLUX_2",)), "AND model = 'FLUX_2'"),
    Question("a mode", GalleryFilter(mode=("image_to_video",)), "AND mode = 'image_to_video'"),
    Question("portrait", GalleryFilter(shape=Shape.PORTRAIT), "AND height > width * 1.03"),
    Question("square", GalleryFilter(shape=Shape.SQUARE), "AND width = height"),
    Question("videos of 4 to 6 s", GalleryFilter(shortest=4, longest=6), "AND seconds >= 4 AND seconds < 6"),
    Question("a person", GalleryFilter(person=(PEOPLE[3],)), f"AND jobs.person = '{PEOPLE[3]}'"),
    Question("a week", GalleryFilter(since=END - timedelta(days=14), until=END - timedelta(days=7))),
    Question("words, common", GalleryFilter(words=THINGS[0])),
    Question("words, rare", GalleryFilter(words=f"{THINGS[0]} number 77")),
    Question("words, two letters", GalleryFilter(words="in")),
    Question("favourites", GalleryFilter(favourite=True)),
    Question("rated 4 and more", GalleryFilter(rating=4)),
    Question("a tag of many", GalleryFilter(tag=("Keep",))),
    Question("a collection", GalleryFilter(collection="col_1")),
    Question("deleted", GalleryFilter(deleted=True)),
    Question("several", GalleryFilter(words=THINGS[1], kind=Kind.IMAGE, shape=Shape.LANDSCAPE, tag=("keep",))),
    Question("nothing", GalleryFilter(model=("NO_SUCH_MODEL",), words="dragon")),
)


def main(number: int, url: str) -> None:
    with database_at(url) as address:
        ledger = open_ledger(address)
        with ledger.database.read() as connection:
            is_filled = connection.scalar(sa.select(outputs.c.id).limit(1))
        began = time.monotonic()
        if not is_filled:
            fill(ledger, number)
        print(f"{number:,} outputs on {ledger.database.engine.dialect.name}, made in {time.monotonic() - began:.0f} s")
        print(f"{'p50, p95 in ms':44} {'ours':>17} {'bare SQL':>17}")
        taken = {question.name: _line(ledger, question) for question in QUESTIONS}
        slowest = max(taken, key=taken.__getitem__)
        _windows(ledger)
        print(verdict(f"the slowest p95 of finding, {slowest}", taken[slowest], _most(number), " ms"))
        _writing(ledger, address)
        ledger.close()


def _line(ledger: Ledger, question: Question) -> float:
    """Print what a filter takes; return the p95."""
    bare = None if question.condition is None else _bare(ledger, BARE.format("NULL", question.condition))
    ours, beside = times_of(lambda _: ledger.gallery.outputs.find(question.filters, VIEWER), bare)
    found = len(ledger.gallery.outputs.find(question.filters, VIEWER))
    print(f"{question.name:32} {found:11,} {in_columns(ours)} {in_columns(beside)}", flush=True)
    return percentile(ours, 95)


def _most(number: int) -> float:
    return next((most for size, most in MOST.items() if number <= size), MOST[100_000])


def _windows(ledger: Ledger) -> None:
    """Windows of items from everywhere in the layout, and what the menus list."""
    finder, chance = ledger.gallery.outputs, random.Random(3)
    ids = finder.find(GalleryFilter(), VIEWER).ids

    def window(_: int) -> Any:
        start = chance.randrange(max(1, len(ids) - WINDOW))
        return finder.items(ids[start : start + WINDOW], VIEWER)

    asks: dict[str, Ask] = {f"{WINDOW} items": window, "choices of the menus": lambda _: finder.choices(VIEWER)}
    taken = {name: times_of(ask)[0] for name, ask in asks.items()}
    taken["collections"] = times_of(lambda _: ledger.gallery.collections.of_account(VIEWER))[0]
    for name, times in taken.items():
        print(f"{name:44} {in_columns(times)}")
    print(verdict(f"p95 of {WINDOW} items", percentile(taken[f"{WINDOW} items"], 95), MOST_OF_ITEMS, " ms"))


def _writing(ledger: Ledger, address: str) -> None:
    """Write that a result was saved, here and to a small ledger by turns."""
    with empty_beside(address) as other:
        small = open_ledger(other)
        fill(small, WRITTEN)
        full, beside = times_of(_saving(ledger), _saving(small), rounds=WRITTEN)
        small.close()
    print(f"{'writing a result, beside a small ledger':44} {in_columns(full)} {in_columns(beside)}")


def _saving(ledger: Ledger) -> Ask:
    facts = {"size": 1_000_000, "sha256": "0" * 64, "width": 1024, "height": 768, "format": "PNG"}
    return lambda place: ledger.jobs.change_output(place + 1, saved_at=now(), **facts)


def _bare(ledger: Ledger, statement: str) -> Ask:
    def ask(_: int) -> Any:
        with ledger.database.read() as connection:
            return connection.exec_driver_sql(statement).all()

    return ask


def fill(ledger: Ledger, number: int, seed: int = 7, names: Names | None = None) -> None:
    """Write jobs until they have so many saved outputs, and marks of every tenth of these.

    Without names of files that are there, the outputs are of files that are not.
    """
    chance = random.Random(seed)
    ledger.accounts.add_if_new(Account(ACCOUNT, "https://api.weryai.com", "sk-…past"))
    ledger.gallery.collections.add(Collection("col_1", ACCOUNT, PEOPLE[0], "Every twentieth", END))
    made, made_tasks, place, total = 0, 0, 0, round(number / 1.6)
    while made < number:
        rows = list(_job_chunk(place, total, chance))
        written = [row for job, _ in rows for row in job]
        theirs = [
            row | {"id": made_tasks + count}
            for count, row in enumerate((row for _, some in rows for row in some), start=1)
        ]
        succeeded = [row for row in theirs if row["status"] == "succeeded"]
        results = [_result(row, made + count, chance) for count, row in enumerate(succeeded, start=1)]
        results = [row | names(row) for row in results] if names else results
        results = results[: number - made]
        with ledger.database.write() as connection:
            for table, chunk in ((jobs, written), (tasks, theirs), (outputs, results)):
                connection.execute(table.insert(), chunk)
            _note(connection, results)
        made, made_tasks, place = made + len(results), made_tasks + len(theirs), place + CHUNK
    if ledger.database.engine.dialect.name == "postgresql":  # it does so by itself, in time; SQLite never does
        with ledger.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))


def _job_chunk(place: int, total: int, chance: random.Random) -> Iterator[tuple[list[Row], list[Row]]]:
    for one in range(place, place + CHUNK):
        job, theirs, _ = job_rows(one, max(total, one + 1), chance)
        yield job, theirs


def _result(task: Row, number: int, chance: random.Random) -> Row:
    kind = Kind.VIDEO if chance.random() < 0.2 else Kind.IMAGE
    width, height = chance.choice(SIZES)
    row: Row = {"id": number, "task": task["id"], "position": 0, "kind": kind, "width": width, "height": height}
    row |= {"url": f"https://static.weryai.com/{number}.png?signature={'x' * 150}", "sha256": f"{number:064x}"}
    row |= {"key": f"2026/11/{task['job']}/{number}.png", "preview": f"2026/11/{task['job']}/{number}-preview.webp"}
    row |= {"size": 1_000_000, "seconds": chance.choice((5.0, 10.0)) if kind is Kind.VIDEO else 0.0, "format": "PNG"}
    return row | {"saved_at": task["finished_at"], "deleted_at": END if number % 50 == 0 else None}


def _note(connection: sa.Connection, results: list[Row]) -> None:
    """Mark every fifth output for two people, tag every tenth, and put every twentieth into a collection."""
    ids = [row["id"] for row in results]
    noted: tuple[tuple[sa.Table, list[Row]], ...] = (
        (marks, [_mark(one, who) for one in ids if one % 5 == 0 for who in PEOPLE[:2]]),
        (tags, [{"output": one, "key": "keep", "text": "Keep", "person": PEOPLE[1]} for one in ids if one % 10 == 0]),
        (collection_outputs, [{"collection": "col_1", "output": one} for one in ids if one % 20 == 0]),
    )
    for table, rows in noted:
        if rows:
            connection.execute(table.insert(), rows)


def _mark(output: int, person: str) -> Row:
    return {"person": person, "output": output, "favourite": output % 10 == 0, "rating": output % 6}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, sys.argv[2] if len(sys.argv) > 2 else "")
