"""Many prompts: pasted or as a CSV file, shown as the same table; what was typed stays."""

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from studio.core.errors import LedgerError
from studio.core.values import Kind
from studio.ledger.jobs import JobLedger
from tests.pages.driving import Open, Prompt, checked, field, texts
from tests.pages.test_plans import jobs, labels, more_models, pressed, table


def listed(at: AppTest, text: str) -> AppTest:
    at = pressed(at, "Many prompts…")
    checked(field(at, "Prompts, one in a line").set_value(text).run())
    return pressed(at, "Show the jobs")


def uploaded(at: AppTest, text: str) -> AppTest:
    at = pressed(at, "Many prompts…")
    checked(field(at, "From").set_value("CSV file").run())
    checked(next(one for one in at.file_uploader if one.label == "CSV file").upload("list.csv", text.encode()).run())
    return pressed(at, "Show the jobs")


def errors(at: AppTest) -> list[str]:
    return [one.value for one in at.error]


def test_a_list_is_shown_as_a_table_and_sent_with_the_settings_of_the_form(page: Open) -> None:
    at = page()
    field(at, "Aspect ratio").set_value("9:16")
    at = listed(at, "a fox\n\na {red|blue} kite")
    assert table(at)["No."] == ["Line 1", "Line 3", "Line 3"] and not jobs()
    at = pressed(at, "Send 3 jobs")
    assert jobs() == ["a fox", "a red kite", "a blue kite"] and "3 jobs submitted at " in texts(at)
    shared = services.shared()
    sent = shared.ledger.jobs.recent(shared.accounts.shared().account.id, Kind.IMAGE, 9)
    assert {job.inputs["aspect_ratio"] for job in sent} == {"9:16"}
    assert not at.dataframe and "Show the jobs" not in labels(at)


def test_back_leads_to_the_list_as_it_was_typed(page: Open) -> None:
    at = pressed(listed(more_models(page(), "SEEDREAM_4"), "a\n" + 2001 * "b"), "Back")
    assert field(at, "Prompts, one in a line").value == "a\n" + 2001 * "b" and not at.dataframe
    at = pressed(at, "Show the jobs")
    assert table(at)["Problem"][0] == "" and "Line 2, Prompt: Shorten the prompt" in texts(at).replace("\\", "")
    at = pressed(pressed(at, "Back"), "Close")
    assert "Show the jobs" not in labels(at) and not jobs()
    at = pressed(at, "Many prompts…")
    assert field(at, "Prompts, one in a line").value.startswith("a\nb")


def test_a_csv_file_is_shown_as_a_table_with_its_problems_and_good_rows_are_sent(page: Open) -> None:
    at = uploaded(page(), "prompt;Aspect ratio;mood\na;1:1;\nb;7:1;\nc;;glad\n")
    found = table(at)
    assert found["No."] == ["Line 2", "Line 3", "Line 4"] and found["Settings"][0] == "Aspect ratio 1:1"
    said = texts(at).replace("\\", "")
    assert "Line 3, Aspect ratio: WeryAI Image 2.0 does not support aspect ratio 7:1." in said
    assert "Ignored columns: mood." in said
    at = pressed(at, "Send 2 jobs")
    assert jobs() == ["a", "c"] and table(at)["No."] == ["Line 3"]
    assert "Close" in labels(at) and "Back" not in labels(at)


def test_the_table_names_the_model_of_a_file_when_it_is_not_that_of_the_form(page: Open) -> None:
    at = uploaded(page(), "prompt,model\na,GPT_IMAGE_1_5\nb,GPT_IMAGE_1_5\n")
    assert table(at)["Model"] == ["GPT Image 1.5"] * 2
    at = pressed(page(), "Many prompts…")
    assert "Model" not in table(uploaded(page(), "prompt,model\na,WERYAI_IMAGE_2_0\n"))


def test_the_table_shows_references_of_a_file_without_keys_that_they_hold(page: Open) -> None:
    at = page()
    checked(field(at, "Start from").set_value("image_to_image").run())
    first, key = "https://example.com/other.png", "https://example.com/?token=secret"
    at = uploaded(at, f"prompt,images\na,{first}\nb,{first} https://example.com/b.png\nc,{key}\n")
    assert table(at)["Settings"] == [
        "Images: example.com/other.png",
        "Images: example.com/other.png and 1 more",
        "Images: example.com/?token=[removed]",
    ]


def test_what_is_wrong_with_a_list_or_a_file_is_said_in_its_dialog(page: Open) -> None:
    at = listed(page(), " \n")
    assert errors(at) == ["There are no prompts in it\\."]
    checked(field(at, "Prompts, one in a line").set_value("a\n" * 201).run())
    at = pressed(at, "Show the jobs")
    assert errors(at)[0].startswith("The list has 201 prompts") and not at.dataframe
    checked(field(at, "Prompts, one in a line").set_value("a\n" * 199 + "{b|c}").run())
    at = pressed(at, "Show the jobs")
    assert errors(at)[0].startswith("201 jobs are too many") and not at.dataframe
    assert "The first line must name the columns" in texts(uploaded(page(), ""))
    at = uploaded(page(), "mood\nglad\n")
    assert errors(at) == ["The first line must name the columns, such as prompt and model\\."]


def test_a_file_is_kept_while_its_table_is_shown(page: Open) -> None:
    at = pressed(uploaded(page(), "prompt\na\n"), "Back")
    assert "list\\.csv" in texts(at)
    at = pressed(at, "Show the jobs")
    assert table(at)["Prompt"] == ["a"]


def test_a_press_behind_the_open_list_sends_nothing(page: Open) -> None:
    at = pressed(page(), "Many prompts…")
    checked(Prompt(at).press(1, "one job").run())
    assert not jobs() and "Show the jobs" in labels(at)


def test_a_new_plan_does_not_replace_what_is_left_of_the_last(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = listed(page(), "a\nb")
    add = JobLedger.add

    def first(self: JobLedger, job: object, **named: bool) -> object:
        if jobs():
            raise LedgerError("The disk is full.")
        return add(self, job, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(JobLedger, "add", first)
        at = pressed(at, "Send 2 jobs")
    at = listed(pressed(at, "Close"), "c\nd")
    assert errors(at) == ["Send or drop the 1 job of the last plan first\\."]
    at = pressed(at, "Close")
    checked(Prompt(at).press(1, "{e|f}").run())
    assert "Send or drop the 1 job" in texts(at) and not at.dataframe
    at = pressed(pressed(at, "Send them…"), "Send 1 job")
    assert jobs() == ["a", "b"]
