"""What can be done with a card: delete it and undo that, make a variation, and for whom and when."""

from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox.server import Sandbox
from studio.client import Client
from studio.core.values import Job, Kind, now
from tests.conftest import order, until
from tests.pages.driving import Open, checked, field, generate, pictures, texts, ticks_until, until_saved
from tests.pages.signed_in import LIST, SECRETS, Enter, claims

POST = "/v1/generation/text-to-image"


def client(days_ago: int = 0) -> Client:
    shared = services.shared()
    return Client(shared.accounts.shared(), shared.ledger, clock=lambda: now() - timedelta(days=days_ago))


def newest() -> Job:
    return client().jobs.recent(Kind.IMAGE, 1)[0]


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def press(at: AppTest, label: str) -> AppTest:
    return checked(field(at, label).click().run())


def made(page: Open, *prompts: str) -> AppTest:
    at = page()
    for prompt in prompts or ("Two hills",):
        until_saved(generate(at, prompt))
    ticks_until(at, lambda: len(pictures(at)) == len(prompts or "1"))
    return at


def test_one_click_deletes_a_card_and_undo_brings_it_back(page: Open) -> None:
    at = made(page)
    press(at, "Delete")
    assert "Deleted: Two hills" in texts(at) and not pictures(at) and "Succeeded" not in texts(at)
    assert client().jobs.recent(Kind.IMAGE, 9) == [] and "Delete" not in labels(at)
    press(at, "Undo")
    assert pictures(at) == ["Two hills"] and "Deleted" not in texts(at)


def test_a_deleted_card_keeps_its_place_until_the_page_is_left(page: Open) -> None:
    at = made(page, "One hill", "Two hills", "Three hills")
    checked(at.button(f"delete-{client().jobs.recent(Kind.IMAGE, 3)[1].id}").click().run())
    said = texts(at)
    assert said.index("Three hills") < said.index("Deleted: Two hills") < said.index("One hill")
    assert "Undo all" not in str(labels(at))
    checked(at.switch_page("../pages/video.py").run())
    checked(at.switch_page("../pages/image.py").run())
    assert "Two hills" not in texts(at) and "Undo" not in labels(at)


def test_several_deleted_cards_are_restored_one_by_one_or_all_at_once(page: Open) -> None:
    at = made(page, "One hill", "Two hills")
    press(press(at, "Delete"), "Delete")
    assert labels(at).count("Undo") == 2 and labels(at).count("Undo all 2") == 1
    press(at, "Undo all 2")
    assert pictures(at) == ["Two hills", "One hill"] and "Undo" not in str(labels(at))


@pytest.mark.parametrize(
    ("fault", "outcome", "word", "can_be_deleted"),
    [
        (None, "failed", "Failed", True),
        ({"kind": "refuse", "code": 1002, "message": "no"}, "", "Refused", True),
        (None, "stuck", "Waiting", False),
        ({"kind": "refuse", "code": 6010, "message": "more than 20 tasks"}, "", "Queued", False),
        ({"kind": "gateway"}, "", "Unconfirmed", False),
    ],
)
def test_only_what_has_ended_can_be_deleted_and_only_what_succeeded_varied(
    page: Open, quick: Sandbox, fault: dict[str, Any] | None, outcome: str, word: str, can_be_deleted: bool
) -> None:
    at = page()
    if fault:
        order(quick, "fault", **fault)
    else:
        order(quick, "outcomes", outcomes=[outcome])
    ticks_until(generate(at, "Two hills"), lambda: word in texts(at))
    assert ("Delete" in labels(at)) is can_be_deleted and "Variation" not in labels(at)


