"""What a page, a tick, the dispatcher and the tracker ask again and again takes no longer when the history is long.

Counted in steps of SQLite's own machine, which are the same at each run; both with what ANALYZE tells it and without.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from benchmarks.past import ACCOUNT, END, THINGS, fill
from studio.core.query import Query
from studio.core.values import Kind, State
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.tables import callbacks

FEW, MANY = 600, 6000  # calls
MOST = 1.5  # times as many steps for ten times the history
PERSON, MODE = "p_0000000000000003", "text_to_image"
JUST_NOW = END - timedelta(minutes=5)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Ledger]]:
    folder: Path = tmp_path_factory.mktemp("growth")
    few, many = (open_ledger(f"sqlite:///{folder / f'{number}.db'}") for number in (FEW, MANY))
    fill(few, FEW)
    fill(many, MANY)
    yield few, many
    few.close()
    many.close()


@pytest.fixture(params=["analyzed", "not analyzed"])
def ledgers(request: pytest.FixtureRequest, filled: tuple[Ledger, Ledger]) -> tuple[Ledger, Ledger]:
    for ledger in filled:
        with ledger.database.write() as connection:
            connection.execute(sa.text("ANALYZE"))
            if request.param == "not analyzed":
                connection.execute(sa.text("DELETE FROM sqlite_stat1"))
                connection.execute(sa.text("ANALYZE sqlite_schema"))
        ledger.database.engine.dispose()
    return filled


def newest(ledger: Ledger) -> Any:
    return ledger.jobs.recent(ACCOUNT, Kind.IMAGE, 1)[0]


def calls(ledger: Ledger, **conditions: Any) -> Any:
    return ledger.history.pages.calls(Query(ACCOUNT, **conditions), number=1, size=10)


def jobs(ledger: Ledger, **conditions: Any) -> Any:
    return ledger.history.pages.jobs(Query(ACCOUNT, **conditions), number=1, size=10)


def every_call(ledger: Ledger) -> Any:
    """Go through all of them, by an index: each took longer than that."""
    return ledger.history.pages.count_calls(Query(ACCOUNT, slower=0.0001))


ASKED: dict[str, Callable[[Ledger], Any]] = {
    "the newest jobs": lambda ledger: ledger.jobs.recent(ACCOUNT, Kind.IMAGE, 12),
    "the newest jobs of somebody": lambda ledger: ledger.jobs.recent(ACCOUNT, Kind.IMAGE, 3, None, PERSON),
    "queued jobs": lambda ledger: ledger.jobs.in_state(ACCOUNT, State.QUEUED),
    "open jobs": lambda ledger: ledger.jobs.in_state(ACCOUNT, State.OPEN),
    "how many are busy": lambda ledger: ledger.jobs.busy(ACCOUNT),
    "accounts with open jobs": lambda ledger: ledger.accounts.with_open_jobs(),
    "jobs that ended just now": lambda ledger: ledger.jobs.ended_since(ACCOUNT, PERSON, JUST_NOW),
    "tasks under way": lambda ledger: ledger.jobs.tasks_under_way(ACCOUNT, JUST_NOW),
    "the newest task": lambda ledger: ledger.jobs.newest_task(ACCOUNT),
    "jobs that somebody made just now": lambda ledger: ledger.jobs.made_since(ACCOUNT, PERSON, JUST_NOW),
    "who sent just now": lambda ledger: ledger.jobs.last_sent(ACCOUNT, JUST_NOW),
    "unsaved outputs": lambda ledger: ledger.jobs.unsaved(ACCOUNT),
    "how long a model takes": lambda ledger: ledger.models.durations(ACCOUNT, MODE, "SEEDREAM_4_5", 3),
    "what a model costs": lambda ledger: ledger.models.costs(ACCOUNT, MODE, "SEEDREAM_4_5", 3),
    "what a model costs that is used seldom": lambda ledger: ledger.models.costs(ACCOUNT, MODE, "NO_SUCH_MODEL"),
    "what was sent beside a job": lambda ledger: ledger.evidence.sent_between(newest(ledger), JUST_NOW, END),
    "a job by its task": lambda ledger: ledger.jobs.with_task(ACCOUNT, "task_123"),
    "a page of calls": calls,
    "a page of calls of a model": lambda ledger: calls(ledger, model=("SEEDREAM_4_5",)),
    "a page of calls of no model": lambda ledger: calls(ledger, model=("NO_SUCH_MODEL",)),
    "a page of very slow calls": lambda ledger: calls(ledger, slower=60.0),
    "a page of calls of somebody": lambda ledger: calls(ledger, person=(PERSON,)),
    "a page of failed calls": lambda ledger: calls(ledger, outcome=("Failed",)),
    "a page of jobs": lambda ledger: ledger.history.pages.jobs(Query(ACCOUNT), number=1, size=10),
    "a call by its id": lambda ledger: calls(ledger, search="req_0123456789abcdef"),
    "words that are nowhere": lambda ledger: calls(ledger, search=f"{THINGS[0]}less"),
}

SELDOM: dict[str, Callable[[Ledger], Any]] = {
    "calls of no mode": lambda ledger: calls(ledger, mode=("no_such_mode",)),
    "calls of no path": lambda ledger: calls(ledger, endpoint=("/no/such/path",)),
    "jobs by no code": lambda ledger: jobs(ledger, code=("no_such",)),
    "jobs by no path": lambda ledger: jobs(ledger, endpoint=("/no/such/path",)),
    "jobs by no path of polls": lambda ledger: jobs(ledger, endpoint=("/no/such/status",)),
    "jobs by no method": lambda ledger: jobs(ledger, method=("PUT",)),
    "jobs by no status": lambda ledger: jobs(ledger, http_status=("204",)),
    "jobs by a rare status": lambda ledger: jobs(ledger, http_status=("422",)),
    "calls without polls": lambda ledger: ledger.history.pages.count_calls(Query(ACCOUNT, without_polls=True)),
}


@pytest.mark.slow
@pytest.mark.parametrize("asked", SELDOM)
def test_what_there_is_little_of_is_not_looked_for_in_every_call(ledgers: tuple[Ledger, Ledger], asked: str) -> None:
    assert steps(ledgers[1], SELDOM[asked]) < steps(ledgers[1], every_call) / 4


@pytest.mark.slow
@pytest.mark.parametrize("asked", ASKED)
def test_ten_times_the_history_is_not_asked_for_longer(ledgers: tuple[Ledger, Ledger], asked: str) -> None:
    few, many = (steps(ledger, ASKED[asked]) for ledger in ledgers)
    assert few > 0 and many <= MOST * few + 40, f"{few} steps, and {many}"


@pytest.mark.slow
def test_callbacks_whose_bodies_are_gone_are_not_looked_through_for_bodies(tmp_path: Path) -> None:
    ledger, asked = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}"), []
    for number in (10, 1000):
        with ledger.database.write() as connection:
            said = [{"id": f"cb_{number}_{place}", "at": END - timedelta(days=9)} for place in range(number)]
            connection.execute(callbacks.insert(), said)
        asked.append(steps(ledger, lambda ledger: ledger.history.deletion.bodies_before(END)))
    assert asked[1] <= MOST * asked[0] + 10, asked
    ledger.close()


def steps(ledger: Ledger, ask: Callable[[Ledger], Any]) -> int:
    """How many steps of SQLite's machine that took, in tens."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    def watch(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(step, 10)

    engine = ledger.database.engine
    sa.event.listen(engine, "checkout", watch)
    try:
        ask(ledger)
    finally:
        sa.event.remove(engine, "checkout", watch)
    return count
