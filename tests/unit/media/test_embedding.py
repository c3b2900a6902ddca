"""The provenance in a copy: real files, with pixels and samples as they were, and what hostile files say."""

import io
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image, PngImagePlugin

from studio.core.provenance import Provenance
from studio.media import bounded, embedding, mp4_comment, xmp
from tests.unit.media.files import encoded, film, moving, two_halves

FOUND = Provenance(
    prompt='Two hills & a <sun>, "soft"\nÄ 山 🌄',
    mode="text_to_image",
    model="SEEDREAM_4",
    settings={"aspect_ratio": "16:9", "image_number": 2, "generate_audio": True, "negative_prompt": "fog"},
    references={"images": ("a" * 64, "")},
    job="job_1",
    task="task_1",
    output=2,
    made="2026-11-30T12:00:00Z",
)
ANOTHER = replace(FOUND, prompt="Another")
CROWDED = PngImagePlugin.PngInfo()
CROWDED.add_text("parameters", "a cat\nSteps: 20, Sampler: Euler a")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
XMP += b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/x"/></rdf:RDF>'
XMP += b"</x:xmpmeta>"
PICTURES: dict[str, Callable[[], bytes]] = {
    "a PNG": lambda: encoded(two_halves(), "PNG"),
    "a PNG that moves": lambda: moving("PNG"),
    "a PNG with texts": lambda: encoded(two_halves(), "PNG", pnginfo=CROWDED),
    "a JPG": lambda: encoded(two_halves(), "JPEG"),
    "a JPG with Exif": lambda: encoded(two_halves(), "JPEG", orientation=6),
    "a JPG with XMP": lambda: encoded(two_halves(), "JPEG", orientation=6, xmp=XMP, comment=b"x"),
    "a lossy WebP": lambda: encoded(two_halves(63, 47), "WEBP"),
    "a WebP that loses nothing": lambda: encoded(two_halves(63, 47), "WEBP", lossless=True),
    "a WebP one can see through": lambda: encoded(two_halves(63, 47, "RGBA"), "WEBP", lossless=True),
    "a WebP that moves": lambda: moving("WEBP"),
    "a WebP with XMP": lambda: encoded(two_halves(), "WEBP", orientation=6, xmp=XMP),
}


def copied(folder: Path, content: bytes, found: Provenance = FOUND) -> bytes:
    file = folder / "original"
    file.write_bytes(content)
    copy = embedding.copy_with(file, found)
    made = b"".join(copy.pieces())
    assert copy.size == len(made) and file.read_bytes() == content
    return made


def said(content: bytes) -> Provenance | None:
    return embedding.read(io.BytesIO(content))


def frames(content: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(content)) as picture:
        found = []
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            found.append(picture.convert("RGBA").tobytes())
        return found


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_carries_it_with_the_same_pixels(name: str, tmp_path: Path) -> None:
    content = PICTURES[name]()
    made = copied(tmp_path, content)
    assert said(made) == FOUND
    assert frames(made) == frames(content)
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(made)) as after:
        assert before.getexif() == after.getexif() and before.size == after.size
    assert said(copied(tmp_path, made, ANOTHER)) == ANOTHER, "the newest counts"


@pytest.mark.parametrize("name", [name for name in PICTURES if "WebP" not in name and "XMP" not in name])
def test_the_rest_of_a_png_and_a_jpg_is_the_same_in_one_piece(name: str, tmp_path: Path) -> None:
    content = PICTURES[name]()
    made = copied(tmp_path, content)
    added = len(made) - len(content)
    places = [at for at in range(len(content)) if made[:at] + made[at + added :] == content]
    assert places


@pytest.mark.parametrize("name", [name for name in PICTURES if "WebP" in name])
def test_each_chunk_with_pixels_of_a_webp_is_the_same(name: str, tmp_path: Path) -> None:
    def chunks(webp: bytes) -> list[bytes]:
        at, found = 12, []
        while at < len(webp):
            end = at + 8 + (length := struct.unpack_from("<I", webp, at + 4)[0]) + length % 2
            if webp[at : at + 4] not in (b"VP8X", b"XMP "):
                found.append(webp[at:end])
            at = end
        return found

    content = PICTURES[name]()
    assert chunks(copied(tmp_path, content)) == chunks(content)


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_other_programs_find_it_and_what_was_said_before_stays(form: str, tmp_path: Path) -> None:
    with Image.open(io.BytesIO(copied(tmp_path, encoded(two_halves(), form, xmp=XMP)))) as picture:
        packet = picture.info["xmp"]
    assert b'dc:format="image/x"' in packet and b"Two hills &amp; a &lt;sun&gt;" in packet
    with Image.open(io.BytesIO(copied(tmp_path, encoded(two_halves(), form)))) as picture:
        assert b'<rdf:li xml:lang="x-default">Two hills &amp; a' in picture.info["xmp"]


