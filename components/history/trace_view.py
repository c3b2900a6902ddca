"""One job as the history has it: its steps as a waterfall and in words, its ids, its result, and what can be done."""

import streamlit as st

from components.cards import facts, header, inputs, job_card, outputs, status_box
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

_WIDEST = 480


def show(history: History, job_id: str) -> None:
    """Draw it, or say that there is none; when its job changes it is drawn anew, and nothing else."""
    if not history.client.jobs.get(job_id):
        st.markdown(f'**No results for "{escape(job_id, 80)}"**')
        st.caption("It may have been removed, or belong to another account.")
        return

    paused = bool(current_page.current().rejected)  # when that changes, the page is drawn

    def draw() -> None:
        with notices.errors(), drawn_state.drawing(job_id):
            _draw(History(account.that_has(account.client(), "", job_id)), job_id, paused=paused)

    with st.container():
        st.fragment(draw, key=job_id)()


def _draw(history: History, job_id: str, *, paused: bool) -> None:
    trace = history.trace(job_id)
    if not trace:
        return
    client, job = history.client, trace.job
    session.state().shown_cards[job.id] = job_card.drawn_state(client, job)
    with st.container(border=True, gap="small", key="trace"):
        _head(client, job, paused=paused)
        _results(job)
        times, named = st.columns([9, 5], gap="medium")
        with times:
            waterfall.show(trace)
        with named:
            actions.ids(_ids(trace))
            _balance(job)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _actions(history, job)
        _tabs(history, trace)


def _head(client: Client, job: Job, *, paused: bool) -> None:
    whose = escape(client.people.label(job.person), 30)
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key=f"opened-{job.id}",  # the page scrolls to another one
    ):
        accessibility.hidden_heading(f"Job: {escape(job.prompt, 60) or job.id}")
        with st.container(width="content", key=f"word-{job.id}{header.timer_suffix(job, paused)}"):
            st.markdown(header.status_text(client, job, paused=paused))
        st.caption(clock_time(job.created_at, "%d %b %Y %H:%M:%S %Z"), width="content")
    inputs.show_prompt(job, " · ".join(filter(None, [facts.line(client, job), whose])))
    status_box.show(client, job, paused=paused)


def _results(job: Job) -> None:
    """What came of it, here and now."""
    if any(output.is_saved for output in job.outputs):
        with st.container(width=_WIDEST):
            (outputs.show_videos if job.kind is Kind.VIDEO else outputs.show_images)(job)


def _ids(trace: Trace) -> dict[str, str]:
    job = trace.job
    tasks = " ".join(task.task_id for task in job.tasks)
    return {"Job": job.id, "Batch": job.batch_id, "Task" if len(job.tasks) == 1 else "Tasks": tasks, "Model": job.model}


def _balance(job: Job) -> None:
    """What the account had, as far as WeryAI told it; what it gives back for a failure comes later."""
    told = {"before": job.balance_before, "after sending": job.balance_after}
    if said := ", ".join(f"{credits(amount)} {when}" for when, amount in told.items() if amount is not None):
        st.markdown(f":small[:gray[Balance]]  \n{said}")


def _tabs(history: History, trace: Trace) -> None:
    """The steps, and what its submission sent and got."""
    posts = [step.call for step in trace.steps if step.part is Part.POST and step.call]
    call = history.client.calls.get(posts[-1]) if posts else None
    if not call:
        _steps(history.client, trace)
        return
    told, *rest = st.tabs([f"Steps ({len(trace.steps)})", *exchange.TABS])
    with told:
        _steps(history.client, trace)
    exchange.show(call, *rest)


def _steps(client: Client, trace: Trace) -> None:
    """A click on one that was a call opens it."""
    step = steps.show(trace.steps)
    if step and step.call:
        address.open_one(address.CALL, step.call)
        st.rerun()
    if step and step.part is Part.POLLS:
        _all_calls(client, trace.job.id)
        st.rerun()


def _all_calls(client: Client, job_id: str) -> None:
    """The list of a job's calls, each poll on a line of its own."""
    address.clear(view=address.CALLS.lower(), search=job_id, account=account.named(client))
    address.unchoose()


def _actions(history: History, job: Job) -> None:
    actions.result_link(job)
    actions.copy_link(history.client, address.JOB, job.id)
    if st.button("All calls", icon=":material/list:", key="all-calls"):
        _all_calls(history.client, job.id)
        st.rerun()
    actions.send_again(history.client, job)
    actions.bundle(history, job.id)
