"""The button of a form with a field for a name; Enter presses it, too."""

import streamlit as st

from components.parts.markdown import escape
from components.session import session


def is_submitted(label: str, field: str) -> bool:
    """Draw the button; False if an API key was typed into the field with this key: it is forgotten, with a word why."""
    is_pressed = st.form_submit_button(label, type="primary", on_click=session.clear_api_key, args=(field,))
    if is_pressed and (was_key := session.state().take_notice()):
        st.error(escape(was_key))
        return False
    return is_pressed
