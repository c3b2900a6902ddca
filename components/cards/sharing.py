"""Share a job of a personal key: a link opens its card and results, and nothing else of that key."""

from dataclasses import replace

import streamlit as st

from components.parts import file_urls, page_links
from components.parts.local_time import clock_time
from components.session import page_address, services
from studio import access
from studio.access import Payer
from studio.client import Client
from studio.core.values import Job, Output, State


def show(client: Client, job: Job) -> None:
    """Draw the link to share, only for a job of a personal key; jobs of the team's key are visible to all anyway."""
    if access.payer(client.account) is not Payer.OWN or not _has_results(job):
        return
    with st.popover("Share…", icon=":material/share:", type="tertiary"):
        st.markdown(
            f"Anyone who can use this studio and has this link can see this job and its results for "
            f"{file_urls.SHARED_DAYS} days, but not your key, your balance or your other jobs."
        )
        st.code(file_urls.share_link(job), language=None, wrap_lines=True)
        if job.unshared_at:
            st.caption(
                f"Links from before {clock_time(job.unshared_at, '%d %b %H:%M')} no longer work. The link above is new."
            )
        _revoke_button(client, job)


def _revoke_button(client: Client, job: Job) -> None:
    """Draw the button that revokes earlier links. No callback: it would run before the guard, with an old client."""
    if st.button(
        "Revoke link",
        icon=":material/link_off:",
        key=f"unshare-{job.id}",
        help="Earlier links to this job stop working, and you get a new one. "
        "Files that someone has open stay visible for up to two hours.",
    ):
        client.jobs.unshare(job.id)
        st.rerun()


def find_job(client: Client, job_id: str) -> tuple[Client, Job] | None:
    """Return the job with this ID, of this account or shared by the address, and the client to show it; else None."""
    job = services.shared().job_cache.get(client, job_id)
    return (client, job) if job else shared_job(client, job_id)


def find_result(client: Client, view: str) -> tuple[Client, Job, Output] | None:
    """Return a saved result by its name in an address (`result_links.view_of`), as `find_job` does.

    A deleted one is only for those who may restore it.
    """
    job_id, _, number = view.partition(".")
    found = find_job(client, job_id)
    if not found:
        return None
    may_see_deleted = found[0].jobs.may_change(found[1])
    seen = (one for one in found[1].outputs if one.is_shown or (one.is_saved and may_see_deleted))
    output = next((one for one in seen if str(one.id) == number), None)
    return (*found, output) if output else None


def shared_job(client: Client, job_id: str) -> tuple[Client, Job] | None:
    """Return the job that the address shares and a read-only client; None if the link is not valid."""
    query = page_address.query()
    job = client.ledger.jobs.get(job_id)
    if not job or not file_urls.is_valid_share(job, query.get(page_links.UNTIL, ""), query.get(page_links.SHARED, "")):
        return None
    read_only = replace(client, may_not_spend="This job belongs to someone else.", is_admin=False, only_mine=False)
    return (read_only, job) if _has_results(job) else None


def close() -> None:
    """Remove the linked job from the address."""
    page_address.update(dict.fromkeys((page_links.JOB, page_links.UNTIL, page_links.SHARED), ""))


def _has_results(job: Job) -> bool:
    return job.state is State.FINISHED and any(output.is_shown for output in job.outputs)
