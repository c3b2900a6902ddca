"""Adds the scripts to a page."""

from pathlib import Path

import streamlit as st

# In this order: the others use the first.
_FILES = (
    "page_links",
    "accessibility",
    "places",
    "presses",
    "unsent_text",
    "pending_references",
    "back_to_form",
    "blank_page",
    "job_notices",
    "live_updates",
    "shortcuts",
)
_TEXTS = (Path(__file__).with_name(f"{name}.js").read_text("utf-8") for name in _FILES)
SCRIPTS = "".join(f"<script>{text}</script>" for text in _TEXTS)  # the policy of every page has a hash of each


def install() -> None:
    """Add the scripts to the page, once, after its visible parts: their element has no height."""
    st.html(SCRIPTS, unsafe_allow_javascript=True)
