"""The line about the collection that the gallery shows: its name and owner, its link, and what its owner can do."""

from functools import partial

import streamlit as st

from components.gallery import address
from components.gallery.dialogs import finish
from components.parts import file_urls, named, page_links
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
        named.delete("collection", found.id, client.gallery.delete_collection, open_collection)


def open_collection(collection_id: str) -> None:
    """Show this collection from the next drawing on; empty shows all results."""
    address.put(address.COLLECTION, collection_id)
