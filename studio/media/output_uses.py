"""What a saved result is, and as which reference a job can use it: by its ending and its facts.

A result is saved whatever it is, so its job's kind does not tell.
"""

from datetime import datetime
from pathlib import Path

from studio.core.errors import Undecodable
from studio.core.reference import Medium, Reference
from studio.core.values import Kind, Output
from studio.media import file_types, isolated
from studio.media.file_types import CONTAINERS, PICTURES, RAW, SVG, Format, endings

RESULT = "This result"

_CONVERTIBLE = frozenset(found.ending for found in PICTURES.values())  # or accepted as they are
_PICTURES = _CONVERTIBLE | {RAW.ending, SVG.ending, "jxl"}
_SOUNDS = frozenset({*endings(Medium.AUDIO), "m4a", "aac", "flac", "ogg", "aiff", "amr", "caf", "w64"})
_VIDEOS = frozenset({*endings(Medium.VIDEO), "webm", *(ending for _, ending in CONTAINERS.values())}) - _SOUNDS


def medium_of(output: Output) -> Medium:
    """Return the medium of a saved file; for an unknown format, the kind of its job."""
    ending = _ending(output)
    if ending in _PICTURES:
        return Medium.IMAGE
    if output.width or ending in _VIDEOS:  # an OGG may be either; one that has pixels is a video
        return Medium.VIDEO
    return Medium.AUDIO if ending in _SOUNDS else Medium(output.kind)


def as_reference(output: Output) -> Medium | None:
    """Return the medium as which WeryAI accepts this file, converted if need be; None if it cannot be a reference.

    A file that cannot be decoded here is None. An animated image of an image job may still be refused later.
    """
    medium, ending = medium_of(output), _ending(output)
    if medium is Medium.AUDIO:
        return medium if ending in endings(medium) else None
    if output.lacks_preview or _moves(output):
        return None
    is_taken = ending in (_CONVERTIBLE if medium is Medium.IMAGE else endings(medium))
    return medium if is_taken else None


def has_end(output: Output) -> bool:
    """Whether it has a last frame that can be decoded here: a video of any format, or a GIF of a video job."""
    moves = medium_of(output) is Medium.VIDEO or _moves(output)
    return moves and bool(output.width) and not output.lacks_preview


def from_output(output: Output, name: str, *, person: str, at: datetime, account: str = "") -> Reference:
    """Return a saved output as a reference that shares the output's files."""
    return Reference(
        sha256=output.sha256,
        medium=medium_of(output),
        name=name,
        key=output.key,
        size=output.size,
        preview=output.preview,
        width=output.width,
        height=output.height,
        seconds=output.seconds,
        added_at=at,
        person=person,
        account=account,
    )


def end_of(output: Output, video: Path, folder: Path) -> Path:
    """Write the last frame of a result's `video` file as an image into a folder.

    Errors: Undecodable, which names the format; ArchiveError when the cause is not the file.
    """
    try:
        return isolated.last_frame(video, folder)
    except Undecodable as error:
        what = Format(file_types.called(output.format, output.key)).with_article
        hint = "Download it, then add its last frame as an image."
        raise Undecodable(f"{RESULT} is {what}. {error.message}", hint=hint) from error


def _moves(output: Output) -> bool:
    return output.kind is Kind.VIDEO and _ending(output) == "gif"


def _ending(output: Output) -> str:
    return output.key.rpartition(".")[2].lower()
