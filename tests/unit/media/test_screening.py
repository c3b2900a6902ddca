"""Reference files before they are uploaded: what is taken as it is, what is turned, what is refused in which words."""

import hashlib
import io
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.core import reference
from studio.core.durations import check_lengths
from studio.core.errors import DraftError
from studio.core.reference import Medium, Reference
from studio.media import conversion, screening
from studio.media.facts import Screened
from studio.media.screening import screen
from tests.unit.media.files import BLUE, RED, encoded, film, moving, on_its_side, png_of_size, tone, two_halves

ANY = frozenset(Medium)
PICTURES, VIDEOS, SOUNDS = (frozenset({medium}) for medium in Medium)
WHOLE = "is broken or incomplete. Export it again, then add the new file."


@cache
def made(maker: str, form: str, **words: Any) -> bytes:
    """A file of each kind is made once."""
    with TemporaryDirectory() as folder:
        makers: dict[str, Callable[..., bytes]] = {"film": film, "tone": tone}
        return makers[maker](Path(folder), form, **words)


def mp4(**words: Any) -> bytes:
    return made("film", "mp4", **words)


def endless() -> bytes:
    """An MP4 whose last box goes on to the end of the file, wherever that is."""
    whole = mp4(movflags="faststart")
    at = whole.index(b"mdat") - 4
    return whole[:at] + b"\0\0\0\0" + whole[at + 4 :]


def mp3() -> bytes:
    return made("tone", "mp3", codec="libmp3lame")


def wav() -> bytes:
    return made("tone", "wav", codec="pcm_s16le")


def put(folder: Path, content: bytes) -> Path:
    (file := folder / "given").write_bytes(content)
    return file


def screened(folder: Path, content: bytes, name: str = "a.file", allowed: frozenset[Medium] = ANY) -> Screened:
    (copies := folder / "copies").mkdir(exist_ok=True)
    return screen(put(folder, content), name, allowed, copies)


def refusal(folder: Path, content: bytes, name: str, allowed: frozenset[Medium] = ANY) -> str:
    with pytest.raises(DraftError) as refused:
        screened(folder, content, name, allowed)
    assert refused.value.field == ""
    assert not list((folder / "copies").iterdir()), "nothing is left behind"
    return refused.value.message


PNG, JPG = encoded(two_halves(), "PNG"), encoded(two_halves(), "JPEG", quality=95)
WEBP = encoded(two_halves(), "WEBP", lossless=True)
GOOD: dict[str, tuple[Callable[[], bytes], Medium, str]] = {
    "png": (lambda: PNG, Medium.IMAGE, "png"),
    "png-palette": (lambda: encoded(two_halves(mode="P"), "PNG"), Medium.IMAGE, "png"),
    "png-see-through": (lambda: encoded(two_halves(mode="RGBA"), "PNG"), Medium.IMAGE, "png"),
    "png-16-bit": (lambda: encoded(Image.new("I;16", (64, 48), 40000), "PNG"), Medium.IMAGE, "png"),
    "jpg": (lambda: JPG, Medium.IMAGE, "jpg"),
    "jpg-padded": (lambda: JPG[:-2] + bytes(16), Medium.IMAGE, "jpg"),
    "jpg-in-steps": (lambda: encoded(two_halves(), "JPEG", progressive=True), Medium.IMAGE, "jpg"),
    "jpg-for-print": (lambda: encoded(two_halves(mode="CMYK"), "JPEG"), Medium.IMAGE, "jpg"),
    "jpg-with-depth": (
        lambda: encoded(two_halves(), "MPO", save_all=True, append_images=[two_halves(mode="L")]),
        *(Medium.IMAGE, "jpg"),
    ),
    "webp": (lambda: encoded(two_halves(), "WEBP"), Medium.IMAGE, "webp"),
    "webp-exact": (lambda: WEBP, Medium.IMAGE, "webp"),
    "mp4": (mp4, Medium.VIDEO, "mp4"),
    "mp4-with-sound": (lambda: mp4(sound="aac"), Medium.VIDEO, "mp4"),
    "mp4-index-in-front": (lambda: mp4(movflags="faststart"), Medium.VIDEO, "mp4"),
    "mp4-of-a-browser": (lambda: mp4(movflags="frag_keyframe+empty_moov"), Medium.VIDEO, "mp4"),
    "mp4-of-open-length": (endless, Medium.VIDEO, "mp4"),
    "mp4-mpeg4": (lambda: mp4(codec="mpeg4"), Medium.VIDEO, "mp4"),
    "mov": (lambda: made("film", "mov", sound="pcm_s16le"), Medium.VIDEO, "mov"),
    "mp3": (mp3, Medium.AUDIO, "mp3"),
    "mp3-without-tags": (
        lambda: made("tone", "mp3", codec="libmp3lame", id3v2_version="0", write_xing="0"),
        *(Medium.AUDIO, "mp3"),
    ),
    "wav": (wav, Medium.AUDIO, "wav"),
    "wav-float": (lambda: made("tone", "wav", codec="pcm_f32le"), Medium.AUDIO, "wav"),
    "wav-without-length": (
        lambda: wav()[: wav().index(b"data") + 4] + b"\xff" * 4 + wav()[wav().index(b"data") + 8 :],
        *(Medium.AUDIO, "wav"),
    ),
    "wav-with-a-title-in-latin-1": (lambda: wav().replace(b"Lavf", b"L\xe4vf"), Medium.AUDIO, "wav"),
}


