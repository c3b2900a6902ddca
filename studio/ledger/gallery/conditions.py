"""The filter of the gallery as conditions on outputs and their jobs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from studio.core.gallery import SQUARE, GalleryFilter, Shape, Viewer, tag_keys
from studio.core.values import Kind
from studio.ledger.history import texts
from studio.ledger.job_queries import has_one, is_of
from studio.ledger.tables import collection_outputs, collections, jobs, marks, outputs, tags, tasks, words

MOST_FOUND = 1_000_000  # jobs by words: more than a ledger has
_CHUNK = 500
SAVED = outputs.c.key != ""
NOT_DELETED = outputs.c.deleted_at.is_(None)
DELETED = sa.text("outputs.deleted_at IS NOT NULL")  # the exact text of a partial index's condition
WITH_JOBS = jobs.join(tasks, tasks.c.job == jobs.c.id).join(outputs, outputs.c.task == tasks.c.id)
_Condition = sa.ColumnElement[bool] | sa.TextClause


def visible(viewer: Viewer, *, deleted: bool = False) -> list[_Condition]:
    """Return the conditions that a saved output, which is deleted or not, is one that this person sees in lists."""
    theirs = [jobs.c.person == viewer.listed] if viewer.listed else []
    if deleted and viewer.restores:
        theirs.append(jobs.c.person.in_(["", viewer.restores]))
    is_there = DELETED if deleted else NOT_DELETED
    return [is_of(jobs.c.account, viewer.account), jobs.c.removed_at.is_(None), SAVED, is_there, *theirs]


def matching(filters: GalleryFilter, viewer: Viewer, dialect: str, *, by_output: bool = False) -> list[_Condition]:
    """Return the conditions that an output is visible and matches the filter; `by_output` when it is one of a few."""
    is_few = by_output or filters.deleted
    newest_first = [] if is_few else [jobs.c.account == viewer.account]  # by an index
    return [
        *newest_first,
        *visible(viewer, deleted=filters.deleted),
        *_of_the_job(filters),
        *_of_the_file(filters),
        *_with_words(filters, viewer, dialect),
        *_noted(filters, viewer),
    ]


def seen(ids: Sequence[int], viewer: Viewer, *columns: Any, deleted: bool = False) -> sa.Select[Any]:
    """Return a query for those of these outputs that are visible: for these columns, else their IDs."""
    which = (outputs.c.id.in_(ids), *visible(viewer, deleted=deleted))
    return sa.select(*(columns or (outputs.c.id,))).select_from(WITH_JOBS).where(*which)


def is_seen(output: sa.Column[int], viewer: Viewer) -> sa.ColumnElement[bool]:
    """Whether the output that a column of another table names is visible; each is looked up by its ID."""
    one = sa.select(outputs.c.id).select_from(WITH_JOBS).where(outputs.c.id == output, *visible(viewer))
    return has_one(one.correlate(output.table))


def are_jobs_of(ids: Sequence[int], viewer: Viewer) -> sa.ColumnElement[bool]:
    """Whether a job has one of these outputs."""
    theirs = sa.select(tasks.c.job).join(outputs, outputs.c.task == tasks.c.id).where(outputs.c.id.in_(ids))
    return is_of(jobs.c.account, viewer.account) & jobs.c.id.in_(theirs)


def chunks_of(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """Yield these IDs without duplicates, some at a time: a statement has a limited number of parameters."""
    every = sorted(set(ids))
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]


def _of_the_job(filters: GalleryFilter) -> Iterator[_Condition]:
    for name in ("model", "mode", "person"):
        if values := getattr(filters, name):
            yield jobs.c[name].in_(values)
    if filters.since:
        yield jobs.c.created_at >= filters.since
    if filters.until:
        yield jobs.c.created_at < filters.until


def _of_the_file(filters: GalleryFilter) -> Iterator[_Condition]:
    has_length = filters.shortest or filters.longest
    if kind := Kind.VIDEO if has_length else filters.kind:
        yield outputs.c.kind == kind
    if filters.shortest:
        yield outputs.c.seconds >= filters.shortest
    if filters.longest:
        yield (outputs.c.seconds > 0) & (outputs.c.seconds < filters.longest)
    if filters.shape:
        yield _has_shape(filters.shape)


def _has_shape(shape: Shape) -> _Condition:
    wide = outputs.c.width > outputs.c.height * (1 + SQUARE)
    high = outputs.c.height > outputs.c.width * (1 + SQUARE)
    square = (outputs.c.width > 0) & ~wide & ~high
    return {Shape.LANDSCAPE: wide, Shape.PORTRAIT: high, Shape.SQUARE: square}[shape]


def _with_words(filters: GalleryFilter, viewer: Viewer, dialect: str) -> Iterator[_Condition]:
    """Find prompts by the index of the history's search, which also has the reasons of jobs and their tasks.

    Words are found in singular and plural.
    """
    if searched := [texts.singular_and_plural(text) for text in texts.split(filters.words)]:
        of_jobs = (words.c.account == viewer.account) & (words.c.about == words.c.job)
        found = texts.newest(sa.select(words.c.job).where(of_jobs), searched, MOST_FOUND, dialect)
        yield jobs.c.id.in_(sa.select(found.subquery().c.job))


def _noted(filters: GalleryFilter, viewer: Viewer) -> Iterator[_Condition]:
    mine = marks.c.person == viewer.person
    if filters.favourite:
        yield _is_in(marks, mine & marks.c.favourite)
    if filters.rating:
        yield _is_in(marks, mine & (marks.c.rating >= filters.rating))
    if filters.tag:
        yield _is_in(tags, tags.c.key.in_({key for one in filters.tag for key in tag_keys(one)}))
    if filters.collection:
        one = (collections.c.id == filters.collection) & (collections.c.account == viewer.account)
        is_there = sa.select(collections.c.id).where(one, collections.c.deleted_at.is_(None))
        yield _is_in(collection_outputs, collection_outputs.c.collection.in_(is_there))


def _is_in(table: sa.Table, which: Any) -> _Condition:
    return outputs.c.id.in_(sa.select(table.c.output).where(which))
