"""What a tab shows outside the cards: the number of open jobs in its title, and a toast for each ended job."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from components.parts import page_links
from components.parts.markdown import counted, escape
from components.session import services, session
from studio.client import Client
from studio.core.job_states import SAVING
from studio.core.values import Job, now

_MOST, _PAUSE = 3, timedelta(seconds=8)  # toasts within so many seconds
_ICONS = {True: ":material/check_circle:", False: ":material/error:"}  # by whether all succeeded


def title(page: str, busy: int) -> None:
    """Set the title of the tab, with the number of open jobs."""
    st.set_page_config(page_title=f"({busy}) {page} · {page_links.TITLE}" if busy else f"{page} · {page_links.TITLE}")


def toasts(client: Client, busy: int) -> None:
    """Show a toast for each job that ended since the last call, once its files are saved; one for many.

    When several were shown in the last seconds, further ones wait, at most until no job is open.
    """
    state, at = session.state(), now()
    for job in client.jobs.ended_since(state.news_until):
        session.acknowledge(job)
        state.unannounced.add(job.id)
    found = services.shared().job_cache.get_many(client, state.unannounced)
    ended = [job for job in found if client.jobs.word(job) != SAVING]
    recent = [shown for shown in state.toasts if at - shown < _PAUSE]
    if not ended or (recent and busy and len(recent) + len(ended) > _MOST):
        return
    texts = [_text(client, job) for job in ended] if len(recent) + len(ended) <= _MOST else [_sum(ended)]
    for text, icon in texts:
        st.toast(text, icon=icon)
    state.toasts = [*recent, *([at] * len(texts))]
    state.unannounced -= {job.id for job in ended}


def _text(client: Client, job: Job) -> tuple[str, str]:
    word = client.jobs.word(job)
    return f"{'Ready' if word == 'Succeeded' else word}: {escape(job.prompt, 60)}", _ICONS[bool(job.succeeded)]


def _sum(ended: Sequence[Job]) -> tuple[str, str]:
    ready = sum(bool(job.succeeded) for job in ended)
    good = [f"{counted(ready, 'job')} ready"] if ready else []
    bad = [f"{counted(len(ended) - ready, 'job')} without a result"] if ready < len(ended) else []
    return " · ".join([*good, *bad]), _ICONS[not bad]
