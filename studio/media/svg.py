"""SVG files: no image library here reads them, so an XML parser does."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from xml.parsers import expat

_PIECE = 64 * 1024
_MOST_BEFORE = 1024**2  # bytes before its first element: a license, or declarations of a font editor
_ENDED_EARLY = frozenset(
    {
        expat.errors.codes[message]
        for message in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
            expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        )
    }
)


def is_drawing(file: Path) -> bool:
    """Whether the first element is an SVG's, in any XML encoding, whatever comes before it."""
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: names.append(name)
    for piece in _pieces(file, _MOST_BEFORE):
        with suppress(expat.ExpatError, ValueError):  # ValueError for an unknown encoding
            parser.Parse(piece)
            if not names:
                continue
        break
    return bool(names) and names[0].rpartition(":")[2] == "svg"


def is_cut(file: Path) -> bool:
    """Whether it ends before its elements do; other faults are ignored."""
    parser = expat.ParserCreate()
    try:
        for piece in _pieces(file):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        return error.code in _ENDED_EARLY
    except ValueError:
        pass
    return False


def _pieces(file: Path, most: int | None = None) -> Iterator[bytes]:
    """Yield pieces without leading whitespace, which XML forbids and browsers ignore."""
    with file.open("rb") as stream:
        size, piece = _PIECE, stream.read(_PIECE).removeprefix(BOM_UTF8).lstrip()
        while piece and (most is None or stream.tell() <= most):
            yield piece
            size *= 2  # the parser starts a long token again with each piece
            piece = stream.read(min(size, 64 * _PIECE))
