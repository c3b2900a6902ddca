"""The tile of one reference: its preview, its upload, and buttons to move and remove it."""

import streamlit as st

from components.form import draft_state, media
from components.parts import file_urls, result_links
from components.parts.markdown import escape
from studio import references
from studio.client import Client
from studio.core.number_texts import size_in_words
from studio.core.reference import Medium, Reference, UploadProgress
from studio.weryai.fields import MediaField
from studio.weryai.modes import Mode

_TILE = "display:block;width:100%;border-radius:.6rem"


def show(client: Client, mode: Mode, field: MediaField, held: str, state: UploadProgress) -> None:
    """Draw the tile of a reference, which is a SHA-256 or a link."""
    reference, name = client.references.get(held), f"{mode.kind}-{field.name}-{held}"
    with st.container(gap="xsmall", key=f"reference-{mode.kind}-{field.name}-{abs(hash(held))}"):
        _preview(reference, held)
        if state.has_failed:
            _failed_upload(client, held, state, name)
        elif state.is_there and not references.is_link(held) and _may_be_lost(mode, field):
            _upload_again(client, mode, held, name)
        _icons(mode, field, held, name)


def _preview(reference: Reference | None, held: str) -> None:
    if reference is None and not references.is_link(held):
        st.markdown(":small[:red[:material/error: This file was deleted. Remove it.]]")
    elif reference is None:
        st.markdown(f":material/link: :small[{escape(held.partition('://')[2], 80)}]")
    elif reference.preview:
        st.html(result_links.reference(reference, result_links.FORM, held, _alt(reference), _TILE))
        if reference.medium is Medium.VIDEO:
            st.caption(f"{escape(reference.label, 40)} · {reference.seconds:.0f} s · {size_in_words(reference.size)}")
        if reference.converted:
            st.caption(f"Converted from {escape(reference.converted)}")
    else:
        st.markdown(f":material/music_note: :small[{escape(reference.label, 40)} · {reference.seconds:.0f} s]")
        st.audio(file_urls.original(reference))


def _alt(reference: Reference) -> str:
    return f"Reference: {reference.name}" if reference.name else "Reference"


def _failed_upload(client: Client, held: str, state: UploadProgress, name: str) -> None:
    """Draw why the upload failed, and a button that repeats this upload only."""
    st.markdown(f":small[:red[:material/error: {escape(state.problem)}]]")
    if st.button("Upload again", key=f"again-{name}", icon=":material/refresh:", type="tertiary"):
        client.references.again(held)
        st.rerun()


def _may_be_lost(mode: Mode, field: MediaField) -> bool:
    """Whether WeryAI may have lost the file: it refused a job for this field or for none, or the job failed."""
    complaint = draft_state.complaint(mode.kind)
    return draft_state.get_form(mode.kind).is_from_failure or bool(complaint and complaint.field in (field.name, ""))


def _upload_again(client: Client, mode: Mode, held: str, name: str) -> None:
    if st.button("Upload again", key=f"anew-{name}", icon=":material/refresh:", type="tertiary"):
        client.references.upload_anew(held)
        draft_state.set_complaint(mode.kind, None)
        st.rerun()


def _icons(mode: Mode, field: MediaField, held: str, name: str) -> None:
    """Draw the buttons in a row below the preview; the CSS shows only their icons."""
    form = draft_state.get_form(mode.kind)
    references_in_field = form.held(field.name)
    with st.container(horizontal=True, gap="xsmall", key=f"icons-{name}"):
        if references_in_field[0] != held and _button("Move left", "arrow_back", f"ahead-{name}"):
            media.move(form, field.name, held, -1)
            st.rerun()
        if references_in_field[-1] != held and _button("Move right", "arrow_forward", f"behind-{name}"):
            media.move(form, field.name, held, 1)
            st.rerun()
        if _button("Remove", "close", f"remove-{name}"):
            form.put(field.name, [other for other in references_in_field if other != held])
            st.rerun()


def _button(label: str, icon: str, key: str) -> bool:
    return st.button(label, key=key, icon=f":material/{icon}:", type="tertiary", help=label)
