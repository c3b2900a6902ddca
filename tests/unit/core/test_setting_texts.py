"""What people read for the value of a setting, wherever it is shown."""

import pytest

from studio.core.aspect_ratios import ratio
from studio.core.setting_texts import in_words


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("aspect_ratio", "16:9", "16:9"),
        ("aspect_ratio", "16:9(1k)", "16:9, 1K"),
        ("aspect_ratio", "16:9 1k", "16:9, 1K"),
        ("aspect_ratio", "2k", "2K"),
        ("aspect_ratio", "Auto", "Auto"),
        ("aspect_ratio", "1024x1024", "1024x1024"),
        ("aspect_ratio", "2.39:1", "2.39:1"),
        ("aspect_ratio", "", ""),
        ("quality", "high", "High"),
        ("resolution", "720p", "720p"),
        ("duration", 5, "5 s"),
        ("duration", "5", "5 s"),
    ],
)
def test_a_value_is_said_as_the_form_says_it(name: str, value: object, text: str) -> None:
    assert in_words(name, value) == text


def test_a_ratio_is_of_short_numbers_above_zero() -> None:
    found = [
        ratio(option) for option in ("16:9", "16:9(1k)", "9:0", "auto", None, "9" * 5000 + ":1", "1:" + "9" * 5000)
    ]
    assert found == [(16, 9), (16, 9), None, None, None, None, None]
