"""The Compare page: the comparison that the address names, else the list of all."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.compare import address, grid, listing, opened
from components.parts import named
from components.people import mine_or_everyones
from components.session import session


def show(heading: DeltaGenerator) -> None:
    """Draw the comparison or the list; the choice *Mine* or *Everyone's* of the list goes beside the heading."""
    client, state, comparison_id = session.client(), session.state(), address.comparison()
    if state.is_arrival:
        state.deleted_named, state.uncompared = {}, ("", "")
    found = client.comparisons.get(comparison_id) if comparison_id else None
    if found:
        opened.show(client, found)
        grid.show(found)
        return
    with heading:
        mine_or_everyones.choose()
    named.undo("comparison", client.comparisons.restore, address.open_comparison)
    if comparison_id:
        st.markdown("This comparison was not found. It may have been deleted, or belong to another account.")
    listing.show(client)
