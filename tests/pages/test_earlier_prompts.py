"""The list of earlier prompts: a press fills the prompt alone, and Undo restores what was there."""

from streamlit.testing.v1 import AppTest

from components.form.prompt_history import A_PAGE
from components.session import services
from studio.core.values import Job
from tests.conftest import KEY
from tests.examples import JOB
from tests.pages.driving import Open, checked, elements, field, generate, texts, until_saved


def press(at: AppTest, label: str) -> AppTest:
    return checked(field(at, label).click().run())


def opened(at: AppTest) -> AppTest:
    """The dialog is drawn by the run in which its button was pressed."""
    return press(at, "Earlier prompts")


def buttons(at: AppTest) -> list[str]:
    return [one.label for one in at.button]


def test_a_press_fills_the_prompt_and_leaves_the_settings_and_undo_restores(page: Open) -> None:
    at = page()
    assert "No prompts yet." in texts(opened(at))
    generate(at, r"Two hills \{a|b}", Aspect_ratio="9:16", Number_of_images=1)
    until_saved(at)
    field(at, "Prompt").set_value("Something else")
    field(at, "Aspect ratio").set_value("1:1")
    checked(at.run())

    opened(at)
    assert "1 job" in texts(at)
    assert any("<img" in one.proto.body and 'loading="lazy"' in one.proto.body for one in elements(at, "html"))
    press(at, next(label for label in buttons(at) if label.startswith("Two hills")))
    assert field(at, "Prompt").value == r"Two hills \{a\|b\}", "the braces are no wildcard"
    assert field(at, "Aspect ratio").value == "1:1"
    assert "Filled from an earlier job" in texts(at)
    press(at, "Undo")
    assert field(at, "Prompt").value == "Something else"


def test_a_prompt_with_wildcards_is_one_entry_that_makes_the_same_jobs_again(page: Open) -> None:
    at, written = page(), "A {red|blue} fox"
    field(at, "Prompt").set_value(written)
    press(press(checked(at.run()), "Generate 2 jobs…"), "Send 2 jobs")
    field(at, "Prompt").set_value("")
    opened(checked(at.run()))
    (entry,) = [label for label in buttons(at) if "fox" in label]
    assert "2 jobs" in texts(at)
    press(at, entry)
    assert field(at, "Prompt").value == written and "Generate 2 jobs…" in buttons(at)


def test_an_api_key_is_not_searched_for(page: Open) -> None:
    at = opened(page())
    field(at, "Search your prompts").set_value(KEY)
    checked(at.run())
    assert "That was an API key" in at.toast[0].value


def test_the_list_is_shown_a_page_at_a_time(page: Open) -> None:
    at, shared = page(), services.shared()
    account = shared.accounts.shared().account.id
    for number in range(A_PAGE + 1):
        about = {"id": f"job_{number}", "submission": f"s:{number}", "account": account, "prompt": f"Hill {number:02}"}
        shared.ledger.jobs.add(Job(**{**vars(JOB), **about, "state": "refused"}))
    found = [label for label in buttons(opened(at)) if label.startswith("Hill")]
    assert len(found) == A_PAGE and "More" in buttons(at)
    press(at, "More")
    assert at.session_state["studio"].shown_prompts == 2 * A_PAGE
    assert len([label for label in buttons(opened(at)) if label.startswith("Hill")]) == A_PAGE, "it begins anew"
