"""Marks and tags of outputs. Marks are one person's own; everybody who sees an output sees its tags.

Each verb is about many outputs at once, in one transaction, and leaves out those that the person does not see.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from studio.core.gallery import MOST_TAGS, Mark, Tag, Viewer, tag_key, tag_keys
from studio.ledger.changed_jobs import mark_changed
from studio.ledger.database import Database
from studio.ledger.gallery.conditions import are_jobs_of, chunks_of, seen
from studio.ledger.mapping import columns_of
from studio.ledger.tables import jobs, marks, outputs, tags, tasks
from studio.ledger.upsert import insert_from, insert_new

_EMPTY = ~marks.c.favourite & (marks.c.rating == 0)


class MarkLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, ids: Iterable[int], viewer: Viewer) -> dict[int, Mark]:
        """Return a person's marks, by output, of those outputs that have any."""
        with self._database.read() as connection:
            return {one: mark for some in chunks_of(ids) for one, mark in read_marks(connection, some, viewer).items()}

    def set_favourite(self, ids: Iterable[int], viewer: Viewer, *, favourite: bool) -> int:
        """Make outputs favourites of a person, or no favourites; return how many of them this person sees."""
        return self._mark(ids, viewer, favourite=favourite)

    def rate(self, ids: Iterable[int], viewer: Viewer, rating: int) -> int:
        """Write a person's rating of outputs, 0 for none; return how many of them this person sees."""
        return self._mark(ids, viewer, rating=rating)

    def add_tag(self, ids: Iterable[int], viewer: Viewer, text: str) -> list[int]:
        """Add a tag to outputs that do not have it and have less than `MOST_TAGS`; return those."""
        with self._database.write() as connection:
            return _add_tag(connection, ids, viewer, text, viewer.person)

    def restore_tags(self, removed: Iterable[Tag], viewer: Viewer) -> list[Tag]:
        """Add removed tags again, as the tags of those who had added them; return those that were added."""
        by_author = defaultdict[tuple[str, str], list[int]](list)
        for tag in removed:
            by_author[tag.text, tag.person].append(tag.output)
        with self._database.write() as connection:
            return [
                Tag(output, text, person)
                for (text, person), ids in by_author.items()
                for output in _add_tag(connection, ids, viewer, text, person)
            ]

    def remove_tag(self, ids: Iterable[int], viewer: Viewer, text: str) -> list[Tag]:
        """Remove a tag from outputs, whoever added it; return what was removed."""
        removed = list[Tag]()
        with self._database.write() as connection:
            for some in chunks_of(ids):
                theirs = tags.c.key.in_(tag_keys(text)) & tags.c.output.in_(seen(some, viewer))
                gone = tags.delete().where(theirs).returning(*columns_of(Tag, tags.c))
                removed += [Tag(*row) for row in connection.execute(gone)]
                mark_changed(connection, are_jobs_of(some, viewer))
        return removed

    def marks_of(self, account: str, person: str) -> list[Mark]:
        """Return all marks of a person on outputs of an account."""
        query = sa.select(*columns_of(Mark, marks.c)).where(_of(marks, account, person)).order_by(marks.c.output)
        with self._database.read() as connection:
            return [Mark(*row) for row in connection.execute(query)]

    def tags_of(self, account: str, person: str) -> list[Tag]:
        """Return all tags that a person added to outputs of an account."""
        query = (
            sa.select(*columns_of(Tag, tags.c)).where(_of(tags, account, person)).order_by(tags.c.output, tags.c.key)
        )
        with self._database.read() as connection:
            return [Tag(*row) for row in connection.execute(query)]

    def drop_of(self, account: str, person: str) -> None:
        """Delete all marks and tags of a person on outputs of an account."""
        with self._database.write() as connection:
            for table in (marks, tags):
                theirs = (
                    sa.select(tasks.c.job)
                    .join_from(outputs, tasks)
                    .where(outputs.c.id.in_(sa.select(table.c.output).where(_of(table, account, person))))
                )
                mark_changed(connection, jobs.c.id.in_(theirs))
                connection.execute(table.delete().where(_of(table, account, person)))

    def _mark(self, ids: Iterable[int], viewer: Viewer, **mark: Any) -> int:
        row = {"person": viewer.person, "favourite": False, "rating": 0} | mark
        marked = 0
        with self._database.write() as connection:
            for some in chunks_of(ids):
                marked += insert_from(connection, marks, _rows(some, viewer, row), mark)
                theirs = (marks.c.person == viewer.person) & marks.c.output.in_(some)
                connection.execute(marks.delete().where(theirs & _EMPTY))
                mark_changed(connection, are_jobs_of(some, viewer))
        return marked


def read_marks(connection: sa.Connection, ids: Sequence[int], viewer: Viewer) -> dict[int, Mark]:
    """Return a person's marks, by output, of those of a few outputs that have any."""
    theirs = (marks.c.person == viewer.person) & marks.c.output.in_(ids)
    found = connection.execute(sa.select(*columns_of(Mark, marks.c)).where(theirs))
    return {mark.output: mark for mark in (Mark(*row) for row in found)}


def _add_tag(connection: sa.Connection, ids: Iterable[int], viewer: Viewer, text: str, person: str) -> list[int]:
    """Add this person's tag to outputs that the viewer sees; return those to which it was added."""
    number = sa.select(sa.func.count()).select_from(tags).where(tags.c.output == outputs.c.id).scalar_subquery()
    row, added = {"key": tag_key(text), "text": text, "person": person}, list[int]()
    for some in chunks_of(ids):
        rows = _rows(some, viewer, row).where(number < MOST_TAGS)
        added += insert_new(connection, tags, rows, tags.c.output)
        mark_changed(connection, are_jobs_of(some, viewer))
    return added


def _rows(ids: Sequence[int], viewer: Viewer, row: dict[str, Any]) -> sa.Select[Any]:
    """Return a query for one such row for each of these outputs that the person sees."""
    columns = {"output": outputs.c.id, **{name: sa.literal(value) for name, value in row.items()}}
    return seen(ids, viewer, *(column.label(name) for name, column in columns.items()))


def _of(table: sa.Table, account: str, person: str) -> sa.ColumnElement[bool]:
    """Whether a row is this person's, about an output of this account."""
    theirs = sa.select(outputs.c.id).join_from(outputs, tasks).where(tasks.c.account == account)
    return (table.c.person == person) & table.c.output.in_(theirs)
