"""Many jobs from one form: shown as a table first, and each sent once."""

import re
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox import facts
from sandbox.server import Sandbox
from studio.client import Client
from studio.core.errors import LedgerError
from studio.core.expansion import expand
from studio.core.people import AdminAction
from studio.core.spending_limits import SpendingLimits
from studio.core.values import Kind
from studio.ledger.jobs import JobLedger
from tests.examples import WHEN
from tests.pages.driving import MINE, As, Open, Prompt, checked, choose, field, texts, until_saved

POST = "/v1/generation/text-to-image"


def typed(at: AppTest, prompt: str) -> AppTest:
    return checked(field(at, "Prompt").set_value(prompt).run())


def pressed(at: AppTest, label: str) -> AppTest:
    return checked(field(at, label).click().run())


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def table(at: AppTest) -> dict[str, list[Any]]:
    (frame,) = at.dataframe
    return {str(name): list(cells) for name, cells in frame.value.items()}


def jobs() -> list[str]:
    """The prompts of all jobs, the oldest first."""
    shared = services.shared()
    return [job.prompt for job in shared.ledger.jobs.recent(shared.accounts.shared().account.id, Kind.IMAGE, 300)][::-1]


def test_a_prompt_with_wildcards_says_how_many_jobs_it_makes_and_one_without_is_as_ever(page: Open) -> None:
    at = typed(page(), "a {red|blue|} fox")
    assert "Generate 3 jobs…" in labels(at) and "Generate" not in labels(at)
    assert "**3 jobs** · " in texts(at) and "balance" in texts(at)
    assert "Generate" in labels(typed(at, "a {red} fox"))
    assert "3 jobs" not in texts(at)


def test_a_plan_of_which_nothing_can_be_sent_says_why_in_place_of_its_cost(page: Open) -> None:
    at = page()
    more_models(at, "SEEDREAM_4")
    assert "**2 jobs** · Write a prompt first." in texts(at) and "0 of" not in texts(at)
    assert "**2 jobs** · " in texts(typed(at, "a fox")) and "Write a prompt first" not in texts(at)


def test_a_press_shows_the_table_and_sends_nothing_until_send(page: Open, quick: Sandbox) -> None:
    at = pressed(typed(page(), "a {red|blue} fox"), "Generate 2 jobs…")
    assert table(at)["Prompt"] == ["a red fox", "a blue fox"] and list(table(at)) == ["No.", "Prompt", "Usual credits"]
    assert not jobs()
    at = pressed(at, "Send 2 jobs")
    assert jobs() == ["a red fox", "a blue fox"]
    assert "2 jobs submitted at " in texts(at)
    assert not at.dataframe and "Send 2 jobs" not in labels(at)
    checked(at.run())
    assert len(jobs()) == 2


def test_the_jobs_of_a_plan_are_compared_with_one_press(page: Open) -> None:
    at = pressed(pressed(typed(page(), "a {red|blue} fox"), "Generate 2 jobs…"), "Send 2 jobs")
    at = pressed(at, "Compare them")
    shared = services.shared()
    (made,) = Client(shared.accounts.shared(), shared.ledger).comparisons.all()
    assert made.name == "a red fox" and jobs() == ["a red fox", "a blue fox"]
    assert len(made.jobs) == 2 and at.query_params["comparison"] == made.id


def test_jobs_of_a_plan_that_are_gone_cannot_be_compared_and_the_page_says_so_as_a_whole(page: Open) -> None:
    at = pressed(pressed(typed(page(), "{a|b}"), "Generate 2 jobs…"), "Send 2 jobs")
    at.session_state["studio"].forms[Kind.IMAGE].sent_plan = ("job_gone", "job_lost")
    at = pressed(at, "Compare them")
    assert [one.value.split("  ")[0] for one in at.error] == ["A comparison needs at least one job\\."]
    assert "Draw the page" in labels(at)  # which stands below the form


def test_back_sends_nothing_and_a_later_press_asks_again(page: Open) -> None:
    at = pressed(typed(page(), "{a|b}"), "Generate 2 jobs…")
    at = pressed(at, "Back")
    assert not at.dataframe and not jobs()
    assert pressed(at, "Generate 2 jobs…").dataframe


def test_presses_behind_the_open_table_do_nothing(page: Open) -> None:
    at = page()
    checked(Prompt(at).press(1, "{a|b}").run())
    assert at.dataframe
    checked(Prompt(at).press(2, "one job").run())
    checked(at.run())
    assert not jobs() and table(at)["Prompt"] == ["a", "b"]


