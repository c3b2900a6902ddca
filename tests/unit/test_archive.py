"""Files in the archive: whole or not there, with their facts and a small preview."""

import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from PIL import Image

from sandbox import media
from studio import archive
from studio.archive import Archive, Download
from studio.errors import ArchiveClosed, ArchiveError
from studio.values import Job, Kind, Output
from tests.unit.test_ledger import JOB

OUTPUT = Output(id=7, task=1, position=0, kind=Kind.IMAGE, url="https://cdn.weryai.com/a.png")
PICTURE = media.picture("Two hills", "16:9", 3)


def gives(raw: bytes, cut: int | None = None) -> Download:
    @contextmanager
    def download(_address: str) -> Iterator[Iterator[bytes]]:
        yield iter([raw[:1000], raw[1000:cut]])

    return download


def files(place: Path) -> list[str]:
    return sorted(str(file.relative_to(place)) for file in place.rglob("*") if file.is_file())


def save(folder: Path, raw: bytes, output: Output = OUTPUT, job: Job = JOB) -> object:
    return Archive(folder.as_uri()).save(job, output, gives(raw))


def test_a_file_is_kept_byte_for_byte_with_its_facts(tmp_path: Path) -> None:
    saved = Archive(tmp_path.as_uri()).save(JOB, OUTPUT, gives(PICTURE))
    assert (tmp_path / saved.key).read_bytes() == PICTURE
    assert saved.key == "2026/11/job_1/7.png"
    assert (saved.size, saved.sha256) == (len(PICTURE), hashlib.sha256(PICTURE).hexdigest())
    assert (saved.width, saved.height) == (1024, 576)


def test_the_preview_is_a_small_webp(tmp_path: Path) -> None:
    saved = Archive(tmp_path.as_uri()).save(JOB, OUTPUT, gives(PICTURE))
    preview = Image.open(tmp_path / saved.preview)
    assert (preview.format, preview.size) == ("WEBP", (480, 270))
    assert (tmp_path / saved.preview).stat().st_size < 40_000


def test_a_video_has_a_poster_and_a_length(tmp_path: Path) -> None:
    clip = media.clip("Two hills", "1:1", 3, seconds=2, resolution="360p", sound=False)
    saved = Archive(tmp_path.as_uri()).save(JOB, replace(OUTPUT, kind=Kind.VIDEO), gives(clip))
    assert saved.key.endswith(".mp4")
    assert (saved.width, saved.height, round(saved.seconds)) == (640, 640, 2)
    assert Image.open(tmp_path / saved.preview).size == (480, 480)


@pytest.mark.parametrize(
    "raw", [b"", b"<html>not found</html>", PICTURE[:-900], b"GIF89a", b"<svg onload='alert(1)'/>", b"\x00" * 5000]
)
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_no_whole_file_leaves_nothing_behind(tmp_path: Path, raw: bytes, kind: Kind) -> None:
    with pytest.raises(ArchiveError, match=f"not a whole {kind}|not a video|no frame"):
        Archive(tmp_path.as_uri()).save(JOB, replace(OUTPUT, kind=kind), gives(raw))
    assert files(tmp_path) == []


def test_a_picture_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not a video"):
        Archive(tmp_path.as_uri()).save(JOB, replace(OUTPUT, kind=Kind.VIDEO), gives(PICTURE))


def test_a_decompression_bomb_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    with pytest.raises(ArchiveError):
        save(tmp_path, file.getvalue())
    assert files(tmp_path) == []


def test_a_picture_that_lies_on_its_side_is_set_upright(tmp_path: Path) -> None:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 200), "red").save(file, "JPEG", exif=exif)
    saved = Archive(tmp_path.as_uri()).save(JOB, OUTPUT, gives(file.getvalue()))
    assert (saved.key[-4:], saved.width, saved.height) == (".jpg", 200, 300)


def test_the_ending_comes_from_the_content_not_from_the_link(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (30, 20)).save(file, "WEBP")
    saved = Archive(tmp_path.as_uri()).save(JOB, OUTPUT, gives(file.getvalue()))
    assert saved.key.endswith(".webp")


def test_another_place_than_a_folder_works_too() -> None:
    opened = Archive("memory://studio-archive")
    saved = opened.save(JOB, OUTPUT, gives(PICTURE))
    assert opened.path(saved.key).read_bytes() == PICTURE


