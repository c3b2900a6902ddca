"""Saved outputs in a ledger, for the tests of the gallery."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from studio.core.gallery import GalleryFilter, Viewer
from studio.core.values import Job, Kind, Output, State, Status
from studio.ledger.ledger import Ledger
from studio.ledger.reports import TaskAnswer
from tests.examples import JOB, WHEN

MAX = Viewer("a", "max")
EVERYTHING = GalleryFilter()
EVERY_ID = frozenset(range(1, 1500))
SIZE = {"size": 10, "sha256": "0" * 64, "width": 1000, "height": 1000, "format": "PNG"}


def job_with(
    ledger: Ledger, number: int, outputs: int = 1, *, facts: dict[str, Any] | None = None, **about: Any
) -> Job:
    """A finished job, the higher its number the newer, with so many saved outputs of one task each."""
    at, kind = WHEN + timedelta(hours=number), about.get("kind", Kind.IMAGE)
    new = replace(
        JOB, id=f"job_{number}", submission=f"s:{number}", created_at=at, state=State.UNCONFIRMED, count=outputs
    )
    job = ledger.jobs.add(replace(new, **about))
    ledger.jobs.accept(job, f"b{number}", [f"t{number}.{place}" for place in range(outputs)], at)
    tasks = (ledger.jobs.get(job.id) or job).tasks
    links = [(kind, "https://x/1.png")]
    ledger.jobs.report(job.id, [TaskAnswer(task.id, Status.SUCCEEDED, links=links) for task in tasks], at)
    for output in outputs_of(ledger, job):
        names = {"key": f"2026/11/{job.id}/{output.id}.png", "preview": f"2026/11/{job.id}/{output.id}-preview.webp"}
        ledger.jobs.change_output(output.id, saved_at=at, **(SIZE | names | (facts or {})))
    return ledger.jobs.get(job.id) or job


def outputs_of(ledger: Ledger, job: Job) -> tuple[Output, ...]:
    return (ledger.jobs.get(job.id) or job).outputs


def found(ledger: Ledger, filters: GalleryFilter = EVERYTHING, viewer: Viewer = MAX) -> list[int]:
    """The IDs that a filter finds; each window of items has the same ones, as has each set that is looked through."""
    ids = list(ledger.gallery.outputs.find(filters, viewer).ids)
    assert ledger.gallery.outputs.among(EVERY_ID, filters, viewer) == set(ids)
    assert [item.output.id for item in ledger.gallery.outputs.items(ids, viewer, deleted=filters.deleted)] == ids
    return ids


def ids_of(job: Job) -> list[int]:
    return [output.id for output in job.outputs]
