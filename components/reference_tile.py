"""One reference in its place: what it looks like, how far it is, and how it is taken out."""

import streamlit as st

from components import addresses, form_media, form_memory
from components.markdown import escape, size
from studio import references
from studio.jobs import Client
from studio.media import Medium, Reference
from studio.weryai.fields import Field
from studio.weryai.modes import Mode


def show(client: Client, mode: Mode, field: Field, held: str) -> None:
    reference = client.references.get(held)
    with st.container(gap="xsmall", key=f"reference-{mode.kind}-{field.name}-{abs(hash(held))}"):
        _look(reference, held)
        _problem(client, mode, field, held)
        _buttons(mode, field, held)


def _buttons(mode: Mode, field: Field, held: str) -> None:
    here, name = form_media.held(mode.kind, field.name), f"{mode.kind}-{field.name}-{held}"
    if here[0] != held and st.button(
        "Move ahead",
        key=f"ahead-{name}",
        icon=":material/arrow_back:",
        type="tertiary",
        help="Put it before the last one",
    ):
        form_media.move_ahead(mode.kind, field.name, held)
        st.rerun()
    if st.button("Remove", key=f"remove-{name}", icon=":material/close:", type="tertiary"):
        form_media.put(mode.kind, field.name, [one for one in here if one != held])
        st.rerun()


def _look(reference: Reference | None, held: str) -> None:
    if reference is None:
        st.markdown(f":material/link: :small[{escape(held, 80)}]")
    elif reference.preview:
        st.image(addresses.preview(reference), width="stretch", alt=_alt(reference))
        if reference.medium is Medium.VIDEO:
            st.caption(f"{reference.seconds:.0f} s · {size(reference.size)}")
    else:
        st.markdown(f":material/music_note: :small[{escape(reference.name, 40)} · {reference.seconds:.0f} s]")


def _alt(reference: Reference) -> str:
    return f"Reference: {reference.name}" if reference.name else "Reference"


def _problem(client: Client, mode: Mode, field: Field, held: str) -> None:
    """Only this one is repeated; the others stay as they are."""
    state, found = client.references.state(held), form_memory.complaint(mode.kind)
    if state.is_there and found and found.field == field.name and not references.is_link(held):
        name = f"anew-{mode.kind}-{field.name}-{held}"
        if st.button("Upload anew", key=name, icon=":material/refresh:", type="tertiary"):
            client.references.upload_anew(held)
            form_memory.complain(mode.kind, None)
            st.rerun()
    if not state.has_failed:
        return
    st.markdown(f":small[:red[:material/error: {escape(state.problem)}]]")
    if st.button(
        "Upload again", key=f"again-{mode.kind}-{field.name}-{held}", icon=":material/refresh:", type="tertiary"
    ):
        client.references.again(held)
        st.rerun()