@pytest.mark.parametrize(("make", "medium", "ending"), GOOD.values(), ids=list(GOOD))
def test_a_good_file_is_uploaded_byte_for_byte(
    tmp_path: Path, make: Callable[[], bytes], medium: Medium, ending: str
) -> None:
    content = make()
    found = screened(tmp_path, content, allowed=frozenset({medium}))
    assert (found.medium, found.ending, found.size) == (medium, ending, len(content))
    assert (found.file.read_bytes(), found.sha256) == (content, hashlib.sha256(content).hexdigest())
    assert (found.width, found.height) == ((0, 0) if medium is Medium.AUDIO else (64, 48))
    assert found.seconds == pytest.approx(0 if medium is Medium.IMAGE else 2, abs=0.06)
    assert bool(found.preview) is (medium is not Medium.AUDIO)


@pytest.mark.parametrize("make", [lambda: encoded(two_halves(1200, 900), "PNG"), mp4], ids=["picture", "video"])
def test_the_preview_is_a_small_webp_that_shows_it(tmp_path: Path, make: Callable[[], bytes]) -> None:
    preview = Image.open(io.BytesIO(screened(tmp_path, make()).preview))
    assert (preview.format, max(preview.size) <= 480) == ("WEBP", True)
    assert near(preview, 0.25, 0.25, RED)
    assert near(preview, 0.25, 0.75, BLUE)


def test_a_grey_of_16_bits_is_not_shown_as_white(tmp_path: Path) -> None:
    preview = Image.open(io.BytesIO(screened(tmp_path, GOOD["png-16-bit"][0]()).preview))
    assert near(preview, 0.5, 0.5, (156, 156, 156))


def near(picture: Image.Image, across: float, down: float, colour: tuple[int, int, int]) -> bool:
    """Whether a point, given in parts of the sides, has this colour, but for what compression does to it."""
    found: Any = picture.convert("RGB").getpixel((int(across * picture.width), int(down * picture.height)))
    return bool(np.abs(np.subtract(found, colour)).max() < 40)


@pytest.mark.parametrize("name", ["photo.jpg", "photo", "setup.exe"])
def test_the_content_decides_and_not_the_name(tmp_path: Path, name: str) -> None:
    assert screened(tmp_path, PNG, name).ending == "png"


