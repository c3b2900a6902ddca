"""The choice whether downloaded files carry the prompt and settings; off at first, as everybody can read them there."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.session import session

_KEY = "with-settings"
_HELP = (
    "PNG, JPG, WebP, MP4 and MOV files get the prompt, model, settings and IDs in their metadata. Drop such a file on "
    "a form to fill it again. Anyone you give the file to can read them. The studio's own file stays as it came."
)


def show(container: DeltaGenerator) -> None:
    """Draw the choice for all downloads of this session."""
    with container.container(horizontal=True, horizontal_alignment="right"):
        st.checkbox(
            "Prompt and settings in downloads", key=_KEY, persist_state="session", help=_HELP, on_change=_choose
        )


def _choose() -> None:
    session.state().with_settings = bool(session.widget_value(_KEY))
