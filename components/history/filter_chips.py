"""The filters that are on, as chips: a click takes one away."""

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
_NONE = {address.TIME: ["all"], address.POLLS: [address.SHOWN]}  # what the address says without such a condition


def show(client: Client) -> None:
    """One for each condition, all chosen: a click takes one away."""
    chips = dict(_conditions(client))
    if not chips:
        return
    key = f"{_CHIPS}-{session.current_submission(_CHIPS)}"  # others than before: new ones, all chosen
    session.set_widget(key, list(chips))
    st.pills(
        "Filters",
        list(chips),
        key=key,
        selection_mode="multi",
        label_visibility="collapsed",
        format_func=lambda chip: f":gray[{chips[chip]} :material/close:]",
        on_change=_take_away,
        args=(key, list(chips)),
        width="content",
    )


def _conditions(client: Client) -> Mapping[str, str]:
    found = {} if address.span() == "all" else {address.TIME: address.SPANS[address.span()]}
    if address.hides_polls():
        found[address.POLLS] = "answered polls hidden"
    if account.is_other(client):
        found[page_links.ACCOUNT] = escape(account.words(client), 40)
    for name in address.FILTERS:
        for value in address.many(name):
            found[f"{name}={value}"] = escape(words(client, name, value), 40)
    if address.order() is not Order.NEWEST:
        found[address.ORDER] = address.first(address.order())
    if address.slower():
        found[address.SLOWER] = f"slower than {address.slower():g} s"
    return found


def _take_away(key: str, chips: list[str]) -> None:
    left: list[str] = session.widget_value(key) or []
    fewer: dict[str, list[str]] = {}
    for chip in set(chips).difference(left):
        name, is_of_several, value = chip.partition("=")
        left_of = fewer.get(name, [*address.many(name)]) if is_of_several else []
        fewer[name] = [one for one in left_of if one != value]
    address.filter_by({name: _NONE.get(name, values) for name, values in fewer.items()})
    renew()


def renew() -> None:
    """Others than before: new ones, all chosen."""
    session.next_submission(_CHIPS)


def words(client: Client, name: str, value: str) -> str:
    """A value of a filter as people say it."""
    if name == "mode" and value in MODES:
        return MODES[value].title
    if name == "model":
        return client.models.titles().get(value, value) or "none"
    if name == "person":
        return client.people.label(value) or "nobody"
    if name == "kind":
        return in_words(value) or "none"
    if name == "failure":
        kind, *said = value.split(": ", 1)
        return ": ".join([in_words(kind), *said]) or "no error"
    return value or "none"