FOREIGN_BOX = b"\0\0\0\x18ftyp%s\0\0\0\0%s" + b"\0" * 200
BAD: dict[str, tuple[Callable[[], bytes], frozenset[Medium], str]] = {
    "empty": (lambda: b"", ANY, "is empty. Export it again, then add the new file."),
    "text": (lambda: b"hello", PICTURES, "can't be read. Export it again, or use another file."),
    "one byte": (lambda: b"\xff", ANY, "can't be read. Export it again, or use another file."),
    "program": (lambda: b"MZ\x90\0" + b"\0" * 500, PICTURES, "is a program. Use JPG, PNG or WebP."),
    "web page": (lambda: b"\n<!DOCTYPE html><html><svg>", PICTURES, "is a web page. Use JPG, PNG or WebP."),
    "pdf": (lambda: b"%PDF-1.7\n" + b"x" * 99, PICTURES | VIDEOS, "is a PDF. Use JPG, PNG, WebP, MP4 or MOV."),
    "office": (lambda: b"PK\3\4" + b"x" * 99, PICTURES, "is a ZIP or an Office file. Use JPG, PNG or WebP."),
    "svg": (lambda: b'<?xml version="1.0"?>\n<svg xmlns="">', PICTURES, "is an SVG. Use JPG, PNG or WebP."),
    "gif": (lambda: moving("GIF"), ANY, "is animated. Save one frame of it as PNG."),
    "mp4 of brands without end": (lambda: b"\xa5\0\0\0ftypisom" + b"\0" * 200, VIDEOS, WHOLE),
    "heic of zeros": (lambda: FOREIGN_BOX % (b"heic", b"mif1"), PICTURES, WHOLE),
    "mkv": (lambda: made("film", "matroska"), VIDEOS, "is an MKV. Use MP4 or MOV."),
    "webm": (lambda: made("film", "webm", codec="libvpx"), VIDEOS, "is a WebM. Use MP4 or MOV."),
    "avi": (lambda: made("film", "avi", codec="mpeg4"), VIDEOS, "is an AVI. Use MP4 or MOV."),
    "flash": (lambda: made("film", "flv"), VIDEOS, "is a Flash video. Use MP4 or MOV."),
    "transport stream": (lambda: made("film", "mpegts"), VIDEOS, "is an MPEG-TS. Use MP4 or MOV."),
    "windows media": (lambda: made("film", "asf", codec="mpeg4"), VIDEOS, "is a Windows Media file. Use MP4 or MOV."),
    "3gp": (lambda: made("film", "3gp"), VIDEOS, "is a 3GP. Use MP4 or MOV."),
    "flac": (lambda: made("tone", "flac", codec="flac"), SOUNDS, "is a FLAC. Use MP3 or WAV."),
    "ogg": (lambda: b"OggS\0\2" + b"\0" * 200, SOUNDS, "is an OGG. Use MP3 or WAV."),
    "m4a": (lambda: made("tone", "ipod", codec="aac"), SOUNDS, "is an M4A. Use MP3 or WAV."),
    "aac": (lambda: made("tone", "adts", codec="aac"), SOUNDS, "is an AAC. Use MP3 or WAV."),
    "aac behind tags": (
        lambda: b"ID3\4\0\0\0\0\0\0" + made("tone", "adts", codec="aac"),
        SOUNDS,
        "is an AAC. Use",
    ),
    "aiff": (lambda: made("tone", "aiff", codec="pcm_s16be"), SOUNDS, "is an AIFF. Use MP3 or WAV."),
    "playlist": (lambda: b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/\n", VIDEOS, "is a text. Use MP4"),
    "sound in an mp4": (lambda: made("tone", "mp4", codec="aac"), ANY, "is an MP4 with audio only. Use MP3 or WAV."),
    "sound in an mp4 for a sound": (
        lambda: made("tone", "mp4", codec="aac"),
        SOUNDS,
        "is an MP4 with audio only. Use MP3",
    ),
    "sound in an mp4 for a video": (
        lambda: made("tone", "mp4", codec="aac"),
        *(VIDEOS, "is an MP4 with audio only. Only videos can be added here."),
    ),
    "video for a picture": (mp4, PICTURES, "is an MP4. Only images can be added here."),
    "picture for a video": (lambda: PNG, VIDEOS, "is a PNG. Only videos can be added here."),
    "sound for others": (wav, PICTURES | VIDEOS, "is a WAV. Only images and videos can be added here."),
    "bomb": (lambda: png_of_size(8000, 6251), PICTURES, "has 50.1 megapixels; the limit is 50. Make it smaller."),
    "large bomb": (
        lambda: png_of_size(60000, 60000),
        PICTURES,
        "has 3600 megapixels; the limit is 50. Make it smaller.",
    ),
    "webp bomb": (
        lambda: WEBP[:12] + b"VP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\0" * 2 + WEBP[12:],
        *(PICTURES, WHOLE),
    ),
    "no pixels": (lambda: png_of_size(0, 48), PICTURES, WHOLE),
    "png that moves": (lambda: moving("PNG"), PICTURES, "is animated. Save one frame of it as PNG."),
    "webp that moves": (lambda: moving("WEBP"), PICTURES, "is animated. Save one frame of it as PNG."),
    "png without its end": (lambda: PNG[:-9], PICTURES, WHOLE),
    "png without its pixels": (lambda: png_of_size(64, 48), PICTURES, WHOLE),
    "half a jpg": (lambda: JPG[: len(JPG) // 2], PICTURES, WHOLE),
    "jpg without its end": (lambda: JPG[:-2], PICTURES, WHOLE),
    "half a webp": (lambda: WEBP[: len(WEBP) // 2], PICTURES, WHOLE),
    "signature only": (lambda: PNG[:8], PICTURES, WHOLE),
    "half an mp4": (lambda: mp4()[: len(mp4()) // 2], VIDEOS, WHOLE),
    "mp4 without its end": (lambda: mp4(movflags="faststart")[:-1], VIDEOS, WHOLE),
    "mp4 of open length without its end": (lambda: endless()[:-1], VIDEOS, WHOLE),
    "mp4 of zeros": (lambda: FOREIGN_BOX % (b"isom", b"mp41"), VIDEOS, WHOLE),
    "mp4 that is protected": (
        lambda: mp4(encryption_scheme="cenc-aes-ctr", encryption_key="00" * 16, encryption_kid="11" * 16),
        *(VIDEOS, WHOLE),
    ),
    "mp4 in a codec that nobody has": (lambda: mp4().replace(b"avc1", b"zzz1"), VIDEOS, WHOLE),
    "wav without samples": (lambda: wav()[: wav().index(b"data")] + b"data\0\0\0\0", SOUNDS, WHOLE),
    "mp3 without frames": (lambda: mp3()[:50] + b"\xff\xfb\x50\xc4" + b"\0" * 500, SOUNDS, WHOLE),
}


@pytest.mark.parametrize(("make", "allowed", "sentence"), BAD.values(), ids=list(BAD))
def test_a_bad_file_is_refused_in_words(
    tmp_path: Path, make: Callable[[], bytes], allowed: frozenset[Medium], sentence: str
) -> None:
    assert refusal(tmp_path, make(), "a.png", allowed).startswith(f"a.png {sentence}")


def test_a_file_of_which_neither_name_nor_content_is_known_is_told_what_is_taken(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"hello", "a.xyz", PICTURES) == "a.xyz is a text. Use JPG, PNG or WebP."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 80 + " holiday.png", "x" * 44 + "…" + "xxx holiday.png"),
        ("two\nlines\t.png", "two lines .png"),
        ("gnp.\u202eexe", "gnp. exe"),
        ("", "The file"),
    ],
)
def test_a_name_is_shown_short_and_in_one_line(tmp_path: Path, name: str, shown: str) -> None:
    assert refusal(tmp_path, b"", name) == f"{shown} is empty. Export it again, then add the new file."


@pytest.mark.parametrize(
    ("content", "most"), [(PNG, 10), (JPG, 10), (wav(), 50), (mp4(), 50), (encoded(two_halves(), "BMP"), 50)]
)
def test_a_file_over_the_limit_is_refused_before_it_is_decoded(tmp_path: Path, content: bytes, most: int) -> None:
    file = put(tmp_path, content)
    with file.open("r+b") as stream:
        stream.truncate(most * 1_000_000 + 1)
    with pytest.raises(DraftError, match=rf"^big has {most}\.1 MB; the limit is {most} MB\.$"):
        screen(file, "big", ANY, tmp_path)


def test_a_file_of_the_very_limit_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "MOST_BYTES", MappingProxyType(dict.fromkeys(Medium, len(PNG))))
    assert screened(tmp_path, PNG).size == len(PNG)


FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "png": ("PNG", {}),
    "jpg": ("JPEG", {"quality": 95}),
    "webp": ("WEBP", {"lossless": True}),
}
CORNERS = {  # where the red and the blue quarter of the upright picture are, by EXIF orientation of the file
    2: ((0.75, 0.25), (0.75, 0.75)),
    3: ((0.75, 0.75), (0.75, 0.25)),
    4: ((0.25, 0.75), (0.25, 0.25)),
    5: ((0.25, 0.25), (0.75, 0.25)),
    6: ((0.75, 0.25), (0.25, 0.25)),
    7: ((0.75, 0.75), (0.25, 0.75)),
    8: ((0.25, 0.75), (0.75, 0.75)),
}


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("orientation", CORNERS)
def test_a_picture_is_uploaded_as_a_person_sees_it(tmp_path: Path, ending: str, orientation: int) -> None:
    form, words = FORMS[ending]
    found = screened(tmp_path, encoded(two_halves(), form, orientation, icc_profile=b"colours" * 20, **words))
    upload, preview = Image.open(found.file), Image.open(io.BytesIO(found.preview))
    assert found.file.parent.name == "copies"
    assert (found.ending, found.file.suffix) == (ending, f".{ending}")
    assert (found.width, found.height) == upload.size == ((48, 64) if orientation > 4 else (64, 48))
    assert (found.size, found.sha256) == (
        found.file.stat().st_size,
        hashlib.sha256(found.file.read_bytes()).hexdigest(),
    )
    assert upload.getexif().get(274, 1) == 1
    assert upload.info["icc_profile"] == b"colours" * 20
    for picture in (upload, preview):
        for (across, down), colour in zip(CORNERS[orientation], (RED, BLUE), strict=True):
            assert near(picture, across, down, colour)


@pytest.mark.parametrize("ending", ["png", "webp"])
def test_a_turned_copy_of_an_exact_picture_is_exact(tmp_path: Path, ending: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (48, 64, 4), dtype=np.uint8))
    form, words = FORMS[ending]
    exact = {"exact": True} if ending == "webp" else {}
    found = screened(tmp_path, encoded(noise, form, 6, **words, **exact))
    turned = np.asarray(Image.open(found.file))
    assert (turned == np.rot90(np.asarray(noise), -1)).all()


def test_a_lossy_webp_stays_one(tmp_path: Path) -> None:
    assert b"VP8 " in screened(tmp_path, encoded(two_halves(), "WEBP", 6)).file.read_bytes()[:40]


CONVERTED: dict[str, tuple[str, Callable[[], bytes]]] = {  # what it is made of, what it becomes, and how it is made
    "HEIC": ("jpg", lambda: encoded(two_halves(), "HEIF", icc_profile=b"colours" * 20)),
    "AVIF": ("jpg", lambda: encoded(two_halves(), "AVIF", icc_profile=b"colours" * 20)),
    "TIFF": ("png", lambda: encoded(two_halves(), "TIFF", icc_profile=b"colours" * 20)),
    "BMP": ("png", lambda: encoded(two_halves(), "BMP")),
    "GIF": ("png", lambda: encoded(two_halves(), "GIF")),
}


@pytest.mark.parametrize("called", CONVERTED)
def test_a_picture_that_weryai_does_not_take_is_converted(tmp_path: Path, called: str) -> None:
    ending, make = CONVERTED[called]
    found = screened(tmp_path, make())
    assert (found.converted, found.ending, found.file.suffix) == (called, ending, f".{ending}")
    upload = Image.open(found.file)
    assert upload.size == (found.width, found.height) == (64, 48) and found.preview
    assert near(upload, 0.25, 0.25, RED) and near(upload, 0.25, 0.75, BLUE)
    assert upload.info.get("icc_profile") == (None if called in ("BMP", "GIF") else b"colours" * 20)


def test_a_converted_photo_stands_upright(tmp_path: Path) -> None:
    found = screened(tmp_path, encoded(two_halves(), "AVIF", 6))  # of a HEIC the decoder itself sees to it
    assert (found.width, found.height) == (48, 64)
    assert near(Image.open(found.file), 0.75, 0.25, RED) and near(Image.open(found.file), 0.25, 0.25, BLUE)


def test_a_tiff_on_its_side_is_turned_and_not_scrambled(tmp_path: Path) -> None:
    grey = two_halves(mode="L")
    found = screened(tmp_path, encoded(grey, "TIFF", tiffinfo={274: 6}))
    assert (np.asarray(Image.open(found.file)) == np.rot90(np.asarray(grey), -1)).all()


def test_what_one_can_see_through_stays_so(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (64, 48), (220, 20, 20, 90))
    found = screened(tmp_path, encoded(clear, "AVIF"))
    assert found.ending == "png" and np.asarray(Image.open(found.file))[9, 9, 3] == 90


NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 300, 4), dtype=np.uint8))


