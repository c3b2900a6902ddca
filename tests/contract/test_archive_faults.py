"""An archive that takes no files for a while: jobs go on, and the files come when it does again."""

from pathlib import Path

import pytest

from studio.archive import disk
from studio.archive.archive import Archive
from studio.core.errors import LedgerError
from studio.core.values import Job, State
from studio.ledger.jobs import JobLedger
from tests.conftest import Desk, order
from tests.contract.flow import posts

FULL = "The disk is full, so new files aren't saved. Free some space, and we'll fetch them."
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def finished(desk: Desk, number: int = 1) -> list[Job]:
    jobs = [desk.submit() for _ in range(number)]
    for _ in jobs:
        desk.send()
    for _ in range(3):
        desk.ask()
    return [desk.now(job) for job in jobs]


def tries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The outputs that the archive is asked to save, one after another."""
    asked: list[int] = []
    save = Archive.save

    def counted(*args: object) -> object:
        asked.append(args[2].id)  # type: ignore[attr-defined]
        return save(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "save", counted)
    return asked


@ON_SQLITE
def test_a_full_disk_holds_up_files_alone_and_is_tried_once_a_minute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, asked = finished(desk, 3), tries(monkeypatch)
    with monkeypatch.context() as full:
        full.setattr(disk, "ROOM", 10**18)
        desk.save()
        asked.clear()
        desk.save()
        assert [desk.now(job).outputs[0].problem for job in jobs] == [FULL] * 3
        for _ in range(40):
            desk.clock.pass_by(61)
            desk.save()
        assert len(asked) == 40 and len(set(asked)) == 3, "in turn, so that a large file holds up no small one"
        (late,) = finished(desk)
        for _ in range(2):  # one is tried, the others are told
            desk.save()
        assert (late.state, desk.now(late).outputs[0].problem) == (State.FINISHED, FULL)
    assert all(output.attempts == 0 and output.try_at for job in jobs for output in desk.now(job).outputs)
    desk.clock.pass_by(61)
    for _ in range(3):
        desk.save()
    assert all(output.is_saved and not output.problem for job in (*jobs, late) for output in desk.now(job).outputs)
    assert posts(desk) == 4


@ON_SQLITE
def test_an_archive_whose_disk_was_taken_out_saves_again_when_it_is_back(desk: Desk, tmp_path: Path) -> None:
    (job,) = finished(desk)
    (tmp_path / "archive").rename(tmp_path / "away")
    desk.save()
    assert "folder is missing" in desk.now(job).outputs[0].problem
    (tmp_path / "away").rename(tmp_path / "archive")
    desk.clock.pass_by(61)
    desk.save()
    assert desk.now(job).outputs[0].is_saved


@ON_SQLITE
def test_a_file_that_is_too_large_is_fetched_once_and_again_only_when_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.archive.size_limit = 1000
    (job,), asked = finished(desk), tries(monkeypatch)
    for _ in range(3):
        desk.save()
        desk.clock.pass_by(2000)
    (output,) = desk.now(job).outputs
    assert (len(asked), output.is_given_up, desk.client.is_moving()) == (1, True, False)
    assert output.problem.startswith("The file is larger than") and "OUTPUT_LIMIT_MB" in output.problem
    desk.archive.size_limit = 10**7
    desk.client.fetch_again(desk.now(job))
    desk.save()
    assert desk.now(job).outputs[0].is_saved


@ON_SQLITE
def test_a_full_disk_is_not_blamed_on_the_link_that_failed_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = finished(desk)
    order(desk.sandbox, "fault", kind="refuse", on="file", http=404)
    desk.save()
    assert not desk.now(job).outputs[0].waits_for_archive
    desk.clock.pass_by(5)
    monkeypatch.setattr(disk, "ROOM", 10**18)
    desk.save()
    assert desk.now(job).outputs[0].waits_for_archive


def test_a_file_is_not_fetched_again_when_the_ledger_alone_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    change, fails = JobLedger.change_output, [True]

    def full(*args: object, **changes: object) -> None:
        if fails:
            raise LedgerError("database or disk is full")
        change(*args, **changes)  # type: ignore[arg-type]

    (job,), asked = finished(desk), tries(monkeypatch)
    monkeypatch.setattr(JobLedger, "change_output", full)
    desk.save()
    for _ in range(3):
        with pytest.raises(LedgerError):
            desk.save()
    fails.clear()
    assert not desk.now(job).outputs[0].is_saved
    desk.running.saver.stop()
    assert desk.now(job).outputs[0].is_saved
    assert len(asked) == 1
