"""The state of the history page, kept in its address: everybody who opens the address sees the same."""

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
POLLS_SHOWN = "shown"  # the value of POLLS with which the list has the polls too, not only their number
JOBS, CALLS = "Jobs", "Calls"
SPANS = {"1h": "1 hour", "24h": "24 hours", "7d": "7 days", "30d": "30 days", "all": "All time"}
_LENGTHS = {"h": "hours", "d": "days"}
DEFAULT_SPAN = "24h"
# Parameters of the address, and the fields of the query that they set; each may occur several times.
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
ROW, _SELECTED = "history-row", "history-chosen"
_NO_ITEM = {JOB: "", CALL: ""}
MOST_VALUES = 20  # of one filter


def value(name: str) -> str:
    """Return the value of a parameter; empty if it is missing."""
    return str(page_address.query().get(name, ""))[:200].strip()


def values(name: str) -> tuple[str, ...]:
    """Return all values of a parameter, at most `MOST_VALUES`."""
    return tuple(dict.fromkeys(page_address.query().get_all(name)))[:MOST_VALUES]


def put(name: str, values: str | Sequence[str]) -> None:
    """Set one parameter, as `filter_by` does."""
    filter_by({name: values})


def filter_by(changes: Mapping[str, str | Sequence[str]]) -> None:
    """Set parameters, or remove those that are empty; go to the first page of the list and close the open row."""
    page_address.update({**_NO_ITEM, **changes, PAGE: "", BEFORE: ""})


def turn_page(number: int, at: datetime) -> None:
    """Go to another page of the list as of this moment: newer rows do not move its lines."""
    start = value(BEFORE) or at.isoformat()
    page_address.update(_NO_ITEM | ({PAGE: str(number), BEFORE: start} if number > 1 else {PAGE: "", BEFORE: ""}))


def listed_at() -> datetime | None:
    """Return the moment as of which the list is shown while its pages are turned; None for the current list."""
    try:
        return datetime.fromisoformat(value(BEFORE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def shows_jobs() -> bool:
    """Whether the list has jobs; else it has calls."""
    return value(VIEW) != CALLS.lower()


def span() -> str:
    """Return the key of the time span: by default a day, but all time for a search."""
    chosen = value(TIME)
    return chosen if chosen in SPANS else "all" if value(SEARCH) else DEFAULT_SPAN


def since(at: datetime) -> datetime | None:
    """Return the start of the time span, rounded down to the minute; None for all time.

    Spans of several days start with a whole UTC day, as sums are by UTC days.
    """
    if span() == "all":
        return None
    number, unit = int(span()[:-1]), _LENGTHS[span()[-1]]
    start = at.replace(second=0, microsecond=0) - timedelta(**{unit: number})
    return start.replace(hour=0, minute=0) if unit == "days" else start


def query(history: History) -> Query:
    """Return the query that the address describes."""
    conditions: dict[str, Any] = {field: values(name) for name, field in FILTERS.items()}
    start = since(history.client.clock())
    return history.query(search=value(SEARCH), since=start, slower=min_seconds(), of_jobs=shows_jobs(), **conditions)


def hides_polls() -> bool:
    """Whether the list leaves out the polls: by default, as they are most of the calls and each says little."""
    return not (shows_jobs() or value(POLLS) == POLLS_SHOWN or value(SEARCH) or value("path"))


def min_seconds() -> float:
    """Return the shortest duration of a line, in seconds; 0 is no condition."""
    text = value(SLOWER)
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else 0.0


def order() -> Order:
    """Return the order of the list."""
    chosen = value(ORDER)
    return Order(chosen) if chosen in orders() else Order.NEWEST


def orders() -> list[Order]:
    """Return the orders that the list can have; calls cannot be sorted by cost, as they have none."""
    return [*Order] if shows_jobs() else [Order.NEWEST, Order.SLOWEST]


def order_label(order: Order) -> str:
    """Return the label of an order, such as "slowest first"."""
    return f"{'costliest' if order is Order.DEAREST else order} first"


def page_number(last: int) -> int:
    """Return the number of the page, from 1 to `last`."""
    text = value(PAGE)
    return max(1, min(int(text), last)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def open_alone(name: str, item_id: str) -> None:
    """Show one job or one call, without the list."""
    page_address.update(_NO_ITEM | {name: item_id})
    deselect()


def open_below(name: str, item_id: str) -> None:
    """Show the selected row below its list; the address opens it alone for others."""
    # Both IDs first: a click may stop the run at the next line, and each of them is below the list.
    _set_selected(value(JOB) or value(CALL), item_id)
    page_address.update(_NO_ITEM | {name: item_id})
    _set_selected(item_id)


def signature() -> str:
    """Return a key of the list that is shown: in a list with another key no row is selected."""
    parts = [f"{name}={','.join(values(name))}" for name in sorted(page_address.query()) if name not in (JOB, CALL)]
    return "&".join([session.current_submission(ROW), *parts])


def clear_item() -> None:
    """Remove the job or call from the address."""
    # Before the selection: an item that is in the address and not selected is shown alone.
    page_address.update(_NO_ITEM)
    _set_selected()


def _set_selected(*item_id: str) -> None:
    session.set_widget(_SELECTED, item_id)


def deselect() -> None:
    """Deselect the row of the list; the address stays."""
    session.next_submission(ROW)
    _set_selected()


def shows_list() -> bool:
    """Whether the page shows the list: the address names no item, or the item was selected in the list."""
    item_id = value(CALL) or value(JOB)
    return not item_id or item_id in session.widget_value(_SELECTED, ())


def show_newest() -> None:
    """Go to the first page of the current list."""
    filter_by({})
    deselect()


def close() -> None:
    """Go back to the list, with its filters and page."""
    clear_item()
    deselect()


def clear_filters(**then: str) -> None:
    """Remove every filter and the search, then set these parameters."""
    filter_by({**dict.fromkeys((*FILTERS, page_links.ACCOUNT, TIME, SLOWER, ORDER, POLLS, SEARCH), ""), **then})
    session.set_widget(SEARCH, then.get(SEARCH, ""))