@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_turned_jpg_is_about_as_large_as_it_was(tmp_path: Path, quality: int) -> None:
    content = encoded(NOISE.convert("RGB"), "JPEG", 6, quality=quality)
    found = screened(tmp_path, content)
    assert found.height == 300 and found.size == pytest.approx(len(content), rel=0.1)


def test_a_turned_jpg_that_would_be_over_the_limit_is_coarser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = encoded(NOISE.convert("RGB"), "JPEG", 6, quality=95)
    monkeypatch.setattr(reference, "MOST_BYTES", MappingProxyType(dict.fromkeys(Medium, len(content) - 5_000)))
    monkeypatch.setattr(screening, "_check_size", lambda *_: None)  # as if turning alone had made it larger
    assert screened(tmp_path, content).size < len(content) - 5_000


@pytest.mark.parametrize("words", [{"quality": 40}, {"lossless": True}], ids=["lossy", "exact"])
def test_a_turned_webp_that_would_be_over_the_limit_is_coarser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: dict[str, Any]
) -> None:
    content = encoded(NOISE.convert("RGB"), "WEBP", 6, **words)
    most = len(content) if "quality" in words else len(content) - 5_000
    monkeypatch.setattr(reference, "MOST_BYTES", MappingProxyType(dict.fromkeys(Medium, most)))
    monkeypatch.setattr(screening, "_check_size", lambda *_: None)  # as if turning alone had made it larger
    found = screened(tmp_path, content)
    assert (found.ending, found.width, found.height) == ("webp", 200, 300) and found.size <= most


