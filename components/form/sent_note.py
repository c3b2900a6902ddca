"""What the last press of Generate submitted, with the way to compare the jobs of a plan."""

import streamlit as st

from components.form import draft_state
from components.parts import notices, page_links
from components.parts.local_time import clock_time
from components.parts.markdown import counted
from components.session import session
from studio.core.comparisons import name_for
from studio.core.values import Kind


def show(kind: Kind) -> None:
    """Say that the last press was submitted; the page scrolls to the job's card (`scripts/accessibility.js`)."""
    form = draft_state.get_form(kind)
    if not form.sent_at:
        return
    at = clock_time(form.sent_at, "%H:%M:%S")
    text = f"Submitted at {at}. Its card shows the progress."
    if form.sent_plan:
        text = f"{counted(len(form.sent_plan), 'job')} submitted at {at}."
    with st.container(key=f"sent-{form.sent_job}", horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f":small[:material/check: {text}]", width="content")
        if len(form.sent_plan) > 1 and st.button(
            "Compare them", key=f"compare-{kind}", icon=page_links.COMPARE.icon, type="tertiary"
        ):
            _compare(form.sent_plan)


def _compare(job_ids: tuple[str, ...]) -> None:
    """Open a new comparison of these jobs; it fills in as they end."""
    with notices.errors():  # such as for jobs that are removed: the form below is drawn all the same
        client = session.client()
        first = client.jobs.get(job_ids[0])
        made = client.comparisons.create(name_for(first.prompt if first else ""), job_ids)
        st.switch_page(page_links.COMPARE.file, query_params={page_links.COMPARISON: made.id})
