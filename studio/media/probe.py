"""Inspects a downloaded file: its format by content, whether it is complete, its dimensions; and makes its preview.

A file is saved even if it cannot be decoded here. Only what is not media counts as no result: an error page, an empty
file, a file that was cut.
"""

from dataclasses import replace
from pathlib import Path

from PIL.ImageFile import ImageFile

from studio.core.errors import ArchiveError, Undecodable
from studio.core.values import Kind
from studio.media import clips, completeness, file_types, pictures
from studio.media.facts import Facts, is_of_disk
from studio.media.file_types import Format, Reader
from studio.media.identification import format_of

_ROUGHLY = 64  # pixels a side: a JPG is read to its end, but decoded at a smaller size
_PAGED = frozenset({"GIF", "TIFF"})
_OF_SEVERAL = frozenset({"HEIF", "AVIF", "ICO", "PSD"})
_NO_RESULT = {file_types.TEXT: "a text, perhaps an error message,"}


def inspect(file: Path, kind: Kind) -> Facts:
    """Return the facts of a complete file, pixels as stored; as few pixels as possible are decoded.

    Errors: ArchiveError when it is not media, or incomplete.
    """
    found = format_of(file)
    if found.medium is None:
        gave = _NO_RESULT.get(found, found.with_article)
        raise ArchiveError(f"The result link gave {gave} instead of the {kind}.")
    try:
        return _measured(file, found)
    except Exception as error:  # damaged bytes may fail in unforeseen ways in Pillow and FFmpeg
        raise _with_reason(ArchiveError(f"The {kind} came broken or incomplete."), error) from None


def _with_reason(refusal: ArchiveError, error: Exception) -> ArchiveError:
    """Add the decoder's message to a refusal, for the log. Errors: OSError, when the disk failed."""
    if is_of_disk(error):
        raise error
    refusal.detail = f"{type(error).__name__}: {str(error)[:200]}"
    return refusal


def _measured(file: Path, found: Format) -> Facts:
    if found.reader is Reader.PILLOW:
        return _picture(file, found)
    if found.reader is Reader.FFMPEG:
        return _film(file, found)
    is_complete = completeness.of(file, found.called)
    if is_complete is False or (not is_complete and file_types.is_read_here(found)):  # its reader could not open it
        raise EOFError
    return Facts(found.ending, format=file_types.of_rare_kind(found))


def _picture(file: Path, found: Format) -> Facts:
    """Return an image's facts; a complete image of a variant that the decoder does not know is saved, too."""
    with pictures.opened(file) as picture:
        facts = Facts(found.ending, *picture.size, format=found.called)
        try:
            _read_to_the_end(file, picture, found)
        except Exception as error:  # as above, by Pillow
            if is_of_disk(error) or not completeness.of(file, found.called):
                raise
            return replace(facts, format=file_types.of_rare_kind(found))
    return facts


def _read_to_the_end(file: Path, picture: ImageFile, found: Format) -> None:
    """Read an image to its end; with very many pixels, only check the lengths. Errors: whatever Pillow raises."""
    if picture.format == "PNG":
        pictures.verify(file)
    elif picture.format == "JPEG":
        picture.draft("L", (_ROUGHLY, _ROUGHLY))
        picture.load()
    elif not _load_pages(picture) and completeness.of(file, found.called) is False:
        raise EOFError


def _load_pages(picture: ImageFile) -> bool:
    """Decode every page; False when it has more: very many pixels, or parts that Pillow skips."""
    left = most = pictures.MOST_DECODED
    for number in range(picture.n_frames if picture.format in _PAGED else 1):  # type: ignore[attr-defined]
        if number:  # a Photoshop file has no page 0
            picture.seek(number)
        left = (most if picture.format == "GIF" else left) - picture.width * picture.height
        if left < 0:
            return False
        picture.load()
    return picture.format not in _OF_SEVERAL


def _film(file: Path, found: Format) -> Facts:
    with clips.opened(file) as container:
        stream = clips.moving(container)
        if stream is None:
            return Facts(found.ending, seconds=clips.audio_seconds(container), format=found.called)
        packets = clips.packets(file)
        called = file_types.of_codec(found, clips.codec_of(stream))
        seconds = clips.seconds_of(container) or packets.seconds
        facts = Facts(found.ending, *clips.stored_size(stream), b"", seconds, called)
    if not packets.are_whole or completeness.of(file, found.called) is False:
        raise EOFError
    return facts


def depict(file: Path) -> Facts:
    """Decode a whole file as far as its preview needs; pixels as shown.

    Errors: Undecodable, also when it has too many pixels.
    """
    found = format_of(file)
    try:
        if found.reader is Reader.PILLOW:
            return _decoded(file, found)
        if found.reader is Reader.FFMPEG:
            return _poster(file, found)
    except Undecodable:
        raise
    except Exception as error:
        raise _with_reason(Undecodable(f"This {found.called} can't be decoded here."), error) from None
    raise Undecodable(f"This {found.called} can't be decoded here.")


def _decoded(file: Path, found: Format) -> Facts:
    with pictures.opened(file) as picture:
        pixels = picture.width * picture.height
        if pixels > pictures.MOST_DECODED:
            raise Undecodable(f"It has {pixels / 1e6:,.0f} megapixels, too many for a preview.")
        size = picture.size
        picture.draft(None, (2 * pictures.PREVIEW_SIDE, 2 * pictures.PREVIEW_SIDE))  # a JPG gets smaller
        picture.load()  # before getexif, which would load it and hide an error
        turn = pictures.orientation(picture)
        preview = pictures.preview_of(picture, turn)
    return Facts(found.ending, *pictures.turned_size(size, turn), preview, format=found.called)


def _poster(file: Path, found: Format) -> Facts:
    with clips.opened(file) as container:
        stream, seconds = clips.moving(container), clips.length(file, container)
        if stream is None:
            raise Undecodable("An audio file has no preview.")
        frame = clips.first_frame(container, stream)
        called = file_types.of_codec(found, clips.codec_of(stream))
        size = clips.shown_size(stream, frame)
        return Facts(found.ending, *size, clips.poster(stream, frame), seconds, called)
