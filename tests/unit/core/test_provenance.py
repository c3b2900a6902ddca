"""What a file may say of itself: what was written comes back, and anything else is cleaned or ignored."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from studio.core.provenance import APP, Provenance, from_json, from_parameters

WORDS = some.text(some.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40)
VALUES = some.one_of(WORDS, some.booleans(), some.integers(-1000, 1000))
ANY = some.recursive(some.none() | some.booleans() | some.floats() | some.text(), some.lists, max_leaves=5)


def read(**facts: Any) -> Provenance:
    found = from_json(json.dumps({"app": APP, "version": 1, **facts}))
    assert found
    return found


@given(WORDS, WORDS, some.dictionaries(WORDS, VALUES, max_size=5))
def test_what_was_written_comes_back(prompt: str, mode: str, given: dict[str, Any]) -> None:
    found = Provenance(prompt, mode, "M", given, {"images": ("a" * 64, "")}, "job_1", "task_1", 3, "2026")
    assert from_json(found.as_json) == found


@given(some.dictionaries(some.sampled_from(list(Provenance.__dataclass_fields__)), ANY))
def test_anything_else_is_ignored(facts: dict[str, Any]) -> None:
    found = read(**facts)
    assert isinstance(found.prompt, str) and isinstance(found.output, int)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"app": "x"}', "[" * 100_000, '{"app": ' + "9" * 5000 + "}", "1"])
def test_other_texts_say_nothing(text: str) -> None:
    assert from_json(text) is None


def test_odd_values_are_cleaned_or_left_out() -> None:
    found = read(
        prompt="a\0b\ud800c\x1b\n",
        settings={"a": [1], "b": 1e300, "c": 10**9, "d": None, "e": 5, "f": {"g": 1}},
        references={"images": ["A" * 64, "b" * 64, 5, "https://x.example/a.png"], "videos": "c" * 64},
        job=7,
        mode="m" * 1000,
        key="sk-1",
    )
    assert found.prompt == "abc\n" and found.settings == {"e": 5} and found.job == ""
    assert found.references == {"images": ("", "b" * 64, "", "")} and len(found.mode) == 100


def test_the_prompt_of_another_program_ends_before_its_settings() -> None:
    found = from_parameters("two cats,\na sun\nNegative prompt: fog\nSteps: 20, Seed: 5")
    assert found == Provenance(prompt="two cats,\na sun")
    assert from_parameters("\nSteps: 20") is None and from_parameters("") is None
