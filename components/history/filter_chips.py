"""The active filters as chips: a click removes a filter."""

from collections.abc import Mapping

import streamlit as st

from components.history import account, address
from components.parts import page_links
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.core.error_groups import in_words
from studio.core.query import Order
from studio.weryai.modes import MODES

_CHIPS = "history-chips"
# The values in the address that turn a condition off, where a missing one does not.
_NO_CONDITION = {address.TIME: ["all"], address.POLLS: [address.POLLS_SHOWN]}


def show(client: Client) -> None:
    """Draw a chip for each condition, all selected: deselecting one removes its condition."""
    chips = dict(_conditions(client))
    if not chips:
        return
    key = f"{_CHIPS}-{session.current_submission(_CHIPS)}"  # see `reset`
    session.set_widget(key, list(chips))
    st.pills(
        "Filters",
        list(chips),
        key=key,
        selection_mode="multi",
        label_visibility="collapsed",
        format_func=lambda chip: f":gray[{chips[chip]} :material/close:]",
        on_change=_remove,
        args=(key, list(chips)),
        width="content",
    )


def _conditions(client: Client) -> Mapping[str, str]:
    found = {} if address.span() == "all" else {address.TIME: address.SPANS[address.span()]}
    if address.hides_polls():
        found[address.POLLS] = "answered polls hidden"
    if account.is_other(client):
        found[page_links.ACCOUNT] = escape(account.label(client), 40)
    for name in address.FILTERS:
        for value in address.values(name):
            found[f"{name}={value}"] = escape(value_label(client, name, value), 40)
    if address.order() is not Order.NEWEST:
        found[address.ORDER] = address.order_label(address.order())
    if address.min_seconds():
        found[address.SLOWER] = f"slower than {address.min_seconds():g} s"
    return found


def _remove(key: str, chips: list[str]) -> None:
    remaining: list[str] = session.widget_value(key) or []
    changed: dict[str, list[str]] = {}
    for chip in set(chips).difference(remaining):
        name, has_value, value = chip.partition("=")
        old_values = changed.get(name, [*address.values(name)]) if has_value else []
        changed[name] = [old for old in old_values if old != value]
    address.filter_by({name: _NO_CONDITION.get(name, values) for name, values in changed.items()})
    reset()


def reset() -> None:
    """Replace the widget by a new one, with a chip for each current condition, all selected."""
    session.next_submission(_CHIPS)


def value_label(client: Client, name: str, value: str) -> str:
    """Return the label of a filter's value."""
    if name == "mode" and value in MODES:
        return MODES[value].title
    if name == "model":
        return client.models.titles().get(value, value) or "none"
    if name == "person":
        return client.people.label(value) or "nobody"
    if name == "kind":
        return in_words(value) or "none"
    if name == "failure":
        kind, *rest = value.split(": ", 1)
        return ": ".join([in_words(kind), *rest]) or "no error"
    return value or "none"
