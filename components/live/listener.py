"""The place in a page by which its tab listens, and what the browser presses there when something changed.

A button of Streamlit's that nobody sees: a component would bring its script along each time that it is drawn.
"""

from collections.abc import Callable
from html import escape
from time import monotonic

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import services, session, shell
from components.live import changed, drawn
from components.serving import addresses
from studio.errors import StudioError
from studio.values import now

ON_ITS_WAY = 2.0  # seconds, at most


def show(pace: Callable[[], float]) -> None:
    """Draw it. Where no socket opens, the browser looks every `pace` seconds."""
    st.fragment(_show, key=drawn.LISTENER)(pace)


def _show(pace: Callable[[], float]) -> None:
    with shell.errors(), drawn.drawing(drawn.LISTENER), st.container(key="changes"):
        session.state().listened_at = monotonic()
        st.html(_mark(pace()))
        st.button("Draw what changed", key="draw-changes", on_click=_draw)


def _mark(seconds: float) -> str:
    given = {"events": "", "tab": "", "seconds": seconds, "now": now().timestamp()}
    given |= {"page": session.state().page, "run": session.state().runs}
    if services.host.serves_routes:
        account = session.client().account.id
        given |= {"events": addresses.events(account), "tab": f"{session.state().token} {account}"}
    return f"<i {' '.join(f'data-{name}={chr(34)}{escape(str(value))}{chr(34)}' for name, value in given.items())}></i>"


def _draw() -> None:
    """Draw what changed, and nothing else. What a press of somebody's draws at the same time is not to be lost.

    Then this is asked for again. Of a fragment that is to run Streamlit throws away what is still on its way to the
    browser. So a listener that was just drawn is drawn again, or the page would be left without one.
    """
    running = get_script_run_ctx()
    if not running or len(running.fragment_ids_this_run or ()) != 1:
        return
    try:
        keys = changed.keys(session.client())
    except StudioError:  # the page says what it runs into
        st.rerun()
    if keys:
        is_on_its_way = monotonic() - session.state().listened_at < ON_ITS_WAY
        st.rerun(sorted(keys | {drawn.LISTENER} if is_on_its_way else keys))
