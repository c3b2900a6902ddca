"""Send the inputs of a job again as a new job: one mechanism for *Variation*, *Send anyway* and *Send job again…*."""

from typing import Any

import streamlit as st

from components.parts import cost_texts, notices
from components.session import session
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.values import Job
from studio.weryai.modes import MODES


def is_possible(client: Client, job: Job) -> bool:
    """Whether this person may send the job again, its mode is known, and its inputs are: an imported job has none."""
    return client.jobs.may_change(job) and job.mode in MODES and bool(job.inputs) and not job.is_adopted


def button(client: Client, job: Job, label: str, form: str, **look: Any) -> Job | None:
    """Draw the button and return the new job if it was pressed; an error is shown below it.

    A new name for each press gives a new button, so that the second of two quick presses makes no job.
    """
    name = session.current_submission(form)
    if not st.button(label, key=name, **look):
        return None
    try:
        made = client.jobs.send_again(job, name)
    except StudioError as error:
        notices.show_error_line(error)
        return None
    session.next_submission(form)
    return made


def cost(client: Client, job: Job) -> str:
    """Return what the job usually costs, as text."""
    estimate = client.costs.estimate(job.draft)
    return cost_texts.in_short(estimate, sandbox=client.spending.costs_nothing(job)) or "not known yet"
