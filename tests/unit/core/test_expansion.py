"""Wildcards of a prompt: what they expand to, in which order, and that too many cost nothing."""

import sys
import tracemalloc
from itertools import product
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core import expansion
from studio.core.expansion import MOST, MOST_CHARACTERS, MOST_COUNTED, Expansion, count, expand
from studio.core.plans import Entry

TEXTS = st.text(st.sampled_from("ab {|}\\.12-"), max_size=40)
WORDS = st.text(st.sampled_from("ab c,"), max_size=5)


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        ("a red fox", ["a red fox"]),
        ("", [""]),
        ("a {red|blue} fox", ["a red fox", "a blue fox"]),
        ("{a|b} {1|2}", ["a 1", "a 2", "b 1", "b 2"]),
        ("a {big |}fox", ["a big fox", "a fox"]),
        ("{|}", ["", ""]),
        ("{a|{b|c}d|e}", ["a", "bd", "cd", "e"]),
        ("{a|{|x}}", ["a", "", "x"]),
        ("{1..3} hills", ["1 hills", "2 hills", "3 hills"]),
        ("{1..9..4}", ["1", "5", "9"]),
        ("{1..8..4}", ["1", "5"]),
        ("{3..1}", ["3", "2", "1"]),
        ("{2..-2..2}", ["2", "0", "-2"]),
        ("{4..4}", ["4"]),
        ("{" + "0" * 30 + "1..3}", ["1", "2", "3"]),
        ("{a|{1..2}}", ["a", "1", "2"]),
    ],
)
def test_wildcards_expand_in_order_and_the_first_one_varies_slowest(text: str, prompts: list[str]) -> None:
    assert expand(text) == Expansion(len(prompts), tuple(prompts))


@pytest.mark.parametrize(
    "text",
    [
        "{a}",
        "{}",
        "{",
        "}",
        "a | b",
        "{a",
        "a|b}",
        "{a|b",
        "{1..}",
        "{1..3..0}",
        "{1.5..2}",
        "{a..c}",
        "{ 1..3}",
        "\\n",
    ],
)
def test_other_braces_and_backslashes_stay_as_they_are(text: str) -> None:
    assert expand(text).prompts == (text,)


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        (r"\{a|b}", ("{a|b}",)),
        (r"\{1..3}", ("{1..3}",)),
        (r"{a\|b|c}", ("a|b", "c")),
        (r"{a\}|c}", ("a}", "c")),
        (r"\\{a|b}", (r"\{a|b}",)),
        ("{x {a|b}}", ("{x a}", "{x b}")),
        ("{x {a|b}", ("{x a", "{x b")),
        ("{y|{x {a|b} |", ("{y|{x a |", "{y|{x b |")),
    ],
)
def test_a_backslash_makes_a_character_plain_and_braces_around_wildcards_stay(text: str, prompts: tuple[str]) -> None:
    assert expand(text).prompts == prompts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("{1..200}", 200),
        ("{1..201}", 201),
        ("{1..1000}{1..1000}", 10**6),
        ("{1..999999999}" * 50, MOST_COUNTED),
        ("{a|b}" * 4000, MOST_COUNTED),
        ("{a|{1..999999999}}", MOST_COUNTED),
        ("{1..9999999999}", MOST_COUNTED),
        ("{0..1" + "0" * 17 + "}", MOST_COUNTED),
        ("{-1.." + "9" * 5000 + "}", MOST_COUNTED),
        ("{1..2.." + "9" * 5000 + "}", MOST_COUNTED),
        ("{a|" * 4000 + "b" + "}" * 4000, 4001),
        ("{" * MOST_CHARACTERS, 1),
    ],
)
def test_more_than_the_most_are_counted_and_not_built(text: str, number: int) -> None:
    found = expand(text)
    assert (found.number, len(found.prompts)) == (number, number if number <= MOST else 0)


def steps(text: str) -> int:
    """The number of lines of code that run to expand a text."""
    number, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal number
        number += event == "line"
        return trace if frame.f_code.co_filename == expansion.__file__ else None

    sys.settrace(trace)
    try:
        expand(text)
    finally:
        sys.settrace(before)
    return number


@pytest.mark.parametrize(
    "text",
    [
        "{" * 3000 + "{a|b}{a}" * 1700 + "}" * 400,
        "{" * 5000 + "{a|b}" * 3000,
        "{" * 5000 + "{1..3}" * 2000 + "}" * 3000,
        "{a|" * 3000 + "{b}" * 1000 + "}" * 2000,
        "{x{y|" * 2000 + "}" * 4000,
    ],
)
def test_the_work_grows_with_the_text_however_deep_its_braces_are(text: str) -> None:
    assert steps(text) < 60 * len(text)


def test_the_prompts_of_an_entry_are_counted_before_they_are_built() -> None:
    assert (Entry("{a|b}").number, Entry("{a|b}").prompts) == (2, ("a", "b"))
    assert (Entry("{1..300}").number, Entry("{1..300}").prompts) == (300, ())
    assert Entry("{a|b}" * 9000).number == 1, "no model takes so long a text"


def test_counting_builds_no_prompt() -> None:
    tracemalloc.start()
    try:
        assert count("x" * 19_000 + f"{{1..{MOST}}}") == MOST
        assert tracemalloc.get_traced_memory()[1] < 1_000_000, "the prompts would have 3.8 MB"
    finally:
        tracemalloc.stop()


def test_a_text_that_is_longer_than_any_prompt_is_not_looked_at() -> None:
    text = "{a|b}" * MOST_CHARACTERS
    assert expand(text) == Expansion(1, (text,))


@given(TEXTS)
def test_each_text_has_a_form_that_expands_to_it_alone(text: str) -> None:
    assert expand(expansion.escape(text)).prompts == (text,)


@given(TEXTS)
def test_the_number_is_that_of_the_prompts(text: str) -> None:
    found = expand(text)
    assert found.number >= 1
    assert len(found.prompts) == (found.number if found.number <= MOST else 0)


@given(st.lists(st.lists(WORDS, min_size=2, max_size=4), max_size=4), WORDS)
def test_wildcards_expand_like_nested_loops(choices: list[list[str]], between: str) -> None:
    text = between.join(f"{{{'|'.join(words)}}}" for words in choices)
    prompts = tuple(between.join(chosen) for chosen in product(*choices))
    assert expand(text) == Expansion(len(prompts), prompts if len(prompts) <= MOST else ())
