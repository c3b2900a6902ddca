"""Presses of Generate: each is one job, with its own prompt and account, however runs are cut off and repeated."""

import math
from dataclasses import replace
from typing import Any

import pytest
from streamlit.runtime.state.session_state import SessionState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from components.session.form_state import Press, Sent
from sandbox.server import Sandbox
from studio.core.values import Kind
from tests.pages.driving import Open, Prompt, checked, choose, field, generate, texts, until_saved

POST = "/v1/generation/text-to-image"


def test_a_double_click_is_one_job_and_another_prompt_or_a_later_press_is_another(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    remembered, posts = at.session_state["studio"], quick.backend.posts
    remembered.sent = Sent(remembered.sent.draft)  # the page is not drawn yet
    checked(field(at, "Generate").click().run())
    assert posts["/v1/generation/text-to-image"] == 1
    generate(at, "Two other hills")
    assert posts["/v1/generation/text-to-image"] == 2
    remembered.sent = replace(remembered.sent, drawn_at=-math.inf)  # it was, long ago
    checked(field(at, "Generate").click().run())
    assert posts["/v1/generation/text-to-image"] == 3


def test_a_second_press_of_a_double_click_that_arrives_late_is_no_job(page: Open, quick: Sandbox) -> None:
    at = page()
    remembered, posts = at.session_state["studio"], quick.backend.posts
    for number, clicked_at, jobs in ((1, 1e12, 1), (2, 1e12 + 700, 1), (3, 1e12 + 900, 2)):
        checked(Prompt(at).press(number, "Two hills", clicked_at).run())
        checked(field(at, "Generate").click().run())
        assert posts[POST] == jobs
        remembered.sent = replace(remembered.sent, drawn_at=-math.inf)  # long ago


def test_a_press_in_the_first_run_after_a_restart_is_a_job(page: Open, quick: Sandbox) -> None:
    at = page()
    field(at, "Prompt").set_value("Two hills")
    pressed = field(at, "Generate").click()
    with pytest.MonkeyPatch.context() as first:  # when nothing is known of what a press is to call
        first.setattr(SessionState, "_call_callbacks", lambda *_given, **_named: None)
        checked(pressed.run())
    assert quick.backend.posts["/v1/generation/text-to-image"] == 1


def test_each_press_is_sent_with_its_own_prompt_also_when_its_run_was_cut_off(page: Open, quick: Sandbox) -> None:
    at = page()
    field(at, "Prompt").set_value("Four hills")
    at.session_state["studio"].presses[Kind.IMAGE].open += [
        Press("Two hills"),
        Press("Three hills"),
        Press("Late hills", at=-math.inf),
    ]
    checked(field(at, "Generate").click().run())
    sent = {task.body["prompt"] for task in quick.backend.tasks.values()}
    assert sent == {"Two hills", "Three hills", "Four hills"}


def test_a_press_that_the_browser_counted_is_sent_once_whatever_is_drawn_after_it(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(Prompt(at).press(1, "Two hills").run())
    checked(field(at, "Generate").click().run())  # the press itself comes after what was counted
    checked(at.run())
    assert quick.backend.posts[POST] == 1
    checked(Prompt(at).press(2, "Three hills").run())
    assert quick.backend.posts[POST] == 2


@pytest.mark.parametrize("press", [{"form": "other:image", "number": 9, "text": "x"}, {"number": 9, "text": "x"}, "x"])
def test_a_press_of_another_form_or_none_sends_nothing(page: Open, quick: Sandbox, press: Any) -> None:
    at = page()
    checked(Prompt(at).send("Two hills", presses=[press]).run())
    assert not quick.backend.posts[POST]


def test_undo_sends_nothing_that_was_pressed_before_it(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    at = page()
    checked(field(at, "Prompt").set_value("Half a thought").run())
    choose(at, "Everything")
    checked(Prompt(at).press(1, "x" * 2001).run())
    assert "Shorten the prompt" in texts(at)
    remembered = at.session_state["studio"]
    remembered.sent = replace(remembered.sent, drawn_at=-math.inf)  # long ago: the same draft is no double click
    checked(field(at, "Undo").click().run())
    checked(at.run())
    assert quick.backend.posts[POST] == 1 and "Shorten the prompt" not in texts(at)


def test_why_a_press_was_refused_is_said_once_and_not_at_each_drawing(page: Open) -> None:
    at = page()
    checked(Prompt(at).press(1, "").run())
    said = refusal(at)
    assert said and refusal(checked(at.run())) == said
    checked(Prompt(at).press(2, "").run())
    assert refusal(at) not in ("", said)


def refusal(at: AppTest) -> str:
    """The name of the place that is read aloud: under another one the same text is said again."""
    places = [at.main]
    for place in places:
        places += [one for one in place.children.values() if isinstance(one, Block)]
    named = (str(getattr(place.proto, "id", "")) for place in places)
    return next((name for name in named if "aloud-refused" in name), "")