def test_other_programs_find_the_prompt_of_a_png(tmp_path: Path) -> None:
    with Image.open(io.BytesIO(copied(tmp_path, encoded(two_halves(), "PNG")))) as picture:
        assert isinstance(picture, PngImagePlugin.PngImageFile)
        text = picture.text["parameters"]
        assert json.loads(picture.text["WeryAI Studio"])["job"] == "job_1"
    assert text.startswith(FOUND.prompt) and "\nNegative prompt: fog\nModel: SEEDREAM_4, " in text


def test_of_a_png_of_another_program_the_prompt_is_read() -> None:
    assert said(PICTURES["a PNG with texts"]()) == Provenance(prompt="a cat")


FILMS: dict[str, dict[str, Any]] = {
    "an MP4": {"form": "mp4"},
    "an MP4 with its index first": {"form": "mp4", "movflags": "faststart", "sound": "aac"},
    "a MOV": {"form": "mov", "sound": "aac"},
}


def packets(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content), "r") as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


@pytest.mark.parametrize("name", FILMS)
def test_a_film_carries_it_with_the_same_samples(name: str, tmp_path: Path) -> None:
    content = film(tmp_path, **FILMS[name])
    made = copied(tmp_path, content)
    assert said(made) == FOUND
    with av.open(io.BytesIO(made), "r") as container:
        assert json.loads(container.metadata["comment"])["prompt"] == FOUND.prompt
        assert [frame.pts for frame in container.decode(video=0)]
    assert packets(made) == packets(content)
    samples = content[(at := content.index(b"mdat")) - 4 :][: struct.unpack(">I", content[at - 4 : at])[0]]
    assert samples in made
    assert said(copied(tmp_path, made, ANOTHER)) == ANOTHER


def test_a_webp_of_very_many_chunks_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_READS", 4)
    content = PICTURES["a WebP that moves"]()
    assert copied(tmp_path, content) == content and copied(tmp_path, PICTURES["a lossy WebP"]()) != content


def test_offsets_of_eight_bytes_move_too() -> None:
    track = mp4_comment._box(b"co64", struct.pack(">IIQQ", 0, 2, 10, 2**33))
    for name in (b"stbl", b"minf", b"mdia", b"trak"):
        track = mp4_comment._box(name, track)
    assert struct.pack(">QQ", 10, 2**33 + 5) in mp4_comment._shifted(track, 100, 5)
    assert struct.pack(">QQ", 10, 2**33 - 5) in mp4_comment._shifted(track, 100, -5)


def test_an_offset_that_would_be_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        mp4_comment._shifted(mp4_comment._box(b"stco", struct.pack(">III", 0, 1, 2**32 - 3)), 100, 5)


def test_a_film_in_fragments_stays_as_it_is(tmp_path: Path) -> None:
    content = film(tmp_path, "mp4", movflags="frag_keyframe+empty_moov")
    assert copied(tmp_path, content) == content


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "AVIF"])
def test_a_format_without_a_place_for_it_stays_as_it_is(form: str, tmp_path: Path) -> None:
    content = encoded(two_halves(), form)
    assert copied(tmp_path, content) == content and said(content) is None
    assert not embedding.can_carry(f"2026/11/job/1.{form.lower()}") and embedding.can_carry("2026/11/job/1.webp")


def test_what_has_no_room_for_it_stays_as_it_is(tmp_path: Path) -> None:
    content = encoded(two_halves(), "JPEG", xmp=XMP.replace(b"image/x", b"x" * 65_000))
    assert copied(tmp_path, content) == content
    assert copied(tmp_path, PICTURES["a PNG"](), replace(FOUND, prompt="a" * 50_000)) == PICTURES["a PNG"]()


def some_file(folder: Path, name: str) -> bytes:
    return PICTURES[name]() if name in PICTURES else film(folder, **FILMS[name])


@pytest.mark.parametrize("name", ["a PNG", "a JPG with XMP", "a WebP with XMP", "an MP4 with its index first"])
def test_a_file_that_was_cut_or_changed_breaks_nothing(name: str, tmp_path: Path) -> None:
    content = some_file(tmp_path, name)
    made = copied(tmp_path, content)

    @settings(max_examples=60, deadline=None)
    @given(some.integers(0, len(made)), some.integers(0, len(made) - 1), some.binary(min_size=1, max_size=8))
    def odd(end: int, at: int, other: bytes) -> None:
        for one in (made[:end], made[:at] + other + made[at + len(other) :]):
            said(one)
            copied(tmp_path, one)

    odd()


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=400), some.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\xff\0\0\0WEBP"]))
def test_nonsense_says_nothing(content: bytes, begin: bytes) -> None:
    assert said(begin + content) is None
    assert said(content) is None and said(b"\0\0\0\x08ftyp" + content) is None


