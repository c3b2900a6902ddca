"""What the script of a comparison draws: rows, columns and results as texts, addresses and shapes.

In a blind row nothing says which model made a result: they have letters, in an order of this person and row.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.cards import outputs
from components.compare import address
from components.parts import file_urls, job_texts, result_links
from components.parts.markdown import duration
from studio.client import Client
from studio.core.comparisons import UNKNOWN_MODEL, Column, Comparison, Grid, Row, Standing, Vote
from studio.core.number_texts import credits
from studio.core.values import Job, Output, State, Task

_UNKNOWN = "–"
_STANDINGS = ("Model", "Votes", "Median time", "Failure rate", "Credits per accepted result")


@dataclass(frozen=True)
class _Shown:
    """What the rows are drawn from: the grid, this person's votes by row, and the number of votes of each output."""

    client: Client
    comparison: Comparison
    grid: Grid
    mine: Mapping[str, int]
    votes: Counter[int]

    def is_hidden(self, row: Row) -> bool:
        """Whether the row is blind: until this person's vote, if it can have one."""
        return address.is_blind() and row.key not in self.mine and _can_have_vote(row)


def of(client: Client, found: Comparison, grid: Grid, votes: Sequence[Vote]) -> dict[str, Any]:
    """Return all that the script gets."""
    mine = {vote.row: vote.output for vote in votes if vote.person == client.person}
    shown = _Shown(client, found, grid, mine, Counter(vote.output for vote in votes))
    hidden = sum(shown.is_hidden(row) for row in grid.rows)
    return {
        "rows": [_row(shown, row) for row in grid.rows],
        "standings": [] if hidden else _standings(client, client.comparisons.standings(grid, votes)),
        "hidden": hidden,
        "removes": client.comparisons.may_change(found),
    }


def settings_text(column: Column) -> str:
    """Return the settings that tell a column from others of its model."""
    return " · ".join(value for _, value in column.settings)


def _row(shown: _Shown, row: Row) -> dict[str, Any]:
    is_hidden = shown.is_hidden(row)
    return {
        "key": row.key,
        "prompt": job_texts.title(row.jobs[0]),
        "hidden": is_hidden,
        "vote": shown.mine.get(row.key, 0),
        "columns": len(shown.grid.columns_of(row)),
        "cells": _blind(shown, row) if is_hidden else _labelled(shown, row),
    }


def _tiles(client: Client, jobs: Iterable[Job]) -> list[dict[str, Any]]:
    return [_tile(client, job, index, slot) for job in jobs for index, slot in enumerate(_slots(job))]


def _slots(job: Job) -> list[Output | Task | None]:
    """Return the places of a job's results; one that has ended without any, or whose are deleted, has one place."""
    return (outputs.slots_of(job) if outputs.has_slots(job) else []) or [None]


def _is_deleted(job: Job) -> bool:
    return bool(job.outputs) and all(output.deleted_at for output in job.outputs)


def _tile(client: Client, job: Job, index: int, slot: Output | Task | None) -> dict[str, Any]:
    width, height = outputs.ratio_of(job)
    tile = {"slot": f"{job.id}:{index}", "job": job.id, "width": width, "height": height, "output": 0}
    if isinstance(slot, Output) and slot.is_shown and not outputs.is_pending(slot):
        return tile | _result(client, job, slot)
    if slot is None and _is_deleted(job):
        return tile | {"note": "Deleted", "restores": _may_restore(client, job)}
    if _may_come(job, slot):
        return tile | {"open": True, "note": client.jobs.word(job)}
    return tile | dict(zip(("note", "reason"), _why_not(client, job, slot), strict=True))


def _can_have_vote(row: Row) -> bool:
    return any(_may_come(job, slot) for job in row.jobs for slot in _slots(job))


def _may_restore(client: Client, job: Job) -> bool:
    """Whether this person may restore the results; after `UNDO_DAYS` their files are gone."""
    return not client.may_not_spend and client.jobs.may_change(job) and any(output.key for output in job.outputs)


