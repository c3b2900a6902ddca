"""The grid of a comparison: which jobs share a row, what makes a column, and what is known of each model."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from studio.client_parts.comparison_grid import credits_of, grid_of, row_key, seconds_of, settings_of, standings
from studio.core.comparisons import Column, Vote
from studio.core.values import Job, Kind, Output, State, Status, Task
from tests.examples import JOB, WHEN


def job(number: int, model: str, prompt: str = "hills", *, results: int = 1, **about: Any) -> Job:
    """A finished job whose tasks took ten times its number of seconds, with one saved output each."""
    inputs = {"prompt": prompt, "aspect_ratio": "16:9", "image_number": results, **about.pop("inputs", {})}
    at, first = WHEN + timedelta(seconds=10 * number), 10 * number
    tasks = tuple(
        Task(
            one,
            f"job_{number}",
            f"t{one}",
            one,
            Status.SUCCEEDED,
            accepted_at=WHEN,
            finished_at=at,
            outputs=(out(one),),
        )
        for one in range(first, first + results)
    )
    made = replace(
        JOB, id=f"job_{number}", model=model, prompt=prompt, inputs=inputs, state=State.FINISHED, tasks=tasks
    )
    return replace(made, **{"cost": 7.0, **about})


def out(number: int) -> Output:
    return Output(number, number, 0, Kind.IMAGE, "", key=f"{number}.png")


def ids(jobs: tuple[tuple[Job, ...], ...]) -> list[list[str]]:
    return [[one.id for one in cell] for cell in jobs]


def test_the_same_prompt_is_a_row_and_each_model_a_column() -> None:
    grid = grid_of([job(1, "A"), job(2, "B", "foxes"), job(3, "B"), job(4, "A")])
    assert grid.columns == (Column("A"), Column("B"))
    assert [ids(row.cells) for row in grid.rows] == [[["job_1", "job_4"], ["job_3"]], [[], ["job_2"]]]


def test_settings_that_differ_in_a_row_tell_the_columns_of_a_model_apart() -> None:
    square = {"aspect_ratio": "1:1"}
    grid = grid_of([job(1, "A"), job(2, "A", inputs=square), job(3, "B", inputs=square), job(4, "B", "foxes")])
    assert grid.columns == (
        Column("A", (("Aspect ratio", "16:9"),)),
        Column("A", (("Aspect ratio", "1:1"),)),
        Column("B"),
    )
    assert [ids(row.cells) for row in grid.rows] == [[["job_1"], ["job_2"], ["job_3"]], [[], [], ["job_4"]]]


def test_a_column_says_settings_as_forms_do_and_exports_as_they_were_sent() -> None:
    large, small = (job(number, "A", inputs={"aspect_ratio": f"16:9({number}k)"}) for number in (1, 2))
    assert [column.settings for column in grid_of([large, small]).columns] == [
        (("Aspect ratio", "16:9, 1K"),),
        (("Aspect ratio", "16:9, 2K"),),
    ]
    assert settings_of(large) == {"Aspect ratio": "16:9(1k)"}


@pytest.mark.parametrize(
    ("inputs", "is_same"),
    [
        ({"aspect_ratio": "1:1"}, True),
        ({"image_number": 4}, True),
        ({"negative_prompt": ""}, True),
        ({"negative_prompt": "fog"}, False),
        ({"images": ["https://x/1.png"]}, False),
    ],
)
def test_a_row_is_of_one_prompt_and_the_same_references(inputs: dict[str, Any], is_same: bool) -> None:
    assert (row_key(job(1, "A")) == row_key(job(2, "B", inputs=inputs))) is is_same


def test_an_image_and_a_video_of_one_prompt_are_two_rows() -> None:
    film = replace(job(1, "A"), kind=Kind.VIDEO, mode="text_to_video")
    assert row_key(film) != row_key(job(1, "A"))


def test_settings_are_said_as_people_say_them() -> None:
    inputs = {"duration": 5, "generate_audio": "true", "video_number": 2, "resolution": "480p"}
    film = replace(job(1, "A", inputs=inputs), kind=Kind.VIDEO, mode="text_to_video")
    said = {"Aspect ratio": "16:9", "Duration": "5 s", "Resolution": "480p", "Generate audio": "yes"}
    assert settings_of(film) == said


def test_time_and_credits_are_those_of_each_task_if_known() -> None:
    made = job(3, "A", results=2)
    task = made.tasks[0]
    assert seconds_of(task) == 30 and credits_of(made, task) == 3.5
    assert credits_of(made, replace(task, cost=1.0)) == 1.0 and credits_of(replace(made, cost=None), task) is None
    assert (
        seconds_of(replace(task, finished_at=None)) is None and seconds_of(replace(task, status=Status.FAILED)) is None
    )


def test_a_model_is_known_by_votes_time_failures_and_credits() -> None:
    failed = replace(job(3, "B", cost=0.0), tasks=(replace(job(3, "B").tasks[0], status=Status.FAILED, outputs=()),))
    grid = grid_of([job(1, "A", results=2), job(2, "B"), failed, job(4, "A")])
    votes = [Vote("c", grid.rows[0].key, person, output) for person, output in (("x", 10), ("y", 10), ("z", 40))]
    first, second = standings(grid, votes)
    assert (first.model, first.votes, first.median_seconds, first.failure_rate) == ("A", 3, 10, 0)
    assert first.credits_per_accepted == 7, "14 credits, and two results with votes"
    assert (second.model, second.votes, second.failure_rate, second.credits_per_accepted) == ("B", 0, 0.5, None)


def test_what_is_not_known_stays_unknown() -> None:
    open_job = replace(job(1, "A"), state=State.QUEUED, tasks=(), cost=None)
    (standing,) = standings(grid_of([open_job]), [])
    assert (standing.median_seconds, standing.failure_rate, standing.credits_per_accepted) == (None, None, None)
    refused = replace(open_job, id="job_2", state=State.REFUSED)
    (standing,) = standings(grid_of([job(3, "A"), refused]), [Vote("c", "r", "", 30)])
    assert standing.failure_rate == 2 / 3 and standing.credits_per_accepted == 7, "a refused job costs nothing"
    (standing,) = standings(grid_of([job(3, "A"), open_job]), [Vote("c", "r", "", 30)])
    assert standing.credits_per_accepted is None, "what an open job will cost is not known"
