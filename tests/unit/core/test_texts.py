"""Names that people give: what no field accepts is left out, and what looks the same is the same."""

import pytest

from studio.core.errors import DraftError
from studio.core.gallery import checked_name, checked_tag, tag_key
from studio.core.texts import one_line

FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("fo\0x", "fox"),
        (" fox\r\n\x1fhill ", "fox hill"),
        ("\u202efox\u202c \u2066hill\u2069", "fox hill"),
        ("fox\u200b\ufeff\u00ad", "fox"),
        ("fox \u2800 hill", "fox hill"),
        ("cafe\u0301", "caf\u00e9"),
        ("half \ud83e", "half"),
        (FAMILY, FAMILY),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    ],
)
def test_a_name_is_kept_without_what_nobody_sees(given: str, kept: str) -> None:
    assert checked_name(given) == checked_tag(given) == one_line(given) == kept


@pytest.mark.parametrize("given", ["\0", "\u200b\u202e", "\u200d", "\u3164 \u2800", "\ufe0f", "\ud800"])
def test_a_name_of_which_nothing_is_seen_is_empty(given: str) -> None:
    with pytest.raises(DraftError, match="The name is empty"):
        checked_name(given)


def test_tags_that_look_the_same_are_the_same() -> None:
    for one, other in (
        ("CAFE\u0301", "caf\u00e9"),
        ("fo\u200dx", "Fox"),
        ("\u2764\ufe0f", "\u2764"),
        ("Stra\u00dfe", "STRASSE"),
    ):
        assert tag_key(one) == tag_key(other)


def test_a_key_that_invisible_characters_cut_is_a_key() -> None:
    with pytest.raises(DraftError, match="API key in the tag"):
        checked_tag("sk-a1b2\u200b" + "a1b2" * 6)
