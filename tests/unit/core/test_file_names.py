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


@given(some.lists(some.tuples(PROMPTS, some.integers(1, 3), some.sampled_from(["png", "mp4", "PNG"])), max_size=12))
def test_names_are_short_plain_and_taken_once(given: list[tuple[str, int, str]]) -> None:
    names, found, number = file_names.FreeNames(), list[str](), 0
    for prompt, count, ending in given:
        outputs = tuple(
            Output(number := number + 1, 1, position, Kind.IMAGE, "", f"a/{number}.{ending}")
            for position in range(count)
        )
        job = replace(JOB, prompt=prompt, tasks=(Task(1, JOB.id, "t", 0, Status.SUCCEEDED, outputs=outputs),))
        found += [names.take(job, output) for output in outputs]
    stems = {Path(name).stem.lower() for name in found}
    assert len(stems) == len(found) and Path(NOT_INCLUDED).stem not in stems
    for name in found:
        assert len(name) < 100 and set(name.lower()) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert name[0].isalnum() and name.count(".") == 1


def test_a_key_in_a_prompt_is_in_no_name() -> None:
    assert file_names.of_job(replace(JOB, prompt="sk-planted-0123456789abcdef7777 hills")) == "removed-hills-1122-1000"
