"""The choice to hear a sound or see a notification when the last open job has ended. `job_notices.js` keeps it."""

import streamlit as st

_HTML = """<details class="studio-notices"><summary>When my jobs end</summary>
<label><input type="checkbox" data-notice="tone"> Play a sound</label>
<label><input type="checkbox" data-notice="notification"> Show a notification</label>
<p role="status" data-notice-problem hidden></p></details>"""


def show() -> None:
    """Draw both checkboxes, folded. The browser keeps what is chosen, for all pages of the studio."""
    st.html(_HTML)
