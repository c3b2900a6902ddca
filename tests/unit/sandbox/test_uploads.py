"""What the sandbox takes as an upload, without HTTP: by its ending and its first bytes, and not too much of it."""

import io
import wave
from pathlib import Path

import av
import pytest
from PIL import Image
from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox import media
from sandbox.facts import Refusal
from sandbox.uploads import KINDS, MEGABYTE, Uploads, file_of
from tests.conftest import awaited


def made(ending: str) -> bytes:
    """A real file of this type."""
    file = io.BytesIO()
    if KINDS[ending] == "image":
        form = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}[ending]
        Image.effect_noise((40, 30), 60).convert("RGB").save(file, form)
    elif ending == "wav":
        with wave.open(file, "wb") as sound:
            sound.setparams((1, 2, 8000, 8000, "NONE", ""))
            sound.writeframes(b"\0" * 16000)
    elif ending == "mp3":
        _sound(file)
    else:
        _clip(file, ending)
    return file.getvalue()


def _sound(file: io.BytesIO) -> None:
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=44100)
        frame = av.AudioFrame(format="s16p", layout="stereo", samples=44100)
        frame.sample_rate = 44100
        container.mux([*stream.encode(frame), *stream.encode(None)])


def _clip(file: io.BytesIO, ending: str) -> None:
    raw = io.BytesIO(media.clip("x", "1:1", 1, seconds=1, resolution="360p", sound=False))
    with av.open(raw, "r") as source, av.open(file, "w", format=ending) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)


def keep(folder: Path, name: str, raw: bytes) -> str:
    return Uploads(folder).keep(UploadFile(io.BytesIO(raw), filename=name, size=len(raw)))


@pytest.mark.parametrize("ending", KINDS)
def test_each_type_is_taken_under_its_own_ending_alone_and_kept_byte_for_byte(tmp_path: Path, ending: str) -> None:
    raw = made(ending)
    name = keep(tmp_path, f"A FILE.{ending.upper()}", raw)
    found = Uploads(tmp_path).path(name)
    assert found and name.endswith(f".{ending}") and found.read_bytes() == raw
    others = [one for one in KINDS if {one, ending} != {"jpg", "jpeg"} and one != ending]
    for other in others:
        with pytest.raises(Refusal, match="does not match the extension"):
            keep(tmp_path, f"a.{other}", raw)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "size", "code", "words"),
    [
        ("a.png", 10 * MEGABYTE - 1, 0, ""),
        ("a.png", 10 * MEGABYTE, 1014, "an image has at most 10 MB"),
        ("a.wav", 50 * MEGABYTE - 1, 0, ""),
        ("a.wav", 50 * MEGABYTE, 1014, "a video or audio file has at most 50 MB"),
    ],
)
def test_a_file_that_is_too_large_by_a_byte_is_refused(
    tmp_path: Path, name: str, size: int, code: int, words: str
) -> None:
    raw = made(name[-3:]).ljust(size, b"\0")
    if not code:
        assert keep(tmp_path, name, raw)
        return
    with pytest.raises(Refusal, match=words) as raised:
        keep(tmp_path, name, raw)
    assert raised.value.code == code and not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", [None, UploadFile(io.BytesIO(b""), filename="a.png", size=0)])
def test_no_file_is_file_empty(tmp_path: Path, given: UploadFile | None) -> None:
    with pytest.raises(Refusal, match="file empty"):
        Uploads(tmp_path).keep(given)


@pytest.mark.parametrize("name", ["a", "", "a.exe", "a.svg", "..", "a.png/../b.txt"])
def test_other_files_are_not_supported(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal, match="only image, video and audio files are supported"):
        keep(tmp_path, name, b"hello there, dear sandbox")


def test_a_form_is_read_no_further_than_a_file_may_be_long() -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    asked = [0]

    async def receive() -> dict[str, object]:
        asked[0] += 1
        return {"type": "http.request", "body": head if asked[0] == 1 else b"x" * MEGABYTE, "more_body": asked[0] < 99}

    scope = {"type": "http", "headers": [(b"content-type", b"multipart/form-data; boundary=x")]}
    with pytest.raises(Refusal, match="at most 50 MB") as raised:
        awaited(file_of(Request(scope, receive)))
    assert (raised.value.code, asked[0]) == (1014, 52)