@pytest.mark.parametrize(("end", "word"), [("Cancel", "Cancelled"), ("Dismiss", "Dismissed")])
def test_what_a_person_closed_can_be_deleted(page: Open, quick: Sandbox, end: str, word: str) -> None:
    refusal = {"kind": "refuse", "code": 6010, "message": "more than 20 tasks"}
    order(quick, "fault", **(refusal if end == "Cancel" else {"kind": "gateway"}))
    ticks_until(at := generate(page(), "Two hills"), lambda: end in labels(at))
    press(at, end)
    assert word in texts(at)
    press(at, "Delete")
    assert "Deleted: Two hills" in texts(at) and "Undo" in labels(at)


def test_a_deleted_job_is_restored_from_its_address_and_from_its_trace_while_that_is_possible(page: Open) -> None:
    made(page)
    job = newest().id
    client().jobs.delete(job)
    at = press(page("Image", job=job), "Undo")
    assert pictures(at) == ["Two hills"]
    client().jobs.delete(job)
    at = page("Call history", job=job)
    assert "Deleted" in texts(at)
    press(at, "Restore")
    assert "Deleted" not in texts(at) and "Restore" not in labels(at) and newest().id == job
    client(days_ago=31).jobs.delete(job)
    at = page("Image", job=job)
    assert "Deleted: Two hills" in texts(at) and "Undo" not in labels(at)
    assert "Restore" not in labels(page("Call history", job=job))


def test_a_variation_is_one_job_with_the_same_inputs_for_each_press(page: Open, quick: Sandbox) -> None:
    at = made(page)
    variation = field(at, "Variation")
    assert "Cost: usually 7 credits" in variation.help and "same prompt and settings" in variation.help
    checked(variation.click().run())
    checked(variation.click().run())  # the second press of a double click, which was under way
    until(lambda: len(quick.backend.tasks) == 2)
    ticks_until(at, lambda: pictures(at) == ["Two hills"] * 2)
    first, second = client().jobs.recent(Kind.IMAGE, 9)
    assert first.inputs == second.inputs and first.model == second.model and first.id != second.id
    press(at, "Variation")
    until(lambda: quick.backend.posts[POST] == 3)


def test_a_variation_that_a_limit_stops_says_so_on_its_card(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBMISSIONS_PER_MINUTE", "1")
    services.shared.clear()
    at = made(page)
    for _ in range(2):
        assert "The limit is 1 jobs a minute" in texts(press(at, "Variation"))
    assert quick.backend.posts[POST] == 1


def test_who_may_not_change_a_job_can_neither_delete_nor_vary_nor_restore_it(enter: Enter) -> None:
    secrets = {**SECRETS, "access": {**LIST, "emails": [*LIST["emails"], "otto@team.example"]}}
    mine = generate(enter(claims("max@team.example"), secrets), "The hills of Max")
    until(lambda: "saved" in texts(checked(mine.run())))
    assert {"Delete", "Variation"} <= {*labels(mine)}
    for email, may in (("otto@team.example", False), ("vera@team.example", False), ("anna@team.example", True)):
        at = enter(claims(email), secrets)
        if may or email.startswith("otto"):
            checked(field(at, "Whose").set_value("Everyone's").run())
        assert "hills of Max" in texts(at)
        assert ("Delete" in labels(at)) is ("Variation" in labels(at)) is may
    job = newest().id
    press(mine, "Delete")
    for email, may in (("otto@team.example", False), ("vera@team.example", False), ("anna@team.example", True)):
        at = enter(claims(email), secrets)
        at.query_params["job"] = job
        checked(at.run())
        assert "Deleted: The hills of Max" in texts(at)
        assert ("Undo" in labels(at)) is may


def test_sending_an_unconfirmed_job_anyway_says_what_stops_it(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBMISSIONS_PER_MINUTE", "1")
    services.shared.clear()
    order(quick, "fault", kind="gateway")
    ticks_until(at := generate(page(), "Two hills"), lambda: "Send anyway" in labels(at))
    assert "The limit is 1 jobs a minute" in texts(press(at, "Send anyway"))
    assert quick.backend.posts[POST] == 1