def test_a_press_is_for_the_prompt_of_its_time_whatever_the_button_said(page: Open) -> None:
    at = page()
    checked(Prompt(at).press(1, "{a|b}").run())  # when the button still said Generate
    assert not jobs() and table(at)["Prompt"] == ["a", "b"]
    at = pressed(at, "Back")
    checked(Prompt(at).press(2, r"a \{b|c}").run())  # when it still said 2 jobs
    assert jobs() == ["a {b|c}"]


def test_a_double_click_on_send_makes_each_job_once(page: Open) -> None:
    at = pressed(typed(page(), "{a|b}"), "Generate 2 jobs…")
    opened = at.session_state["studio"].plans[Kind.IMAGE]
    plan = opened.plan
    pressed(at, "Send 2 jobs")
    at.session_state["studio"].plans[Kind.IMAGE] = replace(opened, plan=plan)  # as it was at the first click
    pressed(checked(at.run()), "Send 2 jobs")
    assert jobs() == ["a", "b"]


def test_too_many_are_refused_at_the_prompt(page: Open) -> None:
    at = typed(page(), "{1..1000} {1..1000}")
    assert "1,000,000 jobs are too many: the limit is 200 at once." in texts(at)
    at = pressed(at, "Generate 1,000,000 jobs…")
    assert not at.dataframe and not jobs()
    assert texts(at).count("1,000,000 jobs are too many") == 2


def test_lines_that_cannot_be_sent_are_named_and_the_others_are_sent(page: Open) -> None:
    at = pressed(typed(page(), "{|b|" + 2001 * "c" + "}"), "Generate 3 jobs…")
    assert table(at)["Problem"] == ["Write a prompt first.", "", "Shorten the prompt by 1 character."]
    at = pressed(at, "Send 1 job")
    assert jobs() == ["b"]
    assert [one.value for one in at.success] == ["1 job queued."] and table(at)["No."] == ["1", "3"]
    assert not [label for label in labels(at) if label.startswith("Send ")]
    assert not pressed(at, "Close").dataframe


def test_where_no_line_can_be_sent_the_field_says_why(page: Open) -> None:
    at = pressed(typed(page(), "{| }"), "Generate 2 jobs…")
    assert "Write a prompt first" in texts(at) and not at.dataframe


def test_what_a_spending_limit_stops_is_said_with_numbers_and_can_be_sent_later(page: Open) -> None:
    at = pressed(typed(page(), "{a|b|c}"), "Generate 3 jobs…")
    limits, action = services.shared().ledger.spending_limits, AdminAction("1", WHEN, "p", "a", "set limits", "")
    limits.set(SpendingLimits(team_day=20, price=8), action)
    at = pressed(at, "Send 3 jobs")
    assert jobs() == ["a", "b"]
    (warning,) = at.warning
    assert warning.value.startswith("2 jobs queued, 1 not: Over the team's daily limit of 20 credits")
    at = pressed(at, "Close")
    assert "1 job not queued." in texts(at) and "2 jobs submitted at " in texts(at)
    opened = at.session_state["studio"].plans[Kind.IMAGE]
    opened.account = "another"
    assert "They belong to another key." in texts(checked(at.run())) and "Send them…" not in labels(at)
    opened.account = ""
    checked(at.run())
    limits.set(SpendingLimits(), replace(action, id="2"))
    at = pressed(pressed(at, "Send them…"), "Send 1 job")
    assert jobs() == ["a", "b", "c"] and "3 jobs submitted at " in texts(at) and "not queued" not in texts(at)


