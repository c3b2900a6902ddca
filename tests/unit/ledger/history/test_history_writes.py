"""What follows the history's rows, the words and the tallies, while several write, on each database."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from studio.core.calls import Call
from studio.ledger.ledger import Ledger
from studio.ledger.tables import tallies, tasks
from tests.conftest import until
from tests.unit.ledger.history.past import POST, WANTED, jobs


def test_of_calls_that_are_gone_no_tally_is_left(past: Ledger) -> None:
    with past.database.write(of_calls=True) as connection:
        connection.execute(sa.text("DELETE FROM calls"))
        assert connection.execute(sa.select(tallies.c.number)).all() == []


def test_reasons_of_tasks_that_come_at_once_are_found_both(past: Ledger) -> None:
    def say(reason: str, is_waited_for: Callable[[], Any] = bool) -> None:
        with past.database.write() as connection:
            connection.execute(tasks.update().where(tasks.c.task_id == reason).values(reason=reason))
            is_first.set()
            is_waited_for()

    is_first, waiting = threading.Event(), sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    if past.database.engine.dialect.name == "sqlite":  # one after the other
        say("task_0")
        say("task_0b")
    else:
        first = threading.Thread(target=say, args=("task_0", lambda: until(lambda: read(past, waiting))))
        first.start()
        is_first.wait()
        say("task_0b")
        first.join()
    assert jobs(past, replace(WANTED, search="task 0b")) == ["0"] == jobs(past, replace(WANTED, search="0 task"))


def read(ledger: Ledger, query: sa.TextClause) -> Any:
    with ledger.database.read() as connection:
        return connection.scalar(query)


def test_calls_are_recorded_while_others_are_deleted(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    def of(number: int) -> list[Call]:
        path = "/p{:02}".format
        return [replace(POST, id=f"req_{number}_{at}", path=path(at * number % 20), person="max") for at in range(20)]

    def write(start: int) -> None:
        for number in range(start, start + 40):
            with ledger.calls.collect() as held:
                held.extend(of(number))

    threads = [threading.Thread(target=write, args=(start,)) for start in (1, 1001)]
    for thread in threads:
        thread.start()
    gone = 0
    while any(thread.is_alive() for thread in threads):
        gone += ledger.history.deletion.drop_of("a", "max")
    while more := ledger.history.deletion.drop_of("a", "max"):
        gone += more
    assert gone == 2 * 40 * 20 and "was not recorded" not in caplog.text
