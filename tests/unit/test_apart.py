"""A hostile file costs a process of its own its life, and the studio a sentence."""

import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from studio.errors import DraftError, Undecodable
from studio.media import apart
from studio.media.facts import Screened
from studio.media.media import Medium
from studio.values import Kind
from tests.matrix import picture

PICTURE = picture(b"\xff\0\0" * 64, 8)


def with_samples(number: int) -> bytes:
    """A small MP4 that says it has so many frames, for each of which FFmpeg makes room before it reads one."""
    file = io.BytesIO()
    with av.open(file, "w", "mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux([*stream.encode(frame), *stream.encode()])
    content = bytearray(file.getvalue())
    for name, at, count in ((b"stts", 12, number), (b"stsc", 16, number), (b"stsz", 8, 1), (b"stsz", 12, number)):
        place = content.find(name) + at
        content[place : place + 4] = struct.pack(">I", count)
    return bytes(content)


def with_scans(number: int) -> bytes:
    """A small JPG that is to be decoded so many times over."""
    file = io.BytesIO()
    Image.new("L", (3000, 3000), 128).save(file, "JPEG", progressive=True, quality=10)
    whole = file.getvalue()
    last = whole[whole.rfind(b"\xff\xda") : -2]
    return whole[:-2] + last * number + whole[-2:]


def look(folder: Path, content: bytes, medium: Medium) -> Screened:
    file = folder / "file"
    file.write_bytes(content)
    return apart.screen(file, "a file.bin", [medium], folder)


def test_what_is_found_over_there_is_told_here(tmp_path: Path) -> None:
    found = look(tmp_path, PICTURE, Medium.IMAGE)
    assert (found.medium, found.ending, found.width, found.height) == (Medium.IMAGE, "png", 8, 8)
    assert found.file == tmp_path / "file" and found.preview.startswith(b"RIFF")
    with pytest.raises(DraftError, match=r"a file\.bin is a PNG. Only audio files can be added here"):
        look(tmp_path, PICTURE, Medium.AUDIO)


def test_a_clip_that_wants_endless_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DraftError, match=r"a file\.bin (takes too much memory|is broken)"):
        look(tmp_path, with_samples(200_000_000), Medium.VIDEO)


@pytest.mark.slow
def test_a_picture_that_wants_endless_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 2)
    with pytest.raises(DraftError, match=r"a file\.bin takes too much memory or time"):
        look(tmp_path, with_scans(20_000), Medium.IMAGE)


def test_the_other_process_knows_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERYAI_API_KEY", "sk-secret")
    monkeypatch.setenv("STUDIO_TEST", "seen")
    started = apart.Process()
    (tmp_path / "file").write_bytes(PICTURE)
    started.ask("depict", file=tmp_path / "file")
    assert started.pid
    environment = Path(f"/proc/{started.pid}/environ")
    if not environment.exists():
        pytest.skip("this system does not show it")
    assert b"STUDIO_TEST=seen" in environment.read_bytes()
    assert b"sk-secret" not in environment.read_bytes()


def test_a_process_that_ended_is_started_again(tmp_path: Path) -> None:
    """By itself, as nothing was asked for a while, or because a file was too much for it."""
    started = apart.Process()
    (tmp_path / "file").write_bytes(PICTURE)
    before = started.ask("depict", file=tmp_path / "file"), started.pid
    started.end()
    assert started.ask("depict", file=tmp_path / "file") == before[0]
    assert started.pid != before[1]


def test_a_result_that_costs_the_process_its_life_is_kept_by_its_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file := tmp_path / "file").write_bytes(with_scans(20_000))
    monkeypatch.setattr(apart, "SECONDS", 2)
    found = apart.inspect(file, Kind.IMAGE)
    assert (found.ending, found.format, found.width) == ("jpg", "JPG", 0)
    with pytest.raises(Undecodable, match="too much memory or time"):
        apart.depict(file)
    file.write_bytes(PICTURE)
    assert apart.inspect(file, Kind.IMAGE).width == 8
