"""A file that was cut, anywhere, is no result; docs/media.md lists the formats in which nothing tells of a cut."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import ArchiveError
from studio.core.values import Kind
from studio.media import completeness, probe, svg
from studio.media.file_types import CONTAINERS, PICTURES, RAW, SVG
from studio.media.mp4_brands import BRANDS
from studio.media.signatures import by_signature
from tests.unit.media.files import encoded, two_halves
from tests.unit.media.odd_files import FILES
from tests.unit.media.rare_pictures import DRAWING, RARE, photoshop

PLACES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.95)
LIST = (Path(__file__).parents[3] / "docs" / "media.md").read_text("utf-8")
SOUNDS = {"MP3", "WAV", "AAC", "FLAC", "AIFF", "AMR", "CAF", "Wave64", "OGG"}
NOT_SEEN = {  # of each of these kinds a part is a file, too
    *("Flash video", "MPEG-TS", "MPEG", "Windows Media file", "MXF", "IVF", "AVI"),
    *("H.264 stream", "HEVC stream", "MPEG-4 stream"),
}
SAMPLES = {  # where a file of the corpus is called in another way
    **{"JPG": "JPG", "MP4": "MP4", "icon": "icon", "Windows Media file": "Windows Media", "JPEG 2000": "JPEG 2000"},
    **{"H.264 stream": "bare H.264", "HEVC stream": "bare HEVC", "MPEG-4 stream": "bare MPEG-4"},
    **{"Photoshop file": "Photoshop file of two layers", "AVIF": "AVIF that moves", "GIF": "GIF that moves"},
    **{"TIFF": "TIFF of two pages", "HEIC": "HEIC of two images"},
}
KINDS = {
    *(found.called for found in (*PICTURES.values(), RAW, SVG)),
    *(name for name, _ in (*CONTAINERS.values(), *BRANDS.values())),
    *("MP4", "WebM"),
}


def whole(kind: str) -> bytes:
    return encoded(two_halves(320, 240), "ICO") if kind == "icon" else FILES[SAMPLES.get(kind, kind)]()


def kept(file: Path, content: bytes) -> bool:
    file.write_bytes(content)
    try:
        probe.inspect(file, Kind.IMAGE)
    except ArchiveError:
        return False
    return True


def parts_that_are_kept(file: Path, content: bytes) -> list[float]:
    assert kept(file, content)
    return [place for place in PLACES if kept(file, content[: max(1, int(len(content) * place))])]


@pytest.mark.parametrize("kind", sorted(KINDS - SOUNDS))
def test_a_part_of_a_file_is_no_result_where_the_format_can_tell(tmp_path: Path, kind: str) -> None:
    assert bool(parts_that_are_kept(tmp_path / "file", whole(kind))) is (kind in NOT_SEEN)


@pytest.mark.parametrize("name", [*RARE, "JPG in steps", "JPG for print", "MOV", "MP4 of HEVC", "MP4 of AV1"])
def test_a_part_of_a_rare_file_is_no_result(tmp_path: Path, name: str) -> None:
    assert not parts_that_are_kept(tmp_path / "file", FILES[name]())


def _entity(number: int) -> str:
    value = f"&a{number - 1};" * 9 if number else "ha"
    return f'<!ENTITY a{number} "{value}">'


ENTITIES = "".join(map(_entity, range(40)))  # each is nine times the one before
HOSTILE = {  # what a head may be made of to keep one who looks at it busy
    **{
        "space": " " * 4096,
        "space in a tag": f"<{' ' * 4096}",
        "openers": "<!--" * 1024,
        "more openers": "<!--" * 90_000,
    },
    **{"instructions": "<?" * 1024, "comments": "<!-- -->" * 90_000, "quotes": f"<!DOCTYPE svg [{'<!E' * 900}\"'"},
    **{"doctypes": "<!DOCTYPE svg " * 9_000, "brackets": f"<!DOCTYPE svg {'[' * 9_000}", "tags": "<a>" * 90_000},
    "entities": f"<!DOCTYPE svg [{ENTITIES}]><b>&a39;</b>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_head_that_goes_on_and_on_is_no_drawing(tmp_path: Path, name: str) -> None:
    (file := tmp_path / "file").write_bytes(HOSTILE[name].encode())
    assert by_signature(file) != SVG


def test_a_drawing_whose_entities_never_end_is_kept(tmp_path: Path) -> None:
    """It is the parser that gives up; nothing in it was cut."""
    (file := tmp_path / "file").write_bytes(HOSTILE["entities"].replace("b>", "svg>").encode())
    assert by_signature(file) == SVG and not svg.is_cut(file)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("behind", [b"", b"\xff" * 300, bytes(range(256)) * 2, bytes(300)], ids=["", "ff", "all", "0"])
def test_lengths_of_nonsense_are_read_without_a_fault(tmp_path: Path, kind: str, behind: bytes) -> None:
    """Whatever they say, there is an answer."""
    file, head = tmp_path / "file", b"OGG" if kind == "OGG" else whole(kind)
    for place in range(2, 64, 3):
        file.write_bytes(head[:place] + behind)
        assert completeness.of(file, kind) in (True, False, None)


@pytest.mark.parametrize("make", [lambda: photoshop(8), lambda: photoshop(8, packed=True)], ids=["bare", "packed"])
def test_a_photoshop_file_is_as_long_as_it_says(tmp_path: Path, make: Callable[[], bytes]) -> None:
    file, content = tmp_path / "file", make()
    for is_whole, part in ((True, content), (True, content + b"more"), (False, content[:-1])):
        file.write_bytes(part)
        assert completeness.of(file, "Photoshop file") is is_whole


@pytest.mark.parametrize("words", [{}, {"big_tiff": True}, {"compression": "jpeg"}], ids=["usual", "big", "packed"])
def test_a_tiff_is_as_long_as_its_lists_say(tmp_path: Path, words: dict[str, Any]) -> None:
    file, content = tmp_path / "file", encoded(two_halves(), "TIFF", **words)
    for is_whole, part in ((True, content), (False, content[:-1]), (False, content[:100]), (False, content[:6])):
        file.write_bytes(part)
        assert completeness.of(file, "TIFF") is is_whole


def test_a_drawing_ends_where_its_first_element_does(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for is_cut, text in ((False, DRAWING), (False, f"{DRAWING}\n<!-- by hand -->"), (True, DRAWING[:-1])):
        file.write_text(text)
        assert svg.is_cut(file) is is_cut


def test_the_docs_list_the_formats_in_which_no_cut_is_seen() -> None:
    listed = LIST.partition("A cut is not seen")[2].partition("\n\n")[2].partition("\n\n")[0]
    assert {kind for kind in KINDS if re.search(rf"\b{re.escape(kind)}\b", listed.partition("\n")[0])} == NOT_SEEN
