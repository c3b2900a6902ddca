"""Finds the outputs of the gallery: the layout of all that match in one query, then a window of them."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from studio.core.gallery import UNKNOWN_RATIO, GalleryChoices, GalleryFilter, GalleryItem, GalleryLayout, Viewer
from studio.ledger.database import Database
from studio.ledger.gallery.conditions import WITH_JOBS, is_seen, matching, seen, visible
from studio.ledger.gallery.marks import read_marks
from studio.ledger.job_queries import select_jobs
from studio.ledger.tables import jobs, outputs, tags, tasks

_RATIO = sa.cast(outputs.c.width, sa.Float) / sa.func.nullif(outputs.c.height, 0)
_KNOWN_RATIO = sa.func.coalesce(sa.func.nullif(_RATIO, 0.0), UNKNOWN_RATIO)
_CHUNK = 500
_NEWEST_FIRST = (jobs.c.created_at.desc(), jobs.c.id.desc(), tasks.c.id, outputs.c.position)


class OutputFinder:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.engine.dialect.name

    def find(self, filters: GalleryFilter, viewer: Viewer) -> GalleryLayout:
        """Return the layout of all outputs that match and that this person sees in lists."""
        query = sa.select(outputs.c.id, _KNOWN_RATIO).select_from(WITH_JOBS)
        query = query.where(*matching(filters, viewer, self._dialect)).order_by(*_NEWEST_FIRST)
        ids, ratios = array("q"), array("f")
        with self._database.read() as connection:
            for rows in connection.execute(query).partitions(_CHUNK):  # 100,000 rows at once keep the collector busy
                some_ids, some_ratios = zip(*rows, strict=True)
                ids.extend(some_ids)
                ratios.extend(some_ratios)
        return GalleryLayout(ids, ratios)

    def among(self, ids: frozenset[int], filters: GalleryFilter, viewer: Viewer) -> frozenset[int]:
        """Return those of a few outputs that `find` would find."""
        theirs = matching(filters, viewer, self._dialect, by_output=True)
        query = sa.select(outputs.c.id).select_from(WITH_JOBS).where(outputs.c.id.in_(ids), *theirs)
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def items(self, ids: Sequence[int], viewer: Viewer, *, deleted: bool = False) -> list[GalleryItem]:
        """Return those of these outputs that this person sees in lists, deleted ones or all others, in this order."""
        query = seen(ids, viewer, outputs.c.id, jobs.c.id.label("job"), deleted=deleted)
        with self._database.read() as connection:
            shown = {row.id: row.job for row in connection.execute(query)}
            noted, tagged = _marks(connection, list(shown), viewer), _tags(connection, list(shown))
        found = select_jobs(self._database, jobs.c.id.in_(set(shown.values()))) if shown else []
        pairs = {output.id: (job, output) for job in found for output in job.outputs}
        return [GalleryItem(*pairs[one], *noted[one], tuple(tagged[one])) for one in ids if one in shown.keys() & pairs]

    def choices(self, viewer: Viewer) -> GalleryChoices:
        """Return the values that occur among the outputs that this person sees in lists."""
        occurring = _occurring(viewer)
        tagged = sa.select(sa.func.min(tags.c.text)).where(is_seen(tags.c.output, viewer)).group_by(tags.c.key)
        with self._database.read() as connection:
            models, modes, people = (_sorted(column) for column in _columns(connection.execute(occurring).all()))
            texts = connection.scalars(tagged).all()
        return GalleryChoices(models, modes, people, tuple(sorted(texts, key=str.casefold)))


def _occurring(viewer: Viewer) -> sa.Select[Any]:
    """Return a query for the models, modes and people of jobs, without those that have no saved output.

    For each of them one output is enough, so the newest jobs are looked at first.
    """
    theirs = [jobs.c.person == viewer.listed] if viewer.listed else []
    ours = (jobs.c.account == viewer.account, jobs.c.removed_at.is_(None), *theirs)
    known = sa.select(jobs.c.model, jobs.c.mode, jobs.c.person).where(*ours).distinct().subquery("known")
    same = [jobs.c[column.name] == column for column in known.c]
    one = sa.select(outputs.c.id).select_from(WITH_JOBS).where(*ours, *visible(viewer), *same).limit(1)
    return sa.select(known).where(one.correlate(known).scalar_subquery().is_not(None))


def _columns(rows: Sequence[sa.Row[Any, Any, Any]]) -> list[tuple[str, ...]]:
    return [tuple(column) for column in zip(*rows, strict=True)] if rows else [(), (), ()]


def _sorted(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _marks(connection: sa.Connection, ids: Sequence[int], viewer: Viewer) -> defaultdict[int, tuple[bool, int]]:
    found = read_marks(connection, ids, viewer)
    return defaultdict(lambda: (False, 0), {one: (mark.favourite, mark.rating) for one, mark in found.items()})


def _tags(connection: sa.Connection, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(
        sa.select(tags.c.output, tags.c.text).where(tags.c.output.in_(ids)).order_by(tags.c.key)
    ):
        found[row.output].append(row.text)
    return found
