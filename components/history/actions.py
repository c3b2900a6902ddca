"""What can be done with a job or a call: its ids and its link copied, sent again, handed to support."""

from collections.abc import Mapping
from urllib.parse import urlencode, urljoin

import streamlit as st

from components import places, session
from components.history import address
from components.markdown import as_code, escape, with_unit
from components.people import visitor
from studio.history.history import History
from studio.jobs import Client
from studio.people import access
from studio.people.access import Payer
from studio.values import Job


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
        st.code(urljoin(str(st.context.url), f"{places.HISTORY.url_path}?{urlencode({name: which})}"), language=None)
        st.caption("Opens this for anyone who can use this studio.")


def result_link(job: Job) -> None:
    """To the page of what a job makes, if that shows the job: it shows the account that one works with."""
    if job.account != session.client().account.id:
        return
    place = places.OF_KIND[job.kind]
    named = {places.JOB: job.id}
    st.page_link(place.file, label="Go to card", icon=place.icon, query_params=named, width="content")


def send_again(client: Client, job: Job) -> None:
    """Ask first, as it costs: the same inputs as a new job."""
    if not client.may_change(job) or not job.inputs or job.is_adopted:
        return
    with st.popover("Send again…", icon=":material/replay:"):
        usual = client.usual_cost(job.mode, job.model)
        price = (
            f"usually {with_unit(usual[0] * job.count, sandbox=client.costs_nothing(job))}"
            if usual
            else "not known yet"
        )
        st.markdown(f"This makes a new job with the same inputs. Cost: {escape(price)}.")
        name = f"again-{job.id}"
        if st.button("Send it again", key=session.submission(name), type="primary"):
            made = client.send_again(job, session.advance(name))
            address.open_one(address.JOB, made.id)
            st.rerun()


def bundle(history: History, job_id: str) -> None:
    """Everything that WeryAI needs to look into it, as one file."""
    st.download_button(
        "Support bundle",
        data=visitor.if_let_in(lambda: history.bundle(job_id)),
        file_name=f"{job_id}.json",
        mime="application/json",
        icon=":material/support:",
        on_click="ignore",
        help="Redacted calls, IDs, UTC times and versions for WeryAI support. Includes the prompt, but no key.",
    )
