"""The font of a text: Pillow's own where it has its letters, else one of the system, else without accents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.media import fonts

GEIST = Path(__file__).parents[3] / "components/static/geist-latin-wght-normal.woff2"


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    fonts._other.cache_clear()
    yield
    fonts._other.cache_clear()


def test_plain_text_is_drawn_in_the_own_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_OTHERS", (str(GEIST),))
    text, font = fonts.fitting("Two hills · 5 s…", 20)
    assert (text, font.getname()[0]) == ("Two hills · 5 s…", "Aileron")  # type: ignore[union-attr]
    missing = bytes(font.getmask("\uffff"))
    assert not [one for one in sorted(fonts._OWN) if bytes(font.getmask(one)) == missing]


def test_other_letters_are_drawn_in_the_first_font_that_the_system_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_OTHERS", ("no-such-font.ttf", str(GEIST)))
    text, font = fonts.fitting("Café", 20)
    assert (text, font.getname()[0]) == ("Café", "Geist")  # type: ignore[union-attr]


def test_without_such_a_font_accents_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_OTHERS", ("no-such-font.ttf",))
    text, font = fonts.fitting("Café, Übersee", 20)
    assert (text, font.getname()[0]) == ("Cafe, Ubersee", "Aileron")  # type: ignore[union-attr]
