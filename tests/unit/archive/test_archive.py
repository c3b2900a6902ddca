"""Files in the archive: whole or not there, with their facts and a small preview."""

import errno
import hashlib
import io
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import fsspec
import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sandbox import media
from studio.archive import disk
from studio.archive.archive import Archive
from studio.core.errors import ArchiveClosed, ArchiveError, Undecodable
from studio.core.values import Job, Kind, Output
from studio.media.probe import inspect
from tests.examples import JOB
from tests.unit.archive.archived import OUTPUT, PICTURE, files, gives
from tests.unit.media.files import png_of_size


def save(folder: Path, raw: bytes, output: Output = OUTPUT, job: Job = JOB) -> object:
    return Archive(folder.as_uri()).save(job, output, gives(raw))


def test_a_file_is_kept_byte_for_byte_with_its_facts(tmp_path: Path) -> None:
    saved = Archive(tmp_path.as_uri()).save(JOB, OUTPUT, gives(PICTURE))
    assert (tmp_path / saved.key).read_bytes() == PICTURE
    assert saved.key == "2026/11/job_1/7.png"
    assert (saved.size, saved.sha256) == (len(PICTURE), hashlib.sha256(PICTURE).hexdigest())
    assert (saved.width, saved.height) == (1024, 576)


@pytest.mark.parametrize("place", ["folder", "memory"])
def test_the_preview_is_a_small_webp(tmp_path: Path, place: str) -> None:
    opened = Archive(tmp_path.as_uri() if place == "folder" else "memory://previews")
    facts = opened.make_preview(opened.save(JOB, OUTPUT, gives(PICTURE)).key, "small.webp")
    preview = Image.open(opened.path("small.webp"))
    assert (preview.format, preview.size) == ("WEBP", (480, 270))
    assert (facts.width, facts.height) == (1024, 576)
    assert opened.path("small.webp").stat().st_size < 40_000


def test_a_video_has_a_poster_and_a_length(tmp_path: Path) -> None:
    clip = media.clip("Two hills", "1:1", 3, seconds=2, resolution="360p", sound=False)
    opened = Archive(tmp_path.as_uri())
    saved = opened.save(JOB, replace(OUTPUT, kind=Kind.VIDEO), gives(clip))
    facts = opened.make_preview(saved.key, "poster.webp")
    assert saved.key.endswith(".mp4")
    for found in (saved, facts):
        assert (found.width, found.height, round(found.seconds)) == (640, 640, 2)
    assert Image.open(tmp_path / "poster.webp").size == (480, 480)


