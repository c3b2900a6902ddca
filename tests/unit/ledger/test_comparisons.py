"""Comparisons in the ledger: their jobs in order, who voted for what, and when they are gone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from studio.core.comparisons import Comparison, Vote
from studio.ledger.ledger import Ledger, open_ledger
from tests.examples import WHEN
from tests.unit.ledger.gallery_outputs import ids_of, job_with
from tests.unit.ledger.test_snapshot import back_up, bring_back, elsewhere  # noqa: F401

LATER = WHEN + timedelta(days=1)
ONE = Comparison("cmp_1", "a", "max", "Hills", WHEN, WHEN, jobs=("job_2", "job_1"))
TWO = Comparison("cmp_2", "a", "mia", "Foxes", LATER, LATER, jobs=("job_1",))


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    """A ledger with three jobs and two comparisons."""
    for number in (1, 2, 3):
        job_with(ledger, number, outputs=2)
    ledger.comparisons.add(ONE)
    ledger.comparisons.add(TWO)
    return ledger


def now(ledger: Ledger, comparison: Comparison) -> Comparison:
    return ledger.comparisons.get("a", comparison.id) or comparison


def outputs(ledger: Ledger, number: int) -> list[int]:
    job = ledger.jobs.get(f"job_{number}")
    return ids_of(job) if job else []


def test_comparisons_are_listed_newest_first_with_their_jobs_in_order(ledger: Ledger) -> None:
    assert ledger.comparisons.of_account("a") == [TWO, ONE]
    assert ledger.comparisons.of_account("a", "max") == [ONE] == ledger.comparisons.of_person("a", "max")
    assert ledger.comparisons.of_account("b") == [] and ledger.comparisons.get("b", "cmp_1") is None
    assert ledger.comparisons.of_account("a", most=1) == [TWO] and ledger.comparisons.of_account("a", "max", 1) == [ONE]
    number = ledger.comparisons.number
    assert (number("a"), number("a", "max"), number("b")) == (2, 1, 0)


def test_the_newest_are_read_without_their_jobs(ledger: Ledger) -> None:
    one, two = replace(ONE, jobs=()), replace(TWO, jobs=())
    newest = ledger.comparisons.newest
    assert newest("a", (), 9) == [two, one] and newest("a", (), 1) == [two] and newest("b", (), 9) == []
    assert newest("a", ("max", ""), 9) == [one]
    ledger.comparisons.change(TWO, deleted_at=LATER)
    assert newest("a", (), 1) == [one]


def test_a_job_that_is_removed_and_added_again_gets_its_old_place(ledger: Ledger) -> None:
    ledger.comparisons.add_jobs(ONE, ["job_3", "job_1"], LATER)
    assert now(ledger, ONE) == replace(ONE, jobs=("job_2", "job_1", "job_3"), updated_at=LATER)
    ledger.comparisons.remove_jobs(ONE, ["job_1"], LATER)
    assert now(ledger, ONE).jobs == ("job_2", "job_3") and now(ledger, TWO) == TWO
    ledger.comparisons.add_jobs(ONE, ["job_1"], LATER)
    assert now(ledger, ONE).jobs == ("job_2", "job_1", "job_3")


def test_a_person_has_one_vote_in_a_row_and_can_change_it_and_take_it_back(ledger: Ledger) -> None:
    first, second = outputs(ledger, 1)
    for person, output in (("max", first), ("mia", first), ("max", second)):
        ledger.comparisons.vote(ONE, Vote("cmp_1", "r", person, output))
    ledger.comparisons.vote(ONE, Vote("cmp_1", "s", "max", first))
    assert ledger.comparisons.votes("cmp_1") == [
        *(Vote("cmp_1", "r", "max", second), Vote("cmp_1", "r", "mia", first), Vote("cmp_1", "s", "max", first)),
    ]
    assert ledger.comparisons.votes("cmp_2") == [] == ledger.comparisons.votes_of("b", "max")
    ledger.comparisons.take_back(ONE, "r", "max")
    assert [vote.row for vote in ledger.comparisons.votes_of("a", "max")] == ["s"]


def test_a_deleted_comparison_is_not_listed_until_it_is_restored(ledger: Ledger) -> None:
    ledger.comparisons.change(ONE, deleted_at=LATER)
    assert ledger.comparisons.of_account("a") == [TWO] and now(ledger, ONE).deleted_at == LATER
    ledger.comparisons.change(ONE, deleted_at=None, name="Dunes")
    assert [one.name for one in ledger.comparisons.of_account("a")] == ["Foxes", "Dunes"]


def test_old_deleted_comparisons_and_those_of_a_person_are_removed_with_their_votes(ledger: Ledger) -> None:
    for comparison, person in ((ONE, "mia"), (TWO, "max"), (TWO, "mia")):
        ledger.comparisons.vote(comparison, Vote(comparison.id, "r", person, outputs(ledger, 1)[0]))
    ledger.comparisons.change(ONE, deleted_at=WHEN)
    assert ledger.comparisons.drop_deleted(WHEN) == 0
    assert ledger.comparisons.drop_deleted(LATER) == 1 and not ledger.comparisons.get("a", "cmp_1")
    assert ledger.comparisons.votes("cmp_1") == []
    assert ledger.comparisons.drop_of("a", "max") == 0
    assert [vote.person for vote in ledger.comparisons.votes("cmp_2")] == ["mia"]
    assert ledger.comparisons.drop_of("b", "mia") == 0 and ledger.comparisons.drop_of("a", "mia") == 1
    with ledger.database.read() as connection:
        for table in ("comparisons", "comparison_jobs", "comparison_votes"):
            assert not connection.exec_driver_sql(f"SELECT * FROM {table}").all()
    assert len(ledger.jobs.get_many(["job_1", "job_2", "job_3"])) == 3


def test_open_pages_hear_of_each_change(ledger: Ledger) -> None:
    vote = Vote("cmp_1", "r", "max", outputs(ledger, 1)[0])
    for change in (
        lambda: ledger.comparisons.change(ONE, name="x"),
        lambda: ledger.comparisons.add_jobs(ONE, ["job_3"], LATER),
        lambda: ledger.comparisons.remove_jobs(ONE, ["job_3"], LATER),
        lambda: ledger.comparisons.vote(ONE, vote),
        lambda: ledger.comparisons.take_back(ONE, "r", "max"),
        lambda: ledger.comparisons.drop_of("a", "max"),
    ):
        before = ledger.changes.number("a")
        change()
        assert ledger.changes.since("a", before) == frozenset({""})
    before = ledger.changes.number("a")
    ledger.comparisons.add(replace(ONE, id="cmp_3"))
    assert ledger.changes.number("a") == before, "a page that makes one opens another page, and must not be drawn then"


def test_comparisons_move_with_their_account(ledger: Ledger) -> None:
    ledger.accounts.add_key("a", "c", shared=False, at=WHEN)
    assert [one.id for one in ledger.comparisons.of_account("c")] == ["cmp_2", "cmp_1"]


def test_comparisons_come_back_from_a_backup_with_jobs_and_votes(
    ledger: Ledger,
    elsewhere: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    ledger.comparisons.vote(ONE, Vote("cmp_1", "r", "max", outputs(ledger, 1)[1]))
    file, moved = back_up(ledger, tmp_path), open_ledger(elsewhere)
    for there in (ledger, moved):
        bring_back(file, there)
        assert there.comparisons.of_account("a") == [TWO, ONE]
        assert [vote.output for vote in there.comparisons.votes("cmp_1")] == outputs(there, 1)[1:]
    moved.close()
