"""Favourites, ratings and tags of outputs: whose they are, who sees them, and that nothing is marked unseen."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from studio.core.errors import DraftError
from studio.core.gallery import GalleryFilter, Mark, Tag, Viewer, checked_rating, checked_tag
from studio.ledger.ledger import Ledger
from studio.ledger.tables import marks, tags
from tests.unit.ledger.gallery_outputs import MAX, found, ids_of, job_with

MIA = Viewer("a", "mia")


def noted(ledger: Ledger, one: int, viewer: Viewer = MAX) -> tuple[bool, int, tuple[str, ...]]:
    (item,) = ledger.gallery.outputs.items([one], viewer)
    return item.favourite, item.rating, item.tags


def test_marks_are_of_one_person_and_do_not_change_each_other(ledger: Ledger) -> None:
    one, two = ids_of(job_with(ledger, 1, outputs=2))
    kept = ledger.gallery.marks
    assert kept.set_favourite([one, two, one, 999], MAX, favourite=True) == 2
    assert kept.rate([one], MAX, 4) == 1
    assert (noted(ledger, one), noted(ledger, two), noted(ledger, one, MIA)) == (
        (True, 4, ()),
        (True, 0, ()),
        (False, 0, ()),
    )
    kept.set_favourite([one], MAX, favourite=False)
    kept.rate([one], MIA, 1)
    assert noted(ledger, one) == (False, 4, ()) and noted(ledger, one, MIA) == (False, 1, ())


def test_filters_look_at_the_marks_of_who_looks(ledger: Ledger) -> None:
    one, two = ids_of(job_with(ledger, 1, outputs=2))
    ledger.gallery.marks.set_favourite([one], MAX, favourite=True)
    ledger.gallery.marks.rate([two], MAX, 3)
    assert found(ledger, GalleryFilter(favourite=True)) == [one] and found(ledger, GalleryFilter(rating=3)) == [two]
    assert found(ledger, GalleryFilter(rating=4)) == [] == found(ledger, GalleryFilter(favourite=True), MIA)


def test_of_a_mark_that_was_taken_back_nothing_is_left(ledger: Ledger) -> None:
    (one,) = ids_of(job_with(ledger, 1))
    ledger.gallery.marks.set_favourite([one], MAX, favourite=True)
    ledger.gallery.marks.rate([one], MAX, 2)
    ledger.gallery.marks.set_favourite([one], MAX, favourite=False)
    assert ledger.gallery.marks.marks_of("a", "max") == [Mark(one, "max", False, 2)]
    ledger.gallery.marks.rate([one], MAX, 0)
    assert ledger.gallery.marks.marks_of("a", "max") == []


def test_a_tag_of_an_earlier_studio_is_found_and_a_text_that_no_database_takes_finds_nothing(ledger: Ledger) -> None:
    (one,) = ids_of(job_with(ledger, 1))
    kept = ledger.gallery.marks
    kept.add_tag([one], MAX, "x")
    with ledger.database.write() as connection:
        connection.execute(tags.update().values(key="cafe\u0301", text="Cafe\u0301"))
    assert found(ledger, GalleryFilter(tag=("Cafe\u0301",))) == [one]
    assert not found(ledger, GalleryFilter(tag=("\0", "\ud800"))) and not kept.remove_tag([one], MAX, "x\0")
    assert len(kept.remove_tag([one], MAX, "Cafe\u0301")) == 1


def test_tags_are_compared_without_case_and_shown_as_written_to_everybody(ledger: Ledger) -> None:
    one, two = ids_of(job_with(ledger, 1, outputs=2))
    kept = ledger.gallery.marks
    assert kept.add_tag([one], MAX, "Straße") == [one]
    assert kept.add_tag([one, two], MIA, "STRASSE") == [two], "the first has it"
    assert kept.add_tag([two], MIA, "alley") == [two]
    assert (noted(ledger, one)[2], noted(ledger, two)[2]) == (("Straße",), ("alley", "STRASSE"))
    assert found(ledger, GalleryFilter(tag=("strasse",))) == [one, two]
    assert found(ledger, GalleryFilter(tag=("ALLEY", "other"))) == [two]
    assert len(ledger.gallery.outputs.choices(MAX).tags) == 2
    assert kept.tags_of("a", "mia") == [Tag(two, "alley", "mia"), Tag(two, "STRASSE", "mia")]
    removed = kept.remove_tag([one, two], MIA, "straSSe")
    assert removed == [Tag(one, "Straße", "max"), Tag(two, "STRASSE", "mia")] and noted(ledger, two)[2] == ("alley",)


def test_an_output_has_twenty_tags_at_most(ledger: Ledger) -> None:
    one, two = ids_of(job_with(ledger, 1, outputs=2))
    for number in range(20):
        assert ledger.gallery.marks.add_tag([one], MAX, f"tag {number}") == [one]
    assert ledger.gallery.marks.add_tag([one, two], MAX, "more") == [two]
    assert len(noted(ledger, one)[2]) == 20 and noted(ledger, two)[2] == ("more",)


@pytest.mark.parametrize(("given", "kept"), [("  a\n b ", "a b"), ("x" * 40, "x" * 40), ("  ", ""), ("x" * 41, "")])
def test_a_tag_is_trimmed_and_neither_empty_nor_long(given: str, kept: str) -> None:
    if kept:
        assert checked_tag(given) == kept
    else:
        with pytest.raises(DraftError):
            checked_tag(given)


@pytest.mark.parametrize("rating", [-1, 6, 2.5])
def test_a_rating_is_a_number_from_one_to_five(rating: int) -> None:
    assert [checked_rating(one) for one in range(6)] == list(range(6))
    with pytest.raises(DraftError):
        checked_rating(rating)


VERBS: dict[str, Callable[[Ledger, list[int], Viewer], int]] = {
    "favourite": lambda ledger, ids, viewer: ledger.gallery.marks.set_favourite(ids, viewer, favourite=True),
    "rate": lambda ledger, ids, viewer: ledger.gallery.marks.rate(ids, viewer, 5),
    "add a tag": lambda ledger, ids, viewer: len(ledger.gallery.marks.add_tag(ids, viewer, "x")),
    "remove a tag": lambda ledger, ids, viewer: len(ledger.gallery.marks.remove_tag(ids, viewer, "kept")),
}


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_marks_what_they_do_not_see(ledger: Ledger, verb: str) -> None:
    (theirs,) = ids_of(job_with(ledger, 1, person="mia"))
    ledger.gallery.marks.add_tag([theirs], MIA, "kept")
    for stranger in (replace(MAX, listed="max"), Viewer("b", "max")):
        assert VERBS[verb](ledger, [theirs], stranger) == 0
        assert noted(ledger, theirs, replace(stranger, account="a", listed="")) == (False, 0, ("kept",))
    assert VERBS[verb](ledger, [theirs], MAX) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_open_pages_redraw_the_jobs_concerned_and_no_others(ledger: Ledger, verb: str) -> None:
    one, _other = job_with(ledger, 1), job_with(ledger, 2)
    before = ledger.changes.number("a")
    VERBS[verb](ledger, ids_of(one), MAX)
    assert ledger.changes.since("a", before) == frozenset({one.id})


def test_many_outputs_are_marked_at_once(ledger: Ledger) -> None:
    ids = [one for number in range(3) for one in ids_of(job_with(ledger, number, outputs=250))]
    assert ledger.gallery.marks.set_favourite(ids, MAX, favourite=True) == 750
    assert len(ledger.gallery.marks.add_tag(ids, MAX, "x")) == 750 == len(found(ledger, GalleryFilter(tag=("x",))))


def test_marks_and_tags_go_with_their_output_and_with_their_person(ledger: Ledger) -> None:
    one, two = ids_of(job_with(ledger, 1)), ids_of(job_with(ledger, 2, account="b"))
    for viewer, ids in ((MAX, one), (MIA, one), (Viewer("b", "max"), two)):
        ledger.gallery.marks.rate(ids, viewer, 5)
        ledger.gallery.marks.add_tag(ids, viewer, viewer.person)
    ledger.gallery.marks.drop_of("a", "max")
    assert noted(ledger, one[0]) == (False, 0, ("mia",)) and noted(ledger, one[0], MIA) == (False, 5, ("mia",))
    assert ledger.gallery.marks.marks_of("b", "max") and ledger.gallery.marks.tags_of("b", "max")
    with ledger.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM outputs")
        assert not connection.execute(marks.select()).all()
    assert not ledger.gallery.marks.tags_of("a", "mia")
