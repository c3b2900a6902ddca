"""The first line of every page: one that was not opened by the navigation draws nothing of its own."""

import streamlit as st

from components import navigation
from components.session import session


def guard() -> None:
    """Hand a page that the host runs on its own to the navigation, which draws the frame and the page in it."""
    if not session.state().is_in_navigation:
        navigation.run()
        st.stop()
