"""The hidden part of a page by which its tab listens, with the button that the browser presses after a change.

It is a hidden Streamlit button: a component would load its script again each time that it is drawn.
"""

from collections.abc import Callable
from html import escape

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from components.live import drawn_state, redraws
from components.parts import file_urls, notices
from components.session import services, session
from studio.core.errors import StudioError
from studio.core.values import now

_CLOSED = "The studio restarted, so what was open here is closed. Open it again."


def show(interval: Callable[[], float]) -> None:
    """Draw the listener. Where no websocket opens, the browser presses its button every `interval` seconds.

    After a restart the studio does not know the listener of a page that was drawn before; *Draw the page* works then,
    or *Close the dialog*, as it knows nothing of an open dialog, either.
    """
    with st.container(key="changes"):
        st.button("Draw the page", key="draw-page")
        if st.button("Close the dialog", key="draw-without-dialog"):
            st.toast(_CLOSED, icon=":material/info:")
        st.fragment(_show, key=drawn_state.LISTENER)(interval)


def _show(interval: Callable[[], float]) -> None:
    if _runs_alone() and any(presses.open for presses in session.state().presses.values()):
        st.rerun()  # Generate was pressed in the same message, which draws only the listener
    with notices.errors_with_retry(), drawn_state.drawing(drawn_state.LISTENER):
        st.html(_mark(interval()))
        st.button("Draw what changed", key=f"draw-changes-{session.state().runs}", on_click=_draw_changes)


def _mark(seconds: float) -> str:
    given = {"events": "", "tab": "", "seconds": seconds, "now": now().timestamp()}
    given |= {"page": session.state().page, "run": session.state().runs}
    if services.host.serves_routes:
        account = session.client().account.id
        given |= {"events": file_urls.events(account), "tab": f"{session.state().token} {account}"}
    return f"<i {' '.join(f'data-{name}={chr(34)}{escape(str(value))}{chr(34)}' for name, value in given.items())}></i>"


def _draw_changes() -> None:
    """Redraw only what changed, in a run of the listener alone: the drawing of another press would be lost.

    The browser presses again then. When a fragment is about to run, Streamlit drops the output of it that is still on
    its way to the browser. So a listener that was just drawn is drawn again, else the page would have none. If the list
    of cards was just drawn, the whole page is drawn, else cards would arrive without their list.
    """
    if not _runs_alone():
        return
    try:
        keys = redraws.keys(session.client())
    except StudioError:  # the page shows the error
        st.rerun()
    if drawn_state.CARDS in keys and drawn_state.was_just_drawn(drawn_state.CARDS):
        st.rerun()
    if keys:
        st.rerun(sorted(keys | {drawn_state.LISTENER} if drawn_state.was_just_drawn(drawn_state.LISTENER) else keys))


def _runs_alone() -> bool:
    """Whether this run draws the fragment of this callback, or this fragment, and no other."""
    running = get_script_run_ctx()
    return running is not None and running.fragment_ids_this_run == [ThreadState.get().fragment_id]
