"""Offers to fill the form with what an added file says of what made it. The file itself stays a reference."""

import streamlit as st

from components.form import draft_state, kept_drafts, media
from components.parts import page_links
from components.parts.markdown import escape
from studio.core.drafts import Refill
from studio.core.values import Kind
from studio.weryai.modes import MODES


def show(kind: Kind) -> None:
    """Draw the offer of the file that was added last, until somebody takes or dismisses it, or presses Generate.

    The page scrolls to it.
    """
    offer = draft_state.get_form(kind).offer
    if offer is None:
        return
    target = MODES[offer.draft.mode].kind if offer.has_settings else kind
    what = "the prompt and settings it was made with" if offer.has_settings else "a prompt"
    with st.container(gap="xsmall", border=True, key=f"filled-offer-{id(offer)}"):
        st.markdown(f":small[:material/history_edu: {escape(offer.name, 60)} carries {what}.]")
        with st.container(horizontal=True, gap="xsmall"):
            label = "Fill the form" if target is kind else f"Fill the {page_links.OF_KIND[target].title} form"
            if st.button(label, key=f"refill-{kind}", icon=":material/edit_note:"):
                _fill(kind, target, offer)
            if st.button("Dismiss", key=f"no-refill-{kind}", icon=":material/close:", type="tertiary"):
                draft_state.get_form(kind).offer = None
                st.rerun()


def _fill(kind: Kind, target: Kind, offer: Refill) -> None:
    form = draft_state.get_form(target)
    draft = media.as_typed(offer.draft)
    media.fill(form, kept_drafts.snapshot(target), draft, prompt=True, settings=offer.has_settings)
    form.refilled, draft_state.get_form(kind).offer = offer, None
    if target is kind:
        st.rerun()
    st.switch_page(page_links.OF_KIND[target].file)
