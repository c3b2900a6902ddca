"""The frame of every page: style, logo, sidebar, and notes about the API key."""

import logging
import re
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.frame import sidebar
from components.parts import current_page
from components.parts.current_page import CurrentPage
from components.parts.markdown import counted, escape
from components.session import services, session, visitor
from studio.access import Payer
from studio.core.settings import WERYAI, WERYAI_KEYS

log = logging.getLogger(__name__)

STATIC = Path(__file__).parents[1] / "static"
ICON = str(STATIC / "mark.svg")
_STYLE = " ".join(
    re.sub(r"/\*.*?\*/", "", (Path(__file__).parent / "style.css").read_text("utf-8"), flags=re.S).split()
)
_FOCUS = {"light": "#3A1FB0", "dark": "#A79AF8"}


def frame(title: str) -> None:
    """Draw style, logo and sidebar of a page with this title."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    st.html(f"<style>{_STYLE.replace('FOCUS', _FOCUS[theme])}</style>")
    st.logo(ICON, size="large")
    with st.sidebar:
        numbers, rejected = sidebar.show()
    current_page.begin(CurrentPage(title, rejected, session.client().models.version, numbers))


def head(title: str) -> DeltaGenerator:
    """Draw notes about the API key, if needed, and the heading of the page; return the row of the heading."""
    with st.container(gap="small"):
        _key_notes()
        row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
        row.title(title, anchor=False, width="content")  # without it, a heading gets no width in a row
    return row


def _key_notes() -> None:
    """Draw notes about open jobs without a key, a rejected key, or demo mode."""
    if (
        visitor.current().permissions(Payer.SHARED).look
    ):  # also in the sandbox: it is the team's key that was here before
        _jobs_without_key()
    client = session.client()
    standing = client.balance.standing()
    if standing.rejected:
        is_team = client.account.is_shared
        next_step = (
            "Ask the app's admin to set a valid key, or use your own in the sidebar."
            if is_team
            else f"[Create a key]({WERYAI_KEYS}), then add it in the sidebar."
        )
        st.error(
            f"WeryAI rejected {'the team key' if is_team else 'your key'} `{client.account.label}`: "
            f"{escape(standing.rejected)}. You weren't charged. {_paused(client.jobs.busy())}{next_step}",
            title="Key rejected",
            icon=":material/key_off:",
        )
    elif client.account.is_sandbox:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            sidebar.sandbox_badge()
            next_step = (
                " Add one in the sidebar to use WeryAI." if visitor.current().permissions(Payer.OWN).make else ""
            )
            st.caption(f"No API key set.{next_step}")


def _jobs_without_key() -> None:
    """Draw a note on open jobs of keys that this process does not have, as after a start with another key."""
    waiting = services.shared().accounts.without_key()
    for one in (found for found in waiting if found.is_shared):
        where = "" if one.base_url == WERYAI else f" for {escape(urlsplit(one.base_url).netloc)}"
        st.caption(
            f":material/key_off: {_open_jobs(one.jobs)} made with the key `{one.label}`{where}, which is not set now. "
            "To resume, set that key as WERYAI_API_KEY or add it in the sidebar."
        )
    if personal := sum(found.jobs for found in waiting if not found.is_shared):
        st.caption(
            f":material/key_off: {_open_jobs(personal)} made with a personal key, which is not set now. "
            "To resume, its owner can enter the key again."
        )


def _open_jobs(number: int) -> str:
    return f"{counted(number, 'open job')} {'was' if number == 1 else 'were'}"


def _paused(jobs: int) -> str:
    return f"{counted(jobs, 'job')} {'is' if jobs == 1 else 'are'} paused until there is a valid key. " if jobs else ""
