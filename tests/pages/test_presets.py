"""The presets of a form: saved under a name, filled in with one press, undone, and explained where they do not fit."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.form import preset_changes, preset_dialog
from components.session import services, session
from studio.core.presets import Preset
from studio.core.values import Kind
from tests.pages.driving import Open, checked, field, texts
from tests.pages.form_files import RED, give, started_from
from tests.pages.signed_in import Enter, claims
from tests.pages.test_gallery import team


def press(at: AppTest, label: str) -> AppTest:
    return checked(field(at, label).click().run())


def said(at: AppTest) -> str:
    return texts(at).replace("\\", "")


def buttons(at: AppTest) -> list[str]:
    return [one.label for one in at.button]


def opened(at: AppTest) -> AppTest:
    """The dialog is drawn by the run in which its button was pressed."""
    return press(at, "Presets")


def save(at: AppTest, name: str, *, with_prompt: bool = False) -> AppTest:
    opened(at)
    field(at, "Save this form as").set_value(name)
    if with_prompt:
        field(at, "With the prompt").set_value(True)
    return press(at, "Save")


def kept(kind: Kind = Kind.IMAGE) -> list[Preset]:
    shared = services.shared()
    return shared.ledger.presets.of_kind(shared.accounts.shared().account.id, kind)


def test_a_preset_brings_back_settings_and_prompt_and_undo_what_was_there(page: Open) -> None:
    at = page()
    field(at, "Prompt").set_value("A {red|blue} fox")
    field(at, "Aspect ratio").set_value("9:16")
    checked(at.run())
    save(at, "Tall foxes", with_prompt=True)
    field(at, "Prompt").set_value("Something else")
    field(at, "Aspect ratio").set_value("1:1")
    checked(at.run())

    opened(at)
    assert "9:16" in said(at) and "fox" in said(at)
    press(at, "Tall foxes")
    assert field(at, "Prompt").value == "A {red|blue} fox" and field(at, "Aspect ratio").value == "9:16"
    assert 'Filled from the preset "Tall foxes"' in texts(at)
    press(at, "Undo")
    assert field(at, "Prompt").value == "Something else" and field(at, "Aspect ratio").value == "1:1"


def test_a_preset_brings_back_further_models_and_says_which_are_gone(page: Open) -> None:
    at, models = page(), ["GPT_IMAGE_1_5", "SEEDREAM_4"]
    checked(at.multiselect[0].set_value(models).run())
    save(at, "Three")
    checked(at.multiselect[0].set_value([]).run())
    assert "also with GPT Image 1.5, Seedream 4" in said(opened(at))
    press(at, "Three")
    assert at.multiselect[0].value == models and "Generate 3 jobs…" in buttons(at)

    services.shared().ledger.presets.change(kept()[0], models=("GONE_1", "SEEDREAM_4"))
    press(opened(at), "Three")
    assert at.multiselect[0].value == ["SEEDREAM_4"]
    assert "The model GONE_1 is no longer in this studio's list, so it isn't filled in" in said(at)


def test_a_preset_without_further_models_clears_them_and_undo_brings_them_back(page: Open) -> None:
    at = save(page(), "One")
    checked(at.multiselect[0].set_value(["SEEDREAM_4"]).run())
    press(opened(at), "One")
    assert at.multiselect[0].value == []
    press(at, "Undo")
    assert at.multiselect[0].value == ["SEEDREAM_4"]


def test_without_the_prompt_a_preset_leaves_the_prompt_and_a_reference_stays(page: Open) -> None:
    at = give(started_from(page(), "image_to_image"), ("red.png", RED))
    field(at, "Prompt").set_value("A fox")
    field(at, "Aspect ratio").set_value("9:16")
    checked(at.run())
    save(at, "Tall")
    assert "prompt" not in kept()[0].inputs and "images" not in kept()[0].inputs
    field(at, "Prompt").set_value("A hare")
    field(at, "Aspect ratio").set_value("1:1")
    held = at.session_state["studio"].forms["image"].slots["images"]
    press(opened(at), "Tall")
    assert field(at, "Prompt").value == "A hare" and field(at, "Aspect ratio").value == "9:16"
    assert at.session_state["studio"].forms["image"].slots["images"] == held and len(held) == 1


def test_a_reference_waits_while_a_preset_of_a_mode_without_any_is_filled_in(page: Open) -> None:
    at = page()
    save(at, "From text")
    at = give(started_from(at, "image_to_image"), ("red.png", RED))
    press(opened(at), "From text")
    assert field(at, "Start from").value == "text_to_image"
    at = started_from(at, "image_to_image")
    assert len(at.session_state["studio"].forms["image"].slots["images"]) == 1


def test_settings_alone_can_be_restored_too(page: Open) -> None:
    at = save(page(), "Usual")
    field(at, "Aspect ratio").set_value("9:16")
    checked(at.run())
    press(opened(at), "Usual")
    assert field(at, "Aspect ratio").value == "16:9"
    press(at, "Undo")
    assert field(at, "Aspect ratio").value == "9:16"


def test_a_restored_preset_whose_name_is_in_use_by_now_gets_a_number_and_that_is_said(
    page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = save(page(), "Mine")
    (first,) = kept()
    press(opened(at), 'Delete "Mine"')
    services.shared().ledger.presets.add(replace(first, id="pre_other", name="mine"))
    lines: list[str] = []
    monkeypatch.setattr(session, "state", lambda: at.session_state["studio"])
    monkeypatch.setattr(session, "client", team)
    monkeypatch.setattr(preset_dialog, "_done", lines.append)
    preset_changes.attempt(preset_changes.undo, session.state().preset_dialog)
    preset_dialog._news()
    assert [line.replace("\\", "") for line in lines] == [
        '"Mine" restored as "Mine (2)", as that name is in use by now.'
    ]
    assert sorted(one.name for one in kept()) == ["Mine (2)", "mine"]


def test_a_second_one_of_the_same_name_replaces_the_first(page: Open) -> None:
    at = save(page(), "Mine")
    (first,) = kept()
    field(at, "Aspect ratio").set_value("9:16")
    checked(at.run())
    save(at, "mine")
    assert [one.inputs["aspect_ratio"] for one in kept()] == ["9:16"]
    news = at.session_state["studio"].preset_dialog
    assert news.saved.replaced == first


def test_a_preset_is_renamed_and_deleted_and_that_is_undone(page: Open) -> None:
    at = save(page(), "One")
    press(opened(at), 'Rename "One"')
    assert at.session_state["studio"].preset_dialog.renaming == kept()[0].id
    press(opened(at), 'Delete "One"')
    assert kept() == [] and at.session_state["studio"].preset_dialog.deleted.name == "One"
    assert "No presets yet" in texts(opened(at))


@pytest.mark.parametrize("name", ["", "sk-" + "a1b2" * 8])
def test_a_name_that_is_refused_saves_nothing_and_says_why(page: Open, name: str) -> None:
    at = save(page(), name)
    assert kept() == [] and at.session_state["studio"].preset_dialog.problem.message
    assert "preset-name" not in at.session_state or at.session_state["preset-name"] == ""


def test_a_model_that_is_gone_and_a_value_that_it_no_longer_takes_are_explained(page: Open) -> None:
    at = save(page(), "Old")
    presets = services.shared().ledger.presets
    (one,) = kept()
    presets.change(one, mode="gone_to_image")
    press(opened(at), "Old")
    assert "doesn't know the mode gone_to_image, so nothing is filled in" in said(at)
    presets.change(one, mode=one.mode, inputs={**one.inputs, "aspect_ratio": "7:1"})
    press(opened(at), "Old")
    assert "instead of 7:1" in said(at)
    presets.change(one, model="GPT_IMAGE_2", inputs={**one.inputs, "aspect_ratio": "16:9(8k)"})
    press(opened(at), "Old")
    assert "Aspect ratio 16:9, 1K instead of 16:9, 8K" in said(at)
    presets.change(one, model="GONE_1", inputs=one.inputs)
    press(opened(at), "Old")
    assert "We don't know this model's limits" in texts(at) and field(at, "Model key").value == "GONE_1"


def test_long_lists_are_searched_by_words_of_names_and_prompts(page: Open) -> None:
    at = page()
    shared = services.shared()
    save(at, "First", with_prompt=False)
    (one,) = kept()
    assert "Search presets" not in [field.label for field in opened(at).text_input]
    for number in range(10):
        shared.ledger.presets.add(Preset(**{**vars(one), "id": f"pre_{number}", "name": f"Preset {number}"}))
    opened(at)
    assert [label for label in buttons(at) if label.startswith("Preset ")] == [f"Preset {n}" for n in range(10)]
    field(at, "Search presets").set_value("sk-" + "a1b2" * 8)
    checked(at.run())
    assert "That was an API key" in at.toast[0].value


def test_others_see_a_preset_and_cannot_change_it_and_a_viewer_has_no_form(enter: Enter) -> None:
    at = save(enter(claims("max@team.example")), "Of max")
    assert "Others in this studio can use your presets" in texts(opened(at))
    other = opened(enter(claims("anna@team.example")))
    assert "by Max" in texts(other) and 'Delete "Of max"' in buttons(other), "she is an admin"
    press(other, "Of max")
    assert 'the preset "Of max"' in texts(other)
    assert "Presets" not in buttons(enter(claims("vera@team.example")))
