"""The viewer: a component that shows one result of the page large; the browser asks for the facts of what it shows."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.parts import notices, page_links
from components.parts.markdown import escape
from components.session import page_address, session
from components.viewer import actions, result_facts

VIEWER = "viewer"  # the key of the fragment, and of its component
_HERE, _SCRIPTS = Path(__file__), ("stage.js", "panel.js", "viewer.js")
_HTML = """<dialog class="studio-viewer with-panel" aria-labelledby="viewer-position">
<div class="bar"><span class="position" id="viewer-position" role="status"></span>
<button type="button" class="previous" aria-keyshortcuts="ArrowLeft">Previous</button>
<button type="button" class="next" aria-keyshortcuts="ArrowRight">Next</button>
<button type="button" class="smaller" aria-label="Zoom out" aria-keyshortcuts="-">−</button>
<button type="button" class="whole" aria-label="Original size or whole">1:1</button>
<button type="button" class="larger" aria-label="Zoom in" aria-keyshortcuts="+">+</button>
<button type="button" class="about" aria-label="Show or hide the facts">Facts</button>
<button type="button" class="close" autofocus aria-keyshortcuts="Escape">Close</button></div>
<div class="stage"></div><section class="panel" aria-label="About this result"></section></dialog>"""


@cache
def _component() -> ComponentRenderer:
    css = _HERE.with_name("viewer.css").read_text("utf-8")
    js = "\n".join(_HERE.with_name(name).read_text("utf-8") for name in _SCRIPTS)
    return st.components.v2.component(VIEWER, html=_HTML, css=css, js=js, isolate_styles=False)


def show() -> None:
    """Draw the viewer of a page, closed until a result is opened."""
    st.fragment(_draw, key=VIEWER)()


def _draw() -> None:
    with notices.errors():
        page_address.restore_newest()
        pressed = session.widget_value(VIEWER) or {}
        view = str(pressed.get("view") or page_address.query().get(page_links.RESULT, ""))
        if problem := actions.perform(session.client(), pressed.get("act")):
            st.toast(escape(problem), icon=":material/error:")
        facts = result_facts.of(session.client(), view) if view else None
        _component()(key=VIEWER, data={"facts": facts}, on_view_change=_redraw, on_act_change=_redraw)


def _redraw() -> None:
    """A change needs no callback, but Streamlit keeps only values that have one."""
