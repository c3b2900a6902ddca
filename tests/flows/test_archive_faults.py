"""An archive that takes no files for a while: jobs go on, and the files come when it does again."""

from pathlib import Path

import pytest

from studio.archive import disk
from studio.archive.archive import Archive
from studio.core.errors import LedgerError
from studio.core.values import Job, State
from studio.ledger.jobs import JobLedger
from tests.conftest import Harness, order
from tests.flows.flow import posts

FULL = "The disk is full, so new files aren't saved. Free some space, and we'll fetch them."
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def finished(harness: Harness, number: int = 1) -> list[Job]:
    jobs = [harness.submit() for _ in range(number)]
    for _ in jobs:
        harness.send()
    for _ in range(3):
        harness.ask()
    return [harness.now(job) for job in jobs]


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
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, asked = finished(harness, 3), tries(monkeypatch)
    with monkeypatch.context() as full:
        full.setattr(disk, "ROOM", 10**18)
        harness.save()
        asked.clear()
        harness.save()
        assert [harness.now(job).outputs[0].problem for job in jobs] == [FULL] * 3
        for _ in range(40):
            harness.clock.pass_by(61)
            harness.save()
        assert len(asked) == 40 and len(set(asked)) == 3, "in turn, so that a large file holds up no small one"
        (late,) = finished(harness)
        for _ in range(2):  # one is tried, the others are told
            harness.save()
        assert (late.state, harness.now(late).outputs[0].problem) == (State.FINISHED, FULL)
    assert all(output.attempts == 0 and output.try_at for job in jobs for output in harness.now(job).outputs)
    harness.clock.pass_by(61)
    for _ in range(3):
        harness.save()
    assert all(output.is_saved and not output.problem for job in (*jobs, late) for output in harness.now(job).outputs)
    assert posts(harness) == 4


@ON_SQLITE
def test_an_archive_whose_disk_was_taken_out_saves_again_when_it_is_back(harness: Harness, tmp_path: Path) -> None:
    (job,) = finished(harness)
    (tmp_path / "archive").rename(tmp_path / "away")
    harness.save()
    assert "folder is missing" in harness.now(job).outputs[0].problem
    (tmp_path / "away").rename(tmp_path / "archive")
    harness.clock.pass_by(61)
    harness.save()
    assert harness.now(job).outputs[0].is_saved


@ON_SQLITE
def test_a_file_that_is_too_large_is_fetched_once_and_again_only_when_asked(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.archive.size_limit = 1000
    (job,), asked = finished(harness), tries(monkeypatch)
    for _ in range(3):
        harness.save()
        harness.clock.pass_by(2000)
    (output,) = harness.now(job).outputs
    assert (len(asked), output.is_given_up, harness.client.progress.is_moving()) == (1, True, False)
    assert output.problem.startswith("The file is larger than") and "OUTPUT_LIMIT_MB" in output.problem
    harness.archive.size_limit = 10**7
    harness.client.jobs.fetch_again(harness.now(job))
    harness.save()
    assert harness.now(job).outputs[0].is_saved


@ON_SQLITE
def test_a_full_disk_is_not_blamed_on_the_link_that_failed_before_it(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = finished(harness)
    order(harness.sandbox, "fault", kind="refuse", on="file", http=404)
    harness.save()
    assert not harness.now(job).outputs[0].waits_for_archive
    harness.clock.pass_by(5)
    monkeypatch.setattr(disk, "ROOM", 10**18)
    harness.save()
    assert harness.now(job).outputs[0].waits_for_archive


def test_a_file_is_not_fetched_again_when_the_ledger_alone_failed(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, fails = JobLedger.change_output, [True]

    def full(*args: object, **changes: object) -> None:
        if fails:
            raise LedgerError("database or disk is full")
        change(*args, **changes)  # type: ignore[arg-type]

    (job,), asked = finished(harness), tries(monkeypatch)
    monkeypatch.setattr(JobLedger, "change_output", full)
    harness.save()
    for _ in range(3):
        with pytest.raises(LedgerError):
            harness.save()
    fails.clear()
    assert not harness.now(job).outputs[0].is_saved
    harness.runtime.saver.stop()
    assert harness.now(job).outputs[0].is_saved
    assert len(asked) == 1
