"""What the history is searched for and filtered by: a field, chips of the filters, and choices with their counts."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.history import account, address, filter_chips
from components.people import mine_or_everyones
from components.session import session
from studio.client import Client
from studio.core.query import MOST_LOOKED_AT, Counts, Order, Query
from studio.history.history import History
from studio.weryai.modes import MODES

_ICONS = {address.JOBS: ":material/view_agenda:", address.CALLS: ":material/swap_horiz:"}
_LABELS = {
    "mode": "Mode",
    "model": "Model",
    "outcome": "Outcome",
    "path": "Path",
    "method": "Method",
    "status": "HTTP status",
    "code": "Error code",
    "person": "Person",
}


def show(history: History, wanted: Query) -> DeltaGenerator:
    """Draw the search, the chips and what can be added; returns the place beside them."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _search()
        filter_chips.show(history.client)
        adding = st.popover("Add filter", icon=":material/add:", type="tertiary", key="add-filter", on_change="rerun")
        if adding.open:
            with adding:
                _choices(history, wanted)
        st.space("stretch")
        return st.container(width="content")


def _search() -> None:
    if session.widget_value(address.SEARCH) != address.one(address.SEARCH):
        session.set_widget(address.SEARCH, address.one(address.SEARCH))
    st.text_input(
        "Search",
        key=address.SEARCH,
        type="search",
        label_visibility="collapsed",
        placeholder="ID, or words from a prompt or an error",
        width=330,
        on_change=_searched,
    )


def _searched() -> None:
    session.clear_api_key(address.SEARCH)
    address.put(address.SEARCH, str(session.widget_value(address.SEARCH) or "").strip()[:200])


def views() -> None:
    """Draw whose lines, and jobs or calls."""
    with st.container(horizontal=True, gap="small", width="content", vertical_alignment="center"):
        mine_or_everyones.choose()
        _view()


def _view() -> None:
    session.set_widget("history-view", address.JOBS if address.is_of_jobs() else address.CALLS)
    st.segmented_control(
        "View",
        [address.JOBS, address.CALLS],
        key="history-view",
        required=True,
        label_visibility="collapsed",
        format_func=lambda word: f":gray[{_ICONS[word]} {word}]",
        on_change=_viewed,
    )


def _viewed() -> None:
    chosen = session.widget_value("history-view")
    address.put(address.VIEW, address.CALLS.lower() if chosen == address.CALLS else "")


def _choices(history: History, wanted: Query) -> None:
    counts = _counts(history, wanted)
    _time()
    account.choose()
    for name, label in _LABELS.items():
        if name != "person" or history.client.person:
            _choice(history.client, name, label, counts)
    _slower()
    _order()
    if counts.is_partial:
        st.caption(f"Counts cover the newest {MOST_LOOKED_AT:,}.")
    st.button("Clear filters", on_click=address.clear, key="clear-filters", type="tertiary")


def _counts(history: History, wanted: Query) -> Counts:
    """As the list has them, but for paths: to choose that of the polls shows these."""
    of_jobs = address.is_of_jobs()
    if not address.hides_polls():
        return history.counts(wanted, jobs=of_jobs)
    listed = history.counts(replace(wanted, without_polls=True), jobs=of_jobs)
    paths = history.counts(wanted, jobs=of_jobs).of["endpoint"]
    return replace(listed, of=listed.of | {"endpoint": paths})


def _choice(client: Client, name: str, label: str, counts: Counts) -> None:
    about = address.FILTERS[name]
    numbers = counts.of.get(about, {})
    known = list(MODES) if name == "mode" else numbers
    if not known and not address.many(name):
        return
    key = f"filter-{name}"
    session.set_widget(key, list(address.many(name)))
    st.multiselect(
        label,
        list(dict.fromkeys([*numbers, *known, *address.many(name)])),
        key=key,
        format_func=lambda value: (
            filter_chips.words(client, name, value) + (f" ({numbers[value]:,})" if value in numbers else "")
        ),
        on_change=_chosen,
        args=(name, key),
    )


def _chosen(name: str, key: str) -> None:
    address.put(name, session.widget_value(key) or [])
    filter_chips.renew()


def _time() -> None:
    session.set_widget("filter-time", address.span())
    st.segmented_control(
        "Time",
        list(address.SPANS),
        key="filter-time",
        required=True,
        format_func=lambda span: f":gray[{address.SPANS[span]}]",
        on_change=lambda: address.put(address.TIME, str(session.widget_value("filter-time") or "")),
    )


def _order() -> None:
    session.set_widget("filter-order", address.order())
    st.segmented_control(
        "Order",
        address.orders(),
        key="filter-order",
        required=True,
        format_func=lambda order: f":gray[{address.first(order).capitalize()}]",
        help=f"Slowest and costliest sort the newest {MOST_LOOKED_AT:,}. Column headers sort one page.",
        on_change=_ordered,
    )


def _ordered() -> None:
    chosen = session.widget_value("filter-order")
    address.put(address.ORDER, "" if chosen is Order.NEWEST else str(chosen or ""))
    filter_chips.renew()


def _slower() -> None:
    session.set_widget("filter-slower", address.slower() or None)
    st.number_input(
        "Slower than, in seconds",
        key="filter-slower",
        min_value=0.0,
        max_value=99_999.0,
        step=1.0,
        on_change=_slowed,
    )


def _slowed() -> None:
    seconds = session.widget_value("filter-slower")
    address.put(address.SLOWER, f"{seconds:g}" if seconds else "")
