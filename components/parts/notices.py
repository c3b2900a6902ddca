"""What a page says when something failed, and what a press of a button did where nobody may be looking."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.parts.markdown import escape
from components.session import session
from studio.core.errors import StudioError

log = logging.getLogger(__name__)


@contextmanager
def errors() -> Iterator[None]:
    """What the studio can explain becomes a notice; the rest goes to `unexpected`."""
    try:
        yield
    except StudioError as error:
        explain(error)


def notice() -> None:
    """Say once what a press of a button did where nobody may be looking."""
    if session.state().notice:
        st.toast(session.state().notice, icon=":material/edit:")
        session.state().notice = ""


def explain(error: StudioError) -> None:
    """Show what failed, and what to do."""
    st.error(f"{escape(error.message)}  \n{escape(error.hint)}", icon=":material/error:")


def unexpected(error: BaseException) -> None:
    """A defect of ours: a reference for the log, and nothing of what is inside."""
    reference = secrets.token_hex(2).upper()
    log.error("reference %s", reference, exc_info=error)
    st.error(
        f"Something went wrong on this page. Your jobs are not affected. Reload the page. Reference: {reference}.",
        icon=":material/error:",
    )
