"""What can be done with a job in its state, as buttons on its card."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from components import addresses, form_media, form_memory, job_inputs, places, services, session
from components.markdown import escape
from studio.errors import StudioError
from studio.jobs import Client
from studio.settings import WERYAI_HISTORY
from studio.values import Job, Output, State

Width = Literal["content", "stretch"]

_REUSE = {"Everything": (True, True), "Prompt only": (True, False), "Settings only": (False, True)}


def show(client: Client, job: Job, *, width: Width = "content") -> None:
    """Draw the buttons of this job, inside the container of the caller."""
    match job.state:
        case State.QUEUED:
            _button(job, "Cancel", "close", lambda: client.cancel(job.id), width)
        case State.UNCONFIRMED if not client.is_sending(job.id):
            _unconfirmed(client, job, width)
        case State.OPEN if client.is_overdue(job):
            _button(job, "Ask now", "refresh", lambda: client.ask_now(job.id), width)
            _button(job, "Hide", "visibility_off", lambda: client.hide(job.id), width)
        case State.FINISHED:
            _finished(client, job, width)
        case State.REFUSED | State.CANCELLED | State.DISMISSED:
            _edit(job, width)
    st.page_link(
        places.HISTORY.file,
        label="Details",
        icon=places.HISTORY.icon,
        query_params={"search": job.id},
        width="content",
    )


def _finished(client: Client, job: Job, width: Width) -> None:
    saved = [output for output in job.outputs if output.is_saved]
    if saved:
        _downloads(job, saved, width)
        job_inputs.show(client, job, saved, width)
        chosen = st.menu_button("Reuse", list(_REUSE), key=f"reuse-{job.id}", icon=":material/replay:", width=width)
        if chosen:
            prompt, settings = _REUSE[chosen]
            _into_form(job, prompt=prompt, settings=settings)
    if any(output.is_given_up for output in job.unsaved):
        _button(job, "Fetch again", "download", lambda: client.fetch_again(job), width)
    if not job.succeeded:
        _edit(job, width)


def _unconfirmed(client: Client, job: Job, width: Width) -> None:
    st.link_button("Look in WeryAI's history", WERYAI_HISTORY, icon=":material/search:", width=width)
    several = "All of them, with spaces between." if job.count > 1 else None
    with st.popover("Enter its task id", icon=":material/tag:", width=width):
        task_id = st.text_input("Task id", key=f"task-id-{job.id}", placeholder="task_abc123", help=several)
        if st.button("Take it", key=f"take-{job.id}", type="primary") and task_id:
            try:
                client.bring_home(job, task_id)
            except StudioError as error:
                st.markdown(f":red[{escape(error.message)}] {escape(error.hint)}")
            else:
                st.rerun()
    with st.popover("Send again…", icon=":material/replay:", width=width):
        st.markdown("This may be charged a second time. Send it anyway?")
        if st.button("Send it anyway", key=f"send-{session.submission(job.id)}", type="primary"):
            client.send_again(job, session.advance(job.id))
            st.rerun()
    _button(job, "Dismiss", "close", lambda: client.dismiss(job.id), width)


def _edit(job: Job, width: Width) -> None:
    if st.button("Edit and try again", key=f"edit-{job.id}", icon=":material/edit:", width=width):
        _into_form(job, prompt=True, settings=True)


def _into_form(job: Job, *, prompt: bool, settings: bool) -> None:
    form_media.reuse(form_memory.of(job.kind), form_memory.before(job.kind), job, prompt=prompt, settings=settings)
    session.state().notice = form_memory.FILLED
    st.rerun()


def _downloads(job: Job, saved: list[Output], width: Width) -> None:
    if len(saved) == 1:
        _download(saved[0], "Download", file_name(job, saved[0], 1), width)
        return
    with st.popover("Download", icon=":material/download:", width=width):
        for number, output in enumerate(saved, start=1):
            _download(output, f"{job.kind.capitalize()} {number}", file_name(job, output, number), "stretch")


def file_name(job: Job, output: Output, number: int) -> str:
    """A name that says what it is: the first words of the prompt, the day, a number."""
    words = re.findall(r"[a-z0-9]+", job.prompt.lower())[:6]
    return "-".join([*(words or ["weryai"]), f"{job.created_at:%m%d-%H%M}", str(number)]) + Path(output.key).suffix


def _download(output: Output, label: str, name: str, width: Width) -> None:
    if services.host.serves_routes:
        st.link_button(label, addresses.attachment(output, name), icon=":material/download:", width=width)
        return
    archive = services.shared().archive
    st.download_button(
        label,
        data=lambda: archive.path(output.key).read_bytes(),
        file_name=name,
        mime=addresses.media_type(output.key),
        key=f"download-{output.id}",
        on_click="ignore",
        icon=":material/download:",
        width=width,
    )


def _button(job: Job, label: str, icon: str, act: Callable[[], object], width: Width) -> None:
    if st.button(label, key=f"{label}-{job.id}", icon=f":material/{icon}:", width=width):
        act()
        st.rerun()
