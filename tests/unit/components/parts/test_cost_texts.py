"""What the form and cards say of a cost: how it is known, each and in all, and the range where there is one."""

import pytest

from components.parts.cost_texts import in_a_cell, in_a_line, in_short, of_plan
from studio.core.costs import Estimate, Origin

MEASURED, TABLE, OTHER = Origin.MEASURED, Origin.PRICE_TABLE, Origin.OTHER_SETTINGS


@pytest.mark.parametrize(
    ("estimate", "line", "short"),
    [
        (Estimate(MEASURED, 1, 90, 80, 110), "Usually **90 credits** (80 to 110)", "usually 90 credits"),
        (Estimate(MEASURED, 4, 28, 28, 28), "Usually 7 credits each · **28 in all**", "usually 28 credits"),
        (
            Estimate(MEASURED, 2, 15, 14, 18),
            "Usually 7.5 credits each · **15 in all** (14 to 18)",
            "usually 15 credits",
        ),
        (Estimate(TABLE, 1, 9, 9, 9), "**9 credits** by the price table", "9 credits by the price table"),
        (
            Estimate(TABLE, 3, 4500, 4500, 4500),
            "1,500 credits each by the price table · **4,500 in all**",
            "4,500 credits by the price table",
        ),
        (
            Estimate(OTHER, 1, 14, 7, 28),
            "Usually 7 to 28 credits with other settings",
            "usually 7 to 28 credits with other settings",
        ),
        (
            Estimate(OTHER, 2, 14, 14, 14),
            "Usually 7 credits each with other settings",
            "usually 14 credits with other settings",
        ),
        (Estimate(results=4), "", ""),
    ],
)
def test_each_estimate_says_how_it_is_known(estimate: Estimate, line: str, short: str) -> None:
    assert in_a_line(estimate, sandbox=False) == line
    assert in_short(estimate, sandbox=False) == short
    assert in_short(estimate, sandbox=True) == short.replace("credits", "demo credits")


def test_a_plan_says_of_how_many_jobs_the_cost_is_known() -> None:
    known, other = Estimate(MEASURED, 1, 7, 7, 7), Estimate(OTHER, 1, 14, 7, 28)
    assert of_plan([known, known], sandbox=False) == "usually 14 credits"
    assert of_plan([known, Estimate()], sandbox=True) == (
        "usually 7 demo credits for 1 of them, the rest is not known yet"
    )
    assert of_plan([Estimate()], sandbox=False) == of_plan([], sandbox=False) == ""
    cells = [in_a_cell(one) for one in (known, other, Estimate(TABLE, 1, 9, 9, 9), Estimate())]
    assert cells == ["7", "7 to 28 (other settings)", "9 (price table)", "not known yet"]
