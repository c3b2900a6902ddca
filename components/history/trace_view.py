"""The details of one job in the history: its steps as a waterfall and as a table, IDs, results and actions."""

import streamlit as st

from components.cards import deletion, facts, header, inputs, job_card, outputs, status_box
from components.history import account, actions, address, exchange, steps, waterfall
from components.live import drawn_state
from components.parts import accessibility, current_page, notices
from components.parts.local_time import clock_time
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.core.number_texts import credits
from studio.core.values import Job, Kind
from studio.history.history import History
from studio.history.trace import Part, Trace

_RESULT_WIDTH = 480


def show(history: History, job_id: str) -> None:
    """Draw the job in a fragment, so that a change of the job draws nothing else; or say that there is none."""
    if not history.client.jobs.get(job_id):
        st.markdown(f'**No results for "{escape(job_id, 80)}"**')
        st.caption("It may have been removed, or belong to another account.")
        return

    paused = bool(current_page.current().rejected)  # a change of this reruns the page

    def draw() -> None:
        with notices.errors(), drawn_state.drawing(job_id):
            _draw(History(account.client_with(account.client(), "", job_id)), job_id, paused=paused)

    with st.container():
        st.fragment(draw, key=job_id)()


def _draw(history: History, job_id: str, *, paused: bool) -> None:
    trace = history.trace(job_id)
    if not trace:
        return
    client, job = history.client, trace.job
    session.state().shown_cards[job.id] = job_card.shown_card(client, job)
    with st.container(border=True, gap="small", key="trace"):
        _head(client, job, paused=paused)
        _results(job)
        left, right = st.columns([9, 5], gap="medium")
        with left:
            waterfall.show(trace)
        with right:
            actions.show_ids(_ids(trace))
            _balance(job)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _actions(history, job)
        _tabs(history, trace)


def _head(client: Client, job: Job, *, paused: bool) -> None:
    person = escape(client.people.label(job.person), 30)
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key=f"opened-{job.id}",  # the page scrolls to a new key
    ):
        accessibility.hidden_heading(f"Job: {escape(job.prompt, 60) or job.id}")
        with st.container(width="content", key=f"word-{job.id}{header.timer_suffix(job, paused)}"):
            st.markdown(header.status_text(client, job, paused=paused))
        st.caption(clock_time(job.created_at, "%d %b %Y %H:%M:%S %Z"), width="content")
    inputs.show_prompt(job, " · ".join(filter(None, [facts.line(client, job), person])))
    status_box.show(client, job, paused=paused)


def _results(job: Job) -> None:
    """Draw the results that are saved."""
    if any(output.is_shown for output in job.outputs):
        with st.container(width=_RESULT_WIDTH):
            (outputs.show_videos if job.kind is Kind.VIDEO else outputs.show_images)(job)


def _ids(trace: Trace) -> dict[str, str]:
    job = trace.job
    tasks = " ".join(task.task_id for task in job.tasks)
    return {"Job": job.id, "Batch": job.batch_id, "Task" if len(job.tasks) == 1 else "Tasks": tasks, "Model": job.model}


def _balance(job: Job) -> None:
    """Draw the balance before and after sending, as far as it is known; refunds for failures come later."""
    balances = {"before": job.balance_before, "after sending": job.balance_after}
    if text := ", ".join(f"{credits(amount)} {when}" for when, amount in balances.items() if amount is not None):
        st.markdown(f":small[:gray[Balance]]  \n{text}")


def _tabs(history: History, trace: Trace) -> None:
    """Draw the steps, and request and response of the last submission, in tabs."""
    posts = [step.call for step in trace.steps if step.part is Part.POST and step.call]
    call = history.client.calls.get(posts[-1]) if posts else None
    if not call:
        _steps(history.client, trace)
        return
    first, *rest = st.tabs([f"Steps ({len(trace.steps)})", *exchange.TABS])
    with first:
        _steps(history.client, trace)
    exchange.show(call, *rest)


def _steps(client: Client, trace: Trace) -> None:
    """Draw the table of steps; a click on a call opens it, and on the polls the list of all calls."""
    step = steps.show(trace.steps)
    if step and step.call:
        address.open_alone(address.CALL, step.call)
        st.rerun()
    if step and step.part is Part.POLLS:
        _all_calls(client, trace.job.id)
        st.rerun()


def _all_calls(client: Client, job_id: str) -> None:
    """Go to the list of a job's calls, with each poll."""
    address.clear_filters(view=address.CALLS.lower(), search=job_id, account=account.address_value(client))
    address.deselect()


def _actions(history: History, job: Job) -> None:
    actions.card_link(job)
    actions.reuse_buttons(history.client, job)
    actions.copy_link(history.client, address.JOB, job.id)
    if st.button("All calls", icon=":material/list:", key="all-calls"):
        _all_calls(history.client, job.id)
        st.rerun()
    actions.send_again_button(history.client, job)
    deletion.undo_button(history.client, job, "Restore")
    actions.bundle_button(history, job.id)