class Counting(io.BytesIO):
    """A file that counts what was read from it, at once and in all."""

    most = reads = total = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.most, self.reads, self.total = max(self.most, len(found)), self.reads + 1, self.total + len(found)
        return found


def test_a_large_text_is_not_read(tmp_path: Path) -> None:
    with_text = copied(tmp_path, PICTURES["a PNG"]())
    huge = b"iTXt" + b"x" * 3_000_000
    png = with_text[:33] + struct.pack(">I", len(huge) - 4) + huge + b"crc!" + with_text[33:]
    film_with_text = copied(tmp_path, film(tmp_path, "mp4")).replace(b"mdat", b"free")
    for content in (png, film_with_text):
        stream = Counting(content)
        assert embedding.read(stream) == FOUND and stream.most < 70_000 and stream.tell() == 0


XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"


def nested_boxes(*names: bytes, each: int) -> bytes:
    """Boxes in boxes: so many of a name in each box of the name before it."""
    content = b""
    for name in reversed(names):
        content = mp4_comment._box(name, (b"\0" * 4 if name == b"meta" else b"") + content) * each
    return content


def xmp_chunks(number: int) -> bytes:
    packet = b"<x>" + b"y" * 200_000 + b"</x>"
    inside = b"WEBP" + (struct.pack("<4sI", b"XMP ", len(packet)) + packet + b"\0") * number
    return struct.pack("<4sI", b"RIFF", len(inside)) + inside


GREEDY: dict[str, Callable[[], bytes]] = {
    "boxes in boxes": lambda: mp4_comment._box(b"ftyp", b"") + nested_boxes(b"moov", b"udta", b"meta", each=40),
    "boxes in a row": lambda: mp4_comment._box(b"ftyp", b"") * 50_000,
    "packets of a WebP": lambda: xmp_chunks(10),
    "chunks of a WebP": lambda: b"RIFF" + struct.pack("<I", 400_004) + b"WEBP" + b"abcd\0\0\0\0" * 50_000,
    "texts of a PNG": lambda: b"\x89PNG\r\n\x1a\n" + (struct.pack(">I", 60_000) + b"tEXt" + b"x" * 60_004) * 20,
    "segments of a JPG": lambda: b"\xff\xd8" + (b"\xff\xe1\xff\xff" + XMP_NAME + b"x" * 65_504) * 20,
    "other segments of a JPG": lambda: b"\xff\xd8" + (b"\xff\xe2\xff\xff" + b"x" * 65_533) * 20,
}


@pytest.mark.parametrize("name", GREEDY)
def test_of_any_file_little_is_read(name: str) -> None:
    stream = Counting(GREEDY[name]())
    assert embedding.read(stream) is None and stream.tell() == 0
    assert stream.reads <= bounded.MOST_READS and stream.total <= 512 * 1024


def test_a_packet_after_many_other_segments_of_a_jpg_is_found(tmp_path: Path) -> None:
    made = copied(tmp_path, PICTURES["a JPG"]())
    assert said(made[:2] + (b"\xff\xe2\xff\xff" + b"x" * 65_533) * 20 + made[2:]) == FOUND


def test_boxes_in_boxes_without_end_stay_as_they_are(tmp_path: Path) -> None:
    tracks = b""
    for _ in range(3000):
        tracks = mp4_comment._box(b"trak", tracks)
    content = mp4_comment._box(b"ftyp", b"isom") + mp4_comment._box(b"moov", tracks)
    assert copied(tmp_path, content) == content


def test_entities_of_a_packet_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + xmp.packet("&b;", "x")
    assert xmp.provenance(bomb) == ""


def test_another_program_may_change_the_prefix() -> None:
    packet = xmp.packet("as it is", "x")
    for before, after in ((b"<studio:", b"<other:"), (b"</studio:", b"</other:"), (b"xmlns:studio", b"xmlns:other")):
        assert before in packet
        packet = packet.replace(before, after)
    assert xmp.provenance(packet) == "as it is"


def test_a_copy_is_read_in_small_pieces(tmp_path: Path) -> None:
    file = tmp_path / "original"
    file.write_bytes(PICTURES["a PNG"]() + b"\0" * 1_000_000)
    assert max(map(len, embedding.copy_with(file, FOUND).pieces())) <= 256 * 1024
