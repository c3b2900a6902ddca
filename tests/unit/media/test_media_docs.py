"""docs/media.md lists every kind of file that is known by name."""

from pathlib import Path

from studio.media.file_types import CONTAINERS, PICTURES, RAW, SOUND_IN_MP4, SVG, Format
from studio.media.mp4_brands import BRANDS

LIST = Path(__file__).parents[3] / "docs" / "media.md"
STREAMS = {"H.264 stream", "HEVC stream", "MPEG-4 stream"}  # which nobody has as files


def test_the_docs_name_every_format() -> None:
    formats: list[Format] = [*PICTURES.values(), RAW, SOUND_IN_MP4, SVG]
    called = {found.called for found in formats} | {name for name, _ in (*CONTAINERS.values(), *BRANDS.values())}
    listed = "\n".join(line.partition(" |")[0] for line in LIST.read_text("utf-8").splitlines() if line[:1] == "|")
    assert {name for name in called if name not in listed} == STREAMS