def test_what_the_model_list_changed_since_the_table_is_shown_before_it_is_sent(
    page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = page("Video")
    checked(field(at, "Model").set_value("SEEDANCE_2_0").run())
    checked(field(at, "Resolution").set_value("480p").run())
    at = pressed(typed(at, "{a|b}"), "Generate 2 jobs…")
    models = facts.REGISTRY["video"]["text_to_video"]
    monkeypatch.setitem(facts.REGISTRY["video"], "text_to_video", [{**one, "resolutions": []} for one in models])
    services.shared().accounts.shared().catalogue.refresh()
    at = pressed(at, "Send 2 jobs")
    (warning,) = at.warning
    assert warning.value.startswith("0 jobs queued, 2 not: WeryAI's model list changed")
    assert table(at)["Settings"] == ["Resolution 480p is not offered"] * 2
    at = pressed(at, "Send 2 jobs")
    assert "2 jobs submitted at " in texts(at) and not at.dataframe


def test_the_rest_of_a_plan_can_be_dropped(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = pressed(typed(page(), "{a|b}"), "Generate 2 jobs…")
    add, made = JobLedger.add, list[Any]()

    def once(self: JobLedger, job: Any, **named: Any) -> Any:
        if made:
            raise LedgerError("The disk is full.")
        made.append(job)
        return add(self, job, **named)

    with monkeypatch.context() as broken:
        broken.setattr(JobLedger, "add", once)
        at = pressed(at, "Send 2 jobs")
    at = pressed(pressed(at, "Close"), "Drop them")
    assert "not queued" not in texts(at) and jobs() == ["a"]


def test_a_plan_is_closed_when_its_page_is_left_and_not_sent_with_another_account(page: Open) -> None:
    at = pressed(typed(page(), "{a|b}"), "Generate 2 jobs…")
    at.session_state["studio"].plans[Kind.IMAGE].account = "another"
    assert not checked(at.run()).dataframe
    at = pressed(at, "Generate 2 jobs…")
    checked(at.switch_page("../pages/video.py").run())
    assert not checked(at.switch_page("../pages/image.py").run()).dataframe


def test_a_prompt_with_braces_that_was_sent_is_filled_in_so_that_it_is_one_job_again(page: Open) -> None:
    at = page()
    checked(Prompt(at).press(1, r"a \{b|c}").run())
    until_saved(at)
    choose(typed(at, "x"), "Prompt only")
    assert field(at, "Prompt").value == r"a \{b\|c\}" and "Generate" in labels(at)


def more_models(at: AppTest, *models: str) -> AppTest:
    return checked(at.multiselect[0].set_value(list(models)).run())


def test_the_help_beside_the_prompt_says_what_wildcards_do(page: Open) -> None:
    (help_text,) = [one.value for one in page().markdown if "Several jobs from one prompt" in one.value]
    examples = re.findall(r"`(.+?)`", help_text)
    assert [expand(one).number for one in examples] == [2, 5, 5, 1] and expand(examples[-1]).prompts == ("{",)


def test_further_models_are_a_job_each_and_the_table_says_what_they_do_not_offer(page: Open) -> None:
    at = typed(page(), "a {red|blue} fox")
    field(at, "Aspect ratio").set_value("9:16")
    at = more_models(at, "GPT_IMAGE_1_5")
    assert "Also with GPT Image 1\\.5" in texts(at)
    at = pressed(at, "Generate 4 jobs…")
    assert table(at)["Model"] == ["WeryAI Image 2.0", "GPT Image 1.5"] * 2
    assert [*table(at)][:3] == ["No.", "Model", "Prompt"], "a phone shows these"
    assert table(at)["Settings"] == ["", "Aspect ratio 2:3 instead of 9:16"] * 2
    pressed(at, "Send 4 jobs")
    shared = services.shared()
    sent = shared.ledger.jobs.recent(shared.accounts.shared().account.id, Kind.IMAGE, 9)
    assert {(job.model, job.inputs["aspect_ratio"]) for job in sent} == {
        ("WERYAI_IMAGE_2_0", "9:16"),
        ("GPT_IMAGE_1_5", "2:3"),
    }


def test_the_table_says_settings_as_the_form_does(page: Open) -> None:
    at = typed(page(), "A fox")
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    at = pressed(more_models(at, "GPT_IMAGE_1_5"), "Generate 2 jobs…")
    assert table(at)["Settings"] == ["", "Aspect ratio 3:2 instead of 16:9, 1K"]


def test_further_models_are_kept_with_the_form_and_reset_by_reuse(page: Open, as_browser: As) -> None:
    as_browser(MINE)
    at = page()
    checked(Prompt(at).press(1, "Two hills").run())
    until_saved(at)
    more_models(at, "GPT_IMAGE_1_5", "SEEDREAM_4")
    at = page()
    assert at.multiselect[0].value == ["GPT_IMAGE_1_5", "SEEDREAM_4"] and "Generate 3 jobs…" in labels(at)
    choose(at, "Prompt only")
    assert "Generate 3 jobs…" in labels(at)
    choose(at, "Everything")
    assert at.multiselect[0].value == [] and "Generate" in labels(at)
    checked(field(at, "Undo").click().run())
    assert at.multiselect[0].value == ["GPT_IMAGE_1_5", "SEEDREAM_4"]


def test_the_form_s_own_model_and_those_that_a_mode_lacks_are_not_among_the_further_ones(page: Open) -> None:
    at = more_models(typed(page(), "a"), "GPT_IMAGE_1_5", "SEEDREAM_4")
    checked(field(at, "Model").set_value("GPT_IMAGE_1_5").run())
    assert at.multiselect[0].value == ["SEEDREAM_4"]
    checked(field(at, "Start from").set_value("image_to_image").run())
    assert at.multiselect[0].value == []
