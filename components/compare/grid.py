"""The grid of a comparison: a component that gets rows and columns, and sends votes; it follows changes."""

from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components.compare import exports, facts
from components.live import drawn_state
from components.live.drawn_state import COMPARISON
from components.parts import component_presses, component_scripts, notices
from components.parts.markdown import escape
from components.session import page_address, session
from studio.client import Client
from studio.core.comparisons import Comparison

_PARTS = (component_scripts.MOUNTED, component_scripts.ACTS, component_scripts.ELEMENTS, component_scripts.STAGE)
_SCRIPTS = ("in_step.js", "pair.js", "cells.js", "compare.js")


@cache
def _component() -> ComponentRenderer:
    js = "\n".join([*_PARTS, *map(_text, _SCRIPTS)])
    html, css = _text("compare.html"), _text("compare.css")
    return st.components.v2.component("comparison", html=html, css=css, js=js, isolate_styles=False)


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def show(found: Comparison) -> None:
    """Draw the grid in a fragment, which runs after a press in it and after a change of its jobs."""
    st.fragment(_draw, key=COMPARISON)(found.id)


def _draw(comparison_id: str) -> None:
    with notices.errors(), drawn_state.drawing(COMPARISON):
        page_address.restore_newest()
        client = session.client()
        component_presses.perform(COMPARISON, partial(_perform, comparison_id))
        for problem in component_presses.new_problems(COMPARISON):
            st.toast(escape(problem), icon=":material/error:")
        found = client.comparisons.get(comparison_id)
        if not found:
            st.rerun()
        session.state().compared = frozenset(found.jobs)
        grid = client.comparisons.grid(found)
        votes = client.comparisons.votes(found, grid)
        data = {
            **facts.of(client, found, grid, votes),
            "message": _message(comparison_id),
            "performed": component_presses.performed_at(COMPARISON),
        }
        _component()(key=COMPARISON, data=data, on_acts_change=component_presses.redraw)
        if grid.jobs:
            exports.buttons(client, found)


def _message(comparison_id: str) -> str:
    """Return what was just removed, which the browser offers to undo; empty if nothing was."""
    return "1 job removed from the comparison." if session.state().uncompared[0] == comparison_id else ""


def _perform(comparison_id: str, pressed: dict[str, Any]) -> str:
    """Do what was pressed; return a problem as a text if it could not be done."""
    state, client = session.state(), session.client()
    comparisons = client.comparisons
    match pressed:
        case {"name": "vote", "output": int(output)}:
            is_done = comparisons.vote(comparison_id, output)
            return "" if is_done else "This result is no longer in the comparison."
        case {"name": "unvote", "row": str(row)}:
            comparisons.take_back(comparison_id, row)
        case {"name": "remove", "job": str(job)} if comparisons.remove(comparison_id, [job]):
            state.uncompared = comparison_id, job
        case {"name": "restore", "job": str(job)}:
            return "" if _restore(client, comparison_id, job) else "This can no longer be restored."
        case {"name": "undo"} if state.uncompared[0] == comparison_id:
            comparisons.add(comparison_id, state.uncompared[1:])
            state.uncompared = "", ""
    return ""


def _restore(client: Client, comparison_id: str, job_id: str) -> bool:
    """Restore the deleted results of a job of this comparison; whether any is back."""
    found, job = client.comparisons.get(comparison_id), client.jobs.get(job_id)
    if not found or not job or job_id not in found.jobs:
        return False
    return bool(client.gallery.restore([output.id for output in job.outputs]))
