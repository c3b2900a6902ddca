"""What has a name and an owner, as a collection and a comparison have: its heading, link, rename, delete and undo."""

from collections.abc import Callable

import streamlit as st

from components.parts import name_forms, notices
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.core.errors import StudioError


def heading(client: Client, name: str, person: str, icon: str = "") -> None:
    """Draw the name, and whose it is if that was somebody else."""
    owner = client.people.label(person)
    by = f" :small[:gray[by {escape(owner, 30)}]]" if owner else ""
    st.markdown(f"{icon} **{escape(name)}**{by}".strip(), width="content")


def copy_link(address: str, noun: str) -> None:
    """Draw the popover with the address to copy."""
    with st.popover("Copy link", icon=":material/link:", type="tertiary"):
        st.code(address, language=None, wrap_lines=True)
        st.caption(f"Opens this {noun} for anyone who can use this studio.")


def rename(its_id: str, name: str, act: Callable[[str], object]) -> bool:
    """Draw the popover with the field for a new name; whether `act` has just renamed it. A key in it is forgotten."""
    key = f"rename-{its_id}"
    with st.popover("Rename…", type="tertiary"), st.form(f"rename-form-{its_id}", border=False):
        if session.widget_value(key) is None:
            session.set_widget(key, name)
        new = st.text_input("Name", key=key)
        if not name_forms.is_submitted("Rename", key):
            return False
        try:
            act(new)
        except StudioError as error:
            st.error(escape(f"{error.message} {error.hint}"))
            return False
    return True


def delete(noun: str, its_id: str, act: Callable[[str], object], show: Callable[[str], object]) -> None:
    """Draw the button that deletes it, but none of its results; `show` then leaves it, with an empty ID."""
    if st.button(f"Delete {noun}", key=f"delete-{noun}", type="tertiary"):
        with notices.errors():
            act(its_id)
            session.state().deleted_named[noun] = its_id
            show("")
            st.rerun()


def undo(noun: str, restore: Callable[[str], object], show: Callable[[str], object]) -> None:
    """Draw that one was deleted, with the button that restores and shows it; nothing if none was."""
    its_id = session.state().deleted_named.get(noun)
    if not its_id:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(f"{noun.capitalize()} deleted. Its results are still in the gallery.", width="content")
        is_pressed = st.button("Undo", key=f"restore-{noun}", type="tertiary")
    if is_pressed:
        with notices.errors():
            restore(its_id)
            del session.state().deleted_named[noun]
            show(its_id)
            st.rerun()
