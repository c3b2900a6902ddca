"""How often a page asks the ledger: a count, as it is the same on every machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from components.session import services
from studio.client import Client
from studio.core.values import Draft, State
from studio.engine.runtime import Runtime
from tests.conftest import IMAGE, until
from tests.pages.driving import Open, checked

MOST = 24  # a full run: the frame with its limits, the form and the first tick of the cards


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of page scripts; the threads in the background have their own."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "ScriptRunner" in threading.current_thread().name:
            asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def statements(at: AppTest) -> list[str]:
    """What one run asks, without the conditions, in which the numbers of jobs stand."""
    with counted() as asked:
        checked(at.run())
    return [statement.partition("WHERE")[0] for statement in asked]


def open_jobs(runtime: Runtime, number: int, first: int = 0) -> None:
    client = Client(runtime, services.shared().ledger)
    for place in range(first, first + number):
        client.jobs.submit(
            Draft("text_to_image", "WERYAI_IMAGE_2_0", {**IMAGE, "prompt": "x [stuck]"}), f"q:{place}", wait=0
        )
    until(lambda: len(client.ledger.jobs.in_state(runtime.account.id, State.OPEN)) == first + number)


def test_a_page_asks_the_ledger_as_often_for_eight_open_jobs_as_for_two(page: Open) -> None:
    runtime = services.shared().accounts.shared()
    runs = []
    for number, first in ((2, 0), (6, 2)):
        open_jobs(runtime, number, first)
        at = page()
        runs.append(max((statements(at) for _ in range(3)), key=len))  # one run of many asks once less
    assert runs[0] == runs[1]
    assert len(runs[0]) <= MOST
