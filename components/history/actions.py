"""What can be done with a job or a call: its ids and its link copied, sent again, handed to support."""

from collections.abc import Mapping
from urllib.parse import urlencode, urljoin

import streamlit as st

from components.history import address
from components.parts import page_links
from components.parts.markdown import as_code, credits_with_unit, escape
from components.session import session, visitor
from studio import access
from studio.access import Payer
from studio.client import Client
from studio.core.values import Job, State
from studio.history.history import History

_SAME_AGAIN = ("ContentRejectedError", "InvalidInputError")


def ids(named: Mapping[str, str]) -> None:
    """Each id with its name."""
    with st.container(horizontal=True, gap="small"):
        for name, value in named.items():
            if value:
                st.markdown(f":small[:gray[{name}]]  \n{' '.join(map(as_code, value.split()))}", width="content")


def copy_link(client: Client, name: str, which: str) -> None:
    """The address that opens this job or call alone; of what a key of one's own made nobody else may see it."""
    if access.payer(client.account) is Payer.OWN:
        st.caption(":material/lock: Only you can see this. It was made with your key.", width="content")
        return
    with st.popover("Copy link", icon=":material/link:", type="tertiary"):
        link = urljoin(str(st.context.url), f"{page_links.HISTORY.url_path}?{urlencode({name: which})}")
        st.code(link, language=None, wrap_lines=True)
        st.caption("Opens this for anyone who can use this studio.")


def result_link(job: Job) -> None:
    """To the page of what a job makes, if that shows the job: it shows the account that one works with."""
    if job.account != session.client().account.id:
        return
    place = page_links.OF_KIND[job.kind]
    named = {page_links.JOB: job.id}
    st.page_link(place.file, label="Go to card", icon=place.icon, query_params=named, width="content")


def send_again(client: Client, job: Job) -> None:
    """Ask first, as it costs: the same inputs as a new job."""
    if not client.jobs.may_change(job) or not job.inputs or job.is_adopted or job.state is State.QUEUED:
        return
    name = f"again-{job.id}"
    with st.popover("Send job again…", icon=":material/replay:", key=f"ask-{session.current_submission(name)}"):
        st.markdown(f"{_warning(client, job)}This makes a new job with the same inputs. Cost: {_price(client, job)}.")
        if st.button("Send it again", key=session.current_submission(name), type="primary"):
            made = client.jobs.send_again(job, session.next_submission(name))
            address.open_one(address.JOB, made.id)
            st.rerun()


def _warning(client: Client, job: Job) -> str:
    """What speaks against it, as the job stands."""
    if client.queue.is_sending(job.id) or job.state is State.OPEN:
        return "**This job is still running.** "
    if job.state is State.UNCONFIRMED:
        return "**You may be charged twice:** WeryAI may have accepted this job. "
    if job.error_kind in _SAME_AGAIN:
        return "WeryAI refused these inputs, and may refuse them again. To change them, go to the card. "
    return ""


def _price(client: Client, job: Job) -> str:
    usual = client.models.usual_cost(job.mode, job.model)
    if not usual:
        return "not known yet"
    return escape(f"usually {credits_with_unit(usual[0] * job.count, sandbox=client.spending.costs_nothing(job))}")


def bundle(history: History, job_id: str) -> None:
    """Everything that WeryAI needs to look into it, as one file."""
    st.download_button(
        "Support bundle",
        data=visitor.checked_file(lambda: history.bundle(job_id)),
        file_name=f"{job_id}.json",
        mime="application/json",
        icon=":material/support:",
        on_click="ignore",
        help="Redacted calls, IDs, UTC times and versions for WeryAI support. Includes the prompt, but no key.",
    )
