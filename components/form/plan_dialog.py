"""The dialog of a plan: its jobs as a table with their usual cost before they are sent, and what was not sent."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.form import draft_state, plan_table, presses
from components.form.cost_line import show_plan, too_many
from components.parts.markdown import counted, escape, sentence
from components.session import session
from components.session.form_state import Complaint, OpenPlan
from studio.core.plans import Entry, Plan
from studio.core.values import Draft, Kind, now


def of_form(draft: Draft, models: Sequence[str]) -> Plan | None:
    """Return the plan that the form makes with these further models; None if it makes one job."""
    entry = Entry(str(draft.inputs["prompt"]))
    if not models and entry.number == 1:
        return None
    return session.client().plans.make(draft, [entry], models)


def open_plan(kind: Kind, plan: Plan, submission: str) -> None:
    """Show the table of a plan from the next drawing on; `submission` names its jobs. If none can be sent, say why."""
    draft_state.set_complaint(kind, None)
    if reason := left(kind):
        draft_state.set_complaint(kind, Complaint("", reason))
    elif plan.is_too_large:
        draft_state.set_complaint(kind, Complaint(draft_state.PROMPT, too_many(plan)))
    elif not plan.ready:
        draft_state.set_complaint(kind, Complaint(plan.lines[0].at_fault, sentence(plan.lines[0].problem)))
    else:
        session.state().plans[kind] = OpenPlan(plan, session.state().account, submission)


def open_list(kind: Kind, plan: Plan) -> None:
    """Show the table of a list of prompts from the next drawing on, in place of the list."""
    name = session.next_submission(f"{kind}-list")
    session.state().plans[kind] = OpenPlan(plan, session.state().account, name, is_of_list=True)
    session.state().lists[kind].is_open = False


def left(kind: Kind) -> str:
    """Return that a plan has a rest, which another plan would replace; empty if none has."""
    found = session.state().plans.get(kind)
    return f"Send or drop the {counted(len(found.plan.ready), 'job')} of the last plan first." if found else ""


def is_open(kind: Kind) -> bool:
    """Whether the table of a plan or a list of prompts is shown, so that nothing else is sent."""
    found = session.state().plans.get(kind)
    return session.state().lists[kind].is_open or bool(found and found.is_open)


def close(kind: Kind) -> None:
    """Close table and list. What is left of a plan that was sent in part is kept; else nothing is."""
    found = session.state().plans.get(kind)
    session.state().lists[kind].is_open = False
    if found and found.jobs and found.plan.ready:
        found.is_open = False
    else:
        session.state().plans.pop(kind, None)


def show(kind: Kind, blocked: str) -> None:
    """Draw the dialog while it is open, else a line about the rest of a plan; `blocked` says why it cannot be sent."""
    found = session.state().plans.get(kind)
    is_own = bool(found and found.account == session.state().account)
    if found and found.is_open and is_own:
        st.dialog("Jobs to send", width="large", on_dismiss=partial(close, kind))(_draw)(kind, found, blocked)
        return
    if found and found.is_open:  # the account has changed: nobody chose to spend its credits
        close(kind)
    if rest := session.state().plans.get(kind):
        _rest(kind, rest, can_send=is_own)


def _draw(kind: Kind, found: OpenPlan, blocked: str) -> None:
    client, plan = session.client(), found.plan
    _said(found)
    show_plan(client, kind, plan)
    plan_table.show(client, plan)
    for note in plan.notes:
        st.markdown(f":small[:material/info: {escape(note)}]")
    with st.container(horizontal=True, gap="small"):
        if plan.ready and _send_button(kind, len(plan.ready), blocked):
            _send(kind, found)
            st.rerun()
        if st.button("Close" if found.jobs else "Back", key=f"close-plan-{kind}"):
            close(kind)
            session.state().lists[kind].is_open = found.is_of_list and not found.jobs
            st.rerun()
    if blocked:
        st.markdown(f":small[:red[:material/block: {escape(blocked)}]]")


def _send_button(kind: Kind, number: int, blocked: str) -> bool:
    label, key = f"Send {counted(number, 'job')}", f"send-plan-{kind}"
    return st.button(label, key=key, type="primary", icon=":material/send:", disabled=bool(blocked))


def _said(found: OpenPlan) -> None:
    """Say what became of the plan so far."""
    queued, left = counted(len(found.jobs), "job"), len(found.plan.ready)
    if found.stopped:
        st.warning(f"{queued} queued, {left} not: {escape(found.stopped)}", icon=":material/block:")
    elif found.jobs:
        st.success(f"{queued} queued.", icon=":material/check:")


def _send(kind: Kind, found: OpenPlan) -> None:
    """Send what is ready; what was not queued stays open."""
    outcome = session.client().plans.send(found.plan, found.submission)
    found.plan, found.stopped = found.plan.after(outcome), outcome.stopped
    found.jobs += tuple(outcome.jobs.values())
    if found.jobs:
        draft_state.set_complaint(kind, None)
        presses.record_jobs(kind, found.jobs, now(), is_plan=True)
    if not found.plan.lines:
        session.state().plans.pop(kind, None)


def _rest(kind: Kind, found: OpenPlan, *, can_send: bool) -> None:
    """Say what is left of a plan, with the buttons to send or drop it."""
    why = "" if can_send else " They belong to another key."
    st.markdown(f":small[:orange[:material/block: {counted(len(found.plan.ready), 'job')} not queued.{why}]]")
    with st.container(horizontal=True, gap="small"):
        if can_send and st.button("Send them…", key=f"rest-{kind}", icon=":material/send:"):
            found.is_open = True
            st.rerun()
        if st.button("Drop them", key=f"drop-rest-{kind}", type="tertiary"):
            session.state().plans.pop(kind, None)
            st.rerun()
