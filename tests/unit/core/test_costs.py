"""What a job usually costs and what it may cost at most, by what is known of earlier ones and by the price table."""

from typing import Any

import pytest

from studio.core.costs import RECENT, Estimate, Known, Origin, dearest, estimate, together
from studio.core.prices import Price, Unit, settings_of

VIDEO = {"prompt": "A sun", "duration": 5, "resolution": "480p", "seed": 1, "images": ["https://x.example/1.png"]}
LONG, SHARP = {**VIDEO, "duration": 15}, {**VIDEO, "resolution": "720p"}
MODE = "text_to_video"


def known(*earlier: tuple[float, dict[str, Any]], model: str = "m") -> list[Known]:
    return [Known.of(credits, model, inputs) for credits, inputs in earlier]


def price(credits: float, unit: Unit = Unit.RESULT, resolution: str = "") -> Price:
    return Price(MODE, "m", resolution, unit, credits)


@pytest.mark.parametrize(
    ("earlier", "inputs", "most"),
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
    earlier: list[tuple[float, str, dict[str, Any]]], inputs: dict[str, Any], most: float
) -> None:
    assert dearest((Known.of(*one) for one in earlier), [], "m", inputs) == most


def test_the_price_table_is_asked_before_other_tasks_of_the_mode_and_after_those_like_it() -> None:
    earlier = known((90, VIDEO))
    assert dearest(earlier, [price(4, Unit.SECOND)], "m", LONG) == 60
    assert dearest(earlier, [price(4, Unit.SECOND)], "m", VIDEO) == 90


def test_jobs_with_these_settings_tell_median_and_range_for_all_results() -> None:
    found = estimate(known((110, VIDEO), (90, VIDEO), (80, VIDEO), (270, LONG)), [price(1)], VIDEO, 2)
    assert found == Estimate(Origin.MEASURED, 2, 180, 160, 220)
    assert found.each == Estimate(Origin.MEASURED, 1, 90, 80, 110)


def test_only_the_newest_jobs_count_as_prices_change() -> None:
    found = estimate(known(*[(7, VIDEO)] * RECENT, (1, VIDEO)), [], VIDEO, 1)
    assert (found.lowest, found.highest) == (7, 7)


@pytest.mark.parametrize("other", [LONG, SHARP, {**VIDEO, "generate_audio": True}, {**VIDEO, "aspect_ratio": "2k"}])
def test_what_other_settings_cost_is_not_said_of_these(other: dict[str, Any]) -> None:
    earlier = known((90, other), (270, other), (180, {}))
    assert estimate(earlier, [], VIDEO, 2) == Estimate(Origin.OTHER_SETTINGS, 2, 360, 180, 540)
    assert estimate(earlier, [price(8)], VIDEO, 2) == Estimate(Origin.PRICE_TABLE, 2, 16, 16, 16)
    assert estimate([], [], VIDEO, 2) == Estimate(Origin.UNKNOWN, 2)


def test_the_same_settings_are_the_same_however_they_are_written() -> None:
    form = {"prompt": "A", "duration": "5", "generate_audio": True, "quality": "", "aspect_ratio": "16:9(2k)"}
    sent = {"prompt": "B", "duration": 5, "generate_audio": "true", "aspect_ratio": "9:16(2k)", "video_number": 4}
    assert settings_of(form) == settings_of(sent)
    assert settings_of({**sent, "generate_audio": False}) == settings_of({**sent, "generate_audio": None})
    assert settings_of({**sent, "aspect_ratio": "9:16(4k)"}) != settings_of(sent)


@pytest.mark.parametrize(
    ("prices", "inputs", "each"),
    [
        ([price(7), price(20, resolution="720P")], VIDEO, 7),
        ([price(7), price(20, resolution="720P")], SHARP, 20),
        ([price(20, resolution="720p")], VIDEO, 0),
        ([price(20, resolution="2k")], {"aspect_ratio": "16:9(2K)"}, 20),
        ([price(0.5, Unit.SECOND)], VIDEO, 2.5),
        ([price(0.5, Unit.SECOND)], {"resolution": "480p"}, 0),
        ([price(0.5, Unit.SECOND)], {"duration": "as long as it takes"}, 0),
    ],
)
def test_the_price_table_has_a_price_for_a_result_or_a_second(
    prices: list[Price], inputs: dict[str, Any], each: float
) -> None:
    found = estimate([], prices, inputs, 3)
    assert (found.origin, found.median) == (Origin.PRICE_TABLE if each else Origin.UNKNOWN, 3 * each)


def test_several_jobs_are_known_as_well_as_the_least_known_of_them() -> None:
    measured, other = Estimate(Origin.MEASURED, 1, 7, 6, 9), Estimate(Origin.OTHER_SETTINGS, 2, 20, 10, 30)
    assert together([measured] * 3) == Estimate(Origin.MEASURED, 3, 21, 18, 27)
    assert together([measured, other]) == Estimate(Origin.OTHER_SETTINGS, 3, 27, 16, 39)
    assert together([other, Estimate(results=4)]) == Estimate(Origin.UNKNOWN, 6)
    assert together([]) == Estimate(Origin.UNKNOWN, 0)


@pytest.mark.parametrize(
    ("given", "is_over"),
    [
        (Estimate(Origin.MEASURED, 1, 90, 80, 110), False),
        (Estimate(Origin.MEASURED, 1, 101, 80, 110), True),
        (Estimate(Origin.PRICE_TABLE, 1, 101, 101, 101), True),
        (Estimate(Origin.OTHER_SETTINGS, 1, 110, 90, 130), False),
        (Estimate(Origin.OTHER_SETTINGS, 1, 110, 101, 130), True),
        (Estimate(), False),
    ],
)
def test_more_than_the_balance_is_what_is_usually_more(given: Estimate, is_over: bool) -> None:
    assert given.is_over(100) == is_over
