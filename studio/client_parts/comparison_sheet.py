"""A comparison as one image: small images in its rows and columns, with models, times, credits and votes as text."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.archive.archive import Archive
from studio.client_parts import comparison_grid
from studio.client_parts.context import ClientContext
from studio.client_parts.jobs import Jobs
from studio.client_parts.models import Models
from studio.core.comparisons import UNKNOWN_MODEL, Column, Comparison, Grid, Row, Vote
from studio.core.errors import ArchiveError
from studio.core.number_texts import credits
from studio.core.values import Job, Output, Task
from studio.media import isolated
from studio.media.sheets import Cell, Line, Sheet, Tile


def png(context: ClientContext, found: Comparison, grid: Grid, votes: Iterable[Vote]) -> bytes:
    """Return the image as PNG. Errors: ArchiveError when it cannot be made at the moment."""
    made, counted = _Sheet(context, grid, context.runtime.uploader.archive), Counter(vote.output for vote in votes)
    lines = tuple(made.line(row, counted) for row in grid.rows)
    with tempfile.TemporaryDirectory() as folder:
        return isolated.contact_sheet(Sheet(found.name, lines), Path(folder)).read_bytes()


@dataclass(frozen=True)
class _Sheet:
    context: ClientContext
    grid: Grid
    archive: Archive

    def line(self, row: Row, votes: Counter[int]) -> Line:
        cells = [(self.grid.columns[place], row.cells[place]) for place in self.grid.columns_of(row)]
        prompt = row.jobs[0].prompt or "No prompt"
        return Line(
            prompt, tuple(Cell(_title(self.context, column), self.tiles(jobs, votes)) for column, jobs in cells)
        )

    def tiles(self, jobs: Iterable[Job], votes: Counter[int]) -> tuple[Tile, ...]:
        """Return a tile for each result, and one for each job that has none so far, or whose results are deleted."""
        found = list[Tile]()
        for job in jobs:
            made = [(task, output) for task in job.tasks for output in task.outputs if output.is_shown]
            found += [self.tile(job, task, output, votes[output.id]) for task, output in made]
            if all(output.deleted_at for output in job.outputs):
                found.append(Tile("", "Deleted" if job.outputs else Jobs(self.context).word(job), 16 / 9))
        return tuple(found)

    def tile(self, job: Job, task: Task, output: Output, votes: int) -> Tile:
        ratio = (output.width or 1) / (output.height or 1)
        return Tile(_file(self.archive, output), _text(self.context, job, task, votes), ratio)


def _title(context: ClientContext, column: Column) -> str:
    title = Models(context).titles().get(column.model, column.model) or UNKNOWN_MODEL
    return " · ".join([title, *(value for _, value in column.settings)])


def _file(archive: Archive, output: Output) -> str:
    """Return where the preview is; empty if there is none."""
    with suppress(ArchiveError):
        return str(archive.path(output.preview)) if output.preview else ""
    return ""


def _text(context: ClientContext, job: Job, task: Task, votes: int) -> str:
    unit = "demo credits" if context.account.is_sandbox else "credits"
    took, cost = comparison_grid.seconds_of(task), comparison_grid.credits_of(job, task)
    known = [f"{took:.0f} s" if took is not None else "", f"{credits(cost)} {unit}" if cost is not None else ""]
    return " · ".join(filter(None, [*known, f"{votes} vote{'' if votes == 1 else 's'}" if votes else ""]))
