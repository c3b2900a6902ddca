"""The first line of every page: a page that the navigation did not open draws nothing of its own."""

import streamlit as st

from components import navigation
from components.session import session


def guard() -> None:
    """Pass a page that the host runs on its own to the navigation, which checks access and draws frame and page."""
    if not session.state().is_in_navigation:
        navigation.run()
        st.stop()
