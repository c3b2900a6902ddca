"""The downloads of a comparison: one image, and a CSV with a line for each result."""

from collections import Counter
from collections.abc import Iterator

import streamlit as st

from components.parts import job_texts
from components.session import visitor
from studio.client import Client
from studio.core import file_names
from studio.core.comparisons import Comparison
from studio.core.csv_files import lines
from studio.core.values import Job, Output, Task

_HEADER = (
    *("prompt", "model", "model_key", "settings", "kind", "state", "reason", "seconds", "credits", "votes"),
    *("width", "height", "made", "job", "result"),
)
_ICON = ":material/download:"


def buttons(client: Client, found: Comparison) -> None:
    """Draw the two downloads; each file is made when it is asked for."""
    name = file_names.of_comparison(found.name)
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Download as one image",
            data=visitor.checked_file(lambda: client.comparisons.png(_now(client, found))),
            file_name=f"{name}.png",
            mime="image/png",
            key="comparison-png",
            on_click="ignore",
            icon=_ICON,
            type="tertiary",
            help="Other letters than A to Z, also those with accents, are boxes in the image. The CSV has them all.",
        )
        st.download_button(
            "Download CSV",
            data=visitor.checked_file(lambda: as_csv(client, _now(client, found))),
            file_name=f"{name}.csv",
            mime="text/csv",
            key="comparison-csv",
            on_click="ignore",
            icon=_ICON,
            type="tertiary",
            help="A line for each result: prompt, model, settings, time, credits, votes",
        )


def _now(client: Client, found: Comparison) -> Comparison:
    return client.comparisons.get(found.id) or found


def as_csv(client: Client, found: Comparison) -> str:
    """Return a line for each result, and for each job that has none. Times are in UTC."""
    grid = client.comparisons.grid(found)
    votes = Counter(vote.output for vote in client.comparisons.votes(found, grid))
    rows = (row for job in grid.jobs for row in _rows(client, job, votes))
    return "".join(lines(_HEADER, rows))


def _rows(client: Client, job: Job, votes: Counter[int]) -> Iterator[list[object]]:
    made = [(task, output) for task in job.tasks for output in task.outputs if output.is_shown]
    for task, output in made:
        yield [*_of_job(client, job), *_of_result(client, job, task), votes[output.id], *_of_file(job, output)]
    if not made:
        cost = "" if job.cost is None else job.cost
        yield [*_of_job(client, job), "", cost, 0, "", "", _made(job), job.id, ""]


def _of_job(client: Client, job: Job) -> list[object]:
    title = job_texts.model_title(client, job)
    settings = "; ".join(f"{label}: {value}" for label, value in client.comparisons.settings(job).items())
    return [job.prompt, title, job.model, settings, str(job.kind), client.jobs.word(job), job_texts.reason(job)]


def _of_result(client: Client, job: Job, task: Task) -> list[object]:
    took, cost = client.comparisons.seconds(task), client.comparisons.credits(job, task)
    return ["" if took is None else took, "" if cost is None else cost]


def _of_file(job: Job, output: Output) -> list[object]:
    return [output.width, output.height, _made(job), job.id, output.id]


def _made(job: Job) -> str:
    return f"{job.created_at:%Y-%m-%dT%H:%M:%SZ}"
