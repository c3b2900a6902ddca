"""Identifies a file by its content, whatever its name says: with Pillow and FFmpeg, else by its signature."""

from pathlib import Path

from av.container import InputContainer
from PIL.ImageFile import ImageFile

from studio.core.reference import Medium
from studio.media import clips, mp4_brands, pictures
from studio.media.file_types import CONTAINERS, NOTHING, PICTURES, RAW, SOUND_IN_MP4, Format, Reader
from studio.media.signatures import by_signature


def format_of(file: Path) -> Format:
    """Return the format that a decoder finds in a file, else the one of its signature."""
    if not file.stat().st_size:
        return NOTHING
    return _picture(file) or _container(file) or by_signature(file)


def _picture(file: Path) -> Format | None:
    try:
        with pictures.opened(file) as picture:
            return RAW if pictures.is_raw(picture) else PICTURES[_plugin(picture, file)]
    except Exception:  # other bytes may fail in unforeseen ways in Pillow
        return None


def _plugin(picture: ImageFile, file: Path) -> str:
    """Return Pillow's name of the format; its HEIF plugin also opens an AVIF that the AVIF plugin did not."""
    is_avif = picture.format == "HEIF" and by_signature(file).called == "AVIF"
    return "AVIF" if is_avif else str(picture.format)


def _container(file: Path) -> Format | None:
    try:
        with clips.opened(file) as container:
            return _of_streams(container, file)
    except Exception:  # as above, in FFmpeg
        return None


def _of_streams(container: InputContainer, file: Path) -> Format | None:
    """Return the format by the streams; a cover image makes no video of an audio file."""
    is_film = clips.moving(container) is not None
    if not is_film and not container.streams.audio:
        return None
    called, ending = _named(container, file)
    if called == "M4A" and is_film:
        called, ending = mp4_brands.MP4
    if called == "MP4" and not is_film:
        return SOUND_IN_MP4
    medium = Medium.IMAGE if called in mp4_brands.STILLS else Medium.VIDEO if is_film else Medium.AUDIO
    return Format(called, medium, ending, Reader.FFMPEG)


def _named(container: InputContainer, file: Path) -> tuple[str, str]:
    name, metadata = container.format.name, container.metadata
    if name == clips.MP4:
        major, others = (str(metadata.get(which, "")) for which in ("major_brand", "compatible_brands"))
        return mp4_brands.of_brands(major.strip(), mp4_brands.split(others))
    if name == clips.MATROSKA and by_signature(file).ending == "webm":
        return "WebM", "webm"
    return CONTAINERS[name]
