"""Names of downloaded files: whatever the prompt is, every system takes them, and no two are the same."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from studio.core import file_names
from studio.core.values import Kind, Output, Status, Task
from studio.zips import NOT_INCLUDED
from tests.examples import JOB

PROMPTS = some.text() | some.sampled_from(
    ["two hills", "Two <hills>", "../../etc/passwd", "con", "a" * 500, "猫", "a\0b"]
)

ENDINGS = some.sampled_from(["png", "mp4", "PNG"])


@given(some.lists(some.tuples(PROMPTS, PROMPTS, some.integers(1, 3), ENDINGS), max_size=12))
def test_names_are_short_plain_and_taken_once(given: list[tuple[str, str, int, str]]) -> None:
    names, found, number = file_names.FreeNames(), list[str](), 0
    for prompt, model, count, ending in given:
        outputs = tuple(
            Output(number := number + 1, 1, position, Kind.IMAGE, "", f"a/{number}.{ending}")
            for position in range(count)
        )
        task = Task(1, JOB.id, "t", 0, Status.SUCCEEDED, outputs=outputs)
        job = replace(JOB, prompt=prompt, model=model, tasks=(task,))
        found += [names.take(job, output) for output in outputs]
    stems = {Path(name).stem.lower() for name in found}
    assert len(stems) == len(found) and Path(NOT_INCLUDED).stem not in stems
    for name in found:
        assert len(name) < 100 and set(name.lower()) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert name[0].isalnum() and name.count(".") == 1


def test_a_name_says_the_model_and_an_imported_job_has_none() -> None:
    job = replace(JOB, prompt="Peony in ink", model="SEEDREAM_4_5")
    assert file_names.of_job(job) == "peony-in-ink-seedream-4-5-1122-1000"
    assert file_names.of_job(replace(job, prompt="", model="")) == "weryai-1122-1000"


def test_a_key_is_in_no_name() -> None:
    key = "sk-planted-0123456789abcdef7777"
    assert file_names.of_job(replace(JOB, prompt=f"{key} hills", model=key)) == "removed-hills-removed-1122-1000"


def test_a_file_about_a_comparison_has_its_name() -> None:
    names = [file_names.of_comparison(name) for name in ("Two <hills>/..", "猫", "sk-" + "a1b2" * 8, "word " * 30)]
    assert names[:2] == ["comparison-two-hills", "comparison"] and "a1b2" not in names[2]
    assert names[3] == "comparison-" + "-".join(["word"] * 6)
