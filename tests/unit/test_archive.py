"""Files in the archive: whole or not there, with their facts and a small preview."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from sandbox import media
from studio.archive import Archive, Download
from studio.errors import ArchiveError
from studio.values import Job, Kind, Output
from tests.unit.test_ledger import JOB

OUTPUT = Output(id=7, task=1, position=0, kind=Kind.IMAGE, url="https://cdn.weryai.com/a.png")
PICTURE = media.picture("Two hills", "16:9", 3)


def gives(raw: bytes, cut: int | None = None) -> Download:
    @contextmanager
    def download(_address: str) -> Iterator[Iterator[bytes]]:
        yield iter([raw[:1000], raw[1000:cut]])

    return download


def files(archive: Path) -> list[str]:
    return sorted(str(file.relative_to(archive)) for file in archive.rglob("*") if file.is_file())


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
    archive = Archive("memory://studio-archive")
    saved = archive.save(JOB, OUTPUT, gives(PICTURE))
    assert archive.path(saved.key).read_bytes() == PICTURE


def test_a_file_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not in the archive"):
        Archive(tmp_path.as_uri()).path("2026/11/none.png")


@pytest.mark.parametrize("url", ["file:///proc/nowhere", "nosuch://x"])
def test_an_archive_that_cannot_be_opened_is_one_sentence(url: str) -> None:
    with pytest.raises(ArchiveError, match="cannot be opened"):
        Archive(url)