def test_a_copy_that_is_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = encoded(NOISE, "TIFF")
    monkeypatch.setattr(reference, "MOST_BYTES", MappingProxyType(dict.fromkeys(Medium, 50_000)))
    said = "a.tif, converted, has 0.3 MB; the limit is 0.05 MB."
    assert refusal(tmp_path, content, "a.tif") == said


def test_a_folder_for_copies_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    file = put(tmp_path, encoded(two_halves(), "JPEG", 6))
    with pytest.raises(DraftError, match=r"^a\.jpg couldn't be rotated"):
        screen(file, "a.jpg", ANY, tmp_path / "missing")


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says so, too
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("exif", [b"nonsense", b"MM\0*\0", b"MM\0*\0\0\0\x08\xff\xff"])
def test_a_picture_with_broken_exif_is_uploaded_as_it_is(tmp_path: Path, form: str, exif: bytes) -> None:
    content = encoded(two_halves(), form, exif=b"Exif\0\0" + exif)
    assert screened(tmp_path, content).file.read_bytes() == content


def test_a_video_that_was_filmed_upright_is_shown_so(tmp_path: Path) -> None:
    found = screened(tmp_path, on_its_side(mp4()))
    assert (found.width, found.height) == (48, 64)
    assert near(Image.open(io.BytesIO(found.preview)), 0.75, 0.25, RED)
    assert near(Image.open(io.BytesIO(found.preview)), 0.25, 0.25, BLUE)


