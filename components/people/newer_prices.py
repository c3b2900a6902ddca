"""A price table that was changed while an admin edits an older one: nobody's work is lost, and both are shown."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.parts.local_time import clock_time
from components.parts.markdown import escape
from components.session import session
from components.session.state import OpenPrices
from studio.core.number_texts import credits
from studio.core.prices import Price, Unit
from studio.people.admin import Admin
from studio.weryai.modes import MODES


def opened(admin: Admin) -> OpenPrices:
    """Return the table that the editor on the page was opened with; the newest one when the page was left."""
    state, missing = session.state(), object()
    if state.prices is None or session.widget_value(state.prices.key, missing) is missing:
        state.prices = OpenPrices(tuple(admin.prices()), _change(admin), f"prices-{secrets.token_hex(4)}")
    return state.prices


def open_anew() -> None:
    """Open the newest table in a new editor."""
    session.state().prices = None
    st.rerun()


def follow(admin: Admin, opened: OpenPrices) -> None:
    """Draw the page again when the table is another one than the person has seen.

    This is the last step of a run: a press belongs to the page as it was drawn before.
    """
    if (now := tuple(admin.prices())) != opened.known:
        session.state().prices = replace(opened, newer=None if now == opened.table else now)
        st.rerun()


def show(
    admin: Admin, opened: OpenPrices, place: DeltaGenerator, yours: Sequence[Price], *, of_file: bool = False
) -> None:
    """Say who has changed the table, and show what differs from this admin's rows, or those of their file."""
    if opened.newer is None:
        return
    with place:
        save = "*Replace the table anyway*" if of_file else "*Save anyway*"
        st.warning(
            f"{_who(admin, opened)} Nothing of yours is lost: {save} replaces the new table by "
            f"{'your file' if of_file else 'yours'}.",
            icon=":material/warning:",
        )
        theirs = "Your file" if of_file else "Your table"
        differing = _differing(opened.newer, yours, theirs)
        if yours and differing:
            st.dataframe(pd.DataFrame(differing), hide_index=True, alt="Prices that differ")
        if st.button("Take the new table", icon=":material/refresh:", key=f"take-prices-{of_file}"):
            open_anew()


def _who(admin: Admin, opened: OpenPrices) -> str:
    found = admin.last_change_of_prices()
    if not found or found.id == opened.change:
        return "The price table was changed after you opened it."
    at, client = clock_time(found.at, "%d %b %H:%M"), admin.client
    if found.person == client.person:
        return f"You changed the price table elsewhere ({at}), after you opened it here."
    name = escape(client.people.label(found.person) or found.person or "Somebody", 60)
    return f"{name} changed the price table ({at}), after you opened it."


def _differing(newer: Iterable[Price], yours: Iterable[Price], theirs: str) -> list[dict[str, str]]:
    """Return a row for each price that differs, with both values."""
    new, own = ({price.key: price for price in table} for table in (newer, yours))
    return [
        {
            "Mode": MODES[key[0]].title if key[0] in MODES else key[0],
            "Model": key[1],
            "Resolution": key[2],
            "New table": _value(new.get(key)),
            theirs: _value(own.get(key)),
        }
        for key in sorted({*new, *own})
        if new.get(key) != own.get(key)
    ]


def _value(price: Price | None) -> str:
    if price is None:
        return "no price"
    return f"{credits(price.credits)} a {'second' if price.unit is Unit.SECOND else 'result'}"


def _change(admin: Admin) -> str:
    found = admin.last_change_of_prices()
    return found.id if found else ""
