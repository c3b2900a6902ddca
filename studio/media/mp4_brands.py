"""The format of a file of the MP4 family, by the brands at its beginning (ISO/IEC 14496-12, 4.3)."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

BRANDS: Mapping[str, tuple[str, str]] = MappingProxyType(  # all others are MP4
    {
        **dict.fromkeys(("", "qt"), ("MOV", "mov")),
        **dict.fromkeys(("M4A", "M4B", "M4P"), ("M4A", "m4a")),
        **dict.fromkeys(("avif", "avis"), ("AVIF", "avif")),
        **dict.fromkeys(("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"), ("HEIC", "heic")),
        "3g": ("3GP", "3gp"),  # and any that begins like this: 3GPP has one for each release and profile
    }
)
STILLS = frozenset({"AVIF", "HEIC"})
MP4 = ("MP4", "mp4")
_OF_NO_CODEC = frozenset({"mif1", "msf1"})  # of images (ISO/IEC 23008-12, 10.2); the codec is in the other brands
_OF_FILMS = frozenset({"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V"})
_BOX = 256  # bytes; more than any list of brands has


def of_brands(major: str, others: Collection[str] = ()) -> tuple[str, str]:
    """Return the format's name and ending. An old QuickTime file has no brand."""
    if major not in _OF_NO_CODEC:
        return BRANDS.get("3g" if major.startswith("3g") else major, MP4)
    formats = (BRANDS[other] for other in others if other in BRANDS and other not in _OF_NO_CODEC)
    return next(formats, BRANDS[major] if _OF_FILMS.isdisjoint(others) else MP4)


def in_head(head: bytes) -> tuple[str, list[str]] | None:
    """Return the major brand and the others from a file's first bytes; None when it is not of the family."""
    if head[4:8] != b"ftyp" or len(head) < 12:
        return None
    brands = split(head[8 : min(int.from_bytes(head[:4]), _BOX)].decode("latin-1"))
    return brands[0] if brands else "", brands[2:]  # the second is a version


def split(brands: str) -> list[str]:
    """Split a text into brands of four characters each."""
    return [brands[at : at + 4].strip() for at in range(0, len(brands), 4)]
