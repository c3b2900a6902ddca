"""A line of the history makes the next job: its results as input, its prompt and settings for the form."""

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.server import Sandbox
from studio.core.people import AdminAction
from studio.core.values import Kind, now
from tests.conftest import order
from tests.pages.driving import (
    Open,
    checked,
    choose,
    elements,
    field,
    generate,
    pictures,
    texts,
    ticks_until,
    until_saved,
)
from tests.pages.history_table import client, made, table
from tests.pages.signed_in import Enter, claims

ALL = ["Everything", "Prompt only", "Settings only"]


def menus(at: AppTest) -> dict[str, list[str]]:
    return {one.proto.label: list(one.proto.options) for one in elements(at, "menu_button")}


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


@pytest.mark.parametrize(
    ("way", "prompt", "ratio"), [(ALL[0], "Two hills", "9:16"), (ALL[1], "Two hills", "16:9"), (ALL[2], "", "9:16")]
)
def test_a_job_of_the_history_fills_the_form_of_its_page(page: Open, way: str, prompt: str, ratio: str) -> None:
    until_saved(generate(page(), "Two hills", Aspect_ratio="9:16", Number_of_images=1))
    at = page("Call history", job=str(table(page("Call history"))["Job"].iloc[0]))
    assert menus(at)["Reuse"] == ALL
    choose(at, way)
    assert at.title[0].value == "Image" and "Filled from an earlier job" in texts(at)
    assert field(at, "Prompt").value == prompt and field(at, "Aspect ratio").value == ratio


def test_of_a_job_of_an_unknown_mode_the_prompt_is_used_again(page: Open) -> None:
    job = made(page)
    known = client().jobs.get(job)
    assert known
    client().ledger.jobs.change(job, mode="text_to_hologram")
    cards = page()
    assert any(known.prompt in one.value for one in cards.markdown) and "Variation" not in labels(cards)
    at = page("Call history", job=job)
    assert menus(at)["Reuse"] == ["Prompt only"]
    choose(at, "Prompt only")
    assert field(at, "Prompt").value == known.prompt and field(at, "Start from").value != "text_to_hologram"


def test_a_result_of_the_history_is_used_as_input(page: Open) -> None:
    at = page("Call history", job=made(page))
    assert "Change this image" in menus(at)["Use as input"]
    choose(at, "Change this image")
    assert at.title[0].value == "Image" and "Added to the form" in texts(at)
    assert field(at, "Start from").value == "image_to_image" and len(pictures(at)) > 1


def test_of_a_failed_job_the_inputs_alone_are_offered_and_of_a_removed_one_nothing(page: Open, quick: Sandbox) -> None:
    order(quick, "outcomes", outcomes=["failed"])
    ticks_until(at := generate(page(), "Two hills"), lambda: "Failed" in texts(at))
    job = str(table(page("Call history"))["Job"].iloc[0])
    assert menus(page("Call history", job=job)) == {"Reuse": ALL}
    known = client().jobs.get(job)
    assert known
    client().ledger.spending.remove(known, AdminAction("deed_1", now(), "", known.account, "removed", job), [])
    assert not menus(page("Call history", job=job))


def test_the_teams_history_beside_ones_own_key_fills_no_form(page: Open) -> None:
    job = made(page)
    at = page("Call history", job=job)
    checked(field(at, "API key").set_value("sk-mine-0123456789abcdef99aa").run())
    at.query_params["job"] = job
    checked(at.run())
    assert "Two hills" in texts(at) and not menus(at)


def test_a_viewer_sees_the_line_and_fills_no_form(enter: Enter) -> None:
    until_saved(generate(enter(claims("max@team.example")), "Two hills"))
    at = enter(claims("vera@team.example"))
    at.query_params["job"] = client().ledger.jobs.recent(client().account.id, Kind.IMAGE, 1)[0].id
    checked(at.switch_page("../pages/history.py").run())
    assert "Two hills" in texts(at) and not menus(at)
