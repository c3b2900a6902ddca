"""Notices on a page: errors, and toasts about the effect of a button elsewhere on the page."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.parts.markdown import escape
from components.session import session
from studio.core.errors import StudioError

log = logging.getLogger(__name__)

RETRY_SECONDS = 10.0


@contextmanager
def errors() -> Iterator[None]:
    """Show a StudioError that is raised within as a notice; other errors pass through to `unexpected`."""
    try:
        yield
    except StudioError as error:
        show_error(error)


@contextmanager
def errors_with_retry() -> Iterator[None]:
    """Show a StudioError after which the page has no listener, and draw the page again until it has one."""
    try:
        yield
    except StudioError as error:
        show_error(error)
        _retry()


def _retry() -> None:
    """Run the page again after a while."""
    first_drawing = [True]

    def draw() -> None:
        if not first_drawing:
            st.rerun()
        first_drawing.clear()

    st.fragment(draw, run_every=RETRY_SECONDS)()


def show_notice() -> None:
    """Show the pending notice of the session once, as a toast."""
    if notice := session.state().take_notice():
        st.toast(notice, icon=":material/edit:")


def show_error(error: StudioError) -> None:
    """Show an error with its hint."""
    st.error(f"{escape(error.message)}  \n{escape(error.hint)}", icon=":material/error:")


def show_error_line(error: StudioError) -> None:
    """Show an error with its hint as a line of text, beside the button that it is about."""
    st.markdown(f":small[:red[:material/error: {escape(error.message)} {escape(error.hint)}]]")


def unexpected(error: BaseException) -> None:
    """Show a reference number for an error that is our defect, and log the rest: the page shows no details."""
    reference = secrets.token_hex(2).upper()
    log.error("reference %s", reference, exc_info=error)
    st.error(
        f"Something went wrong on this page. Your jobs are not affected. Reload the page. Reference: {reference}.",
        icon=":material/error:",
    )
