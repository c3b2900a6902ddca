"""Puts the scripts into a page."""

from pathlib import Path

import streamlit as st

# In this order: the first is used by the others.
_FILES = ("page_links", "accessibility", "unsent_text", "pending_references", "back_to_form", "live_updates")
_TEXTS = (Path(__file__).with_name(f"{name}.js").read_text("utf-8") for name in _FILES)
SCRIPTS = "".join(f"<script>{text}</script>" for text in _TEXTS)  # the policy of every page names each by what it is


def install() -> None:
    """Once a page, after all that is shown: it takes a place without height."""
    st.html(SCRIPTS, unsafe_allow_javascript=True)
