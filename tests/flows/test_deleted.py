"""Deleted results and cards: gone from lists at once, whole again when restored, and removed after a month."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from studio.client import Client
from studio.core.errors import NotAllowed
from studio.core.gallery import UNDO_DAYS, GalleryFilter
from studio.core.query import Query
from studio.core.settings import Retention
from studio.core.values import Job, Kind, State
from studio.history.history import History
from studio.history.trace import Part
from studio.maintenance.refetch import Fetching
from studio.maintenance.retention import IDLE, RetentionSweep
from studio.maintenance.verification import Verification
from tests.conftest import IMAGE, Harness
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.fault_matrix import fault
from tests.flows.flow import DRAFT, finished, made
from tests.flows.test_admin import admin, kept_of
from tests.flows.test_gallery import EVERYTHING, result, shown
from tests.flows.test_ownership import people

DELETED = GalleryFilter(deleted=True)
MONTH = UNDO_DAYS * 86400.0


def sweep(harness: Harness) -> None:
    """Everything that is old enough."""
    swept = RetentionSweep(harness.ledger, harness.archive, Retention(), harness.clock)
    while swept.step() < IDLE:
        pass


def test_a_deleted_result_is_in_no_list_and_whole_again_when_it_is_restored(harness: Harness) -> None:
    client = made(harness)
    job, ids = result(client)
    assert client.gallery.delete([*ids, 999]) == ids
    (output,) = harness.now(job).outputs
    assert output.deleted_at == harness.clock() and not output.is_shown and output.is_saved
    assert not shown(client) and not client.gallery.items(ids) and not client.gallery.choices().models
    assert [item.output for item in shown(client, DELETED)] == [output]
    assert client.gallery.delete(ids) == [], "it is deleted already"
    assert [found.id for found in client.jobs.recent(Kind.IMAGE, 9)] == [job.id], "its card stays"
    harness.clock.pass_by(MONTH - 1)
    assert client.gallery.restore(ids) == ids and client.gallery.restore(ids) == []
    assert harness.now(job) == job and [item.output.id for item in shown(client)] == ids


def test_a_deleted_card_goes_with_its_results_and_comes_back_with_them(harness: Harness) -> None:
    client = made(harness)
    job, ids = result(client)
    assert client.jobs.delete(job.id) and not client.jobs.delete(job.id)
    gone = harness.now(job)
    assert not client.jobs.recent(Kind.IMAGE, 9) and not client.jobs.is_listed(gone) and not shown(client)
    assert (gone.cost, gone.prompt, client.jobs.word(gone)) == (job.cost, job.prompt, "Deleted")
    trace = History(client).trace(job.id)
    assert trace and next(step.text for step in trace.steps if step.part is Part.DOWNLOAD).endswith("saved; deleted")
    (line,) = harness.ledger.history.pages.jobs(Query("test"), number=1, size=9)
    assert (line.id, line.cost, line.preview) == (job.id, job.cost, "")
    assert [item.output.id for item in shown(client, DELETED)] == ids
    assert client.jobs.restore(job.id) and not client.jobs.restore(job.id)
    assert harness.now(job) == job and client.jobs.is_listed(job) and [item.output.id for item in shown(client)] == ids


def test_restoring_a_card_leaves_deleted_what_was_deleted_before_it(harness: Harness) -> None:
    harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    for _ in range(4):
        harness.ask()
    harness.save()
    client = harness.client
    job, (one, two) = result(client)
    client.gallery.delete([one])
    harness.clock.pass_by(1)
    client.jobs.delete(job.id)
    client.jobs.restore(job.id)
    assert [item.output.id for item in shown(client)] == [two]
    client.jobs.delete(job.id)
    client.gallery.restore([one])
    assert client.jobs.recent(Kind.IMAGE, 9) and [item.output.id for item in shown(client)] == [one]


@pytest.mark.parametrize("state", State)
def test_a_card_of_a_job_under_way_is_not_deleted(harness: Harness, state: State) -> None:
    job = harness.submit()
    harness.ledger.jobs.change(job.id, state=state)
    may = state in (State.FINISHED, State.REFUSED, State.CANCELLED, State.DISMISSED)
    assert harness.client.jobs.delete(job.id) is may
    assert bool(harness.now(job).deleted_at) is may


def test_a_card_comes_back_when_another_task_of_its_job_turns_up(harness: Harness) -> None:
    job = finished(harness)
    harness.client.jobs.delete(job.id)
    harness.ledger.jobs.accept(job, "", ["task_late"], harness.clock())
    assert harness.now(job).state is State.OPEN and harness.client.jobs.is_listed(harness.now(job))


VERBS: dict[str, Callable[[Client, Job, list[int]], object]] = {
    "delete results": lambda client, job, ids: client.gallery.delete(ids),
    "restore results": lambda client, job, ids: client.gallery.restore(ids),
    "delete the card": lambda client, job, ids: client.jobs.delete(job.id),
    "restore the card": lambda client, job, ids: client.jobs.restore(job.id),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["viewer", "member", "owner", "admin"])
def test_who_may_change_a_job_may_delete_and_restore_and_nobody_else(
    harness: Harness, who: str, verb: str, request: pytest.FixtureRequest
) -> None:
    owner = made(harness)
    job, ids = result(owner)
    if verb.startswith("restore"):
        owner.jobs.delete(job.id)
    before, may = harness.now(job), who in ("owner", "admin")
    with nullcontext() if may else pytest.raises(NotAllowed):
        VERBS[verb](people(harness)[who], job, ids)
    assert (harness.now(job) != before) is may
    if not may:
        request.getfixturevalue("tally").note(harness.now(job) != before)
    done = [(action.verb, action.owner) for action in admin(harness).admin_actions()]
    noun = "" if "card" in verb else " 1 result"
    assert done == ([(f"{verb.split(maxsplit=1)[0]}d{noun}", "p_max")] if who == "admin" else [])


def test_of_several_results_those_of_others_stay(harness: Harness) -> None:
    mine, theirs = (made(harness, person) for person in ("p_max", "p_mia"))
    ids = list(mine.gallery.find(EVERYTHING).ids)
    assert len(ids) == 2 and len(mine.gallery.delete(ids)) == 1
    assert [item.job.person for item in shown(theirs)] == ["p_mia"]


def test_after_a_month_the_files_are_removed_and_the_ledger_knows_that_they_were_there(harness: Harness) -> None:
    client = made(harness)
    job, ids = result(client)
    before = job.outputs[0]
    client.gallery.rate(ids, 5)
    client.jobs.delete(job.id)
    harness.clock.pass_by(MONTH)
    sweep(harness)
    assert len(harness.archive.reader.names()) == 2, "the last moment"
    harness.clock.pass_by(1)
    sweep(harness)
    gone = harness.now(job)
    (output,) = gone.outputs
    assert not harness.archive.reader.names() and (output.key, output.preview) == ("", "")
    kept = ("size", "sha256", "format", "width", "height", "seconds", "saved_at")
    assert [getattr(output, name) for name in kept] == [getattr(before, name) for name in kept]
    assert gone.cost == job.cost and not gone.unsaved and not shown(client, DELETED)
    assert not client.jobs.restore(job.id) and client.gallery.restore(ids) == []
    assert next(line for line in kept_of(harness, "p_max") if line.get("id") == job.id)["deleted_at"]


def test_files_are_removed_later_when_the_archive_is_away(harness: Harness, tmp_path: Path) -> None:
    client = made(harness)
    _, ids = result(client)
    client.gallery.delete(ids)
    harness.clock.pass_by(MONTH + 1)
    away = (tmp_path / "archive").rename(tmp_path / "away")
    sweep(harness)
    away.rename(tmp_path / "archive")
    assert len(harness.archive.reader.names()) == 2
    sweep(harness)
    assert not harness.archive.reader.names()


def test_the_deleted_results_of_others_are_seen_by_admins_alone(harness: Harness) -> None:
    client = made(harness)
    _, ids = result(client)
    client.gallery.delete(ids)
    mia, admin = replace(client, person="p_mia"), replace(client, person="p_ada", is_admin=True)
    assert len(shown(client, DELETED)) == len(shown(admin, DELETED)) == 1
    assert not shown(mia, DELETED) and not shown(replace(client, may_not_spend="no"), DELETED)


def test_a_removed_file_is_neither_fetched_again_nor_missed_nor_in_the_way(harness: Harness) -> None:
    client = made(harness)
    job, _ = result(client)
    other = finished(harness)
    client.jobs.delete(job.id)
    harness.clock.pass_by(MONTH + 1)
    sweep(harness)
    files = harness.archive.reader.names()
    harness.save()
    said: list[str] = []
    fetching = Fetching(None, harness.ledger, harness.archive)  # type: ignore[arg-type]
    checked = Verification(harness.ledger, harness.archive, fetching, said.append)
    assert checked.run() and not said and (checked.files, checked.orphans) == (1, 0)
    assert harness.archive.reader.names() == files and other.outputs[0].key in files
    assert not harness.ledger.jobs.unsaved("test") and not client.progress.is_moving()


def test_a_file_that_a_reference_needs_stays(harness: Harness) -> None:
    client = made(harness)
    job, ids = result(client)
    held = client.references.add_output(job, job.outputs[0])
    client.gallery.delete(ids)
    harness.clock.pass_by(MONTH + 1)
    sweep(harness)
    assert harness.archive.reader.names() == {held.key, held.preview} and not harness.now(job).outputs[0].key
    assert [own.key for own in harness.ledger.references.own_files()] == [held.key], "it is in backups as its own"


def test_a_reference_made_of_a_deleted_result_leads_to_its_job_no_more(harness: Harness) -> None:
    client = made(harness)
    job, ids = result(client)
    held = client.references.add_output(job, job.outputs[0])
    harness.runtime.uploader.step()
    address = harness.runtime.uploader.state(held.sha256).url

    def source() -> str:
        return harness.ledger.references.by_url("test", "p_max", [address])[address].job

    assert source() == job.id
    client.gallery.delete(ids)
    assert source() == ""


def test_a_file_that_another_output_names_stays(harness: Harness) -> None:
    client = made(harness)
    job, ids = result(client)
    other = finished(harness)
    harness.ledger.jobs.change_output(other.outputs[0].id, key=job.outputs[0].key, preview=job.outputs[0].preview)
    client.gallery.delete(ids)
    harness.clock.pass_by(MONTH + 1)
    sweep(harness)
    assert {job.outputs[0].key, job.outputs[0].preview} <= harness.archive.reader.names()


def test_what_was_deleted_while_it_was_being_saved_is_saved_and_can_be_restored(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    for _ in range(4):
        harness.ask()
    assert harness.now(job).unsaved and harness.client.jobs.delete(job.id)
    harness.save()
    assert harness.client.jobs.restore(job.id) and harness.now(job).outputs[0].is_shown and shown(harness.client)


def test_a_refused_job_can_be_deleted_and_a_deleted_one_be_removed(harness: Harness) -> None:
    fault(harness, "refuse", on="submit", http=400, code=1002, message="no")
    client = replace(harness.client, person="p_max")
    refused = client.jobs.submit(DRAFT, "r", wait=0)
    harness.send()
    assert client.jobs.delete(refused.id) and not client.jobs.recent(Kind.IMAGE, 9)
    made(harness)
    job, _ = result(client)
    client.jobs.delete(job.id)
    assert admin(harness).remove(job.id) == 2 and not harness.archive.reader.names()
    harness.clock.pass_by(timedelta(days=40).total_seconds())
    sweep(harness)
    assert harness.now(job).removed_at and not harness.now(job).outputs


def test_open_pages_hear_of_each_of_it(harness: Harness) -> None:
    client = made(harness)
    job, ids = result(client)
    for verb in ("delete results", "restore results", "delete the card", "restore the card"):
        before = harness.ledger.changes.number("test")
        VERBS[verb](client, job, ids)
        assert harness.ledger.changes.since("test", before) == frozenset({job.id})
