"""Drawings, which are SVG: texts that no picture library reads here, so an XML parser looks at them."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from xml.parsers import expat

_PIECE = 64 * 1024
_MOST_BEFORE = 1024**2  # bytes before its first element: a license, what a font editor declares
_ENDED_EARLY = frozenset(
    {
        expat.errors.codes[said]
        for said in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
            expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        )
    }
)


def is_drawing(file: Path) -> bool:
    """The first element is an SVG's, in any encoding that XML knows, whatever stands before it."""
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: names.append(name)
    for piece in _pieces(file, _MOST_BEFORE):
        with suppress(expat.ExpatError, ValueError):  # the latter of an encoding that nobody knows
            parser.Parse(piece)
            if not names:
                continue
        break
    return bool(names) and names[0].rpartition(":")[2] == "svg"


def is_cut(file: Path) -> bool:
    """It ends before its elements do; other faults in it are no matter."""
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
    """Without the space in front of it, which XML does not allow and browsers overlook."""
    with file.open("rb") as stream:
        size, piece = _PIECE, stream.read(_PIECE).removeprefix(BOM_UTF8).lstrip()
        while piece and (most is None or stream.tell() <= most):
            yield piece
            size *= 2  # the parser begins again with a long token at each piece
            piece = stream.read(min(size, 64 * _PIECE))