def test_a_video_of_too_many_pixels_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "MOST_PIXELS", 3000)
    assert refusal(tmp_path, mp4(), "a.mp4").startswith("a.mp4 has 0.1 megapixels; the limit is 0.003.")


def test_a_cover_is_no_video(tmp_path: Path) -> None:
    file = tmp_path / "song.m4a"
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 88200), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 44100
        picture = cover.encode(av.VideoFrame.from_ndarray(np.asarray(two_halves()), format="rgb24"))
        container.mux([*picture, *cover.encode(None), *stream.encode(silence), *stream.encode(None)])
    assert refusal(tmp_path, file.read_bytes(), "song") == "song is an MP4 with audio only. Use MP3 or WAV."


SECONDS_REFERENCE = Reference(sha256="", medium=Medium.VIDEO, name="", key="", size=1)


def lasting(*seconds: float) -> list[Reference]:
    return [replace(SECONDS_REFERENCE, name=f"{number}.mp4", seconds=each) for number, each in enumerate(seconds, 1)]


@pytest.mark.parametrize("seconds", [(), (1.91,), (15.09,), (5.04, 5.04, 5.04), (2, 13.1)])
def test_lengths_within_the_limits_are_taken(seconds: tuple[float, ...]) -> None:
    check_lengths(lasting(*seconds), (2, 15), 15)


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        ((1.8,), "1.mp4 lasts 1.8 seconds; each must last 2 to 15."),
        ((4, 15.2), "2.mp4 lasts 15.2 seconds; each must last 2 to 15."),
        ((0,), "1.mp4 lasts 0.0 seconds; each must last 2 to 15."),
        ((8, 7.5), "With 2.mp4 the total is 15.5 seconds; the limit is 15."),
        ((5, 5, 5.4), "With 3.mp4 the total is 15.4 seconds; the limit is 15."),
    ],
)
def test_lengths_over_the_limits_are_refused_by_name(seconds: tuple[float, ...], sentence: str) -> None:
    with pytest.raises(DraftError) as refused:
        check_lengths(lasting(*seconds), (2, 15), 15)
    assert refused.value.message == sentence


