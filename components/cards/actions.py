"""The buttons on a job's card: what a person can do with the job in its state."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from components.cards import again, deletion, downloads, reuse, sharing, use_as_input
from components.parts import job_texts, page_links
from components.parts.markdown import counted, escape
from components.session import session
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.settings import WERYAI_HISTORY
from studio.core.values import Job, State
from studio.people.admin import Admin

Width = Literal["content", "stretch"]

_WHERE_TO_FIND_ID = "Find it in WeryAI's history, in the answer to the request, or in a webhook."


def show(client: Client, job: Job, *, width: Width = "content") -> None:
    """Draw the buttons for what comes next in the caller's container: for the results, or for the job in its state."""
    if client.jobs.may_change(job):
        _state_buttons(client, job, width)
    else:
        _result_buttons(client, job, width)


def show_about(client: Client, job: Job) -> None:
    """Draw the quiet buttons about the card itself in the caller's container: details, share, delete, remove."""
    if job.account == client.account.id:
        _details_link(job)
    if client.jobs.may_change(job):
        sharing.show(client, job)
        deletion.button(client, job)
    if Admin(client).may_remove(job):
        _remove_button(client, job)


def _details_link(job: Job) -> None:
    st.page_link(
        page_links.HISTORY.file,
        label="Details",
        icon=page_links.HISTORY.icon,
        query_params={"job": job.id},
        width="content",
    )


def _remove_button(client: Client, job: Job) -> None:
    with st.popover("Remove for good…", icon=":material/delete_forever:", type="tertiary"):
        st.markdown(
            f"**{escape(job_texts.title(job), 80)}**  \nThis deletes its prompt, inputs and files for good, and can't "
            "be undone. Its cost stays on record."
        )
        if st.button("Remove for good", key=f"remove-{job.id}", type="primary"):
            Admin(client).remove(job.id)
            st.rerun()


def _state_buttons(client: Client, job: Job, width: Width) -> None:
    match job.state:
        case State.QUEUED:
            _button(job, "Cancel", "close", lambda: client.jobs.cancel(job.id), width)
            _cancel_all_button(client, job, width)
        case State.UNCONFIRMED if not client.queue.is_sending(job.id):
            _unconfirmed_buttons(client, job, width)
        case State.OPEN if client.progress.is_overdue(job):
            _button(job, "Ask now", "refresh", lambda: client.jobs.ask_now(job.id), width)
            _button(job, "Hide", "visibility_off", lambda: client.jobs.hide(job.id), width)
        case State.FINISHED:
            _finished_buttons(client, job, width)
        case State.REFUSED | State.CANCELLED | State.DISMISSED:
            _edit_button(job, width)


def _cancel_all_button(client: Client, job: Job, width: Width) -> None:
    queued = len(client.jobs.queued())
    if queued < 2:
        return
    with st.popover("Cancel all queued…", icon=":material/clear_all:", width=width):
        st.markdown(f"{queued} jobs are queued. None was sent, so you weren't charged.")
        if st.button(f"Cancel {queued} jobs", key=f"cancel-all-{job.id}", icon=":material/close:", type="primary"):
            session.state().notice = f"{counted(client.jobs.cancel_queued(), 'job')} cancelled."
            st.rerun()


def _result_buttons(client: Client, job: Job, width: Width) -> None:
    """Draw what everybody who sees the job can do with its results."""
    saved = [output for output in job.outputs if output.is_shown]
    if not saved:
        return
    downloads.show(job, saved, width)
    if client.may_not_spend:
        return
    use_as_input.show(client, job, saved, width)
    reuse.menu(job, width)


def _finished_buttons(client: Client, job: Job, width: Width) -> None:
    _result_buttons(client, job, width)
    if job.succeeded and again.is_possible(client, job):
        _variation_button(client, job, width)
    if any(output.is_given_up for output in job.unsaved):
        _button(job, "Fetch again", "download", lambda: client.jobs.fetch_again(job), width)
    if not job.succeeded:
        _edit_button(job, width)


def _variation_button(client: Client, job: Job, width: Width) -> None:
    """Draw the button that sends the same inputs again. No model has a documented seed, so there is none to change."""
    text = f"Sends the same prompt and settings again as a new job. Cost: {escape(again.cost(client, job))}."
    icon = ":material/replay_circle_filled:"
    if again.button(client, job, "Variation", f"variation-{job.id}", icon=icon, help=text, width=width):
        session.state().notice = "Variation sent. Its card is at the top."
        st.rerun()


def _unconfirmed_buttons(client: Client, job: Job, width: Width) -> None:
    if not client.account.is_sandbox:
        st.link_button("Open WeryAI's history", WERYAI_HISTORY, icon=":material/search:", width=width)
    several = " Enter all of them, separated by spaces." if job.count > 1 else ""
    with st.popover("Enter task ID", icon=":material/tag:", width=width):
        task_id = st.text_input(
            "Task ID", key=f"task-id-{job.id}", placeholder="task_abc123", help=_WHERE_TO_FIND_ID + several
        )
        if st.button("Link this task", key=f"take-{job.id}", type="primary") and task_id:
            try:
                client.tasks.link(job, task_id)
            except StudioError as error:
                st.markdown(f":red[{escape(error.message)}] {escape(error.hint)}")
            else:
                st.rerun()
    with st.popover("Send again…", icon=":material/replay:", width=width):
        st.markdown("You may be charged twice. Send this job anyway?")
        if again.button(client, job, "Send anyway", job.id, type="primary"):
            st.rerun()
    with st.popover("Dismiss…", icon=":material/close:", width=width):
        st.markdown(
            "We'll stop checking this job and remove the balance evidence from its card. Did you look for it at WeryAI?"
        )
        _button(job, "Dismiss", "close", lambda: client.jobs.dismiss(job.id), "content")


def _edit_button(job: Job, width: Width) -> None:
    if st.button("Edit and try again", key=f"edit-{job.id}", icon=":material/edit:", width=width):
        reuse.fill(job)


def _button(job: Job, label: str, icon: str, action: Callable[[], object], width: Width) -> None:
    if st.button(label, key=f"{label}-{job.id}", icon=f":material/{icon}:", width=width):
        action()
        st.rerun()
