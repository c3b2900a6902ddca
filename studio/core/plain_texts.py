"""Texts without what cannot be seen, stored or told apart."""

import unicodedata

_JOINERS = "\u200c\u200d"  # invisible, but parts of words and of emoji


def clean(text: str) -> str:
    """Return a text without control characters and halves of characters: XML, database and page do not take them."""
    return "".join(one for one in text if one in "\n\t" or not _is_odd(one))


def name(text: str) -> str:
    """Return a name on one line, as one reads it: equal texts are equal, and nothing in it is invisible.

    Characters that change the direction of the text around them are left out, too. Empty if nothing can be seen.
    """
    seen = "".join(one for one in clean(text) if one in _JOINERS or unicodedata.category(one) != "Cf")
    line = " ".join(unicodedata.normalize("NFC", seen).split())
    return line if line.strip(_JOINERS) else ""


def _is_odd(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff"
