"""One reference file before it is uploaded: what it is by its content, and whether WeryAI would take it."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from studio.errors import DraftError
from studio.media import clips, media, pictures
from studio.media.formats import SOUND_IN_MP4, UNKNOWN, Format, endings, format_of, many
from studio.media.inspection import Facts
from studio.media.media import Medium
from studio.settings import MEGABYTE

_NAME = 60  # characters of a file's name in a sentence


@dataclass(frozen=True)
class Screened:
    """A file that may be uploaded: what it is, by its content; `file` is what to upload, which may be a turned copy.

    Sizes are bytes and pixels. The preview is a WebP; a sound has none, and no pixels; a picture has no seconds.
    """

    file: Path
    medium: Medium
    ending: str
    size: int
    sha256: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    preview: bytes = b""


def screen(file: Path, name: str, allowed: Collection[Medium], workshop: Path) -> Screened:
    """Look at a file that a person calls `name`; a turned copy goes into the folder `workshop`.

    Errors: DraftError without a field, whose sentence names the file and the limit.
    """
    name = _shown(name)
    found, medium = _taken(file, name, allowed)
    _check_size(file, name, medium)
    with _readable(name):
        upload, facts = _looked_at(file, name, medium, found.ending, workshop)
    if upload != file:
        _check_copy(upload, name)
    return _screened(upload, medium, facts)


def _shown(name: str) -> str:
    """The name in one line, without signs that are not seen; the middle of a long one is left out."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split()) or "The file"
    return line if len(line) <= _NAME else f"{line[: _NAME - 16]}…{line[-15:]}"


def _taken(file: Path, name: str, allowed: Collection[Medium]) -> tuple[Format, Medium]:
    """The format of a file, if it is one of those that are taken here."""
    if not file.stat().st_size:
        raise DraftError(f"{name} is empty. Export it again, then add the new file.", field="")
    found = _format(file)
    if found.medium and found.medium not in allowed:
        raise DraftError(f"{name} is {found.called}. Only {many(allowed)} can be added here.", field="")
    if found is UNKNOWN and PurePath(name).suffix.lower().removeprefix(".") in _named(allowed):
        raise DraftError(f"{name} can't be read. Export it again, or use another file.", field="")
    if not found.medium or not found.ending:
        wanted = endings([found.medium] if found.medium else allowed)
        raise DraftError(f"{name} is {found.called}. Use {wanted}.", field="")
    return found, found.medium


def _named(allowed: Collection[Medium]) -> set[str]:
    """The endings of files that are taken here."""
    return {ending for medium in allowed for ending in media.ENDINGS[medium]}


def _format(file: Path) -> Format:
    """As it begins; an MP4 is looked into, as it is a sound if there are no moving pictures in it."""
    found = format_of(file)
    is_small = file.stat().st_size <= media.MOST_BYTES[Medium.VIDEO]
    is_film = found.medium is Medium.VIDEO and found.ending
    return SOUND_IN_MP4 if is_film and is_small and clips.has_only_sound(file) else found


def _check_size(file: Path, name: str, medium: Medium) -> None:
    size, most = file.stat().st_size, media.MOST_BYTES[medium]
    if size > most:
        raise DraftError(f"{name} has {_megabytes(size)}; the limit is {most / MEGABYTE:g} MB.", field="")


def _check_copy(copy: Path, name: str) -> None:
    """A copy that was turned may be larger than the file."""
    try:
        _check_size(copy, f"{name}, rotated upright,", Medium.IMAGE)
    except DraftError:
        copy.unlink()
        raise


def _megabytes(size: int) -> str:
    return f"{-(-size * 10 // MEGABYTE) / 10:g} MB"  # rounded up: what is over a limit is not shown as equal to it


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Whatever a decoder raises becomes a refusal: nobody lists what Pillow and FFmpeg raise about hostile bytes."""
    try:
        yield
    except DraftError:
        raise
    except Exception as error:
        raise DraftError(
            f"{name} is broken or incomplete. Export it again, then add the new file.", field=""
        ) from error


def _looked_at(file: Path, name: str, medium: Medium, ending: str, workshop: Path) -> tuple[Path, Facts]:
    if medium is Medium.IMAGE:
        return pictures.look(file, name, ending, workshop)
    return file, clips.look(file, name, medium, ending)


def _screened(file: Path, medium: Medium, facts: Facts) -> Screened:
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return Screened(
        file,
        medium,
        facts.ending,
        file.stat().st_size,
        sha256,
        facts.width,
        facts.height,
        facts.seconds,
        facts.preview,
    )
