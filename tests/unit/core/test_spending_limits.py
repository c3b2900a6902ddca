"""What a task may cost at most, by what is known of earlier ones."""

from typing import Any

import pytest

from studio.core.spending_limits import Known, dearest

VIDEO = {"prompt": "A sun", "duration": 5, "resolution": "480p", "seed": 1, "images": ["https://x.example/1.png"]}
LONG, SHARP = {**VIDEO, "duration": 15}, {**VIDEO, "resolution": "720p"}


@pytest.mark.parametrize(
    ("known", "inputs", "most"),
    [
        ([], VIDEO, 0),
        ([(90, "m", VIDEO), (270, "m", LONG)], VIDEO, 90),
        ([(90, "m", VIDEO), (95, "m", VIDEO)], {**VIDEO, "prompt": "Else", "seed": 2, "images": []}, 95),
        ([(90, "m", VIDEO), (270, "m", LONG)], SHARP, 270),
        ([(90, "m", VIDEO), (100, "n", VIDEO)], VIDEO, 90),
        ([(90, "n", VIDEO), (100, "n", SHARP)], VIDEO, 100),
        ([(90, "m", VIDEO)], LONG, 270),
        ([(90, "m", VIDEO), (280, "n", {})], LONG, 280),
    ],
)
def test_a_task_may_cost_what_those_like_it_did_else_the_dearest_of_its_mode(
    known: list[tuple[float, str, dict[str, Any]]], inputs: dict[str, Any], most: float
) -> None:
    assert dearest((Known(*one) for one in known), "m", inputs) == most
