"""Previews: made after the files are named, by themselves after a restart, and never at the cost of a file."""

import threading
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from studio.archive import archive, disk
from studio.archive.archive import Archive
from studio.core import job_states
from studio.core.errors import ArchiveError, LedgerError
from studio.core.values import Job, Output
from studio.engine import previews
from studio.engine.previews import Previews
from studio.ledger.files import FileLedger
from studio.people.spending import Deed
from tests.conftest import Desk
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.contract.flow import done
from tests.lives import opened


def made(desk: Desk) -> Job:
    job = desk.submit()
    desk.send()
    return done(desk, job)


def of(desk: Desk, job: Job) -> Output:
    (output,) = desk.now(job).outputs
    return output


def has_preview(desk: Desk, output: Output) -> bool:
    return bool(output.preview) and desk.archive.path(output.preview).read_bytes().startswith(b"RIFF")


def test_a_file_is_named_before_its_preview_is_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    is_asked, may_go_on, make = threading.Event(), threading.Event(), Archive.make_preview

    def slow(*args: object) -> object:
        is_asked.set()
        may_go_on.wait(10)
        return make(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "make_preview", slow)
    job = desk.submit()
    desk.send()
    for _ in range(3):
        desk.ask()
    desk.running.saver.step()
    assert is_asked.wait(10)
    output = of(desk, job)
    assert output.is_saved and output.awaits_preview and output.width > output.height > 0
    assert job_states.word(desk.now(job)) == "Succeeded"
    assert len(desk.archive.path(output.key).read_bytes()) == output.size
    assert desk.client.is_moving(), "a page that looks by a timer goes on"
    may_go_on.set()
    desk.running.saver.finish()
    assert has_preview(desk, of(desk, job))
    assert not desk.client.is_moving()


def minutes_pass(desk: Desk) -> None:
    for _ in range(previews.MOST_TRIES + 2):
        desk.clock.pass_by(61)
        desk.save()


def test_a_file_whose_preview_cannot_be_made_stays_saved_and_is_not_tried_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Path] = []

    def unreadable(file: Path) -> None:
        tries.append(file)
        raise ArchiveError("The image is broken.")

    monkeypatch.setattr(archive, "depict", unreadable)
    job = made(desk)
    assert of(desk, job).awaits_preview and len(tries) == 1
    minutes_pass(desk)
    output = of(desk, job)
    assert output.is_saved and output.lacks_preview and output.problem == "The image is broken."
    assert job_states.word(desk.now(job)) == "Succeeded" and not desk.client.is_moving()
    desk.running.saver.previews._look_again(desk.clock())  # as after a restart
    minutes_pass(desk)
    assert of(desk, job) == output and len(tries) == previews.MOST_TRIES


def test_what_breaks_a_preview_unexpectedly_costs_no_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "depict", lambda *_: 1 / 0)
    job = made(desk)
    minutes_pass(desk)
    assert of(desk, job).is_saved and of(desk, job).lacks_preview


def test_a_fault_that_passes_only_puts_a_preview_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> None:
        raise ArchiveError("The file cannot be read: timed out.")

    with monkeypatch.context() as broken:
        broken.setattr(Archive, "make_preview", unreadable)
        job = made(desk)
    assert of(desk, job).awaits_preview and "timed out" in of(desk, job).problem
    desk.clock.pass_by(61)
    desk.save()
    assert has_preview(desk, of(desk, job)) and not of(desk, job).problem


