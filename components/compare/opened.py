"""The lines above the grid: the name of the comparison, its link, what its owner can do, and *Blind*."""

from functools import partial

import streamlit as st

from components.compare import address, choice
from components.parts import named
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.core.comparisons import Comparison
from studio.core.errors import StudioError

_BLIND_HELP = "Hides models, times, credits and the order in each row until you have voted there"


def show(client: Client, found: Comparison) -> None:
    """Draw the lines."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        named.heading(client, found.name, found.person)
        named.copy_link(address.link(found.id), "comparison")
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
    if named.rename(found.id, found.name, partial(client.comparisons.rename, found.id)):
        st.rerun()
    with st.popover("Add jobs…", type="tertiary"):
        _add(client, found)
    named.delete("comparison", found.id, client.comparisons.delete, address.open_comparison)


def _add(client: Client, found: Comparison) -> None:
    chosen = choice.jobs(client, f"add-{found.id}-{len(found.jobs)}", found.jobs)
    if st.button("Add", key=f"do-add-{found.id}", type="primary", disabled=not chosen):
        try:
            client.comparisons.add(found.id, chosen)
        except StudioError as error:
            st.error(escape(error.message))
        else:
            st.rerun()
