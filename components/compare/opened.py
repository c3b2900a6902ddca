"""The lines above the grid: the name of the comparison, its link, what its owner can do, and *Blind*."""

import streamlit as st

from components.compare import address, choice
from components.parts import notices
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.core.comparisons import Comparison
from studio.core.errors import StudioError

_BLIND_HELP = "Hides models, times, credits and the order in each row until you have voted there"


def show(client: Client, found: Comparison) -> None:
    """Draw the lines."""
    owner = client.people.label(found.person)
    by = f" :small[:gray[by {escape(owner, 30)}]]" if owner else ""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"**{escape(found.name)}**{by}", width="content")
        with st.popover("Copy link", icon=":material/link:", type="tertiary"):
            st.code(address.link(found.id), language=None, wrap_lines=True)
            st.caption("Opens this comparison for anyone who can use this studio.")
        if client.comparisons.may_change(found):
            _changes(client, found)
        st.button(
            "All comparisons", on_click=address.open_comparison, args=("",), key="leave-comparison", type="tertiary"
        )
        st.space("stretch")
        session.set_widget("compare-blind", address.is_blind())
        st.toggle("Blind", key="compare-blind", help=_BLIND_HELP, on_change=_set_blind)


def _set_blind() -> None:
    address.set_blind(bool(session.widget_value("compare-blind")))


def _changes(client: Client, found: Comparison) -> None:
    with st.popover("Rename…", type="tertiary"):
        _rename(client, found)
    with st.popover("Add jobs…", type="tertiary"):
        _add(client, found)
    if st.button("Delete comparison", key="delete-comparison", type="tertiary"):
        with notices.errors():
            client.comparisons.delete(found.id)
            session.state().deleted_comparison = found.id
            address.open_comparison("")
            st.rerun()


def _rename(client: Client, found: Comparison) -> None:
    key = f"rename-{found.id}"
    if session.widget_value(key) is None:
        session.set_widget(key, found.name)
    name = st.text_input("Name", key=key, on_change=session.clear_api_key, args=(key,))
    if st.button("Rename", key=f"do-rename-{found.id}", type="primary"):
        try:
            client.comparisons.rename(found.id, name)
        except StudioError as error:
            st.error(escape(error.message))
        else:
            st.rerun()


def _add(client: Client, found: Comparison) -> None:
    chosen = choice.jobs(client, f"add-{found.id}-{len(found.jobs)}", found.jobs)
    if st.button("Add", key=f"do-add-{found.id}", type="primary", disabled=not chosen):
        try:
            client.comparisons.add(found.id, chosen)
        except StudioError as error:
            st.error(escape(error.message))
        else:
            st.rerun()
