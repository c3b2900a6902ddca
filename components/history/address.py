"""What is wanted of the history, as the page's address has it: whoever gets the address sees the same."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from components.parts import page_links
from components.session import page_address, session
from studio.core.query import Order, Query
from studio.history.history import History

VIEW, SEARCH, TIME, SLOWER, PAGE, JOB, CALL = "view", "search", "time", "slower", "page", "job", "call"
BEFORE, ORDER, POLLS = "before", "order", "polls"
SHOWN = "shown"  # the polls, of which a list tells the number alone
JOBS, CALLS = "Jobs", "Calls"
SPANS = {"1h": "1 hour", "24h": "24 hours", "7d": "7 days", "30d": "30 days", "all": "All time"}
_LENGTHS = {"h": "hours", "d": "days"}
USUAL = "24h"
# The names in the address, and what they are about; each may be there several times.
FILTERS = {
    "mode": "mode",
    "model": "model",
    "method": "method",
    "path": "endpoint",
    "status": "http_status",
    "code": "code",
    "kind": "error_kind",
    "failure": "failure",
    "outcome": "outcome",
    "person": "person",
}
ROW, _CHOSEN = "history-row", "history-chosen"
_NO_ROW = {JOB: "", CALL: ""}
MOST = 20  # values of one filter


def one(name: str) -> str:
    """A value of the address; empty when it is not there."""
    return str(page_address.query().get(name, ""))[:200].strip()


def many(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(page_address.query().get_all(name)))[:MOST]


def put(name: str, values: str | Sequence[str]) -> None:
    """As `filter_by`, for one."""
    filter_by({name: values})


def filter_by(values: Mapping[str, str | Sequence[str]]) -> None:
    """Put these into the address, or take out what is empty; the list is then at its first page, and no row is open."""
    page_address.update({**_NO_ROW, **values, PAGE: "", BEFORE: ""})


def turn(number: int, at: datetime) -> None:
    """To another page of the list as it was at this moment: what has come since does not move its lines."""
    start = one(BEFORE) or at.isoformat()
    page_address.update(_NO_ROW | ({PAGE: str(number), BEFORE: start} if number > 1 else {PAGE: "", BEFORE: ""}))


def before() -> datetime | None:
    """The moment at which somebody began to turn the pages of the list."""
    try:
        return datetime.fromisoformat(one(BEFORE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_of_jobs() -> bool:
    return one(VIEW) != CALLS.lower()


def span() -> str:
    """The time that is looked at: a day, unless something is searched for, which may be of any time."""
    chosen = one(TIME)
    return chosen if chosen in SPANS else "all" if one(SEARCH) else USUAL


def since(at: datetime) -> datetime | None:
    """The beginning of that time, on the minute.

    Several days begin with a whole one (UTC), as they are summed up.
    """
    if span() == "all":
        return None
    number, unit = int(span()[:-1]), _LENGTHS[span()[-1]]
    start = at.replace(second=0, microsecond=0) - timedelta(**{unit: number})
    return start.replace(hour=0, minute=0) if unit == "days" else start


def wanted(history: History) -> Query:
    """Everything that the address says."""
    conditions: dict[str, Any] = {about: many(name) for name, about in FILTERS.items()}
    start = since(history.client.clock())
    return history.wanted(search=one(SEARCH), since=start, slower=slower(), of_jobs=is_of_jobs(), **conditions)


def hides_polls() -> bool:
    """Nobody asked for them: they are most of all calls, and say little one by one."""
    return not (is_of_jobs() or one(POLLS) == SHOWN or one(SEARCH) or one("path"))


def slower() -> float:
    """In seconds; 0 is no condition."""
    text = one(SLOWER)
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else 0.0


def order() -> Order:
    """Which line comes first."""
    chosen = one(ORDER)
    return Order(chosen) if chosen in orders() else Order.NEWEST


def orders() -> list[Order]:
    """Calls cost nothing."""
    return [*Order] if is_of_jobs() else [Order.NEWEST, Order.SLOWEST]


def first(order: Order) -> str:
    """What comes first in this order, in words."""
    return f"{'costliest' if order is Order.DEAREST else order} first"


def page(last: int) -> int:
    """The number of the page, from 1 to the last one."""
    text = one(PAGE)
    return max(1, min(int(text), last)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def open_one(name: str, which: str) -> None:
    """Show one job or one call whole, and nothing else."""
    page_address.update(_NO_ROW | {name: which})
    unchoose()


def open_below(name: str, which: str) -> None:
    """A row was chosen: it is shown below its list, and alone to whoever gets the address."""
    _choose(one(JOB) or one(CALL), which)  # both: a press cuts a run off at the next line, and either is below
    page_address.update(_NO_ROW | {name: which})
    _choose(which)


def signature() -> str:
    """A name for the list that is shown: in another one no row is chosen."""
    parts = [f"{name}={','.join(many(name))}" for name in sorted(page_address.query()) if name not in (JOB, CALL)]
    return "&".join([session.current_submission(ROW), *parts])


def forget() -> None:
    """No row is chosen."""
    page_address.update(_NO_ROW)  # first: what is named and not chosen would be shown alone
    _choose()


def _choose(*which: str) -> None:
    session.set_widget(_CHOSEN, which)


def unchoose() -> None:
    """No row of the list is chosen any more, whatever the address names."""
    session.next_submission(ROW)
    _choose()


def is_below() -> bool:
    """What the address names was chosen in the list, or it names nothing."""
    named = one(CALL) or one(JOB)
    return not named or named in session.widget_value(_CHOSEN, ())


def newest() -> None:
    """The first page of the list, as of now."""
    filter_by({})
    unchoose()


def close() -> None:
    """Back to the list, as it was."""
    forget()
    unchoose()


def clear(**then: str) -> None:
    """Take every filter away, and the search; then put these into the address."""
    filter_by({**dict.fromkeys((*FILTERS, page_links.ACCOUNT, TIME, SLOWER, ORDER, POLLS, SEARCH), ""), **then})
    session.set_widget(SEARCH, then.get(SEARCH, ""))
