"""The choice whether downloaded files carry the prompt and settings; off at first, as everybody can read them there.

The ledger keeps it for the browser, as it keeps the choices of forms.
"""

import logging
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.session import browser_id, services, session
from studio.core.drafts import FormContent
from studio.core.errors import StudioError

log = logging.getLogger(__name__)

_LABEL = "Prompt and settings in downloads"
_HELP = (
    "PNG, JPG, WebP, MP4 and MOV files get the prompt, model, settings and IDs in their metadata. Drop such a file on "
    "a form to fill it again. Anyone you give the file to can read them. The studio's own file stays as it came."
)
_KEY, _FORM = "with-settings", "downloads"


def show(container: DeltaGenerator) -> None:
    """Draw the choice for all downloads."""
    session.set_widget(_KEY, session.state().with_settings)
    with container.container(horizontal=True, horizontal_alignment="right"):
        st.checkbox(_LABEL, key=_KEY, help=_HELP, on_change=_choose)


def _choose() -> None:
    choose(bool(session.widget_value(_KEY)))


def facts() -> dict[str, Any]:
    """Return what a component of ours needs to draw the choice."""
    return {"label": _LABEL, "help": _HELP, "chosen": session.state().with_settings}


def choose(with_settings: bool) -> None:
    """Choose for all downloads of this session, and of later ones in this browser."""
    session.state().with_settings = with_settings
    owner = browser_id.current(session.state().person)
    try:
        if owner.browser:
            kept = FormContent(choices={"with_settings": with_settings})
            services.shared().ledger.drafts.keep(owner, _FORM, kept)
    except StudioError as error:
        log.error("a choice was not kept: %s", error)


def restore() -> None:
    """In a new session, choose what was chosen last in this browser; call it before anything is drawn."""
    state, owner = session.state(), browser_id.current(session.state().person)
    if state.runs or not owner.browser:
        return
    try:
        found = services.shared().ledger.drafts.get(owner, _FORM)
        state.with_settings = bool(found and found.choices.get("with_settings"))
    except StudioError as error:
        log.error("a choice was not found: %s", error)
