"""For users of screen readers: texts that are announced when they appear, and headings of parts of the page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def live_region(name: str) -> DeltaGenerator:
    """Return a container whose text is announced when it appears or changes; a new name announces it again."""
    return st.container(key=f"aloud-{name}", gap="xsmall")


def hidden_heading(text: str) -> None:
    """Draw a heading that only screen readers get."""
    with st.container(key="heard"):
        st.header(text, anchor=False)
