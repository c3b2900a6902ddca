"""The Gallery page: the filters, and all outputs that match them in a grid."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.gallery import actions, address, collection_bar, filters, grid
from components.parts import named, page_links
from components.parts.markdown import counted
from components.people import mine_or_everyones
from components.session import session
from components.session.gallery_done import GalleryDone
from studio.client import Client
from studio.core.gallery import GalleryFilter


def show(heading: DeltaGenerator) -> None:
    """Draw the outputs that the address asks for; their number goes beside the heading."""
    if session.state().is_arrival and address.is_for_everyones():  # whoever gets this address sees the same
        mine_or_everyones.show_everyones()
    client = session.client()
    found = grid.find(client, address.filters())
    with heading.container(horizontal=True, gap="small", width="content", vertical_alignment="center"):
        mine_or_everyones.choose(_keep_whose)
        if any(address.values(name) for name in address.ALL):
            st.button("Clear filters", on_click=address.clear, key="clear-gallery", type="tertiary")
        st.caption(counted(len(found.layout), "result"), width="content")
    if session.state().is_arrival:
        session.state().gallery_done, session.state().deleted_named = GalleryDone(), {}
    named.undo("collection", client.gallery.restore_collection, collection_bar.open_collection)
    collection_bar.show(client)
    if found.layout or found.filters != GalleryFilter():
        is_selecting = filters.show(client)
    if found.layout:
        grid.show(found, is_selecting=is_selecting)
        return
    grid.wait()
    actions.show_undo(client)
    if found.filters != GalleryFilter():
        st.markdown("No deleted results." if address.is_deleted() else "Nothing matches these filters.")
        st.button("All results", on_click=address.clear, key="clear-gallery-empty")
    else:
        _nothing_yet(client)


def _keep_whose() -> None:
    address.put(address.WHOSE, "" if session.is_only_mine() else address.EVERYONE)


def _nothing_yet(client: Client) -> None:
    with st.container(border=True, gap="small"):
        st.markdown("**Nothing here yet**  \nEvery image and video you make is kept here.")
        with st.container(horizontal=True, gap="small"):
            for place in page_links.OF_KIND.values():
                st.page_link(place.file, label=place.title, icon=place.icon, width="content")
        if client.gallery.find(GalleryFilter(deleted=True)):
            show_deleted = (address.DELETED, address.YES)
            st.button("Deleted results", on_click=address.put, args=show_deleted, key="show-deleted", type="tertiary")
