"""What is offered for a result is what can be made of it, whatever the kept file is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import DraftError, Undecodable
from studio.core.reference import Medium
from studio.core.values import Kind, Output, now
from studio.media import last_frame, output_uses, probe, screening
from studio.media.output_uses import as_reference, has_end, medium_of
from tests.unit.media import odd_files

SAVED = Output(7, 1, 0, Kind.IMAGE, "https://x/7", saved_at=now())
MEDIA = {Medium.IMAGE: odd_files.PICTURES, Medium.VIDEO: odd_files.VIDEOS, Medium.AUDIO: odd_files.SOUNDS}
FILES = {name: (medium, make) for medium, files in MEDIA.items() for name, make in files.items()}
OPENED = {"PNG that moves", "WebP that moves", "GIF that moves", "AVIF that moves", "TIFF of two pages"}  # to see that


def kept(file: Path, kind: Kind) -> Output:
    """An output with this file, as the studio keeps it."""
    facts = probe.inspect(file, kind)
    found = replace(SAVED, kind=kind, key=f"a/7.{facts.ending}", format=facts.format, **dict[str, Any](facts.seen))
    try:
        return replace(found, preview="a/7.webp", **dict[str, Any](probe.depict(file).seen))
    except Undecodable as error:
        return replace(found, problem=error.message)


def is_taken(file: Path, medium: Medium) -> bool:
    try:
        return screening.screen(file, "file", [medium], file.parent).medium is medium
    except DraftError:
        return False


def ends(file: Path) -> bool:
    try:
        return last_frame.last_frame(file, file.parent).is_file()
    except Undecodable:
        return False


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says of odd EXIF that it is odd
@pytest.mark.parametrize("name", FILES)
def test_what_is_offered_for_a_file_is_what_can_be_made_of_it(name: str, tmp_path: Path) -> None:
    medium, make = FILES[name]
    (file := tmp_path / "file").write_bytes(make())
    output = kept(file, Kind.IMAGE)
    assert medium_of(output) is medium
    assert as_reference(output) is (medium if is_taken(file, medium) or name in OPENED else None)
    assert has_end(output) == (medium is Medium.VIDEO and ends(file))


def test_a_gif_of_a_video_job_has_an_end_and_is_no_reference(tmp_path: Path) -> None:
    (file := tmp_path / "file").write_bytes(odd_files.PICTURES["GIF that moves"]())
    output = kept(file, Kind.VIDEO)
    assert (medium_of(output), as_reference(output), has_end(output)) == (Medium.IMAGE, None, True)
    assert ends(file)


def test_what_is_known_by_its_ending_alone_is_offered_as_before() -> None:
    """From before formats were written down."""
    usual = {"png": Medium.IMAGE, "jpg": Medium.IMAGE, "webp": Medium.IMAGE, "mp4": Medium.VIDEO, "webm": None}
    for ending, medium in usual.items():
        kind = Kind.VIDEO if ending in {"mp4", "webm"} else Kind.IMAGE
        output = replace(SAVED, kind=kind, key=f"a/7.{ending}", preview="a/7.webp", width=64, height=48)
        assert (as_reference(output), has_end(output)) == (medium, kind is Kind.VIDEO)


def test_a_video_without_an_end_is_called_by_its_format_with_the_way_out(tmp_path: Path) -> None:
    (file := tmp_path / "file").write_bytes(odd_files.VIDEOS["MP4 in a codec that nobody has"]())
    with pytest.raises(Undecodable) as told:
        output_uses.end_of(kept(file, Kind.VIDEO), file, tmp_path)
    assert told.value.message == "This result is a video in an unknown codec. Its end can't be read."
    assert told.value.hint == "Download it, then add its last frame as an image."
