"""The place in a page by which its tab listens, and what the browser presses there when something changed.

A button of Streamlit's that nobody sees: a component would bring its script along each time that it is drawn.
"""

from collections.abc import Callable
from html import escape

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.live import drawn_state, redraws
from components.parts import file_urls, notices
from components.session import services, session
from studio.core.errors import StudioError
from studio.core.values import now


def show(pace: Callable[[], float]) -> None:
    """Draw it. Where no socket opens, the browser looks every `pace` seconds.

    A studio that was started again does not know the listener of a page that was drawn before, but draws the page.
    """
    with st.container(key="changes"):
        st.button("Draw the page", key="draw-page")
        st.fragment(_show, key=drawn_state.LISTENER)(pace)


def _show(pace: Callable[[], float]) -> None:
    with notices.errors(), drawn_state.drawing(drawn_state.LISTENER):
        st.html(_mark(pace()))
        st.button("Draw what changed", key=f"draw-changes-{session.state().runs}", on_click=_draw)


def _mark(seconds: float) -> str:
    given = {"events": "", "tab": "", "seconds": seconds, "now": now().timestamp()}
    given |= {"page": session.state().page, "run": session.state().runs}
    if services.host.serves_routes:
        account = session.client().account.id
        given |= {"events": file_urls.events(account), "tab": f"{session.state().token} {account}"}
    return f"<i {' '.join(f'data-{name}={chr(34)}{escape(str(value))}{chr(34)}' for name, value in given.items())}></i>"


def _draw() -> None:
    """Draw what changed, and nothing else. What a press of somebody's draws at the same time is not to be lost.

    Then this is asked for again. Of a fragment that is to run Streamlit throws away what is still on its way to the
    browser. So a listener that was just drawn is drawn again, or the page would be left without one; and where the list
    of cards was, the page is, as the cards in it would come without it.
    """
    running = get_script_run_ctx()
    if not running or len(running.fragment_ids_this_run or ()) != 1:
        return
    try:
        keys = redraws.keys(session.client())
    except StudioError:  # the page says what it runs into
        st.rerun()
    if drawn_state.CARDS in keys and drawn_state.is_on_its_way(drawn_state.CARDS):
        st.rerun()
    if keys:
        st.rerun(sorted(keys | {drawn_state.LISTENER} if drawn_state.is_on_its_way(drawn_state.LISTENER) else keys))
