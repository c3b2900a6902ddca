"""What a file is by its content, whatever its name says: as Pillow and FFmpeg read it, else by its signature."""

from pathlib import Path

from av.container import InputContainer
from PIL.ImageFile import ImageFile

from studio.core.reference import Medium
from studio.media import clips, mp4_brands, pictures
from studio.media.file_types import CONTAINERS, NOTHING, PICTURES, RAW, SOUND_IN_MP4, Format, Reader
from studio.media.signatures import by_signature


def format_of(file: Path) -> Format:
    """What a decoder finds in a file; one that none can open is called by its signature."""
    if not file.stat().st_size:
        return NOTHING
    return _picture(file) or _container(file) or by_signature(file)


def _picture(file: Path) -> Format | None:
    try:
        with pictures.opened(file) as picture:
            return RAW if pictures.is_raw(picture) else PICTURES[_plugin(picture, file)]
    except Exception:  # nobody lists what Pillow raises about bytes that are something else
        return None


def _plugin(picture: ImageFile, file: Path) -> str:
    """Pillow's name of the format; that of HEIF opens an AVIF, too, if that of AVIF did not."""
    is_avif = picture.format == "HEIF" and by_signature(file).called == "AVIF"
    return "AVIF" if is_avif else str(picture.format)


def _container(file: Path) -> Format | None:
    try:
        with clips.opened(file) as container:
            return _of_streams(container, file)
    except Exception:  # as above, of FFmpeg
        return None


def _of_streams(container: InputContainer, file: Path) -> Format | None:
    """By its streams; a cover picture makes no video of a sound."""
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
    name, told = container.format.name, container.metadata
    if name == clips.MP4:
        major, others = (str(told.get(which, "")) for which in ("major_brand", "compatible_brands"))
        return mp4_brands.of_brands(major.strip(), mp4_brands.split(others))
    if name == clips.MATROSKA and by_signature(file).ending == "webm":
        return "WebM", "webm"
    return CONTAINERS[name]
