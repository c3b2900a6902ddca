"""The grid of a comparison: a row for each prompt, a column for each model; and what is known of each model."""

import hashlib
import json
import statistics
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from studio.core import setting_texts
from studio.core.comparisons import Column, Grid, Row, Standing, Vote
from studio.core.values import Job, State, Status, Task
from studio.weryai import modes
from studio.weryai.fields import CountField, Field, MediaField, SwitchField, TextField
from studio.weryai.modes import MODES

_FREE = (State.CANCELLED, State.REFUSED)  # such a job has no cost


def row_key(job: Job) -> str:
    """Return the key of a job's row: it is the same for jobs with the same kind, prompts and references."""
    told = [field.name for field in _fields(job) if isinstance(field, TextField | MediaField)]
    same = [job.kind, {name: job.inputs.get(name) or "" for name in {"prompt", *told}}]
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:16]


def grid_of(jobs: Sequence[Job]) -> Grid:
    """Return the grid of these jobs, rows and models in their order.

    A model has several columns, side by side, if it has jobs with other settings in one row: those settings tell them
    apart.
    """
    rows: defaultdict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        rows[row_key(job)].append(job)
    differing = _differing(rows.values())
    models = list(dict.fromkeys(job.model for job in jobs))
    known = dict.fromkeys(_column(job, differing[job.model]) for job in jobs)
    columns = sorted(known, key=lambda column: models.index(column.model))
    return Grid(tuple(columns), tuple(Row(key, _cells(columns, found, differing)) for key, found in rows.items()))


def settings_of(job: Job) -> dict[str, str]:
    """Return the settings of a job by their labels, as they were sent."""
    return {field.label: _as_sent(field, value) for field, value in _plain(job)}


def standings(grid: Grid, votes: Iterable[Vote]) -> list[Standing]:
    """Return what is known of each model of a grid, those with most votes first."""
    chosen, models = [vote.output for vote in votes], defaultdict[str, list[Job]](list)
    for job in grid.jobs:
        models[job.model].append(job)
    found = [_standing(model, jobs, chosen) for model, jobs in models.items()]
    return sorted(found, key=lambda one: -one.votes)


def seconds_of(task: Task) -> float | None:
    """Return how long a task took that succeeded; None if that is not known."""
    if task.status is not Status.SUCCEEDED or not task.accepted_at or not task.finished_at:
        return None
    return max(0.0, (task.finished_at - task.accepted_at).total_seconds())


def credits_of(job: Job, task: Task) -> float | None:
    """Return what a task cost: as the API said, else its part of what the job cost; None if neither is known."""
    if task.cost is not None or job.cost is None:
        return task.cost
    return job.cost / max(1, len(job.succeeded))


def _plain(job: Job) -> list[tuple[Field, Any]]:
    """Return the fields that are neither text, reference, model nor number of results, with their values."""
    plain = [field for field in _fields(job) if not isinstance(field, TextField | MediaField | CountField)]
    return [(field, job.inputs[field.name]) for field in plain if field.name in job.inputs]


def _as_sent(field: Field, value: Any) -> str:
    if isinstance(field, SwitchField):
        return "yes" if str(value).lower() == "true" else "no"
    return f"{value}{setting_texts.UNITS.get(field.name, '')}"


def _in_words(field: Field, value: Any) -> str:
    switch = isinstance(field, SwitchField)
    return _as_sent(field, value) if switch else setting_texts.in_words(field.name, value)


def _fields(job: Job) -> Sequence[Field]:
    return modes.fields_of(job.kind) if job.mode in MODES else ()


def _differing(rows: Iterable[Sequence[Job]]) -> dict[str, Collection[str]]:
    """Return by model the labels of settings in which its jobs of one row differ."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for jobs in rows:
        for model in {job.model for job in jobs}:
            given = [settings_of(job) for job in jobs if job.model == model]
            labels = dict.fromkeys(label for settings in given for label in settings)
            differing = (label for label in labels if len({settings.get(label) for settings in given}) > 1)
            found[model] |= dict.fromkeys(differing)
    return dict(found)


def _column(job: Job, differing: Collection[str]) -> Column:
    settings = {field.label: _in_words(field, value) for field, value in _plain(job)}
    return Column(job.model, tuple((label, settings.get(label, "–")) for label in differing))


def _cells(
    columns: Sequence[Column], jobs: Sequence[Job], differing: dict[str, Collection[str]]
) -> tuple[tuple[Job, ...], ...]:
    return tuple(tuple(job for job in jobs if _column(job, differing[job.model]) == column) for column in columns)


def _standing(model: str, jobs: Sequence[Job], chosen: Sequence[int]) -> Standing:
    shown = {output.id for job in jobs for output in job.outputs if output.is_shown}
    votes = [output for output in chosen if output in shown]
    seconds = [took for job in jobs for task in job.tasks if (took := seconds_of(task)) is not None]
    costs = [0.0 if job.cost is None and job.state in _FREE else job.cost for job in jobs]
    known = sum(cost for cost in costs if cost is not None) if None not in costs else None
    return Standing(
        model,
        len(votes),
        statistics.median(seconds) if seconds else None,
        _failure_rate(jobs),
        known / len(set(votes)) if votes and known is not None else None,
    )


def _failure_rate(jobs: Sequence[Job]) -> float | None:
    """Return the part of the ended tasks that failed; those of a refused job have failed, of a cancelled one not."""
    ended = [task.status is not Status.SUCCEEDED for job in jobs for task in job.tasks if not task.status.is_open]
    ended += [True for job in jobs if job.state is State.REFUSED and not job.tasks for _ in range(job.count)]
    return sum(ended) / len(ended) if ended else None
