"""Previews: made after the files are named, by themselves after a restart, and never at the cost of a file."""

import threading
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from studio.archive import archive, disk
from studio.archive.archive import Archive
from studio.core import job_states
from studio.core.errors import ArchiveError, LedgerError
from studio.core.people import AdminAction
from studio.core.values import Job, Output
from studio.engine import previews
from studio.engine.previews import Previews
from studio.ledger.files import FileLedger
from tests.conftest import Harness
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.flows.flow import done
from tests.killed_process import opened


def made(harness: Harness) -> Job:
    job = harness.submit()
    harness.send()
    return done(harness, job)


def of(harness: Harness, job: Job) -> Output:
    (output,) = harness.now(job).outputs
    return output


def has_preview(harness: Harness, output: Output) -> bool:
    return bool(output.preview) and harness.archive.path(output.preview).read_bytes().startswith(b"RIFF")


def test_a_file_is_named_before_its_preview_is_made(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    is_asked, may_go_on, make = threading.Event(), threading.Event(), Archive.make_preview

    def slow(*args: object) -> object:
        is_asked.set()
        may_go_on.wait(10)
        return make(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "make_preview", slow)
    job = harness.submit()
    harness.send()
    for _ in range(3):
        harness.ask()
    harness.runtime.saver.step()
    assert is_asked.wait(10)
    output = of(harness, job)
    assert output.is_saved and output.awaits_preview and output.width > output.height > 0
    assert job_states.word(harness.now(job)) == "Succeeded"
    assert len(harness.archive.path(output.key).read_bytes()) == output.size
    assert harness.client.progress.is_moving(), "a page that looks by a timer goes on"
    may_go_on.set()
    harness.runtime.saver.finish()
    assert has_preview(harness, of(harness, job))
    assert not harness.client.progress.is_moving()


def minutes_pass(harness: Harness) -> None:
    for _ in range(previews.MOST_TRIES + 2):
        harness.clock.pass_by(61)
        harness.save()


def test_a_file_whose_preview_cannot_be_made_stays_saved_and_is_not_tried_for_ever(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Path] = []

    def unreadable(file: Path) -> None:
        tries.append(file)
        raise ArchiveError("The image is broken.")

    monkeypatch.setattr(archive, "depict", unreadable)
    job = made(harness)
    assert of(harness, job).awaits_preview and len(tries) == 1
    minutes_pass(harness)
    output = of(harness, job)
    assert output.is_saved and output.lacks_preview and output.problem == "The image is broken."
    assert job_states.word(harness.now(job)) == "Succeeded" and not harness.client.progress.is_moving()
    harness.runtime.saver.previews._schedule_look(harness.clock())  # as after a restart
    minutes_pass(harness)
    assert of(harness, job) == output and len(tries) == previews.MOST_TRIES


def test_what_breaks_a_preview_unexpectedly_costs_no_file(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "depict", lambda *_: 1 / 0)
    job = made(harness)
    minutes_pass(harness)
    assert of(harness, job).is_saved and of(harness, job).lacks_preview


def test_a_fault_that_passes_only_puts_a_preview_off(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> None:
        raise ArchiveError("The file cannot be read: timed out.")

    with monkeypatch.context() as broken:
        broken.setattr(Archive, "make_preview", unreadable)
        job = made(harness)
    assert of(harness, job).awaits_preview and "timed out" in of(harness, job).problem
    harness.clock.pass_by(61)
    harness.save()
    assert has_preview(harness, of(harness, job)) and not of(harness, job).problem


def test_a_ledger_that_cannot_be_read_is_asked_again_what_lacks_a_preview(
    sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    with opened(empty, sandbox) as harness, monkeypatch.context() as cut:
        cut.setattr(Previews, "_submit", lambda *_: None)
        job = made(harness)
    with opened(empty, sandbox) as harness:
        harness.clock.pass_by(2000)
        with monkeypatch.context() as broken, pytest.raises(LedgerError):
            broken.setattr(FileLedger, "without_preview", locked)
            harness.save()
        harness.save()
        assert has_preview(harness, of(harness, job))


def test_a_stop_before_its_turn_is_no_try(sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(Previews, "_submit", lambda *_: None)
        with opened(empty, sandbox) as harness:
            job = made(harness)
        for _ in range(previews.MOST_TRIES + 1):
            with opened(empty, sandbox) as harness:
                harness.clock.pass_by(2000)
                harness.save()
    with opened(empty, sandbox) as harness:
        harness.clock.pass_by(2000)
        harness.save()
        assert has_preview(harness, of(harness, job))


def test_a_restart_makes_the_preview_that_was_cut_off(
    sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(empty, sandbox) as harness, monkeypatch.context() as cut:
        cut.setattr(Previews, "_submit", lambda *_: None)
        job = made(harness)
        before = of(harness, job)
        assert before.awaits_preview
    with opened(empty, sandbox) as harness:
        harness.clock.pass_by(2000)
        harness.save()
        output = of(harness, job)
        assert has_preview(harness, output) and not output.awaits_preview
        assert (output.key, output.sha256, output.saved_at) == (before.key, before.sha256, before.saved_at)
        assert sandbox.backend.posts.total() == 1


def test_a_picture_that_ends_the_studio_does_so_three_times_at_most(
    sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    monkeypatch.setattr(Previews, "_make", lambda _, output: begun.append(output.id))
    with opened(empty, sandbox) as harness:
        job = made(harness)
    for _ in range(previews.MOST_TRIES + 2):
        with opened(empty, sandbox) as harness:
            harness.clock.pass_by(2000)
            harness.save()
            output = of(harness, job)
    assert len(begun) == 1 + previews.MOST_TRIES
    assert output.is_saved and not output.awaits_preview and "ended" in output.problem


def test_a_disk_that_is_full_by_then_only_puts_a_preview_off(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    name, room = harness.runtime.saver._record_saved, disk.ROOM

    def named(*args: object) -> None:
        monkeypatch.setattr(disk, "ROOM", 10**18)
        name(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(harness.runtime.saver, "_record_saved", named)
    job = made(harness)
    assert of(harness, job).awaits_preview and "disk is full" in of(harness, job).problem
    minutes_pass(harness)
    assert of(harness, job).awaits_preview
    monkeypatch.setattr(disk, "ROOM", room)
    harness.clock.pass_by(61)
    harness.save()
    assert has_preview(harness, of(harness, job)) and not of(harness, job).problem


def test_a_preview_is_told_when_the_ledger_works_again(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    change, fails = FileLedger.change, [True]

    def full(*args: object, **facts: object) -> object:
        if fails:
            raise LedgerError("database or disk is full")
        return change(*args, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(FileLedger, "change", full)
    job = made(harness)
    assert of(harness, job).awaits_preview
    with pytest.raises(LedgerError):
        harness.save()
    fails.clear()
    harness.save()
    assert has_preview(harness, of(harness, job))


def test_a_preview_is_not_told_of_a_file_that_was_lost_meanwhile(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Archive.make_preview

    def late(*args: object) -> object:
        found = make(*args)  # type: ignore[arg-type]
        harness.ledger.files.mark_lost(of(harness, job), "It was missing.")
        harness.ledger.files.request_fetch([of(harness, job).id], attempts=2, at=harness.clock())
        return found

    job = harness.submit()
    harness.send()
    with monkeypatch.context() as slow:
        slow.setattr(Archive, "make_preview", late)
        done(harness, job)
    assert not of(harness, job).is_saved and of(harness, job).try_at, "it is fetched again"
    harness.save()
    assert has_preview(harness, of(harness, job))


def test_of_a_job_that_is_removed_meanwhile_no_preview_stays(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    make, names = Archive.make_preview, []

    def late(place: Archive, key: str, name: str) -> object:
        found = make(place, key, name)
        names.append(name)
        action = AdminAction("deed_1", harness.clock(), "", harness.client.account.id, "removed", job.id, "")
        harness.ledger.spending.remove(harness.now(job), action, [])
        return found

    monkeypatch.setattr(Archive, "make_preview", late)
    job = harness.submit()
    harness.send()
    done(harness, job)
    assert len(names) == 1 and names[0] not in harness.archive.reader.names()