def test_a_ledger_that_cannot_be_read_is_asked_again_what_lacks_a_preview(
    sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise LedgerError("database is locked")

    with opened(empty, sandbox) as desk, monkeypatch.context() as cut:
        cut.setattr(Previews, "_submit", lambda *_: None)
        job = made(desk)
    with opened(empty, sandbox) as desk:
        desk.clock.pass_by(2000)
        with monkeypatch.context() as broken, pytest.raises(LedgerError):
            broken.setattr(FileLedger, "without_preview", locked)
            desk.save()
        desk.save()
        assert has_preview(desk, of(desk, job))


def test_a_stop_before_its_turn_is_no_try(sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(Previews, "_submit", lambda *_: None)
        with opened(empty, sandbox) as desk:
            job = made(desk)
        for _ in range(previews.MOST_TRIES + 1):
            with opened(empty, sandbox) as desk:
                desk.clock.pass_by(2000)
                desk.save()
    with opened(empty, sandbox) as desk:
        desk.clock.pass_by(2000)
        desk.save()
        assert has_preview(desk, of(desk, job))


def test_a_restart_makes_the_preview_that_was_cut_off(
    sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(empty, sandbox) as desk, monkeypatch.context() as cut:
        cut.setattr(Previews, "_submit", lambda *_: None)
        job = made(desk)
        before = of(desk, job)
        assert before.awaits_preview
    with opened(empty, sandbox) as desk:
        desk.clock.pass_by(2000)
        desk.save()
        output = of(desk, job)
        assert has_preview(desk, output) and not output.awaits_preview
        assert (output.key, output.sha256, output.saved_at) == (before.key, before.sha256, before.saved_at)
        assert sandbox.backend.posts.total() == 1


def test_a_picture_that_ends_the_studio_does_so_three_times_at_most(
    sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    monkeypatch.setattr(Previews, "_make", lambda _, output: begun.append(output.id))
    with opened(empty, sandbox) as desk:
        job = made(desk)
    for _ in range(previews.MOST_TRIES + 2):
        with opened(empty, sandbox) as desk:
            desk.clock.pass_by(2000)
            desk.save()
            output = of(desk, job)
    assert len(begun) == 1 + previews.MOST_TRIES
    assert output.is_saved and not output.awaits_preview and "ended" in output.problem


def test_a_disk_that_is_full_by_then_only_puts_a_preview_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    name, room = desk.running.saver._name, disk.ROOM

    def named(*args: object) -> None:
        monkeypatch.setattr(disk, "ROOM", 10**18)
        name(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.running.saver, "_name", named)
    job = made(desk)
    assert of(desk, job).awaits_preview and "disk is full" in of(desk, job).problem
    minutes_pass(desk)
    assert of(desk, job).awaits_preview
    monkeypatch.setattr(disk, "ROOM", room)
    desk.clock.pass_by(61)
    desk.save()
    assert has_preview(desk, of(desk, job)) and not of(desk, job).problem


def test_a_preview_is_told_when_the_ledger_works_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    change, fails = FileLedger.change, [True]

    def full(*args: object, **facts: object) -> object:
        if fails:
            raise LedgerError("database or disk is full")
        return change(*args, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(FileLedger, "change", full)
    job = made(desk)
    assert of(desk, job).awaits_preview
    with pytest.raises(LedgerError):
        desk.save()
    fails.clear()
    desk.save()
    assert has_preview(desk, of(desk, job))


def test_a_preview_is_not_told_of_a_file_that_was_lost_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Archive.make_preview

    def late(*args: object) -> object:
        found = make(*args)  # type: ignore[arg-type]
        desk.ledger.files.lose(of(desk, job), "It was missing.")
        desk.ledger.files.want([of(desk, job).id], attempts=2, at=desk.clock())
        return found

    job = desk.submit()
    desk.send()
    with monkeypatch.context() as slow:
        slow.setattr(Archive, "make_preview", late)
        done(desk, job)
    assert not of(desk, job).is_saved and of(desk, job).try_at, "it is fetched again"
    desk.save()
    assert has_preview(desk, of(desk, job))


def test_of_a_job_that_is_removed_meanwhile_no_preview_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    make, names = Archive.make_preview, []

    def late(place: Archive, key: str, name: str) -> object:
        found = make(place, key, name)
        names.append(name)
        deed = Deed("deed_1", desk.clock(), "", desk.client.account.id, "removed", job.id, "")
        desk.ledger.spending.remove(desk.now(job), deed, [])
        return found

    monkeypatch.setattr(Archive, "make_preview", late)
    job = desk.submit()
    desk.send()
    done(desk, job)
    assert len(names) == 1 and names[0] not in desk.archive.holdings.names()