def test_a_file_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not in the archive"):
        Archive(tmp_path.as_uri()).path("2026/11/none.png")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///proc/nowhere", "No such file"),
        ("file:///dev/null", "exists|Not a directory"),
        ("nosuch://x", "Protocol not known"),
        ("s3://bucket/studio", "s3fs"),
        ("https://127.0.0.1:1/", "."),
    ],
)
def test_an_archive_that_cannot_be_opened_is_one_sentence(url: str, words: str) -> None:
    with pytest.raises(ArchiveError, match="cannot be opened") as raised:
        Archive(url)
    assert re.search(words, raised.value.message) and "\n" not in raised.value.message
    assert raised.value.hint == "Check ARCHIVE_URL."


def test_a_file_in_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a letter")
    with pytest.raises(ArchiveError, match="cannot be opened"):
        Archive((tmp_path / "archive").as_uri())
    assert (tmp_path / "archive").read_text() == "a letter"


def test_what_a_killed_studio_left_half_made_is_cleared_at_the_start(tmp_path: Path) -> None:
    saved = Archive(tmp_path.as_uri()).save(JOB, OUTPUT, gives(PICTURE))
    (tmp_path / ".incoming" / "tmpabc").mkdir()
    (tmp_path / ".incoming" / "tmpabc" / "file").write_bytes(PICTURE[:1000])
    Archive(tmp_path.as_uri())
    assert files(tmp_path) == sorted([saved.key, saved.preview])


def test_a_full_disk_takes_nothing_and_nothing_is_fetched_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "ROOM", 10**18)
    with pytest.raises(ArchiveClosed, match=r"^The disk is full, so new files are not saved\.$") as raised:
        Archive(tmp_path.as_uri()).save(JOB, OUTPUT, lambda _address: pytest.fail("it was fetched"))
    assert raised.value.hint == "Free some space; we then fetch them."


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with room for half a megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"no right to mount a small disk; a limit on the size of files is tested besides: {made.stderr!r}")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_fills_up_while_a_file_is_saved_keeps_nothing_half_made(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "ROOM", 0)
    opened, large = Archive(small_disk.as_uri()), media.clip("x", "1:1", 3, seconds=5, resolution="720p", sound=True)
    large += b"\0" * 1_000_000
    with pytest.raises(ArchiveClosed, match="The disk is full"):
        opened.save(JOB, OUTPUT, gives(large))
    assert files(small_disk) == []
    assert opened.save(JOB, OUTPUT, gives(PICTURE[:])).size == len(PICTURE)


IN_SMALL_FILES = """
import resource, sys
from pathlib import Path
from studio import archive
from studio.errors import ArchiveClosed
from tests.unit.test_archive import JOB, OUTPUT, PICTURE, files, gives
opened = archive.Archive(Path(sys.argv[1]).as_uri())
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
try:
    opened.save(JOB, OUTPUT, gives(PICTURE))
except ArchiveClosed as error:
    print(error.message, files(Path(sys.argv[1])))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(opened.save(JOB, OUTPUT, gives(PICTURE)).key)
"""


def test_a_system_that_takes_no_more_bytes_is_a_full_disk(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_SMALL_FILES, tmp_path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == [
        "The disk is full, so new files are not saved. []",
        "2026/11/job_1/7.png",
    ], done.stderr


def test_a_folder_that_is_not_there_for_a_while_is_told(tmp_path: Path) -> None:
    opened = Archive((tmp_path / "archive").as_uri())
    (tmp_path / "archive").rename(tmp_path / "away")
    with pytest.raises(ArchiveClosed, match="folder is not there"):
        opened.save(JOB, OUTPUT, gives(PICTURE))
    (tmp_path / "archive").mkdir()  # what is left of a mount point
    with pytest.raises(ArchiveClosed, match="folder is not there"):
        opened.save(JOB, OUTPUT, gives(PICTURE))
    assert files(tmp_path) == []
    (tmp_path / "archive").rmdir()
    (tmp_path / "away").rename(tmp_path / "archive")
    assert opened.path(opened.save(JOB, OUTPUT, gives(PICTURE)).key).read_bytes() == PICTURE


class Unwilling(MemoryFileSystem):
    """An object store with errors of its own kind."""

    protocol = "unwilling"

    def put_file(self, *args: object, **words: object) -> None:
        raise RuntimeError("503 Slow Down")


def test_an_object_store_that_takes_nothing_is_told(tmp_path: Path) -> None:
    fsspec.register_implementation("unwilling", Unwilling, clobber=True)
    with pytest.raises(ArchiveClosed, match=r"does not take new files \(503 Slow Down\)"):
        Archive("unwilling://bucket").save(JOB, OUTPUT, gives(PICTURE))
