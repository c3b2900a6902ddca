"""The choice *Mine* or *Everyone's*: whose jobs and calls the lists show. All pages share it."""

from collections.abc import Callable

import streamlit as st

from components.session import session

MINE, EVERYONES = "Mine", "Everyone's"


def show_everyones() -> None:
    """Select *Everyone's* from the next run on."""
    session.set_widget(session.OWNER_CHOICE, EVERYONES)


def choose(on_change: Callable[[], None] = lambda: None) -> None:
    """Draw the choice; nothing in a studio without sign-in. After a change `on_change` is called."""
    client = session.client()
    if not client.person:
        return
    if session.widget_value(session.OWNER_CHOICE) is None:
        session.set_widget(session.OWNER_CHOICE, MINE if client.only_mine else EVERYONES)
    st.segmented_control(
        "Whose",
        [MINE, EVERYONES],
        key=session.OWNER_CHOICE,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
        on_change=_change,
        args=(on_change,),
    )


def _change(on_change: Callable[[], None]) -> None:
    session.state().oldest.clear()
    on_change()
