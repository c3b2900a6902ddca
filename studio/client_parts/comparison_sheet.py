"""A comparison as one image: small images in its rows and columns, with models, times, credits and votes as text."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from studio.archive.archive import Archive
from studio.client_parts import comparison_grid
from studio.client_parts.context import ClientContext
from studio.client_parts.models import Models
from studio.core.comparisons import Column, Comparison, Grid, Row, Vote
from studio.core.errors import ArchiveError
from studio.core.number_texts import credits
from studio.core.values import Job, Output, Task
from studio.media import isolated
from studio.media.sheets import Cell, Line, Sheet, Tile


def png(context: ClientContext, found: Comparison, grid: Grid, votes: Iterable[Vote]) -> bytes:
    """Return the image as PNG. Errors: ArchiveError when it cannot be made at the moment."""
    counted, archive = Counter(vote.output for vote in votes), context.runtime.uploader.archive
    titles = [_title(context, column) for column in grid.columns]
    lines = tuple(_line(archive, row, titles, counted) for row in grid.rows)
    with tempfile.TemporaryDirectory() as folder:
        return isolated.contact_sheet(Sheet(found.name, lines), Path(folder)).read_bytes()


def _title(context: ClientContext, column: Column) -> str:
    title = Models(context).titles().get(column.model, column.model) or "Unknown model"
    return " · ".join([title, *(value for _, value in column.settings)])


def _line(archive: Archive, row: Row, titles: Iterable[str], votes: Counter[int]) -> Line:
    prompt = row.jobs[0].prompt or "No prompt"
    cells = zip(titles, row.cells, strict=True)
    return Line(prompt, tuple(Cell(title, _tiles(archive, jobs, votes)) for title, jobs in cells))


def _tiles(archive: Archive, jobs: Iterable[Job], votes: Counter[int]) -> tuple[Tile, ...]:
    return tuple(
        Tile(_file(archive, output), _text(job, task, votes[output.id]), (output.width or 1) / (output.height or 1))
        for job in jobs
        for task in job.tasks
        for output in task.outputs
        if output.is_shown
    )


def _file(archive: Archive, output: Output) -> str:
    """Return where the preview is; empty if there is none."""
    with suppress(ArchiveError):
        return str(archive.path(output.preview)) if output.preview else ""
    return ""


def _text(job: Job, task: Task, votes: int) -> str:
    took, cost = comparison_grid.seconds_of(task), comparison_grid.credits_of(job, task)
    known = [f"{took:.0f} s" if took is not None else "", f"{credits(cost)} credits" if cost is not None else ""]
    return " · ".join(filter(None, [*known, f"{votes} vote{'' if votes == 1 else 's'}" if votes else ""]))