def undecodable() -> bytes:
    """A PNG with all its parts, whose pixels make no sense."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)), (b"IDAT", b"no pixels"), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(part)) + name + part + zlib.crc32(name + part).to_bytes(4) for name, part in parts]
    return b"".join([b"\x89PNG\r\n\x1a\n", *chunks])


def test_a_whole_file_that_cannot_be_decoded_is_saved_and_has_no_preview(tmp_path: Path) -> None:
    opened = Archive(tmp_path.as_uri())
    saved = opened.save(JOB, OUTPUT, gives(undecodable()))
    assert (saved.width, saved.height) == (64, 48)
    with pytest.raises(Undecodable, match=r"This PNG can't be decoded here\."):
        opened.make_preview(saved.key, "small.webp")
    assert files(tmp_path) == [saved.key]


def test_the_end_of_a_picture_inside_a_picture_is_not_its_own(tmp_path: Path) -> None:
    """As in the EXIF of a camera's, and in a PNG's words about itself."""
    small, words = b"Exif\0\0" + picture("JPEG"), PngInfo()
    words.add_text("Comment", "IEND\xaeB`\x82")
    for whole in (picture("JPEG", exif=small), picture("PNG", pnginfo=words)):
        (tmp_path / "file").write_bytes(whole)
        assert inspect(tmp_path / "file", Kind.IMAGE).width == 64
        (tmp_path / "file").write_bytes(whole[:-500])
        with pytest.raises(ArchiveError, match="broken or incomplete"):
            inspect(tmp_path / "file", Kind.IMAGE)


@pytest.mark.parametrize(
    "raw", [b"", b"<html>not found</html>", PICTURE[:-900], b"GIF89a", b'{"message": "no such key"}', b"\x00" * 5000]
)
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_no_whole_file_leaves_nothing_behind(tmp_path: Path, raw: bytes, kind: Kind) -> None:
    with pytest.raises(ArchiveError, match=f"The {kind} came broken or incomplete|instead of the {kind}"):
        Archive(tmp_path.as_uri()).save(JOB, replace(OUTPUT, kind=kind), gives(raw))
    assert files(tmp_path) == []


def picture(form: str, **words: Any) -> bytes:
    file, noise = io.BytesIO(), Image.effect_noise((64, 48), 90)
    noise.convert("RGB").save(file, form, **words)
    return file.getvalue()


def moving(form: str) -> bytes:
    return picture(form, save_all=True, append_images=[Image.effect_noise((64, 48), n).convert("RGB") for n in (9, 60)])


@pytest.mark.parametrize(
    "whole",
    [
        *(picture("PNG"), picture("JPEG"), picture("JPEG", progressive=True), picture("GIF")),
        *(picture("WEBP"), picture("WEBP", lossless=True), moving("PNG"), moving("GIF"), moving("WEBP")),
    ],
    ids=["png", "jpeg", "jpeg-in-steps", "gif", "webp", "webp-exact", "png-moving", "gif-moving", "webp-moving"],
)
def test_a_picture_cut_anywhere_is_not_whole(tmp_path: Path, whole: bytes) -> None:
    """But for its last four bytes, which hold no pixels: the checksum of a PNG's empty end, the end of a GIF."""
    file, last = tmp_path / "file", range(len(whole) - 30, len(whole) - 4)
    for cut in (*range(0, len(whole) - 4, len(whole) // 60), *last):
        file.write_bytes(whole[:cut])
        with pytest.raises(ArchiveError):
            inspect(file, Kind.IMAGE)
    file.write_bytes(whole)
    assert inspect(file, Kind.IMAGE).width == 64


def video(folder: Path, form: str, codec: str = "libx264", sound: str = "", **options: str) -> bytes:
    """Two seconds of noise, in as many parts as there are groups of pictures."""
    file, chance = folder / f"made.{form}", np.random.default_rng(1)
    with av.open(file, "w", options=options) as container:
        stream: Any = container.add_stream(codec, rate=12, options={"g": "6"})  # its type hangs on the codec's name
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        tone: Any = container.add_stream(sound, rate=48000, layout="mono") if sound else None
        for _ in range(24):
            noise = chance.integers(0, 255, (48, 64, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")))
        container.mux(stream.encode(None))
        if tone:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 96000), np.float32), format="fltp", layout="mono")
            silence.sample_rate = 48000
            container.mux([*tone.encode(silence), *tone.encode(None)])
    return file.read_bytes()


VIDEOS: dict[str, tuple[dict[str, str], float]] = {  # how they are made, and of what part of them a cut is seen
    "index-in-front": ({"form": "mp4", "movflags": "faststart"}, 1),
    "index-in-front-sound-behind": ({"form": "mp4", "movflags": "faststart", "sound": "aac"}, 0.99),
    "index-behind": ({"form": "mp4"}, 0.99),
    "quicktime": ({"form": "mov", "sound": "pcm_s16le"}, 0.99),
    "webm": ({"form": "webm", "codec": "libvpx", "sound": "libopus"}, 0.95),
    "webm-index-in-front": ({"form": "webm", "codec": "libvpx", "cues_to_front": "1"}, 0.95),
}


@pytest.mark.slow
@pytest.mark.parametrize(("words", "part"), VIDEOS.values(), ids=list(VIDEOS))
def test_a_video_that_was_cut_is_not_whole(tmp_path: Path, words: dict[str, str], part: float) -> None:
    """As far as its index or its length tells: behind the last frame nothing is missed, nor is a tenth of a second."""
    file, whole = tmp_path / "file", video(tmp_path, **words)
    end = int(len(whole) * part)
    for cut in (*range(0, end, len(whole) // 40), *range(end - 20, end)):
        file.write_bytes(whole[:cut])
        with pytest.raises(ArchiveError):
            inspect(file, Kind.VIDEO)
    file.write_bytes(whole)
    assert inspect(file, Kind.VIDEO).width == 64


def test_a_video_in_fragments_is_cut_between_them_at_most(tmp_path: Path) -> None:
    """Each fragment lists its own frames, and nothing says how many fragments there are."""
    file, whole = tmp_path / "file", video(tmp_path, "mp4", movflags="frag_keyframe+empty_moov")
    second = whole.index(b"moof", whole.index(b"moof") + 1) - 4
    for cut in (second - 9_000, second - 1_000, second - 1):
        file.write_bytes(whole[:cut])
        with pytest.raises(ArchiveError):
            inspect(file, Kind.VIDEO)
    file.write_bytes(whole)
    assert inspect(file, Kind.VIDEO).width == 64


def test_a_video_that_does_not_say_how_long_it_is_is_taken(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(video(tmp_path, "webm", "libvpx", live="1"))
    assert inspect(tmp_path / "file", Kind.VIDEO).ending == "webm"


def test_a_video_that_begins_late_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "made.webm"
    with av.open(file, "w") as container:
        stream: Any = container.add_stream("libvpx", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(24):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 9, np.uint8), format="rgb24")
            frame.pts, frame.time_base = 3000 + number * 42, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert inspect(file, Kind.VIDEO).width == 64


def test_a_video_that_says_only_where_it_begins_is_counted(tmp_path: Path) -> None:
    whole = video(tmp_path, "mp4", movflags="faststart")
    at = whole.index(b"mdat") - 4
    endless = whole[:at] + b"\0\0\0\0" + whole[at + 4 :]  # the box goes on to the end of the file, wherever that is
    for cut in (len(endless), len(endless) - 1, len(endless) // 2):
        (tmp_path / "file").write_bytes(endless[:cut])
        if cut == len(endless):
            assert inspect(tmp_path / "file", Kind.VIDEO).width == 64
            continue
        with pytest.raises(ArchiveError, match="broken or incomplete"):
            inspect(tmp_path / "file", Kind.VIDEO)


def test_a_video_of_which_a_part_is_shown_is_whole(tmp_path: Path) -> None:
    whole = video(tmp_path, "mp4")
    at = whole.index(b"elst") + 12  # the length of what is shown, in thousandths of a second
    (tmp_path / "file").write_bytes(whole[:at] + (500).to_bytes(4) + whole[at + 4 :])
    assert inspect(tmp_path / "file", Kind.VIDEO).seconds == 0.5


@pytest.mark.parametrize("more", [b"\n", b"\0" * 100, b"-- appended by a gateway --"])
def test_what_somebody_has_hung_on_to_a_file_does_no_harm(tmp_path: Path, more: bytes) -> None:
    (tmp_path / "file").write_bytes(video(tmp_path, "mp4") + more)
    assert inspect(tmp_path / "file", Kind.VIDEO).width == 64
    (tmp_path / "file").write_bytes(PICTURE + more)
    assert inspect(tmp_path / "file", Kind.IMAGE).width == 1024


def test_a_file_and_its_name_are_synced_before_it_is_called_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What of the archive was synced, and which names stood in each folder at that moment."""
    synced: dict[int, list[str]] = {}
    opened, sync = Archive(tmp_path.as_uri()), os.fsync

    def seen(file: int) -> None:
        synced[os.fstat(file).st_ino] = os.listdir(file) if stat.S_ISDIR(os.fstat(file).st_mode) else []
        sync(file)

    monkeypatch.setattr(os, "fsync", seen)
    saved = opened.save(JOB, OUTPUT, gives(PICTURE))
    opened.make_preview(saved.key, f"{saved.key}-preview")
    for key in (saved.key, f"{saved.key}-preview"):
        assert (tmp_path / key).stat().st_ino in synced
        for place in (tmp_path / key, *(tmp_path / key).parents[:3]):
            assert place.name in synced[place.parent.stat().st_ino]


def test_a_picture_of_very_many_pixels_is_kept_and_not_decoded(tmp_path: Path) -> None:
    opened = Archive(tmp_path.as_uri())
    saved = opened.save(JOB, OUTPUT, gives(png_of_size(60_000, 50_000)))
    assert (saved.width, saved.height, saved.format) == (60_000, 50_000, "PNG")
    with pytest.raises(Undecodable, match=r"3,000 megapixels, too many for a preview"):
        opened.make_preview(saved.key, "small.webp")


def test_a_picture_that_lies_on_its_side_is_set_upright(tmp_path: Path) -> None:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 200), "red").save(file, "JPEG", exif=exif)
    opened = Archive(tmp_path.as_uri())
    saved = opened.save(JOB, OUTPUT, gives(file.getvalue()))
    facts = opened.make_preview(saved.key, "small.webp")
    assert (facts.ending, facts.width, facts.height) == ("jpg", 200, 300)


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
    assert files(tmp_path) == [saved.key]


def test_a_full_disk_takes_nothing_and_nothing_is_fetched_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "ROOM", 10**18)
    with pytest.raises(ArchiveClosed, match=r"^The disk is full, so new files aren't saved\.$") as raised:
        Archive(tmp_path.as_uri()).save(JOB, OUTPUT, lambda *_, **__: pytest.fail("it was fetched"))
    assert raised.value.hint == "Free some space, and we'll fetch them."


@pytest.mark.parametrize("place", ["folder", "memory"])
def test_a_large_file_stops_where_the_room_of_the_ledger_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A disk of 1,000,000 bytes, of which 300,000 are to stay free, is given 900,000. An object store has ours, too."""
    free: list[int] = []

    def disk_usage(folder: Any) -> Any:
        assert Path(folder).is_relative_to(tmp_path), "the disk that is written to"
        used = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
        return SimpleNamespace(free=1_000_000 - used)

    @contextmanager
    def large(address: str, *, limit: int) -> Iterator[Iterator[bytes]]:
        def pieces() -> Iterator[bytes]:
            for _ in range(90):
                free.append(disk_usage(tmp_path).free)
                yield b"\0" * 10_000

        yield pieces()

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    opened = Archive(tmp_path.as_uri() if place == "folder" else "memory://small")
    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    monkeypatch.setattr(disk, "ROOM", 300_000)
    monkeypatch.setattr(disk, "LOOK_AFTER", 50_000)
    with pytest.raises(ArchiveClosed, match="The disk is full"):
        opened.save(JOB, OUTPUT, large)
    assert 250_000 <= min(free) < 400_000, "it is looked at now and then, not at each piece"
    assert files(tmp_path) == []
    with pytest.raises(ArchiveClosed, match="The disk is full"):
        opened.take("a.png", [b"\0" * 100_000] * 9)
    assert opened.save(JOB, OUTPUT, gives(PICTURE)).size == len(PICTURE)


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
    monkeypatch.setattr(disk, "ROOM", 0)
    opened, large = Archive(small_disk.as_uri()), media.clip("x", "1:1", 3, seconds=1, resolution="480p", sound=True)
    large += b"\0" * 2_000_000
    with pytest.raises(ArchiveClosed, match="The disk is full"):
        opened.save(JOB, OUTPUT, gives(large))
    assert files(small_disk) == []
    assert opened.save(JOB, OUTPUT, gives(PICTURE[:])).size == len(PICTURE)


IN_SMALL_FILES = """
import resource, sys
from pathlib import Path
from studio.archive import archive
from studio.core.errors import ArchiveClosed
from tests.examples import JOB
from tests.unit.archive.archived import OUTPUT, PICTURE, files, gives
opened = archive.Archive(Path(sys.argv[1]).as_uri())
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
try:
    opened.save(JOB, OUTPUT, gives(PICTURE))
except ArchiveClosed as error:
    print(error.message, files(Path(sys.argv[1])))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(opened.save(JOB, OUTPUT, gives(PICTURE)).key)
"""


@pytest.mark.slow
def test_a_system_that_takes_no_more_bytes_is_a_full_disk(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_SMALL_FILES, tmp_path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == [
        "The disk is full, so new files aren't saved. []",
        "2026/11/job_1/7.png",
    ], done.stderr


def test_a_folder_that_is_not_there_for_a_while_is_told(tmp_path: Path) -> None:
    opened = Archive((tmp_path / "archive").as_uri())
    (tmp_path / "archive").rename(tmp_path / "away")
    with pytest.raises(ArchiveClosed, match="folder is missing"):
        opened.save(JOB, OUTPUT, gives(PICTURE))
    (tmp_path / "archive").mkdir()  # what is left of a mount point
    with pytest.raises(ArchiveClosed, match="folder is missing"):
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
    with pytest.raises(ArchiveClosed, match=r"does not accept new files \(503 Slow Down\)"):
        Archive("unwilling://bucket").save(JOB, OUTPUT, gives(PICTURE))


def test_no_path_of_this_machine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would stand on a card, for everybody who looks."""

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", "/srv/secret/place")

    opened = Archive("memory://told")
    for name in ("put_file", "open", "get_file"):
        monkeypatch.setattr(MemoryFileSystem, name, refused)
    ways: list[Callable[[], object]] = [
        lambda: opened.save(JOB, OUTPUT, gives(PICTURE)),
        lambda: opened.path("a.png"),
        lambda: opened.reader.fingerprint("a.png"),
    ]
    for way in ways:
        with pytest.raises(ArchiveError, match="Operation not permitted") as told:
            way()
        assert "/srv" not in f"{told.value} {told.value.hint}"
