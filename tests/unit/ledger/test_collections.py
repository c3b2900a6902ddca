"""Collections in the ledger: what is in them, whose they are, and when they are gone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from studio.core.errors import DraftError
from studio.core.gallery import Collection, GalleryFilter, Viewer, checked_name, checked_tag
from studio.ledger.ledger import Ledger
from tests.conftest import KEY
from tests.examples import WHEN
from tests.unit.ledger.gallery_outputs import MAX, found, ids_of, job_with

ONE = Collection("col_1", "a", "max", "Hills", WHEN)
TWO = replace(ONE, id="col_2", person="mia", name="Foxes", created_at=WHEN + timedelta(days=1))
IN_ONE = GalleryFilter(collection="col_1")


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    """A ledger with two collections."""
    ledger.gallery.collections.add(ONE)
    ledger.gallery.collections.add(TWO)
    return ledger


def test_collections_are_listed_newest_first_with_the_number_of_their_outputs(ledger: Ledger) -> None:
    mine, theirs = job_with(ledger, 1, outputs=3), job_with(ledger, 2, person="mia")
    assert ledger.gallery.collections.add_to(ONE, ids_of(mine) + ids_of(theirs), MAX) == ids_of(mine) + ids_of(theirs)
    assert ledger.gallery.collections.add_to(ONE, [*ids_of(mine), 9999], MAX) == [], "they are in it"
    assert ledger.gallery.collections.of_account(MAX) == [TWO, replace(ONE, outputs=4)]
    assert found(ledger, IN_ONE) == ids_of(theirs) + ids_of(mine) and not found(ledger, replace(IN_ONE, words="fox"))
    ledger.gallery.deleted.delete(ids_of(mine)[:1], MAX, WHEN)
    assert [one.outputs for one in ledger.gallery.collections.of_account(MAX)] == [0, 3]
    assert [one.outputs for one in ledger.gallery.collections.of_account(replace(MAX, listed="mia"))] == [0, 1]
    assert ledger.gallery.collections.remove_from(ONE, ids_of(mine), MAX) == ids_of(mine)
    assert found(ledger, IN_ONE) == ids_of(theirs)


def test_collections_of_another_account_are_not_there(ledger: Ledger) -> None:
    other = Viewer("b", "max")
    assert ledger.gallery.collections.of_account(other) == [] and ledger.gallery.collections.get("b", "col_1") is None
    theirs = job_with(ledger, 1, account="b")
    assert ledger.gallery.collections.add_to(ONE, ids_of(theirs), MAX) == []
    ledger.gallery.collections.add_to(ONE, ids_of(theirs), other)
    assert found(ledger, IN_ONE) == [] == found(ledger, IN_ONE, other)


def test_a_deleted_collection_is_not_listed_and_finds_nothing_until_it_is_restored(ledger: Ledger) -> None:
    job = job_with(ledger, 1)
    ledger.gallery.collections.add_to(ONE, ids_of(job), MAX)
    ledger.gallery.collections.change(ONE, deleted_at=WHEN)
    assert ledger.gallery.collections.of_account(MAX) == [TWO] and found(ledger, IN_ONE) == [] and found(ledger)
    kept = ledger.gallery.collections.get("a", "col_1")
    assert kept and kept.deleted_at == WHEN
    ledger.gallery.collections.change(ONE, deleted_at=None, name="Dunes")
    assert found(ledger, IN_ONE) == ids_of(job)
    assert [one.name for one in ledger.gallery.collections.of_account(MAX)] == ["Foxes", "Dunes"]


def test_old_deleted_collections_and_those_of_a_person_are_removed_and_no_output(ledger: Ledger) -> None:
    job = job_with(ledger, 1)
    for one in (ONE, TWO):
        ledger.gallery.collections.add_to(one, ids_of(job), MAX)
    ledger.gallery.collections.change(ONE, deleted_at=WHEN)
    assert ledger.gallery.collections.drop_deleted(WHEN) == 0
    assert ledger.gallery.collections.drop_deleted(WHEN + timedelta(seconds=1)) == 1
    assert ledger.gallery.collections.of_person("a", "max") == []
    assert ledger.gallery.collections.of_person("a", "mia") == [TWO]
    assert ledger.gallery.collections.drop_of("b", "mia") == 0 and ledger.gallery.collections.drop_of("a", "mia") == 1
    with ledger.database.read() as connection:
        assert not connection.exec_driver_sql("SELECT * FROM collection_outputs").all()
    assert found(ledger) == ids_of(job)


def test_open_pages_hear_of_jobs_and_of_the_menus(ledger: Ledger) -> None:
    job = job_with(ledger, 1)
    before = ledger.changes.number("a")
    ledger.gallery.collections.add_to(ONE, ids_of(job), MAX)
    assert ledger.changes.since("a", before) == frozenset({job.id})
    before = ledger.changes.number("a")
    ledger.gallery.collections.change(ONE, name="x")
    assert ledger.changes.since("a", before) == frozenset({""})


def test_collections_move_with_their_account(ledger: Ledger) -> None:
    ledger.accounts.add_key("a", "c", shared=False, at=WHEN)
    assert [one.id for one in ledger.gallery.collections.of_account(Viewer("c"))] == ["col_2", "col_1"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("  My\n hills ", "My hills"), ("x" * 40, "x" * 40), (" ", ""), ("x" * 81, ""), (f"my {KEY}", "")],
)
@pytest.mark.parametrize("check", [checked_name, checked_tag])
def test_a_name_and_a_tag_are_trimmed_neither_empty_nor_long_and_no_key(
    check: Callable[[str], str], given: str, kept: str
) -> None:
    if kept:
        assert check(given) == kept
    else:
        with pytest.raises(DraftError):
            check(given)
