"""Texts that people or files give, without the characters that no field of the studio accepts."""

import unicodedata

# Parts of what is seen: they join emoji and the letters of some scripts. Names are the same with and without them.
_JOINERS = "\u200c\u200d"
_SELECTORS = {chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
_BLANKS = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")  # of other categories


def clean(text: str) -> str:
    """Return a text without control characters and halves of characters: XML, database and page do not take them."""
    return "".join(one for one in text if one in "\n\t" or not _is_odd(one))


def one_line(text: str) -> str:
    """Return a name in one line and in NFC, without invisible characters and those that change the direction.

    It is empty when nothing of it is seen.
    """
    line = clean(" ".join(text.split()))
    seen = "".join(one for one in line if one in _JOINERS or not _is_invisible(one))
    name = " ".join(unicodedata.normalize("NFC", seen).split())
    return name if comparable(name) else ""


def comparable(name: str) -> str:
    """Return what names are compared by: they are equal in upper and lower case, and if they look the same in NFC."""
    seen = "".join(one for one in clean(name) if not _is_invisible(one) and one not in _SELECTORS)
    folded = unicodedata.normalize("NFC", seen).casefold()
    return unicodedata.normalize("NFC", folded).strip()


def _is_odd(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff"


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or character in _BLANKS
