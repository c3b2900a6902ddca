"""Limits on the pages: admins set them, people see how far theirs are used, and a refused draft stays in its form."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from studio.core.people import AdminAction
from studio.core.spending_limits import SpendingLimits
from studio.core.values import now
from tests.conftest import until
from tests.examples import JOB
from tests.pages.driving import ADMINS, checked, field, generate, texts
from tests.pages.signed_in import Enter, claims, drawn

MAX, ANNA = claims("max@team.example"), claims("anna@team.example")


def limit(limits: SpendingLimits) -> None:
    services.shared().ledger.spending_limits.set(limits, AdminAction("deed", now(), "p_anna", "", "set limits", ""))


def spending(enter: Enter) -> AppTest:
    return checked(enter(ANNA).switch_page(ADMINS["Spending"]).run())


@pytest.mark.slow
def test_an_admin_sets_limits_and_their_people_see_how_far_they_are_used(enter: Enter) -> None:
    made = generate(enter(MAX), "The hills of Max")
    assert "of 10 credits" not in drawn(made)
    until(lambda: "saved" in texts(checked(made.run())))
    at = spending(enter)
    for label, value in {"Each person, per day": 10, "Team, per month": 500, "Task of unknown cost": 8}.items():
        field(at, label).set_value(value)
    checked(field(at, "Save limits").click().run())
    told = "person 10 a day, team 500 a month, unknown cost counts as 8"
    assert [toast.value for toast in at.toast] == [f"Saved. Limits: {told}."]
    assert "Team this month: 7 of 500 credits" in texts(at) and "You today: 0 of 10 credits" in texts(at)
    assert list(at.dataframe[-1].value["Action"]) == [f"set limits: {told}"]
    again = spending(enter)
    assert [field(again, label).value for label in ("Each person, per day", "Each person, per month")] == [10, None]
    checked(made.run())
    assert "You today: 7 of 10 credits" in texts(made) and "Team this month: 7 of 500 credits" in texts(made)


def test_a_draft_that_is_over_the_limit_stays_in_its_form_and_nothing_is_sent(enter: Enter) -> None:
    at = enter(MAX)
    limit(SpendingLimits(person_day=5, price=6))
    generate(at, "The hills of Max")
    said = texts(at).replace("\\", "")
    assert "Over your daily limit of 5 credits: 0 are used or reserved, and this could cost up to 6." in said
    assert "Nothing was sent. The limit resets at 00:00 UTC" in said
    assert field(at, "Prompt").value == "The hills of Max"
    assert services.shared().ledger.jobs.busy("sandbox") == 0


def test_limits_without_a_price_to_reserve_are_not_set(enter: Enter) -> None:
    at = spending(enter)
    field(at, "Team, per day").set_value(5)
    checked(field(at, "Save limits").click().run())
    assert "Not saved. Task of unknown cost: Enter what a task counts as" in texts(at)
    assert services.shared().ledger.spending_limits.get() == SpendingLimits()


def test_a_limit_that_is_used_up_is_red_and_a_viewer_has_none(enter: Enter) -> None:
    limit(SpendingLimits(person_day=10, team_day=0.01, price=1))
    at = enter(MAX)
    assert ":gray[You today: 0 of 10 credits]" in drawn(at) and ":gray[Team today: 0 of 0.01 credits]" in drawn(at)
    services.shared().ledger.jobs.add(
        replace(JOB, account=services.shared().accounts.shared().account.id, created_at=now(), cost=1.0, count=1)
    )
    assert ":red[Team today: 1 of 0.01 credits]" in drawn(checked(at.run()))
    assert "of 10 credits" not in drawn(enter(claims("vera@team.example")))
