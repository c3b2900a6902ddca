"""For people who hear the page: texts that are said when they appear, and headings of its parts."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def aloud(name: str) -> DeltaGenerator:
    """A place whose text is said when it appears or changes; under another name the same text is said again."""
    return st.container(key=f"aloud-{name}", gap="xsmall")


def heading(text: str) -> None:
    """The heading of a part of the page, heard and not seen."""
    with st.container(key="heard"):
        st.header(text, anchor=False)
