"""The earlier prompts of this person: a button beside the prompt's label, and the dialog that lists and finds them."""

import html

import streamlit as st

from components.form import draft_state, kept_drafts, media
from components.parts import file_urls, notices
from components.parts.local_time import clock_time
from components.parts.markdown import counted, escape
from components.session import session
from studio.core.earlier_prompts import EarlierPrompt
from studio.core.values import Draft, Kind

A_PAGE = 25
_SEARCH = "prompt-search"
_MOST_CHARACTERS, _MOST_IMAGES = 200, 4  # of a prompt, and previews of its last job
_IMAGE = "height:40px;max-width:72px;border-radius:.3rem;object-fit:cover"


def show(kind: Kind) -> None:
    """Draw the button, which opens the dialog."""
    with st.container(key=f"icon-earlier-{kind}", width="content"):
        name, icon = "Earlier prompts", ":material/history:"
        if st.button(name, key=f"earlier-{kind}", icon=icon, help=name, type="tertiary"):
            _first_page()
            session.set_widget(_SEARCH, "")
            st.dialog(name)(_draw)(kind)


def _on_search() -> None:
    session.clear_api_key(_SEARCH)
    _first_page()


def _first_page() -> None:
    session.state().shown_prompts = A_PAGE


def _draw(kind: Kind) -> None:
    if draft_state.get_form(kind).filled:
        st.rerun()  # closes the dialog
    st.text_input(
        "Search your prompts",
        key=_SEARCH,
        type="search",
        placeholder="Words of the prompt",
        live=True,
        on_change=_on_search,
    )
    search, shown = str(session.widget_value(_SEARCH) or "").strip(), session.state().shown_prompts
    with notices.errors():
        found = session.client().earlier_prompts.newest(shown + 1, search)
        if not found:
            st.caption(f'No prompt with "{escape(search, 80)}".' if search else "No prompts yet.")
        for one in found[:shown]:
            _row(kind, one)
        if len(found) > shown:
            st.button("More", key="more-prompts", on_click=_next_page, width="stretch")


def _next_page() -> None:
    session.state().shown_prompts += A_PAGE


def _row(kind: Kind, one: EarlierPrompt) -> None:
    with st.container(gap="xsmall", key=f"choice-{one.job.id}"):
        text, args = escape(one.text, _MOST_CHARACTERS), (kind, one.typed)
        st.button(text, key=f"prompt-of-{one.job.id}", width="stretch", wrap=True, on_click=_fill, args=args)
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            if images := _images(one):
                st.html(images, width="content")
            last = clock_time(one.job.created_at, "%d %b %Y %H:%M")
            st.markdown(f":small[:gray[{last} · {counted(one.jobs, 'job')}]]", width="content")


def _images(one: EarlierPrompt) -> str:
    """Return the HTML of the previews of the last job; the prompt beside them says what they show."""
    previews = [file_urls.preview(output) for output in one.job.outputs if output.is_shown and output.preview]
    sources = [f'<img src="{html.escape(url)}" alt="" loading="lazy" style="{_IMAGE}">' for url in previews]
    shown = "".join(sources[:_MOST_IMAGES])
    return f'<div style="display:flex;gap:.25rem">{shown}</div>' if shown else ""


def _fill(kind: Kind, prompt: str) -> None:
    """Put the prompt into the form at its next drawing; settings and references stay."""
    before, draft = kept_drafts.snapshot(kind), Draft("", "", {"prompt": prompt})
    media.fill(draft_state.get_form(kind), before, draft, prompt=True, settings=False)
