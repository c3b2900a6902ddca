"""One reference in its place: what it looks like, how far it is, and how it is taken out."""

import streamlit as st

from components.form import draft_state, media
from components.parts import file_urls
from components.parts.markdown import escape
from studio import references
from studio.client import Client
from studio.core.number_texts import size_in_words
from studio.core.reference import Medium, Progress, Reference
from studio.weryai.fields import MediaField
from studio.weryai.modes import Mode


def show(client: Client, mode: Mode, field: MediaField, held: str, state: Progress) -> None:
    reference, name = client.references.get(held), f"{mode.kind}-{field.name}-{held}"
    with st.container(gap="xsmall", key=f"reference-{mode.kind}-{field.name}-{abs(hash(held))}"):
        _look(reference, held)
        if state.has_failed:
            _failed(client, held, state, name)
        elif state.is_there and not references.is_link(held) and _may_be_lost(mode, field):
            _anew(client, mode, held, name)
        _places(mode, field, held, name)


def _look(reference: Reference | None, held: str) -> None:
    if reference is None and not references.is_link(held):
        st.markdown(":small[:red[:material/error: This file was deleted. Remove it.]]")
    elif reference is None:
        st.markdown(f":material/link: :small[{escape(held.partition('://')[2], 80)}]")
    elif reference.preview:
        st.image(file_urls.preview(reference), width="stretch", alt=_alt(reference))
        if reference.medium is Medium.VIDEO:
            st.caption(f"{escape(reference.label, 40)} · {reference.seconds:.0f} s · {size_in_words(reference.size)}")
        if reference.converted:
            st.caption(f"Converted from {escape(reference.converted)}")
    else:
        st.markdown(f":material/music_note: :small[{escape(reference.label, 40)} · {reference.seconds:.0f} s]")
        st.audio(file_urls.original(reference))


def _alt(reference: Reference) -> str:
    return f"Reference: {reference.name}" if reference.name else "Reference"


def _failed(client: Client, held: str, state: Progress, name: str) -> None:
    """Only this one is repeated; the others stay as they are."""
    st.markdown(f":small[:red[:material/error: {escape(state.problem)}]]")
    if st.button("Upload again", key=f"again-{name}", icon=":material/refresh:", type="tertiary"):
        client.references.again(held)
        st.rerun()


def _may_be_lost(mode: Mode, field: MediaField) -> bool:
    """WeryAI refused a job because of such a file, or did not say why, or failed at the job that this one is from."""
    found = draft_state.complaint(mode.kind)
    return draft_state.of(mode.kind).is_doubtful or bool(found and found.field in (field.name, ""))


def _anew(client: Client, mode: Mode, held: str, name: str) -> None:
    if st.button("Upload again", key=f"anew-{name}", icon=":material/refresh:", type="tertiary"):
        client.references.upload_anew(held)
        draft_state.complain(mode.kind, None)
        st.rerun()


def _places(mode: Mode, field: MediaField, held: str, name: str) -> None:
    """In one row under the picture; the style shows the icons alone."""
    form = draft_state.of(mode.kind)
    here = form.held(field.name)
    with st.container(horizontal=True, gap="xsmall", key=f"icons-{name}"):
        if here[0] != held and _button("Move left", "arrow_back", f"ahead-{name}"):
            media.move(form, field.name, held, -1)
            st.rerun()
        if here[-1] != held and _button("Move right", "arrow_forward", f"behind-{name}"):
            media.move(form, field.name, held, 1)
            st.rerun()
        if _button("Remove", "close", f"remove-{name}"):
            form.put(field.name, [one for one in here if one != held])
            st.rerun()


def _button(label: str, icon: str, key: str) -> bool:
    return st.button(label, key=key, icon=f":material/{icon}:", type="tertiary", help=label)
