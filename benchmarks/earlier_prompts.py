"""The list of earlier prompts: what a page of it takes when one person has made 100,000 jobs.

Run as `python -m benchmarks.earlier_prompts [jobs] [database URL]`; without a URL it makes an SQLite file, and a
server of PostgreSQL besides with `postgresql` in its place. Printed in milliseconds, p50 and p95 of 40 rounds.
"""

import random
import sys
import time
from typing import Any

import sqlalchemy as sa

from benchmarks.fast_history import database_at, in_columns, times_of
from benchmarks.history_questions import Ask
from benchmarks.past import ACCOUNT, CHUNK, PEOPLE, THINGS, Row, job_rows
from benchmarks.stage import percentile, verdict
from studio.core.account import Account
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.tables import jobs, tasks

MOST = 50  # ms
PAGE = 26
LONER, REPEATER = "p_loner", "p_repeater"  # of half the jobs: each with a prompt of its own; thousands with one
QUESTIONS = {
    "the first page": (PAGE, ""),
    "four pages": (4 * PAGE, ""),
    "a common word": (PAGE, THINGS[0]),
    "a rare word": (PAGE, "number 7777"),
    "two letters": (PAGE, "in"),
    "nothing": (PAGE, f"{THINGS[0]}less"),
}


def main(number: int, url: str) -> None:
    with database_at(url) as address:
        ledger, began = open_ledger(address), time.monotonic()
        _fill(ledger, number)
        print(f"{number:,} jobs on {ledger.database.engine.dialect.name}, made in {time.monotonic() - began:.0f} s")
        taken = {}
        for person in (LONER, REPEATER, PEOPLE[0]):
            for name, (limit, search) in QUESTIONS.items():
                times = times_of(_ask(ledger, person, limit, search))[0]
                taken[f"{name}, {person}"] = percentile(times, 95)
                found = len(ledger.earlier_prompts.newest(ACCOUNT, person, limit, search))
                print(f"{person:20} {name:16} {found:5,} {in_columns(times)}", flush=True)
        slowest = max(taken, key=taken.__getitem__)
        print(verdict(f"the slowest p95, {slowest}", taken[slowest], MOST, " ms"))
        ledger.close()


def _ask(ledger: Ledger, person: str, limit: int, search: str) -> Ask:
    def ask(_: int) -> Any:
        return ledger.earlier_prompts.newest(ACCOUNT, person, limit, search)

    return ask


def _fill(ledger: Ledger, number: int, seed: int = 7) -> None:
    """Write jobs: half of one person, a fifth of one who uses few prompts often, the others of a team."""
    chance = random.Random(seed)
    ledger.accounts.add_if_new(Account(ACCOUNT, "https://api.weryai.com", "sk-…past"))
    for start in range(0, number, CHUNK):
        rows = [_rows(place, number, chance) for place in range(start, min(start + CHUNK, number))]
        with ledger.database.write() as connection:
            connection.execute(jobs.insert(), [job for job, _ in rows])
            connection.execute(tasks.insert(), [task for _, some in rows for task in some])
    if ledger.database.engine.dialect.name == "postgresql":  # it does so by itself, in time; SQLite never does
        with ledger.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))


def _rows(place: int, number: int, chance: random.Random) -> tuple[Row, list[Row]]:
    (job,), theirs, _ = job_rows(place, number, chance)
    share = chance.random()
    job["person"] = LONER if share < 0.5 else REPEATER if share < 0.7 else job["person"]
    if job["person"] == REPEATER:
        job["prompt"] = f"A {THINGS[place * len(THINGS) // number]}, again and again"
    return job, theirs


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2] if len(sys.argv) > 2 else "")
