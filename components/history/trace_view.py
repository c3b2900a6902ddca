"""One job as the history has it: its steps as a waterfall and in words, its ids, its result, and what can be done."""

from typing import Any

import pandas as pd
import streamlit as st

from components import places, session
from components.clock import clock_time
from components.history import address, waterfall
from components.history.rows import TINT, chosen_row, error_words
from components.job import job_outputs, job_words
from components.markdown import escape, sentence, took, with_unit
from components.people import visitor
from studio.history.history import History
from studio.history.trace import Part, Trace
from studio.jobs import Client
from studio.values import Job, Kind

_WIDEST = 480
_SHOWN: dict[Any, Any] = {"Took": took}


def show(history: History, job_id: str) -> None:
    """Draw it, or say that there is none."""
    trace = history.trace(job_id)
    if not trace:
        st.markdown(f'**No results for "{escape(job_id, 80)}"**')
        return
    client, job = history.client, trace.job
    with st.container(border=True, gap="small", key="trace"):
        _head(client, job)
        _results(job)
        waterfall.show(trace)
        _steps(trace)
        ids(
            {"Job": job.id, "Batch": job.batch_id, "Model": job.model}
            | {f"Task {number}": task.task_id for number, task in enumerate(job.tasks, start=1)}
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _actions(history, job)


def ids(named: dict[str, str]) -> None:
    """Each id with its name, to be copied."""
    with st.container(horizontal=True, gap="medium"):
        for name, value in named.items():
            if value:
                with st.container(width="content", gap="xsmall"):
                    st.caption(name)
                    st.code(value, language=None, wrap_lines=True)


def result_link(job: Job) -> None:
    """To the page of what a job makes, if that shows the job: it shows the account that one works with."""
    if job.account != session.client().account.id:
        return
    place = places.OF_KIND[job.kind]
    named = {places.JOB: job.id}
    st.page_link(place.file, label="Go to card", icon=place.icon, query_params=named, width="content")


def _head(client: Client, job: Job) -> None:
    cost = f" · {with_unit(job.cost, sandbox=client.costs_nothing(job))}" if job.cost is not None else ""
    whose = f" · {escape(client.label(job.person), 30)}" if client.label(job.person) else ""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{client.word(job)}**{cost}{whose}", width="content")
        st.caption(clock_time(job.created_at, "%d %b %Y %H:%M:%S %Z"), width="content")
    st.text(job_words.title(job))
    if job.reason:
        kind = f" :small[:gray[{escape(error_words(job.error_kind))}]]" if job.error_kind else ""
        st.markdown(f"{sentence(job.reason)} {escape(job.hint)}{kind}")


def _results(job: Job) -> None:
    """What came of it, here and now."""
    if any(output.is_saved for output in job.outputs):
        with st.container(width=_WIDEST):
            (job_outputs.videos if job.kind is Kind.VIDEO else job_outputs.images)(job)


def _steps(trace: Trace) -> None:
    """In words, polls folded into one line; a click on one that was a call opens it."""
    steps = trace.steps
    frame = pd.DataFrame(
        {
            "Step": [f"{step.part}" for step in steps],
            "What": [("! " if step.is_bad else "") + step.said for step in steps],
            "Time": [clock_time(step.start, "%d %b %H:%M:%S") for step in steps],
            "Took": [(step.end - step.start).total_seconds() if step.end else None for step in steps],
            "Call": [step.call for step in steps],
        }
    )
    picked = st.dataframe(
        frame.style.apply(lambda row: [TINT if steps[int(row.name)].is_bad else ""] * len(row), axis=1).format(
            _SHOWN, na_rep=""
        ),
        key=f"steps-{session.submission(address.ROW)}",
        hide_index=True,
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        height="content",
        column_config={
            "Step": st.column_config.TextColumn(width=90),
            "What": st.column_config.TextColumn(width=360),
            "Took": st.column_config.NumberColumn(width=78),
        },
        placeholder="",  # of what lasts still
        alt="What happened, in order",
    )
    chosen = chosen_row(picked)
    if chosen is not None and chosen < len(steps):
        step = steps[chosen]
        if step.call:
            address.open_one(address.CALL, step.call)
            st.rerun()
        if step.part is Part.POLLS:
            _all_calls(trace.job.id)
            st.rerun()


def _all_calls(job_id: str) -> None:
    """The list of a job's calls, each poll on a line of its own."""
    address.clear(view=address.CALLS.lower(), search=job_id)
    address.unchoose()


def _actions(history: History, job: Job) -> None:
    result_link(job)
    if st.button("All calls", icon=":material/list:", key="all-calls"):
        _all_calls(job.id)
        st.rerun()
    send_again(history.client, job)
    bundle(history, job.id)


def send_again(client: Client, job: Job) -> None:
    """Ask first, as it costs: the same inputs as a new job."""
    if not client.may_change(job) or not job.inputs or job.is_adopted:
        return
    with st.popover("Send again…", icon=":material/replay:"):
        usual = client.usual_cost(job.mode, job.model)
        price = (
            f"usually {with_unit(usual[0] * job.count, sandbox=client.costs_nothing(job))}"
            if usual
            else "not known yet"
        )
        st.markdown(f"This makes a new job with the same inputs. Cost: {escape(price)}.")
        name = f"again-{job.id}"
        if st.button("Send it again", key=session.submission(name), type="primary"):
            made = client.send_again(job, session.advance(name))
            address.open_one(address.JOB, made.id)
            st.rerun()


def bundle(history: History, job_id: str) -> None:
    """Everything that WeryAI needs to look into it, as one file."""
    st.download_button(
        "Support bundle",
        data=visitor.if_let_in(lambda: history.bundle(job_id)),
        file_name=f"{job_id}.json",
        mime="application/json",
        icon=":material/support:",
        on_click="ignore",
        help="Redacted calls, IDs, UTC times and versions for WeryAI support. Includes the prompt, but no key.",
    )
