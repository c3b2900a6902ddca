"""What a tab shows outside the cards: the number of open jobs in its title, and a toast for each ended job."""

import streamlit as st

from components.parts import page_links
from components.parts.markdown import escape
from components.session import services, session
from studio.client import Client
from studio.core.job_states import SAVING


def title(page: str, busy: int) -> None:
    """Set the title of the tab, with the number of open jobs."""
    st.set_page_config(page_title=f"({busy}) {page} · {page_links.TITLE}" if busy else f"{page} · {page_links.TITLE}")


def toasts(client: Client) -> None:
    """Show a toast for each job that ended since the last call, once its files are saved."""
    state = session.state()
    for job in client.jobs.ended_since(state.news_until):
        session.acknowledge(job)
        state.unannounced.add(job.id)
    for job in services.shared().job_cache.get_many(client, state.unannounced):
        if (word := client.jobs.word(job)) == SAVING:
            continue
        state.unannounced.discard(job.id)
        icon = ":material/check_circle:" if job.succeeded else ":material/error:"
        st.toast(f"{'Ready' if word == 'Succeeded' else word}: {escape(job.prompt, 60)}", icon=icon)
