"""Sends the form once for each press of Generate, or shows the table of several jobs first."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.form import draft_state, plan_dialog, presses
from components.parts import job_texts
from components.parts.markdown import escape, sentence
from components.session import session
from components.session.form_state import Complaint, Press
from studio.client import Client
from studio.core.errors import DraftError
from studio.core.expansion import expand
from studio.core.values import Draft, State
from studio.weryai.modes import MODES


def send(client: Client, draft: Draft, models: Sequence[str], pressed: list[Press], blocked: str) -> None:
    """Submit the form once for each press of Generate, with the prompt at the time of the press.

    A press for several jobs, as of further `models`, opens their table. A press while it is open was not meant for the
    form behind it.
    """
    kind = MODES[draft.mode].kind
    for press in pressed:
        if plan_dialog.is_open(kind):
            pass
        elif reason := presses.reason_not_sent(kind, press):
            draft_state.set_complaint(kind, Complaint("", reason))
        elif not blocked:  # else the reason is shown below the button
            _take(client, replace(draft, inputs={**draft.inputs, "prompt": press.prompt}), models, press)
        presses.close(kind, press)
    if pressed:
        st.rerun()
    presses.record_drawn()


def _take(client: Client, draft: Draft, models: Sequence[str], press: Press) -> None:
    """Submit the job of a press, or show the table if it is for several."""
    if plan := plan_dialog.of_form(draft, models):
        plan_dialog.open_plan(MODES[draft.mode].kind, plan, press.submission)
    else:
        _submit(client, replace(draft, inputs={**draft.inputs, "prompt": expand(press.prompt).prompts[0]}), press)


def _submit(client: Client, draft: Draft, press: Press) -> None:
    if presses.is_double_click(draft, press):
        return
    kind = MODES[draft.mode].kind
    if presses.needs_confirmation(kind, draft):
        draft_state.set_complaint(kind, Complaint("prompt", presses.NO_PROMPT))
        presses.record_sent(draft, press)  # a double click is no confirmation
        return
    draft_state.set_complaint(kind, None)
    try:
        job = client.jobs.submit(draft, press.submission)
    except DraftError as error:
        draft_state.set_complaint(kind, Complaint(error.field, f"{sentence(error.message)} {escape(error.hint)}"))
    else:
        presses.record_jobs(kind, [job.id], None if job.state is State.REFUSED else job.created_at)
        if job.state is State.REFUSED:
            draft_state.set_complaint(kind, Complaint(MODES[job.mode].blamed(job.field), job_texts.refusal(job)))
            session.acknowledge(job)
    finally:
        presses.record_sent(draft, press)
