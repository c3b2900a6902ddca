"""What people noted about outputs is in a backup, and belongs to the same outputs when it comes back."""

from dataclasses import replace
from pathlib import Path

from studio.core.gallery import Collection, GalleryFilter
from studio.ledger.ledger import Ledger, open_ledger
from tests.examples import WHEN
from tests.unit.ledger.gallery_outputs import MAX, found, ids_of, job_with
from tests.unit.ledger.test_snapshot import back_up, bring_back, elsewhere  # noqa: F401


def noted(ledger: Ledger) -> list[tuple[str, bool, int, tuple[str, ...]]]:
    items = ledger.gallery.outputs.items(found(ledger), MAX)
    return [(item.job.id, item.favourite, item.rating, item.tags) for item in items]


def note(ledger: Ledger, ids: list[int], tag: str) -> None:
    ledger.gallery.marks.set_favourite(ids, MAX, favourite=True)
    ledger.gallery.marks.add_tag(ids, MAX, tag)


def test_marks_and_tags_come_back_though_outputs_have_other_ids_then(
    ledger: Ledger,
    elsewhere: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    note(ledger, ids_of(job_with(ledger, 1)), "old")
    file, before = back_up(ledger, tmp_path), noted(ledger)
    bring_back(file, ledger)
    assert noted(ledger) == before == [("job_1", True, 0, ("old",))]
    moved = open_ledger(elsewhere)
    bring_back(file, moved)
    assert noted(moved) == before
    note(moved, ids_of(job_with(moved, 2)), "new")
    assert [tags for *_, tags in noted(moved)] == [("new",), ("old",)]
    moved.close()


def test_notes_about_a_job_that_stays_as_it_is_stay_too(ledger: Ledger, tmp_path: Path) -> None:
    job = job_with(ledger, 1)
    file = back_up(ledger, tmp_path)
    ledger.jobs.accept(job, "", ["t late"], job.created_at)
    note(ledger, ids_of(job), "kept")
    bring_back(file, ledger)
    assert noted(ledger) == [("job_1", True, 0, ("kept",))]


def test_collections_come_back_with_the_same_outputs(
    ledger: Ledger,
    elsewhere: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    kept = Collection("col_1", "a", "max", "Hills", WHEN)
    ledger.gallery.collections.add(kept)
    ledger.gallery.collections.add_to(kept, ids_of(job_with(ledger, 1)), MAX)
    job_with(ledger, 2)
    file, moved = back_up(ledger, tmp_path), open_ledger(elsewhere)
    for there in (ledger, moved):
        bring_back(file, there)
        ids = found(there, GalleryFilter(collection="col_1"))
        assert [item.job.id for item in there.gallery.outputs.items(ids, MAX)] == ["job_1"]
        assert there.gallery.collections.of_account(MAX) == [replace(kept, outputs=1)]
    moved.close()
