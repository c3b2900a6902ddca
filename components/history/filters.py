"""The search field of the history, the chips of its filters, and the choices for filters with their counts."""

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


def show(history: History, query: Query) -> DeltaGenerator:
    """Draw the search, the chips and the popover to add filters; return a container beside them."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _search()
        filter_chips.show(history.client)
        popover = st.popover("Add filter", icon=":material/add:", type="tertiary", key="add-filter", on_change="rerun")
        if popover.open:
            with popover:
                _choices(history, query)
        st.space("stretch")
        return st.container(width="content")


def _search() -> None:
    if session.widget_value(address.SEARCH) != address.value(address.SEARCH):
        session.set_widget(address.SEARCH, address.value(address.SEARCH))
    st.text_input(
        "Search",
        key=address.SEARCH,
        type="search",
        label_visibility="collapsed",
        placeholder="ID, or words from a prompt or an error",
        width=330,
        on_change=_on_search,
    )


def _on_search() -> None:
    session.clear_api_key(address.SEARCH)
    address.put(address.SEARCH, str(session.widget_value(address.SEARCH) or "").strip()[:200])


def show_views() -> None:
    """Draw the choices of mine or everyone's, and of jobs or calls."""
    with st.container(horizontal=True, gap="small", width="content", vertical_alignment="center"):
        mine_or_everyones.choose()
        _view()


def _view() -> None:
    session.set_widget("history-view", address.JOBS if address.shows_jobs() else address.CALLS)
    st.segmented_control(
        "View",
        [address.JOBS, address.CALLS],
        key="history-view",
        required=True,
        label_visibility="collapsed",
        format_func=lambda view: f":gray[{_ICONS[view]} {view}]",
        on_change=_on_view,
    )


def _on_view() -> None:
    chosen = session.widget_value("history-view")
    address.put(address.VIEW, address.CALLS.lower() if chosen == address.CALLS else "")


def _choices(history: History, query: Query) -> None:
    counts = _counts(history, query)
    _time()
    account.show_choice()
    for name, label in _LABELS.items():
        if name != "person" or history.client.person:
            _choice(history.client, name, label, counts)
    _slower()
    _order()
    if counts.is_partial:
        st.caption(f"Counts cover the newest {MOST_LOOKED_AT:,}.")
    st.button("Clear filters", on_click=address.clear_filters, key="clear-filters", type="tertiary")


def _counts(history: History, query: Query) -> Counts:
    """Return the counts of the list as shown; those of paths include polls, as choosing the polls' path shows them."""
    of_jobs = address.shows_jobs()
    if not address.hides_polls():
        return history.counts(query, jobs=of_jobs)
    listed = history.counts(replace(query, without_polls=True), jobs=of_jobs)
    paths = history.counts(query, jobs=of_jobs).of["endpoint"]
    return replace(listed, of=listed.of | {"endpoint": paths})


def _choice(client: Client, name: str, label: str, counts: Counts) -> None:
    field = address.FILTERS[name]
    numbers = counts.of.get(field, {})
    options = list(MODES) if name == "mode" else numbers
    if not options and not address.values(name):
        return
    key = f"filter-{name}"
    session.set_widget(key, list(address.values(name)))
    st.multiselect(
        label,
        list(dict.fromkeys([*numbers, *options, *address.values(name)])),
        key=key,
        format_func=lambda value: (
            filter_chips.value_label(client, name, value) + (f" ({numbers[value]:,})" if value in numbers else "")
        ),
        on_change=_on_choice,
        args=(name, key),
    )


def _on_choice(name: str, key: str) -> None:
    address.put(name, session.widget_value(key) or [])
    filter_chips.reset()


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
        format_func=lambda order: f":gray[{address.order_label(order).capitalize()}]",
        help=f"Slowest and costliest sort the newest {MOST_LOOKED_AT:,}. Column headers sort one page.",
        on_change=_on_order,
    )


def _on_order() -> None:
    chosen = session.widget_value("filter-order")
    address.put(address.ORDER, "" if chosen is Order.NEWEST else str(chosen or ""))
    filter_chips.reset()


def _slower() -> None:
    session.set_widget("filter-slower", address.min_seconds() or None)
    st.number_input(
        "Slower than, in seconds",
        key="filter-slower",
        min_value=0.0,
        max_value=99_999.0,
        step=1.0,
        on_change=_on_slower,
    )


def _on_slower() -> None:
    seconds = session.widget_value("filter-slower")
    address.put(address.SLOWER, f"{seconds:g}" if seconds else "")
