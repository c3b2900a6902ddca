"""The choice of jobs for a comparison, among the last ones of this person's lists."""

from collections.abc import Collection

import streamlit as st

from components.parts import job_texts
from components.parts.local_time import clock_time
from studio.client import Client
from studio.core.comparisons import MOST_JOBS, UNKNOWN_MODEL
from studio.core.values import Job, Kind

_LAST = 50  # jobs of each kind


def jobs(client: Client, key: str, without: Collection[str] = ()) -> list[str]:
    """Draw the field, and return the IDs of the chosen jobs."""
    recent = [job for kind in Kind for job in client.jobs.recent(kind, _LAST)]
    newest_first = sorted(recent, key=lambda job: job.created_at, reverse=True)
    known = {job.id: _label(client, job) for job in newest_first if job.id not in without}
    return st.multiselect(
        "Jobs",
        list(known),
        key=key,
        format_func=lambda one: known.get(one, one),
        max_selections=MOST_JOBS - len(without) or None,
        placeholder="Choose among the last jobs",
    )


def _label(client: Client, job: Job) -> str:
    model = job_texts.model_title(client, job) or UNKNOWN_MODEL
    return f"{' '.join(job_texts.title(job).split())[:50]} · {model} · {clock_time(job.created_at)}"
