"""The known file formats: their names, their endings, what reads them here, and what browsers can show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from studio.core.reference import Medium
from studio.media.mp4_brands import BRANDS

_IMAGE, _VIDEO, _AUDIO = Medium
_TAKEN: Mapping[Medium, Mapping[str, tuple[str, ...]]] = {  # by WeryAI: docs for images, S11 for video and audio
    _IMAGE: {"JPG": ("jpg", "jpeg"), "PNG": ("png",), "WebP": ("webp",)},
    _VIDEO: {"MP4": ("mp4",), "MOV": ("mov",)},
    _AUDIO: {"MP3": ("mp3",), "WAV": ("wav",)},
}
_WORDS = frozenset({"FLAC", "HEIC"})  # abbreviations that are pronounced as words


class Reader(Enum):
    """What reads a file in the studio."""

    PILLOW = auto()
    FFMPEG = auto()
    NONE = auto()


@dataclass(frozen=True)
class Format:
    """A file format: its name for people, its medium, and its usual ending."""

    called: str
    medium: Medium | None = None
    ending: str = ""
    reader: Reader = Reader.NONE

    @property
    def is_taken(self) -> bool:
        """Whether WeryAI accepts references of this format as they are."""
        return self.medium is not None and self.ending in endings(self.medium)

    @property
    def with_article(self) -> str:
        """The name with its article, as in "an AVIF"."""
        is_spelled = self.called[:2].isupper() and self.called[0] in "FHLMNRSX" and self.called not in _WORDS
        return f"{'an' if is_spelled or self.called[0] in 'AEIOaeiou' else 'a'} {self.called}"


def _picture(called: str, ending: str) -> Format:
    return Format(called, _IMAGE, ending, Reader.PILLOW)


NOTHING, TEXT, WEB_PAGE = Format("empty file"), Format("text"), Format("web page")
UNKNOWN = Format("unknown kind of file")
RAW, SVG = Format("raw photo", _IMAGE, "dng"), Format("SVG", _IMAGE, "svg")
SOUND_IN_MP4 = Format("MP4 with audio only", _AUDIO, "m4a", Reader.FFMPEG)
PICTURES: Mapping[str, Format] = MappingProxyType(  # by Pillow's names
    {
        "PNG": _picture("PNG", "png"),
        "JPEG": _picture("JPG", "jpg"),
        "WEBP": _picture("WebP", "webp"),
        "GIF": _picture("GIF", "gif"),
        "AVIF": _picture("AVIF", "avif"),
        "HEIF": _picture("HEIC", "heic"),
        "TIFF": _picture("TIFF", "tif"),
        "BMP": _picture("BMP", "bmp"),
        "ICO": _picture("icon", "ico"),
        "JPEG2000": _picture("JPEG 2000", "jp2"),
        "PSD": _picture("Photoshop file", "psd"),
        "QOI": _picture("QOI", "qoi"),
    }
)
CONTAINERS: Mapping[str, tuple[str, str]] = MappingProxyType(  # by FFmpeg's names; their streams decide the medium
    {
        "matroska,webm": ("MKV", "mkv"),
        "avi": ("AVI", "avi"),
        "flv": ("Flash video", "flv"),
        "asf": ("Windows Media file", "wmv"),
        "mpegts": ("MPEG-TS", "ts"),
        "mpeg": ("MPEG", "mpg"),
        "ogg": ("OGG", "ogg"),
        "mp3": ("MP3", "mp3"),
        "wav": ("WAV", "wav"),
        "flac": ("FLAC", "flac"),
        "aac": ("AAC", "aac"),
        "aiff": ("AIFF", "aiff"),
        "amr": ("AMR", "amr"),
        "caf": ("CAF", "caf"),
        "w64": ("Wave64", "w64"),
        "mxf": ("MXF", "mxf"),
        "ivf": ("IVF", "ivf"),
        "h264": ("H.264 stream", "h264"),
        "hevc": ("HEVC stream", "h265"),
        "m4v": ("MPEG-4 stream", "m4v"),
    }
)
_CODECS = {
    "hevc": "HEVC",
    "prores": "ProRes",
    "mpeg4": "MPEG-4 part 2",
    "mpeg2video": "MPEG-2",
    "mjpeg": "Motion JPEG",
}
_PLAYED_CODECS = frozenset({"h264", "av1", "vp8", "vp9"})
_PLAYED = frozenset({"MP4", "MOV", "WebM"})  # by all browsers, with one of these codecs
_PLAYED_BY_SOME = frozenset({"HEVC video"})
_SHOWN = frozenset({"PNG", "JPG", "WebP", "GIF", "AVIF", "BMP"})
_ENDINGS = {"png": "PNG", "jpg": "JPG", "webp": "WebP", "gif": "GIF", "mp4": "MP4", "webm": "WebM"}
_TYPES = {
    **{ending: f"image/{ending}" for ending in ("png", "webp", "gif", "avif", "bmp")},
    **{"jpg": "image/jpeg", "mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime"},
    **{"mp3": "audio/mpeg", "wav": "audio/wav"},
}
_MANY = {_IMAGE: "images", _VIDEO: "videos", _AUDIO: "audio files"}

_ENDING_OF = (
    {"MP4": "mp4", "WebM": "webm"}
    | {found.called: found.ending for found in PICTURES.values()}
    | dict((*CONTAINERS.values(), *BRANDS.values()))
)


def ending_of(called: str, else_: str) -> str:
    """Return the usual ending of the format with this name."""
    return _ENDING_OF.get(called, else_)


def is_read_here(found: Format) -> bool:
    """Whether the studio can read complete files of this format; one that cannot be opened is then incomplete."""
    return found.called in _ENDING_OF


def of_codec(found: Format, codec: str) -> str:
    """Return a video's name; it names the codec, as in "HEVC video", where browsers cannot play that."""
    if found.called in _PLAYED and codec not in _PLAYED_CODECS:
        return f"{_CODECS.get(codec, codec.upper())} video" if codec else "video in an unknown codec"
    return found.called


