"""The line about the collection that the gallery shows: its name and owner, its link, and what its owner can do."""

from functools import partial

import streamlit as st

from components.gallery import address
from components.gallery.dialogs import finish
from components.parts import file_urls, named, notices, page_links
from components.session import session
from studio.client import Client
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
    named.heading(client, found.name, found.person, ":material/collections_bookmark:")
    named.copy_link(file_urls.page_url(page_links.GALLERY, {address.COLLECTION: found.id}), "collection")
    if client.gallery.may_change(found):
        if named.rename(found.id, found.name, partial(client.gallery.rename, found.id)):
            finish()
        if st.button("Delete collection", key="delete-collection", type="tertiary"):
            _delete(client, found)


def _delete(client: Client, found: Collection) -> None:
    """Delete the collection, not its results; the next drawing offers to restore it."""
    with notices.errors():
        client.gallery.delete_collection(found.id)
        session.state().deleted_collection = found.id
        address.put(address.COLLECTION, "")
        st.rerun()


def show_undo(client: Client) -> None:
    """Draw that a collection was deleted, with the button that restores it."""
    collection_id = session.state().deleted_collection
    if collection_id and named.undo("collection"):
        _restore(client, collection_id)


def _restore(client: Client, collection_id: str) -> None:
    with notices.errors():
        client.gallery.restore_collection(collection_id)
        session.state().deleted_collection = ""
        address.put(address.COLLECTION, collection_id)
        st.rerun()
