"""Checks a reference file before its upload: what it is by its content, and whether WeryAI would accept it."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from studio.core import reference
from studio.core.errors import DraftError
from studio.core.reference import Medium
from studio.core.settings import MEGABYTE
from studio.media import completeness, conversion, pictures, recordings
from studio.media.conversion import Handed, megabytes
from studio.media.facts import Facts, Screened, is_of_disk
from studio.media.file_types import NOTHING, TEXT, UNKNOWN, Format, Reader, endings, formats, is_read_here, many
from studio.media.identification import format_of

_NAME = 60  # characters of a file's name in a message
_BROKEN = "is broken or incomplete. Export it again, then add the new file."
_ODD = "of a kind that can't be read here. Save it as PNG, then add that."
_LARGEST = 50 * MEGABYTE  # an image to convert; its copy has to be within the limit for images


def screen(file: Path, name: str, allowed: Collection[Medium], folder: Path) -> Screened:
    """Check a file that a person calls `name`; a rotated or converted copy goes into `folder`.

    Errors: DraftError without a field, whose message names the file and the limit.
    """
    name = _shown(name)
    found, medium = _taken(file, name, allowed)
    _check_size(file, name, found, medium)
    with _readable(file, name, found):
        upload, facts = _prepared(file, name, found, medium, folder)
    return _screened(upload, medium, facts, "" if found.is_taken else found.called)


def _shown(name: str) -> str:
    """Return the name in one line, without invisible characters; a long one is shortened in the middle."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split()) or "The file"
    return line if len(line) <= _NAME else f"{line[: _NAME - 16]}…{line[-15:]}"


def _taken(file: Path, name: str, allowed: Collection[Medium]) -> tuple[Format, Medium]:
    """Return the format and medium of a file that WeryAI accepts or that can be converted. Errors: DraftError."""
    found = format_of(file)
    if found is NOTHING:
        raise DraftError(f"{name} is empty. Export it again, then add the new file.", field="")
    if found.medium and found.medium not in allowed:
        raise DraftError(f"{name} is {found.with_article}. Only {many(allowed)} can be added here.", field="")
    if _is_unread(found):
        raise _unreadable(file, name, found)
    if found in (UNKNOWN, TEXT) and PurePath(name).suffix.lower().removeprefix(".") in endings(*allowed):
        raise DraftError(f"{name} can't be read. Export it again, or use another file.", field="")
    if not found.medium or not (found.is_taken or _is_convertible(found)):
        media = [found.medium] if found.medium else allowed
        raise DraftError(f"{name} is {found.with_article}. Use {formats(*media)}.", field="")
    return found, found.medium


def _is_unread(found: Format) -> bool:
    """Whether the signature is that of a readable format, but its reader cannot open the file."""
    is_read = found.reader is Reader.PILLOW if found.medium is Medium.IMAGE else found.reader is not Reader.NONE
    return not is_read and is_read_here(found) and (found.is_taken or found.medium is Medium.IMAGE)


def _unreadable(file: Path, name: str, found: Format) -> DraftError:
    """Return the error; it differs for a complete image of a variant that no decoder here knows."""
    is_odd = found.medium is Medium.IMAGE and completeness.of(file, found.called)
    return DraftError(f"{name} {f'is {found.with_article} {_ODD}' if is_odd else _BROKEN}", field="")


def _is_convertible(found: Format) -> bool:
    return found.medium is Medium.IMAGE and found.reader is Reader.PILLOW


def _check_size(file: Path, name: str, found: Format, medium: Medium) -> None:
    size, most = file.stat().st_size, reference.MOST_BYTES[medium] if found.is_taken else _LARGEST
    if size > most:
        raise DraftError(f"{name} has {megabytes(size)}; the limit is {most / MEGABYTE:g} MB.", field="")


@contextmanager
def _readable(file: Path, name: str, found: Format) -> Iterator[None]:
    """Turn whatever a decoder raises into a refusal: hostile bytes may fail in unforeseen ways in Pillow and FFmpeg."""
    try:
        yield
    except DraftError:
        raise
    except Exception as error:
        if is_of_disk(error):
            raise
        raise _unreadable(file, name, found) from error


def _prepared(file: Path, name: str, found: Format, medium: Medium, folder: Path) -> tuple[Path, Facts]:
    if medium is not Medium.IMAGE:
        return file, recordings.look(file, name, found)
    upload, picture = conversion.uploadable(Handed(file, name, found, folder))
    ending = found.ending if upload == file else upload.suffix.removeprefix(".")
    return upload, Facts(ending, *picture.size, pictures.preview_of(picture))


def _screened(file: Path, medium: Medium, facts: Facts, converted: str) -> Screened:
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
        converted,
    )
