"""What is asked of a history to see how fast it is: as the page asks it, as bare SQL, and as Datasette is asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks import datasette
from benchmarks.past import ACCOUNT, END, THINGS
from studio.core.query import Order, Query
from studio.history.history import A_PAGE
from studio.ledger.ledger import Ledger
from studio.ledger.tables import calls

EVERYTHING = Query(ACCOUNT)
DAY = Query(ACCOUNT, since=END - timedelta(days=1))
NEWEST = "SELECT id, at, endpoint, http_status FROM calls WHERE account = :account {} ORDER BY at DESC LIMIT 10"
WORDS = {
    "sqlite": "SELECT job FROM search_words f JOIN words ON id = f.rowid WHERE search_words MATCH :words LIMIT 10",
    "postgresql": "SELECT job FROM words WHERE search_text LIKE '%' || :words || '%' LIMIT 10",
}
FILTERS: tuple[tuple[str, Any, str, dict[str, str]], ...] = (
    ("method", ("POST",), "AND method = 'POST'", {"method": "POST"}),
    ("model", ("SORA_2_PRO",), "AND model = 'SORA_2_PRO'", {"model": "SORA_2_PRO"}),
    ("mode", ("image_to_video",), "", {}),
    ("mode", ("no_such_mode",), "", {}),
    (
        "endpoint",
        ("/v1/generation/image-to-image",),
        "AND endpoint = '/v1/generation/image-to-image'",
        {"endpoint": "/v1/generation/image-to-image"},
    ),
    ("http_status", ("429",), "AND http_status = 429 AND error_kind <> ''", {"http_status": "429"}),
    ("code", ("1002",), "AND code = '1002'", {"code": "1002"}),
    ("outcome", ("Failed",), "AND error_kind <> ''", {"error_kind__not": ""}),
    ("person", (PERSON := "p_0000000000000003",), f"AND person = '{PERSON}'", {"person": PERSON}),
    ("slower", 0.5, "AND duration_ms > 500", {"duration_ms__gt": "500"}),
    ("model", ("NO_SUCH_MODEL",), "AND model = 'NO_SUCH_MODEL'", {"model": "NO_SUCH_MODEL"}),
)
OF_JOBS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("mode", ("image_to_video",)),
    ("code", ("1002",)),
    ("code", ("0",)),
    ("code", ("no such",)),
    ("endpoint", ("/v1/generation/image-to-image",)),
    ("endpoint", ("/no/such/path",)),
    ("method", ("GET",)),
    ("http_status", ("429",)),
)
Ask = Callable[[int], Any]  # by the number of the round


@dataclass(frozen=True)
class Question:
    name: str
    ours: Ask
    bare: Ask | None = None
    datasette: Callable[[int], str] | None = None  # its path


def questions(ledger: Ledger) -> Iterator[Question]:
    """Every kind of question that the page has."""
    yield from _ids(ledger)
    yield from _pages(ledger)
    yield from _words(ledger)
    for name, wanted in (("a day", DAY), ("all time", EVERYTHING)):
        yield from _sums(ledger, name, wanted)


def _ids(ledger: Ledger) -> Iterator[Question]:
    with ledger.database.read() as connection:
        some = connection.execute(sa.select(calls.c.id, calls.c.job, calls.c.vendor_id).limit(2000)).all()[::50]

    def known(place: int) -> Any:
        return some[place % len(some)]

    bare = _bare(ledger, "SELECT * FROM calls WHERE id = :id", id=lambda place: known(place).id)
    at_datasette: Callable[[int], str] = lambda place: datasette.call(known(place).id)  # noqa: E731
    yield Question("call by its id", lambda place: ledger.calls.get(ACCOUNT, known(place).id), bare, at_datasette)
    yield Question("search: request id", _found(ledger, lambda place: known(place).id), bare, at_datasette)
    yield Question("search: beginning of an id", _found(ledger, lambda place: known(place).vendor_id[:10]))
    yield Question("search: a job's id", _found(ledger, lambda place: known(place).job, jobs=True))


def _pages(ledger: Ledger) -> Iterator[Question]:
    pages = ledger.history.pages
    newest = _bare(ledger, NEWEST.format(""))
    yield Question("first page of calls", _page(ledger), newest, lambda _: datasette.page(ACCOUNT))
    yield Question("page 200 of calls", lambda _: pages.calls(EVERYTHING, number=200, size=A_PAGE))
    yield Question("first page of jobs", lambda _: pages.jobs(EVERYTHING, number=1, size=A_PAGE))
    for ask, order in ((pages.calls, Order.SLOWEST), (pages.jobs, Order.SLOWEST), (pages.jobs, Order.DEAREST)):
        yield Question(f"{order} {ask.__name__}", _sorted(ask, order))
    for name, value, condition, conditions in FILTERS:
        bare = _bare(ledger, NEWEST.format(condition)) if condition else None
        there = (lambda _, given=conditions: datasette.page(ACCOUNT, **given)) if condition else None
        yield Question(f"filter: {name} {value}", _page(ledger, **{name: value}), bare, there)
    for name, value in OF_JOBS:
        wanted = Query(ACCOUNT, **{name: value})  # type: ignore[arg-type]
        yield Question(f"filter of jobs: {name} {value}", _jobs(ledger, wanted))
        yield Question(f"their count: {name} {value}", _count(ledger, wanted))
    without, before = replace(EVERYTHING, without_polls=True), replace(EVERYTHING, until=DAY.since)
    yield Question("without polls", lambda _: pages.calls(without, number=1, size=A_PAGE))
    yield Question("count of all", lambda _: pages.count_calls(EVERYTHING))
    yield Question("count without polls", lambda _: pages.count_calls(without))
    yield Question("count of older jobs", lambda _: pages.count_jobs(before))


def _words(ledger: Ledger) -> Iterator[Question]:
    pages, statement = ledger.history.pages, WORDS[ledger.database.engine.dialect.name]
    bare = _bare(ledger, statement, words=_thing)
    at_datasette: Callable[[int], str] = lambda place: datasette.words(_thing(place))  # noqa: E731
    rare: Callable[[int], str] = lambda place: f"{_thing(place)} number {place * 7}"  # noqa: E731
    yield Question("words: one of 14 (common)", _found(ledger, _thing), bare, at_datasette)
    yield Question("words, jobs", _found(ledger, _thing, jobs=True), bare, at_datasette)
    yield Question("words, jobs of a mode", _found(ledger, _thing, jobs=True, mode=("image_to_video",)))
    yield Question("words, jobs of a model of none", _found(ledger, _thing, jobs=True, model=("NO_SUCH_MODEL",)))
    yield Question("words, calls of a mode", _found(ledger, _thing, mode=("image_to_video",)))
    yield Question("words: more than are shown", lambda place: pages.is_truncated(_sought(_thing(place)), of_jobs=True))
    yield Question("words: rare", _found(ledger, rare), None, lambda place: datasette.words(rare(place)))
    yield Question("words: a part of a rare one", _found(ledger, lambda place: f"mber {1000 + place}"))
    yield Question("words: two letters, rare", _found(ledger, lambda _: "龍虎"))
    yield Question("words of an error", _found(ledger, lambda _: "insufficient balance"))


def _sums(ledger: Ledger, name: str, wanted: Query) -> Iterator[Question]:
    history = ledger.history
    yield Question(f"counts of filters, {name}", lambda _: history.counts.of_calls(wanted))
    yield Question(f"counts of filters of jobs, {name}", lambda _: history.counts.of_jobs(wanted))
    yield Question(f"error groups, {name}", lambda _: history.errors.of_calls(wanted, END))
    yield Question(f"error groups of jobs, {name}", lambda _: history.errors.of_jobs(wanted, END))
    yield Question(f"chart, {name}", lambda _: history.sums.of(wanted, END))


def _thing(place: int) -> str:
    return THINGS[place % len(THINGS)]


def _page(ledger: Ledger, **conditions: Any) -> Ask:
    return lambda _: ledger.history.pages.calls(Query(ACCOUNT, **conditions), number=1, size=A_PAGE)


def _jobs(ledger: Ledger, wanted: Query) -> Ask:
    return lambda _: ledger.history.pages.jobs(wanted, number=1, size=A_PAGE)


def _count(ledger: Ledger, wanted: Query) -> Ask:
    return lambda _: ledger.history.pages.count_jobs(wanted)


def _sorted(ask: Callable[..., Any], order: Order) -> Ask:
    return lambda _: ask(EVERYTHING, number=1, size=A_PAGE, order=order)


def _found(ledger: Ledger, search: Callable[[int], str], *, jobs: bool = False, **conditions: Any) -> Ask:
    ask: Any = ledger.history.pages.jobs if jobs else ledger.history.pages.calls
    return lambda place: ask(_sought(search(place), **conditions), number=1, size=A_PAGE)


def _sought(search: str, **conditions: Any) -> Query:
    return Query(ACCOUNT, search=search, **conditions)


def _bare(ledger: Ledger, statement: str, **given: Callable[[int], Any]) -> Ask:
    def ask(place: int) -> Any:
        with ledger.database.read() as connection:
            values = {name: value(place) for name, value in given.items()}
            return connection.execute(sa.text(statement), {"account": ACCOUNT, **values}).all()

    return ask
