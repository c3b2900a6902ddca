"""Deletion in the ledger, on both databases: marked, restored together, and emptied a piece at a time."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from studio.core.gallery import GalleryFilter, Viewer
from studio.core.values import Job, State
from studio.ledger.gallery.deleted import PIECE
from studio.ledger.ledger import Ledger
from studio.ledger.tables import outputs
from tests.examples import WHEN
from tests.unit.ledger.gallery_outputs import MAX, found, ids_of, job_with

DELETED = GalleryFilter(deleted=True)
AT = WHEN + timedelta(days=2, microseconds=123457)
LONG_AGO = WHEN - timedelta(days=1)


def now(ledger: Ledger, job: Job) -> Job:
    there = ledger.jobs.get(job.id)
    assert there
    return there


def test_many_outputs_are_deleted_and_restored_at_once_and_no_others(ledger: Ledger) -> None:
    gone, kept = [job_with(ledger, number, outputs=300) for number in (1, 2)], job_with(ledger, 3)
    ids = [one for job in gone for one in ids_of(job)]
    assert ledger.gallery.deleted.delete([*ids, 99_999], MAX, AT) == sorted(ids)
    assert found(ledger) == ids_of(kept) and sorted(found(ledger, DELETED)) == sorted(ids)
    with ledger.database.read() as connection:
        by = connection.execute(sa.select(outputs.c.deleted_at, outputs.c.deleted_by).distinct()).all()
    assert sorted(row.deleted_by for row in by) == ["", "max"] and AT in [row.deleted_at for row in by]
    assert ledger.gallery.deleted.restore(ids, MAX, AT) == [], "it must have been after that"
    assert ledger.gallery.deleted.restore(ids, MAX, LONG_AGO) == sorted(ids)
    assert [now(ledger, job) for job in gone] == gone


def test_nobody_deletes_what_they_do_not_see(ledger: Ledger) -> None:
    (one,) = ids_of(job_with(ledger, 1, person="mia"))
    for stranger in (replace(MAX, listed="max"), Viewer("b")):
        assert ledger.gallery.deleted.delete([one], stranger, AT) == []
        assert ledger.gallery.deleted.owners([one], stranger, deleted=False) == {}
    assert ledger.gallery.deleted.owners([one, 999], MAX, deleted=False) == {one: "mia"}
    ledger.gallery.deleted.delete([one], MAX, AT)
    assert ledger.gallery.deleted.restore([one], Viewer("b"), LONG_AGO) == []
    assert ledger.gallery.deleted.owners([one], MAX, deleted=True) == {one: "mia"}


def test_a_job_is_restored_with_the_outputs_that_were_deleted_with_it(ledger: Ledger) -> None:
    job = job_with(ledger, 1, outputs=3)
    first, *others = ids_of(job)
    ledger.gallery.deleted.delete([first], MAX, AT - timedelta(seconds=1))
    assert ledger.gallery.deleted.delete_job(job, "max", AT) and not ledger.gallery.deleted.delete_job(job, "max", AT)
    assert now(ledger, job).deleted_at == AT and found(ledger) == [] and ledger.jobs.recent("a", job.kind, 9) == []
    assert not ledger.gallery.deleted.restore_job(job, AT)
    assert ledger.gallery.deleted.restore_job(job, LONG_AGO) and found(ledger) == others
    assert [found.id for found in ledger.jobs.recent("a", job.kind, 9)] == [job.id]


def test_an_output_that_is_restored_too_late_brings_no_card_back(ledger: Ledger) -> None:
    job = job_with(ledger, 1)
    ledger.gallery.deleted.delete_job(job, "max", AT)
    assert ledger.gallery.deleted.restore(ids_of(job), MAX, AT) == [] and now(ledger, job).deleted_at
    assert ledger.gallery.deleted.restore(ids_of(job), MAX, LONG_AGO) == ids_of(job) and now(ledger, job) == job


def test_an_open_job_is_not_deleted(ledger: Ledger) -> None:
    job = job_with(ledger, 1)
    ledger.jobs.change(job.id, state=State.OPEN)
    assert not ledger.gallery.deleted.delete_job(job, "max", AT) and not now(ledger, job).outputs[0].deleted_at


def test_old_ones_are_emptied_a_piece_at_a_time_and_are_not_to_be_saved_again(ledger: Ledger) -> None:
    job = job_with(ledger, 1, outputs=PIECE + 30)
    ledger.gallery.deleted.delete(ids_of(job), MAX, AT)
    assert ledger.gallery.deleted.expired(AT) == ([], [])
    for number in (PIECE, 30, 0):
        ids, names = ledger.gallery.deleted.expired(AT + timedelta(seconds=1))
        assert (len(ids), len(names)) == (number, 2 * number)
        ledger.gallery.deleted.empty(ids)
    emptied = now(ledger, job)
    assert {(output.key, output.preview, output.size, bool(output.saved_at)) for output in emptied.outputs} == {
        ("", "", 10, True)
    }
    assert (
        not emptied.unsaved
        and not ledger.jobs.unsaved("a")
        and not ledger.files.unsaved()
        and not ledger.files.archive_names()
    )
