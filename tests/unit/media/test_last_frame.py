"""The end of a video as a picture."""

import io
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops

from sandbox import media
from studio.core.errors import Undecodable
from studio.core.reference import MOST_BYTES, Medium
from studio.media import last_frame


def clip(folder: Path, seconds: int) -> Path:
    file = folder / "clip.mp4"
    file.write_bytes(media.clip("", "16:9", 3, seconds=seconds, resolution="360p", sound=True))
    return file


def frames(file: Path) -> list[Image.Image]:
    with av.open(str(file)) as container:
        return [Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


@pytest.mark.parametrize("seconds", [1, 8])
@pytest.mark.slow
def test_it_is_the_last_frame_whatever_the_length(tmp_path: Path, seconds: int) -> None:
    file = clip(tmp_path, seconds)
    shown = frames(file)
    with Image.open(last_frame.last_frame(file, tmp_path)) as still:
        assert still.format == "PNG"
        assert not ImageChops.difference(still, shown[-1]).getbbox()
        assert ImageChops.difference(still, shown[0]).getbbox(), "the sun has moved"


def test_one_that_would_be_too_large_is_a_jpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_frame, "MOST_BYTES", {**MOST_BYTES, Medium.IMAGE: 1000})
    with Image.open(last_frame.last_frame(clip(tmp_path, 1), tmp_path)) as still:
        assert still.format == "JPEG"


@pytest.mark.parametrize("content", [b"", b"no video", media.picture("x", "1:1", 1)[:200]])
def test_what_is_no_video_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.mp4"
    file.write_bytes(content)
    with pytest.raises(Undecodable, match="Its end can't be read"):
        last_frame.last_frame(file, tmp_path)


def test_a_sound_has_no_end_to_look_at(tmp_path: Path) -> None:
    content, file = io.BytesIO(), tmp_path / "sound.mp4"
    with av.open(content, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        media._encode_tone(container, stream, 1)
    file.write_bytes(content.getvalue())
    with pytest.raises(Undecodable):
        last_frame.last_frame(file, tmp_path)
