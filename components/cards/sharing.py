"""A job of one's own key, shown to others: an address opens its card and results, and nothing else of the key."""

from dataclasses import replace
from typing import Literal

import streamlit as st

from components.parts import file_urls, page_links
from components.parts.local_time import clock_time
from components.session import page_address
from studio import access
from studio.access import Payer
from studio.client import Client
from studio.core.values import Job, State

Width = Literal["content", "stretch"]


def show(client: Client, job: Job, width: Width) -> None:
    """For who made it with a key of their own: the address to give to others. They see what the team's key made."""
    if access.payer(client.account) is not Payer.OWN or not _has_results(job):
        return
    with st.popover("Share…", icon=":material/share:", width=width):
        st.markdown(
            f"Anyone who can use this studio and has this link can see this job and its results for "
            f"{file_urls.SHARED_DAYS} days, but not your key, your balance or your other jobs."
        )
        st.code(file_urls.share_link(job), language=None, wrap_lines=True)
        if job.unshared_at:
            st.caption(
                f"Links from before {clock_time(job.unshared_at, '%d %b %H:%M')} no longer work. The link above is new."
            )
        _take_back(client, job)


def _take_back(client: Client, job: Job) -> None:
    """No callback: that would run before the guard, with the client of an earlier run."""
    if st.button(
        "Revoke link",
        icon=":material/link_off:",
        key=f"unshare-{job.id}",
        help="Earlier links to this job stop working, and you get a new one. "
        "Files that someone has open stay visible for up to two hours.",
    ):
        client.jobs.unshare(job.id)
        st.rerun()


def opened(client: Client, job_id: str) -> tuple[Client, Job] | None:
    """The job that an address shows to somebody else, with a client that only looks; nothing without the right one."""
    given = page_address.query()
    job = client.ledger.jobs.get(job_id)
    if not job or not file_urls.is_valid_share(job, given.get(page_links.UNTIL, ""), given.get(page_links.SHARED, "")):
        return None
    only_looks = replace(client, may_not_spend="This job belongs to someone else.", is_admin=False, only_mine=False)
    return (only_looks, job) if _has_results(job) else None


def leave() -> None:
    """Forget the job that the address names."""
    page_address.update(dict.fromkeys((page_links.JOB, page_links.UNTIL, page_links.SHARED), ""))


def _has_results(job: Job) -> bool:
    return job.state is State.FINISHED and any(output.is_saved for output in job.outputs)
