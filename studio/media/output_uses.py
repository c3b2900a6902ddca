"""What the kept file of a result is, and what a job can be given it as: by its ending and what was found out about it.

A result is kept whatever it is, so the kind of its job does not say it.
"""

from datetime import datetime
from pathlib import Path

from studio.core.errors import Undecodable
from studio.core.reference import Medium, Reference
from studio.core.values import Kind, Output
from studio.media import file_types, isolated
from studio.media.file_types import CONTAINERS, PICTURES, RAW, SVG, Format, endings

RESULT = "This result"

_CONVERTIBLE = frozenset(found.ending for found in PICTURES.values())  # or taken as they are
_PICTURES = _CONVERTIBLE | {RAW.ending, SVG.ending, "jxl"}
_SOUNDS = frozenset({*endings(Medium.AUDIO), "m4a", "aac", "flac", "ogg", "aiff", "amr", "caf", "w64"})
_VIDEOS = frozenset({*endings(Medium.VIDEO), "webm", *(ending for _, ending in CONTAINERS.values())}) - _SOUNDS


def medium_of(output: Output) -> Medium:
    """What a saved file is; of a kind that nobody knows, what its job was to make."""
    ending = _ending(output)
    if ending in _PICTURES:
        return Medium.IMAGE
    if output.width or ending in _VIDEOS:  # an OGG may be either; one that has pixels is a video
        return Medium.VIDEO
    return Medium.AUDIO if ending in _SOUNDS else Medium(output.kind)


def as_reference(output: Output) -> Medium | None:
    """What WeryAI takes this file as, also when it has to be converted; nothing when it can be no reference.

    What cannot be decoded here can be none. A picture of an image job may still be refused, as one that moves.
    """
    medium, ending = medium_of(output), _ending(output)
    if medium is Medium.AUDIO:
        return medium if ending in endings(medium) else None
    if output.lacks_preview or _moves(output):
        return None
    is_taken = ending in (_CONVERTIBLE if medium is Medium.IMAGE else endings(medium))
    return medium if is_taken else None


def has_end(output: Output) -> bool:
    """It has a last frame that can be decoded here: a video of any format, and a GIF of a video job."""
    moves = medium_of(output) is Medium.VIDEO or _moves(output)
    return moves and bool(output.width) and not output.lacks_preview


def from_output(output: Output, name: str, *, person: str, at: datetime, account: str = "") -> Reference:
    """An output that is saved, as a reference: with the files that it has, and no copy of them."""
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
    """The last frame of a result, whose file is this, as a picture in a folder.

    Errors: Undecodable, which names the format; ArchiveError when it is not the fault of the file.
    """
    try:
        return isolated.last_frame(video, folder)
    except Undecodable as error:
        what = Format(file_types.called(output.format, output.key)).said
        hint = "Download it, then add its last frame as an image."
        raise Undecodable(f"{RESULT} is {what}. {error.message}", hint=hint) from error


def _moves(output: Output) -> bool:
    return output.kind is Kind.VIDEO and _ending(output) == "gif"


def _ending(output: Output) -> str:
    return output.key.rpartition(".")[2].lower()
