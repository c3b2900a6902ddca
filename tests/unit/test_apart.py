"""A hostile file costs a process of its own its life, and the studio a sentence."""

import io
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from studio.errors import DraftError
from studio.media import apart
from studio.media.media import Medium
from studio.media.screening import Screened
from tests.matrix import picture


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
    found = look(tmp_path, picture(b"\xff\0\0" * 64, 8), Medium.IMAGE)
    assert (found.medium, found.ending, found.width, found.height) == (Medium.IMAGE, "png", 8, 8)
    assert found.file == tmp_path / "file" and found.preview.startswith(b"RIFF")
    with pytest.raises(DraftError, match=r"a file\.bin is a PNG. Only audio files can be added here"):
        look(tmp_path, picture(b"\xff\0\0" * 64, 8), Medium.AUDIO)


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
    seen: dict[str, str] = {}

    def run(command: list[str], **words: Any) -> subprocess.CompletedProcess[str]:
        seen.update(words["env"])
        return subprocess.CompletedProcess([], 1, "", "")

    monkeypatch.setattr(sys, "executable", "env")  # prints its environment, and takes no -m
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(DraftError):
        look(tmp_path, b"x", Medium.IMAGE)
    assert seen and "sk-secret" not in seen.values()
