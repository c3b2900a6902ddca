"""The archive read again: what is missing or damaged is told, fetched again where it can be, and sent never."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from studio.archive import disk
from studio.archive.archive import Archive, beside
from studio.core.errors import ArchiveError
from studio.core.settings import Settings
from studio.core.values import State
from studio.engine import keys
from studio.ledger import file_lock
from studio.ledger.ledger import open_ledger
from studio.maintenance.refetch import Fetching, _alone
from studio.maintenance.verification import Verification
from studio.media.output_uses import from_output
from tests.conftest import KEY, VIDEO, Harness, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried are the files
from tests.flows.flow import done, finished, posts
from tests.reference_files import add_reference

PLACES = pytest.mark.parametrize("place", ["folder", "memory"])


@dataclass
class Keeper:
    """Who looks after the files of a studio, by the command line and by hand. What was said last is in `said`."""

    harness: Harness
    settings: Settings
    said: list[str] = field(default_factory=list)

    def move_to(self, place: str) -> None:
        """Let the studio's files be kept there from now on."""
        if place != "folder":
            self.settings = replace(self.settings, archive_url=f"{place}://{self.harness.sandbox.url[7:]}")
            saver = self.harness.runtime.saver
            saver.archive = saver.previews.archive = Archive(self.settings.archive_url)

    def verify(
        self, *, emptied: bool = False, wait: Callable[[float], None] | None = None, **changes: Any
    ) -> tuple[bool, Verification]:
        """As `python -m studio verify` does it, in the studio's time."""
        settings, clock = replace(self.settings, **changes), self.harness.clock
        self.said.clear()
        with closing(open_ledger(settings.database_url)) as ledger:
            archive = beside(settings.archive_url)
            fetching = Fetching(settings, ledger, archive, clock, wait or clock.pass_by)
            read = Verification(ledger, archive, fetching, self.said.append)
            return read.run(emptied=emptied), read

    def read(self, key: str) -> bytes:
        return b"".join(Archive(self.settings.archive_url, beside=True).reader.pieces(key))

    def write(self, key: str, raw: bytes) -> None:
        fs, root = fsspec.url_to_fs(self.settings.archive_url)
        fs.pipe_file(f"{root}/{key}", raw)

    def flip(self, key: str) -> None:
        """One bit of a file is another from now on."""
        raw = bytearray(self.read(key))
        raw[len(raw) // 2] ^= 1
        self.write(key, bytes(raw))

    def lose(self, key: str) -> None:
        fs, root = fsspec.url_to_fs(self.settings.archive_url)
        fs.rm_file(f"{root}/{key}")


@pytest.fixture
def keeper(harness: Harness, tmp_path: Path) -> Keeper:
    """The studio's account is the one of the shared key."""
    own = keys.account(harness.sandbox.url, KEY)
    harness.ledger.accounts.add_key(own.id, harness.client.account.id, shared=True, at=harness.clock())
    ledger, place = str(harness.ledger.database.engine.url), (tmp_path / "archive").as_uri()
    return Keeper(
        harness, Settings(KEY, harness.sandbox.url, harness.sandbox.url, ledger, place, data=tmp_path / "data")
    )


@PLACES
def test_a_whole_archive_is_well_and_nothing_is_asked_for(harness: Harness, keeper: Keeper, place: str) -> None:
    keeper.move_to(place)
    outputs = [*finished(harness).outputs, *finished(harness).outputs]
    before = harness.calls()
    is_well, read = keeper.verify()
    assert (is_well, read.files, read.orphans, keeper.said) == (True, 2, 0, [])
    assert read.size == sum(output.size for output in outputs)
    assert harness.calls() == before


@PLACES
@pytest.mark.parametrize("harm", ["flip", "lose"])
def test_a_file_that_is_not_as_it_was_is_told_and_fetched_again(
    harness: Harness, keeper: Keeper, place: str, harm: str
) -> None:
    keeper.move_to(place)
    job, other = finished(harness), finished(harness)
    (output,) = job.outputs
    raw = keeper.read(output.key)
    getattr(keeper, harm)(output.key)
    is_well, read = keeper.verify()
    found = {"flip": "was damaged", "lose": "was missing"}[harm]
    assert keeper.said == [f"{job.id} (Two hills and a sun): {output.key} {found}"]
    assert (is_well, read.fetched, read.orphans) == (True, 1, 0)
    assert keeper.read(output.key) == raw
    (again,) = harness.now(job).outputs
    assert (again.key, again.sha256, again.problem) == (output.key, output.sha256, "")
    assert harness.now(other) == other
    assert posts(harness) == 2


@PLACES
@pytest.mark.parametrize("harm", ["lose", "spoil"])
def test_a_preview_is_made_anew_from_the_file_alone(harness: Harness, keeper: Keeper, place: str, harm: str) -> None:
    keeper.move_to(place)
    job = harness.submit(VIDEO, "text_to_video")
    harness.send()
    (output,) = done(harness, job).outputs
    raw, before = keeper.read(output.preview), harness.calls()
    keeper.lose(output.preview) if harm == "lose" else keeper.write(output.preview, raw[:200])
    is_well, read = keeper.verify()
    assert (is_well, read.renewed, len(keeper.said), harness.calls()) == (True, 1, 1, before)
    assert keeper.read(output.preview) == raw
    assert keeper.verify()[1].renewed == 0


def test_a_preview_that_was_given_up_is_tried_once_more(harness: Harness, keeper: Keeper) -> None:
    job = finished(harness)
    (output,) = job.outputs
    harness.archive.reader.remove(output.preview)
    harness.ledger.files.change(output, preview="", problem="The studio couldn't make a preview.")
    is_well, read = keeper.verify()
    assert (is_well, read.renewed) == (True, 1)
    (found,) = harness.now(job).outputs
    assert harness.archive.path(found.preview).read_bytes().startswith(b"RIFF") and not found.problem


def test_a_file_that_the_ledger_does_not_know_is_counted_and_left(
    harness: Harness, keeper: Keeper, tmp_path: Path
) -> None:
    finished(harness)
    keeper.write("2026/11/letter.txt", b"Dear archive")
    keeper.write(".incoming/half", b"being fetched")
    is_well, read = keeper.verify()
    assert (is_well, read.orphans) == (True, 1)
    assert keeper.read("2026/11/letter.txt") == b"Dear archive"


def test_a_damaged_file_stays_until_there_is_a_better_one(harness: Harness, keeper: Keeper) -> None:
    job = finished(harness)
    (output,) = job.outputs
    keeper.flip(output.key)
    damaged = keeper.read(output.key)
    order(harness.sandbox, "fault", kind="refuse", on="file", http=403, times=3)
    is_well, read = keeper.verify()
    assert (is_well, read.wrong) == (False, 1)
    assert keeper.said[1].startswith(f"{job.id} (Two hills and a sun): output 1 is not saved: ")
    assert keeper.read(output.key) == damaged and not harness.now(job).outputs[0].is_saved
    assert keeper.verify()[0], "another time it is there"
    assert harness.now(job).outputs[0].sha256 == output.sha256


def test_a_file_that_weryai_has_forgotten_is_said_plainly(harness: Harness, keeper: Keeper) -> None:
    job = finished(harness)
    keeper.lose(job.outputs[0].key)
    harness.sandbox.backend.tasks.clear()
    is_well, _ = keeper.verify()
    assert not is_well and "404" in keeper.said[-1]
    assert harness.now(job).state is State.FINISHED


def test_it_sends_nothing_and_follows_no_task(harness: Harness, keeper: Keeper) -> None:
    done_job, open_job = finished(harness), harness.submit()
    harness.send()
    queued = harness.submit()
    keeper.lose(done_job.outputs[0].key)
    before = posts(harness)
    assert keeper.verify()[0]
    assert posts(harness) == before
    assert (harness.now(open_job).tasks[0].asked_at, harness.now(queued).state) == (None, State.QUEUED)


def test_a_studio_at_work_fetches_it_by_itself(harness: Harness, keeper: Keeper) -> None:
    job = finished(harness)
    keeper.lose(job.outputs[0].key)

    def at_work(seconds: float) -> None:
        harness.clock.pass_by(seconds)
        harness.save()

    with file_lock.hold(keeper.settings.lock_files[0]):
        is_well, read = keeper.verify(wait=at_work)
        assert (is_well, read.fetched) == (True, 1)
        assert harness.now(job).outputs[0].is_saved
        keeper.lose(job.outputs[0].key)
        assert not keeper.verify()[0], "one that does not look after this account is not waited for for ever"
    assert "was missing. Fetching it again" in keeper.said[-1]


def soon(wait: Callable[[float], None]) -> Callable[[float], None]:
    """Waits in this way, and fails when that goes on for more than a quarter of an hour."""
    left = [900.0]

    def waited(seconds: float) -> None:
        left[0] -= seconds
        assert left[0] > 0, "it does not end"
        wait(seconds)

    return waited


def test_a_studio_at_work_whose_disk_is_full_is_not_waited_for(
    harness: Harness, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    (output,) = finished(harness).outputs
    keeper.lose(output.key)
    monkeypatch.setattr(disk, "ROOM", 10**18)

    def at_work(seconds: float) -> None:
        harness.clock.pass_by(seconds)
        harness.save()

    with file_lock.hold(keeper.settings.lock_files[0]):
        is_well, read = keeper.verify(wait=soon(at_work))
    assert (is_well, read.wrong) == (False, 1)
    assert keeper.said[-1].endswith(
        "The disk is full, so new files aren't saved. Free some space, and we'll fetch them."
    )


def test_a_full_disk_is_no_news_for_a_file_that_nobody_fetches(
    harness: Harness, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = finished(harness), finished(harness)
    for job in (mine, other):
        keeper.lose(job.outputs[0].key)
    for table, column in (("jobs", "id"), ("tasks", "job")):
        with harness.ledger.database.write() as connection:
            connection.exec_driver_sql(f"UPDATE {table} SET account = 'other' WHERE {column} = '{other.id}'")
    monkeypatch.setattr(disk, "ROOM", 10**18)

    def at_work(seconds: float) -> None:
        harness.clock.pass_by(seconds)
        harness.save()

    with file_lock.hold(keeper.settings.lock_files[0]):
        is_well, read = keeper.verify(emptied=True, wait=soon(at_work))
    assert (is_well, read.wrong) == (False, 2)


def test_whether_a_studio_is_at_work_is_known_on_a_server_too(keeper: Keeper, postgres: str) -> None:
    settings = replace(keeper.settings, database_url=postgres)
    with closing(open_ledger(postgres, alone=True)), _alone(settings) as ledger:
        assert ledger is None
    with _alone(settings) as ledger, ExitStack() as late:
        assert ledger
        assert late.enter_context(_alone(settings)) is None


@pytest.mark.parametrize(
    ("account", "words"), [("sandbox", "it is from demo mode"), ("other", "made with a key other")]
)
@pytest.mark.parametrize("key", ["", KEY])
def test_what_is_of_an_account_without_its_key_is_said_plainly(
    harness: Harness, keeper: Keeper, account: str, words: str, key: str
) -> None:
    job = finished(harness)
    keeper.lose(job.outputs[0].key)
    for table in ("jobs", "tasks"):
        with harness.ledger.database.write() as connection:
            connection.exec_driver_sql(f"UPDATE {table} SET account = '{account}'")
    before = harness.calls()
    is_well, _ = keeper.verify(api_key=key)
    assert not is_well and words in keeper.said[-1] and len(keeper.said) == 2
    assert harness.calls() == before


def test_an_archive_that_is_not_there_makes_the_ledger_forget_nothing(
    harness: Harness, keeper: Keeper, tmp_path: Path
) -> None:
    job = finished(harness)
    (tmp_path / "archive").rename(tmp_path / "away")
    with pytest.raises(ArchiveError, match="no archive at"):
        keeper.verify()
    Archive(keeper.settings.archive_url)  # as a studio that was started without its disk
    with pytest.raises(ArchiveError, match="None of the 2 files") as raised:
        keeper.verify()
    assert harness.now(job) == job and "--yes" in raised.value.hint
    assert keeper.verify(emptied=True)[0]
    assert keeper.read(job.outputs[0].key)


def test_a_file_that_cannot_be_read_at_the_moment_is_not_taken_for_lost(
    harness: Harness, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.move_to("memory")
    job = finished(harness)

    def slow_down(*_args: Any, **_words: Any) -> Any:
        raise RuntimeError("503 Slow Down")

    monkeypatch.setattr(MemoryFileSystem, "_open", slow_down)
    is_well, read = keeper.verify()
    assert (is_well, read.wrong) == (False, 1) and "503 Slow Down" in keeper.said[0]
    assert harness.now(job) == job


@PLACES
def test_the_files_of_references_are_known_and_read_and_an_outputs_own_file_once(
    harness: Harness, keeper: Keeper, place: str
) -> None:
    keeper.move_to(place)
    (output,) = finished(harness).outputs
    harness.archive = Archive(keeper.settings.archive_url, beside=True)
    harness.ledger.references.add(from_output(output, "x", person="", at=harness.clock()))
    reference = add_reference(harness)
    keeper.write(reference.preview, b"no picture")
    is_well, read = keeper.verify()
    assert (is_well, read.files, read.orphans, read.renewed) == (True, 2, 0, 1)
    assert keeper.said == [f"reference 'Grandma at the lake.png': {reference.preview} is not an image"]
    assert keeper.verify()[1].renewed == 0


@pytest.mark.parametrize("harm", ["flip", "lose"])
def test_a_reference_that_is_not_as_it_was_has_to_be_chosen_again_and_is_then_well(
    harness: Harness, keeper: Keeper, harm: str
) -> None:
    reference = add_reference(harness)
    getattr(keeper, harm)(reference.key)
    is_well, read = keeper.verify(emptied=harm == "lose")
    assert (is_well, read.wrong, harness.calls()) == (False, 1, 0)
    found = {"flip": "was damaged", "lose": "was missing"}[harm]
    assert keeper.said[0].startswith(f"reference 'Grandma at the lake.png': {reference.key} {found}; choose the file")
    assert add_reference(harness) == reference
    assert keeper.verify()[0]


def test_an_archive_with_references_alone_that_is_not_there_is_told_as_such(
    harness: Harness, keeper: Keeper, tmp_path: Path
) -> None:
    add_reference(harness)
    (tmp_path / "archive").rename(tmp_path / "away")
    Archive(keeper.settings.archive_url)
    with pytest.raises(ArchiveError, match="None of the 2 files"):
        keeper.verify()
