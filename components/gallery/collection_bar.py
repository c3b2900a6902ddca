"""The line about the collection that the gallery shows: its name and owner, its link, and what its owner can do."""

import streamlit as st

from components.gallery import address
from components.gallery.dialogs import finish
from components.parts import file_urls, page_links
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.gallery import Collection


def show(client: Client) -> None:
    """Draw the line, if the address names a collection."""
    collection_id = address.value(address.COLLECTION)
    if not collection_id:
        return
    found = client.gallery.collection(collection_id)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if not found:
            st.markdown("This collection was not found. It may have been deleted, or belong to another account.")
        else:
            _about(client, found)
        st.button("All results", on_click=address.clear, key="leave-collection", type="tertiary")


def _about(client: Client, found: Collection) -> None:
    owner = client.people.label(found.person)
    by = f" :small[:gray[by {escape(owner, 30)}]]" if owner else ""
    st.markdown(f":material/collections_bookmark: **{escape(found.name)}**{by}", width="content")
    with st.popover("Copy link", icon=":material/link:", type="tertiary"):
        st.code(file_urls.page_url(page_links.GALLERY, {address.COLLECTION: found.id}), language=None, wrap_lines=True)
        st.caption("Opens this collection for anyone who can use this studio.")
    if client.gallery.may_change(found):
        with st.popover("Rename…", type="tertiary"):
            _rename(client, found)
        if st.button("Delete collection", key="delete-collection", type="tertiary"):
            _delete(client, found)


def _rename(client: Client, found: Collection) -> None:
    key = f"rename-{found.id}"
    if session.widget_value(key) is None:
        session.set_widget(key, found.name)
    name = st.text_input("Name", key=key, on_change=session.clear_api_key, args=(key,))
    if st.button("Rename", key=f"do-rename-{found.id}", type="primary"):
        try:
            client.gallery.rename(found.id, name)
        except StudioError as error:
            st.error(escape(error.message))
        else:
            finish()


def _delete(client: Client, found: Collection) -> None:
    """Delete the collection, not its results; the next drawing offers to restore it."""
    client.gallery.delete_collection(found.id)
    session.state().deleted_collection = found.id
    address.put(address.COLLECTION, "")
    st.rerun()


def show_undo(client: Client) -> None:
    """Draw that a collection was deleted, with the button that restores it."""
    collection_id = session.state().deleted_collection
    if not collection_id:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("Collection deleted. Its results are still in the gallery.", width="content")
        if st.button("Undo", key="restore-collection", type="tertiary"):
            client.gallery.restore_collection(collection_id)
            session.state().deleted_collection = ""
            address.put(address.COLLECTION, collection_id)
            st.rerun()