def test_a_clip_that_somebody_else_gave_is_called_what_it_is() -> None:
    with pytest.raises(DraftError, match=r"^Unnamed video lasts 1\.0 seconds"):
        check_lengths([replace(SECONDS_REFERENCE, seconds=1)], (2, 15), 15)


REAL = (PNG, JPG, WEBP, encoded(two_halves(), "JPEG", 6), mp4(movflags="faststart"), mp3()[:4000], wav()[:4000])
HEADS = [whole[:12] for whole in REAL] + [b"\x89PNG\r\n\x1a\n", b"ID3\4\0\0\0\0\0\0\xff\xfb\x50\xc4"]
QUICK = settings(max_examples=150, suppress_health_check=list(HealthCheck), derandomize=True, database=None)


def takes_or_refuses(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        try:
            screened(Path(folder), content)
        except DraftError as refused:
            assert refused.message.startswith("a.file ")


@QUICK
@given(st.sampled_from(HEADS), st.binary(max_size=2000))
def test_nonsense_is_refused_and_never_worse(head: bytes, rest: bytes) -> None:
    takes_or_refuses(head + rest)
    takes_or_refuses(rest)


@QUICK
@given(st.sampled_from(REAL), st.floats(0, 1), st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), max_size=8))
def test_a_damaged_file_is_taken_or_refused_and_never_worse(
    whole: bytes, end: float, flips: list[tuple[float, int]]
) -> None:
    content = bytearray(whole[: int(end * len(whole))] if end < 0.3 else whole)
    for place, flip in flips:
        if content:
            content[int(place * (len(content) - 1))] ^= flip
    takes_or_refuses(bytes(content))


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    samples = bytes(20_000_000)
    header = wav()[: wav().index(b"data") + 4]
    file = put(tmp_path, header + len(samples).to_bytes(4, "little") + samples)
    del samples
    tracemalloc.start()
    screen(file, "long.wav", ANY, tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000