def of_rare_kind(found: Format) -> str:
    """Return the name of a complete file whose variant a decoder does not know: browsers do not know it, either."""
    return f"{found.called} of a rare kind" if found.called == "JPG" else found.called


def called(format: str, key: str) -> str:
    """Return the name of a saved file; from before names were stored, by its ending."""
    return format or _ENDINGS.get(key.rpartition(".")[2], "file")


def is_played(called: str) -> bool:
    """Whether all browsers play a file with this name as a video."""
    return called in _PLAYED


def may_be_played(called: str) -> bool:
    """Whether some browsers play it, as Safari does HEVC."""
    return called in _PLAYED_BY_SOME


def is_shown(called: str) -> bool:
    """Whether browsers show a file with this name as an image, which may be animated."""
    return called in _SHOWN


def media_type(ending: str) -> str:
    """Return the content type to serve a file with: one that a browser shows or plays, else bytes to download."""
    return _TYPES.get(ending, "application/octet-stream")


def endings(*media: Medium) -> frozenset[str]:
    """Return the endings of files that WeryAI accepts as references of these media."""
    return frozenset(ending for medium in media for named in _TAKEN[medium].values() for ending in named)


def formats(*media: Medium) -> str:
    """Return the formats that WeryAI accepts, as in "MP4 or MOV"."""
    return _listed([called for medium in Medium if medium in media for called in _TAKEN[medium]], "or")


def many(media: Collection[Medium]) -> str:
    """Return the media in words, as in "images and videos"."""
    return _listed([_MANY[medium] for medium in Medium if medium in media], "and")


def _listed(words: list[str], last: str) -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def is_usual(called: str, medium: Medium) -> bool:
    """Whether this format is the usual one for an image, a video or an audio file, and need not be named."""
    return called in _TAKEN[medium] or (medium is _VIDEO and called in _PLAYED)
