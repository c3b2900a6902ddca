"""The actions on a job or a call: copy its IDs and its link, send it again, download it for support."""

from collections.abc import Mapping
from urllib.parse import urlencode, urljoin

import streamlit as st

from components.cards import again, reuse, use_as_input
from components.history import address
from components.parts import page_links
from components.parts.markdown import as_code, escape
from components.session import session, visitor
from studio import access
from studio.access import Payer
from studio.client import Client
from studio.core.values import Job, State
from studio.history.history import History

_ERRORS_OF_INPUTS = ("ContentRejectedError", "InvalidInputError")


def show_ids(ids: Mapping[str, str]) -> None:
    """Draw each ID that is not empty, with its name."""
    with st.container(horizontal=True, gap="small"):
        for name, value in ids.items():
            if value:
                st.markdown(f":small[:gray[{name}]]  \n{' '.join(map(as_code, value.split()))}", width="content")


def copy_link(client: Client, name: str, item_id: str) -> None:
    """Draw the link that opens this job or call alone; for a personal key a note, as nobody else may see it."""
    if access.payer(client.account) is Payer.OWN:
        st.caption(":material/lock: Only you can see this. It was made with your key.", width="content")
        return
    with st.popover("Copy link", icon=":material/link:", type="tertiary"):
        link = urljoin(str(st.context.url), f"{page_links.HISTORY.url_path}?{urlencode({name: item_id})}")
        st.code(link, language=None, wrap_lines=True)
        st.caption("Opens this for anyone who can use this studio.")


def card_link(job: Job) -> None:
    """Draw a link to the job's card, if it has one: the pages show jobs of the visitor's account only."""
    if job.account != session.client().account.id:
        return
    page = page_links.OF_KIND[job.kind]
    parameters = {page_links.JOB: job.id}
    st.page_link(page.file, label="Go to card", icon=page.icon, query_params=parameters, width="content")


def reuse_buttons(client: Client, job: Job) -> None:
    """Draw what makes the next job from this one: its results as input, its prompt and settings for the form."""
    if client.may_not_spend or job.account != session.client().account.id:
        return  # the form is for the visitor's account
    if saved := [output for output in job.outputs if output.is_shown]:
        use_as_input.show(client, job, saved, "content")
    if job.inputs:  # those of an imported or removed job are not known
        reuse.menu(job)


def send_again_button(client: Client, job: Job) -> None:
    """Draw the button that makes a new job with the same inputs, after a confirmation, as it costs credits."""
    if not again.is_possible(client, job) or job.state is State.QUEUED:
        return
    name = f"again-{job.id}"
    with st.popover("Send job again…", icon=":material/replay:", key=f"ask-{session.current_submission(name)}"):
        cost = escape(again.cost(client, job))
        st.markdown(f"{_warning(client, job)}This makes a new job with the same inputs. Cost: {cost}.")
        if made := again.button(client, job, "Send it again", name, type="primary"):
            address.open_alone(address.JOB, made.id)
            st.rerun()


def _warning(client: Client, job: Job) -> str:
    """Return a reason not to send the job again; empty if there is none."""
    if client.queue.is_sending(job.id) or job.state is State.OPEN:
        return "**This job is still running.** "
    if job.state is State.UNCONFIRMED:
        return "**You may be charged twice:** WeryAI may have accepted this job. "
    if job.error_kind in _ERRORS_OF_INPUTS:
        return "WeryAI refused these inputs, and may refuse them again. To change them, go to the card. "
    return ""


def bundle_button(history: History, job_id: str) -> None:
    """Draw the download of one file with everything that WeryAI's support needs."""
    st.download_button(
        "Support bundle",
        data=visitor.checked_file(lambda: history.bundle(job_id)),
        file_name=f"{job_id}.json",
        mime="application/json",
        icon=":material/support:",
        on_click="ignore",
        help="Redacted calls, IDs, UTC times and versions for WeryAI support. Includes the prompt, but no key.",
    )