def _may_come(job: Job, slot: Output | Task | None) -> bool:
    """Whether a place has a result, or may still get one."""
    if isinstance(slot, Output):
        return not slot.is_given_up
    if isinstance(slot, Task) and not slot.status.is_open:
        return False
    return job.state in (State.QUEUED, State.UNCONFIRMED, State.OPEN)


def _why_not(client: Client, job: Job, slot: Output | Task | None) -> tuple[str, str]:
    """Return in a word why a place has no result, and the reason."""
    if isinstance(slot, Output):
        return "File missing", slot.problem[:200]
    if isinstance(slot, Task):
        return "Failed", slot.reason[:200]
    return client.jobs.word(job), job_texts.reason(job)[:200]


def _result(client: Client, job: Job, output: Output) -> dict[str, Any]:
    task = next(one for one in job.tasks if one.id == output.task)
    took, cost = client.comparisons.seconds(task), client.comparisons.credits(job, task)
    unit = "demo credits" if client.spending.costs_nothing(job) else "credits"
    known = [duration(took) if took is not None else "", f"{credits(cost)} {unit}" if cost is not None else ""]
    view = result_links.view_of(job, output)
    return {
        **result_links.facts(output),
        "width": output.width or outputs.ratio_of(job)[0],
        "height": output.height or outputs.ratio_of(job)[1],
        "output": output.id,
        "preview": file_urls.thumbnail(output),
        "facts": " · ".join(filter(None, known)),
        "view": view,
        "href": result_links.address(view),
    }


def _labelled(shown: _Shown, row: Row) -> list[list[dict[str, Any]]]:
    """Return the tiles by column, with model, settings and votes."""
    places = shown.grid.columns_of(row)
    cells = [_tiles(shown.client, row.cells[place]) for place in places]
    for place, tiles in zip(places, cells, strict=True):
        column, jobs = shown.grid.columns[place], row.cells[place]
        for number, tile in enumerate(tiles, 1):
            label = job_texts.model_title(shown.client, jobs[0]) or UNKNOWN_MODEL
            tile["label"], tile["settings"] = label, settings_text(column)
            tile["number"] = f"{number} of {len(tiles)}" if len(tiles) > 1 else ""
            tile["votes"] = shown.votes[tile["output"]]
    return cells


_TELLING = ("job", "slot", "facts", "view", "href", "reason", "restores")  # what would say or hint which job it is


def _blind(shown: _Shown, row: Row) -> list[list[dict[str, Any]]]:
    """Return tiles with letters, without what tells them apart, in an order that this person sees each time."""
    seed = f"{shown.comparison.id} {row.key} {shown.client.person}"
    tiles = {_hashed(f"{seed} {tile['slot']}"): tile for tile in _tiles(shown.client, row.jobs)}
    return [[_anonymous(tiles[slot], slot, _letter(index))] for index, slot in enumerate(sorted(tiles))]


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _anonymous(tile: dict[str, Any], slot: str, letter: str) -> dict[str, Any]:
    plain = {name: value for name, value in tile.items() if name not in _TELLING}
    return plain | {"slot": slot, "label": letter, "note": _plain_note(tile)}


def _plain_note(tile: dict[str, Any]) -> str:
    return "Not ready yet" if tile.get("open") else "No result" if not tile["output"] else ""


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else str(index + 1)


def _standings(client: Client, found: Sequence[Standing]) -> list[list[str]]:
    """Return the table by model: its header, then a line for each."""
    titles = client.models.titles()
    return [[*_STANDINGS], *([titles.get(one.model, one.model) or UNKNOWN_MODEL, *_known(one)] for one in found)]


def _known(one: Standing) -> list[str]:
    return [
        str(one.votes),
        _UNKNOWN if one.median_seconds is None else duration(one.median_seconds),
        _UNKNOWN if one.failure_rate is None else f"{100 * one.failure_rate:.0f} %",
        _UNKNOWN if one.credits_per_accepted is None else credits(one.credits_per_accepted),
    ]
