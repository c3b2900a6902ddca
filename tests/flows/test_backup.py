"""A backup and its return, beside a studio at work: nobody pays twice, open jobs go on, files are the same."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.tasks import Policy
from studio.archive import disk
from studio.archive.archive import Archive
from studio.client import Client
from studio.core.errors import ArchiveClosed, ArchiveError, BackupError, SettingsError
from studio.core.settings import Settings
from studio.core.values import Draft, Job, State
from studio.engine import capacity
from studio.engine.runtime import build
from studio.ledger import snapshot
from studio.ledger.ledger import open_ledger
from studio.maintenance.backup import Copied, backup, restore
from studio.media.output_uses import from_output
from studio.weryai.api import UPLOAD
from tests.conftest import IMAGE, KEY, Harness, calls_of, until
from tests.flows.flow import done, finished, posts
from tests.reference_files import add_reference, upload
from tests.unit.archive.archived import files

ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # what is tried are the files


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    """Of the studio that the harness is in."""
    archive = (tmp_path / "archive").as_uri()
    return Settings(api_key=KEY, database_url=url, archive_url=archive, data=tmp_path / "data")


def back_up(harness: Harness, settings: Settings, folder: Path) -> Copied:
    return backup(settings, folder, clock=harness.clock)


def contents(place: Path) -> dict[str, bytes]:
    return {name: (place / name).read_bytes() for name in files(place)}


def _is_here(job: Job) -> bool:
    """Its files and their previews."""
    return not job.unsaved and not any(output.awaits_preview for output in job.outputs)


def test_a_studio_at_work_is_backed_up_and_restored_and_sends_nothing_twice(
    harness: Harness, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capacity, "TASKS_AT_ONCE", 3)
    harness.sandbox.backend.policy = Policy("reads", image=10_000)
    runtime = build(harness.client.account, KEY, harness.sandbox.url, harness.ledger, harness.archive)
    client = Client(runtime, harness.ledger)

    def submit(number: int, images: int = 1, wait: float = 10) -> str:
        inputs = {**IMAGE, "image_number": images}
        return client.jobs.submit(Draft("text_to_image", "WERYAI_IMAGE_2_0", inputs), f"s:{number}", wait=wait).id

    def all_saved(*job_ids: str) -> bool:
        for job_id in job_ids:
            runtime.tracker.ask_now(job_id)
        found = [client.jobs.get(job_id) for job_id in job_ids]
        return all(job and job.state is State.FINISHED and job.outputs and _is_here(job) for job in found)

    runtime.start()
    try:
        on_their_way = [submit(1), submit(2, 2)]
        queued = submit(3, wait=0)
        assert backup(settings, tmp_path / "kept").files == 0
        harness.sandbox.backend.policy = Policy("once")
        until(lambda: all_saved(*on_their_way, queued))
        assert posts(harness) == 3
        before = contents(tmp_path / "archive")
        restore(settings, tmp_path / "kept")
        job = client.jobs.get(queued)
        assert job and job.state is State.FINISHED and not job.unsaved, "it was sent since, and that is known here"
        until(lambda: all_saved(*on_their_way))
        assert posts(harness) == 3
        assert {*contents(tmp_path / "archive").values()} == {*before.values()}, "the same pictures under new names"
        until(lambda: all_saved(submit(4)))
        assert posts(harness) == 4
    finally:
        runtime.stop()


@ON_SQLITE
def test_ledger_and_files_come_back_as_they_were_on_an_empty_machine(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    job = finished(harness)
    copied = back_up(harness, settings, tmp_path / "kept")
    assert (copied.files, copied.there, copied.problems) == (2, 0, ())
    new = replace(
        settings, database_url=f"sqlite:///{tmp_path / 'new' / 'studio.db'}", archive_url=(tmp_path / "new").as_uri()
    )
    restore(new, tmp_path / "kept")
    opened = open_ledger(new.database_url)
    assert opened.jobs.get(job.id) == job
    opened.close()
    for name, raw in contents(tmp_path / "archive").items():
        assert (tmp_path / "new" / name).read_bytes() == raw


@ON_SQLITE
def test_references_come_back_with_their_files_and_are_not_uploaded_again(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    (output,) = finished(harness).outputs
    of_output, own = from_output(output, "x", person="", at=harness.clock()), add_reference(harness)
    harness.ledger.references.add(of_output)
    progress = upload(harness.runtime, own)
    copied = back_up(harness, settings, tmp_path / "kept")
    assert (copied.files, copied.there, copied.problems) == (4, 0, ())
    new = replace(
        settings, database_url=f"sqlite:///{tmp_path / 'new' / 'studio.db'}", archive_url=(tmp_path / "new").as_uri()
    )
    restore(new, tmp_path / "kept")
    opened = open_ledger(new.database_url)
    assert [opened.references.get(one.sha256) for one in (own, of_output)] == [own, of_output]
    runtime = build(harness.client.account, KEY, harness.sandbox.url, opened, Archive(new.archive_url))
    assert upload(runtime, own) == progress and posts(harness, UPLOAD) == 1
    opened.close()
    for name in (own.key, own.preview, output.key):
        assert (tmp_path / "new" / name).read_bytes() == (tmp_path / "archive" / name).read_bytes()


def test_the_way_from_one_database_to_the_other_is_a_backup(
    harness: Harness, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    job, there = finished(harness), tmp_path / "there.db"
    back_up(harness, settings, tmp_path / "kept")
    other = request.getfixturevalue("postgres") if settings.database_url.startswith("sqlite") else f"sqlite:///{there}"
    restore(replace(settings, database_url=other), tmp_path / "kept")
    moved = open_ledger(other)
    client = replace(harness.client, ledger=moved)
    assert client.jobs.get(job.id) == job
    moved.close()


@ON_SQLITE
def test_a_second_backup_copies_only_what_is_new(harness: Harness, settings: Settings, tmp_path: Path) -> None:
    finished(harness)
    back_up(harness, settings, tmp_path / "kept")
    old = {name: (tmp_path / "kept" / name).stat().st_ino for name in files(tmp_path / "kept")}
    finished(harness)
    copied = back_up(harness, settings, tmp_path / "kept")
    assert (copied.files, copied.there) == (2, 2)
    assert contents(tmp_path / "kept" / "archive") == contents(tmp_path / "archive")
    changed = {name for name, inode in old.items() if (tmp_path / "kept" / name).stat().st_ino != inode}
    assert changed == {"ledger.db"} and not list((tmp_path / "kept").glob(".unfinished*"))


@ON_SQLITE
def test_a_file_that_comes_during_a_backup_is_in_it_if_the_ledger_names_it(
    harness: Harness, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = snapshot.write_snapshot

    def meanwhile(*args: Any) -> Any:
        finished(harness)
        return written(*args)

    monkeypatch.setattr(snapshot, "write_snapshot", meanwhile)
    back_up(harness, settings, tmp_path / "kept")
    kept = open_ledger(f"sqlite:///{tmp_path / 'kept' / 'ledger.db'}")
    assert kept.files.archive_names() == set(files(tmp_path / "kept" / "archive")) != set()
    kept.close()


@ON_SQLITE
def test_only_files_that_the_ledger_names_are_copied(harness: Harness, settings: Settings, tmp_path: Path) -> None:
    finished(harness)
    (tmp_path / "archive" / "letter.txt").write_text("Dear archive")
    back_up(harness, settings, tmp_path / "kept")
    assert "letter.txt" not in files(tmp_path / "kept" / "archive")


@ON_SQLITE
def test_a_damaged_file_does_not_get_into_a_backup_and_is_told(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    (bad,), (gone,), good = finished(harness).outputs, finished(harness).outputs, finished(harness)
    flip(tmp_path / "archive" / bad.key)
    (tmp_path / "archive" / gone.preview).unlink()
    copied = back_up(harness, settings, tmp_path / "kept")
    assert copied.problems == (
        f"{bad.key}: {bad.key} is damaged.",
        f"{gone.preview}: {gone.preview} is not in the archive.",
    )
    assert bad.key not in files(tmp_path / "kept" / "archive")
    assert good.outputs[0].key in files(tmp_path / "kept" / "archive")


@ON_SQLITE
def test_a_restore_brings_back_files_that_are_missing_or_damaged(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    outputs = [*finished(harness).outputs, *finished(harness).outputs, *finished(harness).outputs]
    back_up(harness, settings, tmp_path / "kept")
    before = contents(tmp_path / "archive")
    flip(tmp_path / "archive" / outputs[0].key)
    (tmp_path / "archive" / outputs[1].key).unlink()
    copied = restore(settings, tmp_path / "kept")
    assert (copied.files, copied.there) == (2, 4)
    assert contents(tmp_path / "archive") == before


@ON_SQLITE
def test_a_file_that_is_being_fetched_survives_a_backup_and_a_restore(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    half = tmp_path / "archive" / ".incoming" / "tmpabc" / "file"
    half.parent.mkdir()
    half.write_bytes(b"half a pict")
    back_up(harness, settings, tmp_path / "kept")
    restore(settings, tmp_path / "kept")
    assert half.read_bytes() == b"half a pict"


@ON_SQLITE
def test_newer_jobs_are_lost_only_if_that_is_said(harness: Harness, settings: Settings, tmp_path: Path) -> None:
    old = finished(harness)
    back_up(harness, settings, tmp_path / "kept")
    new, also_new = finished(harness), finished(harness)
    with pytest.raises(BackupError, match="has 2 jobs that the backup of 2026-11-22") as raised:
        restore(settings, tmp_path / "kept")
    assert "--yes" in raised.value.hint
    assert harness.now(new).outputs[0].is_saved
    restore(settings, tmp_path / "kept", losing=True)
    assert harness.client.jobs.get(new.id) is None and harness.client.jobs.get(also_new.id) is None
    assert harness.now(old).outputs[0].key == old.outputs[0].key
    (task,) = new.tasks
    assert done(harness, harness.client.tasks.adopt(task.task_id, "adopt:1")).outputs[0].is_saved


@ON_SQLITE
def test_a_restore_that_cannot_bring_the_files_back_leaves_the_ledger_as_it_was(
    harness: Harness, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (output,) = finished(harness).outputs
    back_up(harness, settings, tmp_path / "kept")
    newer = finished(harness)
    (tmp_path / "archive" / output.key).unlink()
    with monkeypatch.context() as full:
        full.setattr(disk, "ROOM", 10**18)
        with pytest.raises(ArchiveClosed, match="The disk is full") as raised:
            restore(settings, tmp_path / "kept", losing=True)
    assert "run the command again" in raised.value.hint
    assert harness.now(newer) == newer
    restore(settings, tmp_path / "kept", losing=True)
    assert harness.client.jobs.get(newer.id) is None and (tmp_path / "archive" / output.key).is_file()


def test_a_job_that_was_chosen_just_before_the_restore_is_not_sent(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    job = harness.submit()
    back_up(harness, settings, tmp_path / "kept")
    restore(settings, tmp_path / "kept")
    harness.runtime.dispatcher.send(job)
    harness.send()
    assert (harness.now(job).state, posts(harness)) == (State.UNCONFIRMED, 0)


def test_an_answer_that_comes_after_the_restore_is_taken(harness: Harness, settings: Settings, tmp_path: Path) -> None:
    job, submit = harness.submit(), harness.runtime.api.submit
    back_up(harness, settings, tmp_path / "kept")

    def meanwhile(*args: Any, **words: Any) -> Any:
        accepted = submit(*args, **words)
        restore(settings, tmp_path / "kept")
        return accepted

    harness.runtime.api.submit = meanwhile  # type: ignore[method-assign]
    harness.send()
    assert (done(harness, job).state, posts(harness)) == (State.FINISHED, 1)


def test_a_file_that_comes_after_the_restore_is_not_taken_for_another(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    finished(harness)
    job = harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    back_up(harness, settings, tmp_path / "kept")
    for _ in range(3):
        harness.ask()
    held = harness.now(job).outputs
    restore(settings, tmp_path / "kept")
    for _ in range(3):
        harness.ask()
    harness.runtime.saver.save(harness.now(job), held[1])
    assert [output.is_saved for output in harness.now(job).outputs] == [False, False]
    harness.save()
    for output in harness.now(job).outputs:
        assert harness.archive.reader.fingerprint(output.key) == (output.size, output.sha256)


@ON_SQLITE
def test_the_studios_own_folder_is_no_place_for_a_backup(harness: Harness, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="its own files"):
        back_up(harness, settings, tmp_path)
    in_it = replace(settings, database_url=f"sqlite:///{tmp_path / 'kept' / 'ledger.db'}")
    (tmp_path / "kept").mkdir(exist_ok=True)
    open_ledger(in_it.database_url).close()
    with pytest.raises(SettingsError, match="its own files"):
        backup(in_it, tmp_path / "kept")


@ON_SQLITE
def test_an_archive_that_is_not_there_is_neither_backed_up_nor_made(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "archive").rename(tmp_path / "away")
    with pytest.raises(ArchiveError, match="no archive at"):
        back_up(harness, settings, tmp_path / "kept")
    assert not (tmp_path / "archive").exists() and not (tmp_path / "kept" / "ledger.db").exists()


@ON_SQLITE
def test_an_object_store_is_backed_up_too(harness: Harness, settings: Settings, tmp_path: Path) -> None:
    store = replace(settings, archive_url="memory://kept-from")
    saver = harness.runtime.saver
    saver.archive = saver.previews.archive = Archive(store.archive_url)
    (output,) = finished(harness).outputs
    assert backup(store, tmp_path / "kept").files == 2
    harness.runtime.saver.archive.reader._fs.rm("/kept-from", recursive=True)
    assert restore(store, tmp_path / "kept").files == 2
    assert harness.runtime.saver.archive.reader.fingerprint(output.key) == (output.size, output.sha256)


def flip(file: Path) -> None:
    """One bit of a file is another from now on."""
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)


def test_what_was_sent_after_the_backup_stays_known_also_when_jobs_are_lost(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    """The backup holds it as queued; without its task id it would look as if it could be sent again."""
    older = finished(harness)
    job = harness.submit()
    back_up(harness, settings, tmp_path / "kept")
    harness.send()
    job = done(harness, job)
    newer = finished(harness)
    told = len(calls_of(harness.ledger, "test", job.id))
    restore(settings, tmp_path / "kept", losing=True)
    assert harness.client.jobs.get(newer.id) is None
    assert harness.now(job) == job and posts(harness) == 3
    assert len(calls_of(harness.ledger, "test", job.id)) == told
    assert harness.now(older).state is State.FINISHED
    harness.sandbox.backend.policy = Policy("once")
    assert finished(harness).state is State.FINISHED, "new rows find a number"


@ON_SQLITE
def test_an_empty_ledger_does_not_take_the_place_of_a_backup(
    harness: Harness, settings: Settings, tmp_path: Path
) -> None:
    finished(harness)
    back_up(harness, settings, tmp_path / "kept")
    before = contents(tmp_path / "kept")
    empty = replace(settings, database_url=f"sqlite:///{tmp_path / 'mistyped.db'}")
    with pytest.raises(SettingsError, match=r"There is no ledger at .*mistyped\.db"):
        back_up(harness, empty, tmp_path / "kept")
    assert not (tmp_path / "mistyped.db").exists()
    open_ledger(empty.database_url).close()
    with pytest.raises(BackupError, match="has 1 job that this ledger does not have, so the backup was kept"):
        back_up(harness, empty, tmp_path / "kept")
    assert contents(tmp_path / "kept") == before
    backup(empty, tmp_path / "kept", losing=True)
    assert contents(tmp_path / "kept") != before
    finished(harness)
    assert back_up(harness, settings, tmp_path / "kept").there == 2, "a backup that knows less is replaced unasked"
