"""The viewer: a component that shows one result of the page large; the browser asks for the facts of what it shows."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.parts import component_presses, component_scripts, notices, page_links, result_changes
from components.parts.markdown import escape
from components.session import page_address, session
from components.viewer import actions, family_facts, reference_facts, result_facts
from studio.client import Client

VIEWER = "viewer"  # the key of the fragment, and of its component
_PARTS = (component_scripts.MOUNTED, component_scripts.ACTS, component_scripts.ELEMENTS, component_scripts.STAGE)
_SCRIPTS = ("address.js", "keys.js", "page_links.js", "panel.js", "lineage.js", "viewer.js")
_NOT_FOUND = "This was not found. It may have been removed, or it belongs to someone else."


@cache
def _component() -> ComponentRenderer:
    js = "\n".join([*_PARTS, *map(_text, _SCRIPTS)])
    html, css = _text("viewer.html"), _text("viewer.css")
    return st.components.v2.component(VIEWER, html=html, css=css, js=js, isolate_styles=False)


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def show() -> None:
    """Draw the viewer of a page, closed until a result is opened."""
    if session.state().is_arrival:
        session.state().viewer_deleted = ()
    st.fragment(_draw, key=VIEWER)()


def _draw() -> None:
    with notices.errors():
        page_address.restore_newest()
        client, (view, has_lineage) = session.client(), _asked()
        component_presses.perform(VIEWER, actions.perform)
        for problem in component_presses.new_problems(VIEWER):
            st.toast(escape(problem), icon=":material/error:")
        facts = _facts(client, view) if view else None
        _component()(
            key=VIEWER,
            data={
                "facts": facts,
                "family": family_facts.of(client, view) if has_lineage else None,
                "problems": component_presses.problems(VIEWER),
                "performed": component_presses.performed_at(VIEWER),
                "changes": result_changes.url(),
            },
            on_asked_change=component_presses.redraw,
            on_acts_change=component_presses.redraw,
        )


def _asked() -> tuple[str, bool]:
    """Return which result is shown, and whether its lineage is. The browser sends it, else the address has it."""
    match (session.widget_value(VIEWER) or {}).get("asked"):
        case {"view": str(view), "lineage": int(asked_at)}:
            return view, asked_at > 0
    return page_address.query().get(page_links.RESULT, ""), False


def _facts(client: Client, view: str) -> dict[str, Any]:
    found = result_facts.of(client, view) or reference_facts.of(client, view)
    return found or {"view": view, "note": _NOT_FOUND}
