"""The models: from the registry when it makes sense, else from the snapshot; nobody waits for it."""

from collections import Counter
from threading import Event, Timer
from typing import Any

import pytest
from hypothesis import given

from studio.core.errors import ConnectionFailed
from studio.core.values import Kind
from studio.weryai import registry
from studio.weryai.catalogue import Catalogue
from studio.weryai.fields import ChoiceField
from studio.weryai.modes import MODES
from tests.conftest import ManualClock, until
from tests.unit.weryai.strategies import anything


def silent(_kind: Kind) -> Any:
    raise ConnectionFailed("no answer", may_have_acted=False)


def test_the_snapshot_serves_while_the_registry_is_silent() -> None:
    models = Catalogue(silent).models("text_to_image")
    assert models[0].key == "WERYAI_IMAGE_2_0"
    assert models[0].aspect_ratios == ("9:16", "1:1", "16:9", "3:4", "4:3")
    assert len(models) == 28


def test_unverified_models_come_last() -> None:
    verified = [model.verified for model in Catalogue(silent).models("text_to_video")]
    assert verified == sorted(verified, reverse=True)
    assert False in verified


def test_a_known_limit_of_nothing_differs_from_an_unknown_one() -> None:
    models = {model.key: model for model in registry.snapshot()["text_to_video"]}
    assert models["KLING_V3_0_PRO"].resolutions == ()
    assert models["PIKA_2_2"].aspect_ratios == ()
    assert models["VEO_3_1_FAST"].resolutions is None


def test_a_model_of_the_registry_replaces_the_snapshots() -> None:
    entry = {
        "model_key": "NEW",
        "title": "New",
        "durations": [3, 7],
        "aspect_ratios": ["7:5"],
        "has_generate_audio": True,
    }
    known = Catalogue(lambda kind: {"text_to_video": [entry]} if kind is Kind.VIDEO else silent(kind))
    known.refresh()
    (model,) = known.models("text_to_video")
    assert (model.key, model.durations, model.aspect_ratios, model.audio) == ("NEW", (3, 7), ("7:5",), True)
    assert len(known.models("text_to_image")) == 28, "the other list is still the snapshot's"


def test_the_registry_is_asked_in_the_background_and_once_an_hour() -> None:
    asked: list[Kind] = []
    clock = ManualClock()

    def answer(kind: Kind) -> Any:
        asked.append(kind)
        return {}

    known = Catalogue(answer, clock)
    known.refresh_when_old()
    known.refresh_when_old()
    until(lambda: len(asked) == 2)
    clock.pass_by(3599)
    known.refresh_when_old()
    assert len(asked) == 2
    clock.pass_by(2)
    known.refresh_when_old()
    until(lambda: len(asked) == 4)


def test_stopping_waits_for_the_request_in_progress() -> None:
    is_asked, may_answer, changes = Event(), Event(), list[str]()

    def answer(_kind: Kind) -> Any:
        is_asked.set()
        may_answer.wait(5)
        return {}

    known = Catalogue(answer, on_change=lambda: changes.append("known"))
    known.refresh_when_old()
    is_asked.wait(5)
    Timer(0.05, may_answer.set).start()
    known.stop()
    assert changes == ["known"]


def test_a_catalogue_that_never_asked_stops_at_once() -> None:
    Catalogue(silent).stop()


@pytest.mark.parametrize(
    "data", [None, [], {}, "x", {"text_to_image": "x"}, {"text_to_image": [{"title": "no key"}, 7]}]
)
def test_an_odd_registry_changes_nothing(data: Any) -> None:
    assert registry.read_registry(data, Kind.IMAGE) == {}


def test_a_bare_list_counts_as_the_first_mode() -> None:
    found = registry.read_registry([{"model_key": "A", "image_sizes": ["1:1"], "prompt_length_limit": 800}], Kind.IMAGE)
    assert found["text_to_image"][0].aspect_ratios == ("1:1",)
    assert found["text_to_image"][0].prompt_max == 800


@given(anything)
def test_a_registry_that_is_nonsense_gives_models_or_none(found: Any) -> None:
    entry = {"model_key": "M", "durations": found, "aspect_ratios": found, "has_generate_audio": found, "title": found}
    for nonsense in (found, {"text_to_video": found}, {"text_to_video": [entry, found]}):
        for models in registry.read_registry(nonsense, Kind.VIDEO).values():
            assert all(model.key and isinstance(model.title, str) for model in models)


def test_frames_have_the_documented_models_and_those_that_the_registry_flags() -> None:
    flagged = {"model_key": "SEEDANCE_2_0", "durations": [5], "support_first_last_frame": True}
    known = {"model_key": "VEO_3_1", "durations": [8], "support_first_last_frame": True}
    other = {"model_key": "DOUBAO", "support_first_last_frame": False}
    found = registry.read_registry({"image_to_video": [flagged, known, other]}, Kind.VIDEO)["first_last_image_to_video"]
    models = {model.key: model for model in found}
    assert len(models) == 10 and "DOUBAO" not in models
    assert models["VEO_3_1"].durations == (8,) and models["VEO_3_1"].verified
    assert not models["SEEDANCE_2_0"].verified, "no page says so"
    assert models["KLING_V2_1_PRO"].durations is None
    without = registry.read_registry({"image_to_video": [other]}, Kind.VIDEO)
    assert "first_last_image_to_video" not in without, "the snapshot stays in use"


def test_the_number_of_images_is_the_registrys() -> None:
    entries = [
        {"model_key": "A", "upload_image_limit": "4"},
        {"model_key": "B", "support_multiple_images": False, "upload_image_limit": 9},
        {"model_key": "C", "upload_image_limit": 0},
        {"model_key": "A", "upload_image_limit": 7},
    ]
    found = registry.read_registry({"image_to_image": entries}, Kind.IMAGE)["image_to_image"]
    assert [(model.key, model.max_images) for model in found] == [("A", 4), ("B", 1), ("C", 1)], (
        "one where no list says it"
    )


def test_a_model_without_a_number_of_inputs_takes_those_that_a_page_documents_for_it_or_one() -> None:
    entries = [{"model_key": "NEW"}, {"model_key": "VEO_3_1"}]
    found = registry.read_registry({"multi_image_to_video": entries}, Kind.VIDEO)["multi_image_to_video"]
    assert [(model.key, model.max_images) for model in found] == [("NEW", 1), ("VEO_3_1", 3)]


def test_a_list_for_several_images_that_is_not_there_is_made_of_the_one_for_one_image() -> None:
    entries = [
        {"model_key": "VEO_3_1", "upload_image_limit": 2},
        {"model_key": "NEW", "title": "New"},
        {"model_key": "ALONE", "support_multiple_images": False},
        {"model_key": "ONE", "upload_image_limit": 1},
    ]
    found = registry.read_registry({"image_to_video": entries}, Kind.VIDEO)
    several = found["multi_image_to_video"]
    assert [(model.key, model.max_images, model.verified) for model in several] == [
        ("VEO_3_1", 2, True),
        ("NEW", 1, False),
    ]
    with_own = registry.read_registry(
        {"image_to_video": entries, "multi_image_to_video": [{"model_key": "OTHER"}]}, Kind.VIDEO
    )
    assert [model.key for model in with_own["multi_image_to_video"]] == ["OTHER"]
    assert "multi_image_to_video" not in registry.read_registry({"text_to_video": entries}, Kind.VIDEO)


@pytest.mark.parametrize("key", ["model_key", "modelKey", "id"])
@pytest.mark.parametrize("title", ["title", "label", "name"])
def test_a_models_key_and_title_are_read_under_each_of_their_names(key: str, title: str) -> None:
    entry = {key: "NEW", title: "New", "aspectRatios": ["1:1"]}
    (model,) = registry.read_registry({"text_to_video": [entry]}, Kind.VIDEO)["text_to_video"]
    assert (model.key, model.title, model.aspect_ratios) == ("NEW", "New", ("1:1",))


def test_a_number_is_no_key_and_a_key_goes_before_an_id() -> None:
    entries = [{"id": 7, "model_key": "A"}, {"id": 8}, {"id": "B", "modelKey": "C"}]
    found = registry.read_registry({"text_to_video": entries}, Kind.VIDEO)["text_to_video"]
    assert [model.key for model in found] == ["A", "C"]


AUDIBLE = {  # S10
    *("WERYDANCE_2_0", "DOUBAO_1_5_PRO", "KLING_V3_0_STA", "KLING_V3_0_PRO", "KLING_V2_6_PRO", "VIDU_Q3"),
    *("VEO_3", "VEO_3_FAST", "VEO_3_1", "VEO_3_1_FAST", "CHATBOT_VEO_3_1_FAST"),
}


def test_the_models_that_the_vendors_client_gives_audio_to_take_it_in_every_mode() -> None:
    of_videos = [mode for mode in MODES.values() if mode.kind is Kind.VIDEO]
    listed = [(mode, model) for mode in of_videos for model in registry.snapshot()[mode.key] if model.key in AUDIBLE]
    assert {model.key for _, model in listed} == AUDIBLE and len(listed) > 20
    for mode, model in listed:
        field = mode.field("generate_audio")
        assert field and field.is_taken_by(model), (mode.key, model.key)


def test_a_model_that_no_page_names_for_a_mode_takes_audio_there_as_in_another() -> None:
    entries = [{"model_key": "VIDU_Q3"}, {"model_key": "VIDU_Q3_NEXT"}]
    found = registry.read_registry({"multi_image_to_video": entries}, Kind.VIDEO)["multi_image_to_video"]
    assert [model.audio for model in found] == [True, None]
    refused = registry.read_registry(
        {"text_to_video": [{"model_key": "VEO_3", "has_generate_audio": False}]}, Kind.VIDEO
    )
    assert refused["text_to_video"][0].audio is False, "the registry's word"


def test_werydance_takes_four_to_fifteen_seconds_in_every_mode() -> None:
    """A duration of 3 was answered with 1002 (T2)."""
    for mode, models in registry.snapshot().items():
        for model in models:
            assert not model.key.startswith("WERYDANCE") or model.durations == tuple(range(4, 16)), mode
    field = MODES["almighty_reference_to_video"].field("duration")
    assert isinstance(field, ChoiceField) and field.span == (4, 15)


def test_gpt_image_2_takes_long_prompts_and_a_quality() -> None:
    for mode, models in registry.snapshot().items():
        for model in models:
            is_it = model.key == "GPT_IMAGE_2"
            assert (model.qualities == ("low", "medium", "high")) is is_it, mode
            prompt = MODES[mode].prompt
            assert prompt.longest(model) == (10_000 if is_it else prompt.maximum)


def test_it_is_told_where_the_list_is_from_and_of_when() -> None:
    clock = ManualClock()
    answers: list[Any] = [{"text_to_video": [{"model_key": "NEW"}]}]
    known = Catalogue(lambda kind: answers[0] if kind is Kind.VIDEO and answers else silent(kind), clock)
    assert known.origin("text_to_video").at is None
    known.refresh()
    at = clock()
    answers.clear()
    clock.pass_by(7200)
    known.refresh()
    assert known.origin("text_to_video").at == at, "silence leaves the last list, and its time"
    assert known.models("text_to_video")[0].key == "NEW"
    assert known.origin("text_to_image").at is None


def test_titles_are_of_every_mode_and_say_the_key_where_two_models_share_one() -> None:
    entries = [{"model_key": key, "title": title} for key, title in (("A", "Same"), ("B", "Same"), ("C", "Own"))]
    known = Catalogue(lambda kind: {"text_to_video": entries} if kind is Kind.VIDEO else silent(kind))
    known.refresh()
    titles = known.titles()
    assert [titles.get(key) for key in "ABCD"] == ["Same · A", "Same · B", "Own", None]
    assert titles["WERYAI_IMAGE_2_0"] == known.model("text_to_image", "WERYAI_IMAGE_2_0").title


def test_of_a_model_that_no_list_has_nothing_is_known() -> None:
    model = Catalogue(silent).model("text_to_image", "X")
    assert (model.key, model.verified, model.aspect_ratios) == ("X", False, None)


@pytest.mark.parametrize(
    ("entry", "durations", "ratios"),
    [
        ({"durations": ["5s", " 10 "]}, (5, 10), None),
        ({"durations": [{"value": 5}]}, None, None),
        ({"durations": []}, None, None),
        ({"durations": [10**400, float("inf"), 7]}, (7,), None),
        ({"durations": ["         5x"]}, None, None),
        ({"aspect_ratios": [{"ratio": "1:1"}]}, None, None),
        ({"aspect_ratios": []}, None, ()),
        ({"aspect_ratios": ["2.39:1", 7]}, None, ("2.39:1",)),
    ],
)
def test_a_list_in_which_nothing_can_be_read_says_nothing(entry: dict[str, Any], durations: Any, ratios: Any) -> None:
    found = registry.read_registry({"text_to_video": [{"model_key": "MOON", **entry}]}, Kind.VIDEO)["text_to_video"][0]
    assert (found.durations, found.aspect_ratios) == (durations, ratios)
    assert found.verified == (ratios is not None)


@pytest.mark.parametrize("first", ["aspect_ratios", "image_sizes"])
@pytest.mark.parametrize("nothing", [None, [], "", [7], {}])
def test_sizes_are_read_under_either_of_their_names_when_the_other_says_nothing(first: str, nothing: Any) -> None:
    other = "image_sizes" if first == "aspect_ratios" else "aspect_ratios"
    for key in ("NEW", "SEEDREAM_4"):
        entry = {"model_key": key, first: nothing, other: ["7:5"]}
        (found,) = registry.read_registry({"text_to_image": [entry]}, Kind.IMAGE)["text_to_image"]
        assert found.aspect_ratios == ("7:5",) and found.verified


def test_a_field_that_is_written_in_both_ways_is_not_lost_when_one_is_empty() -> None:
    for names in (("modelKey", "model_key"), ("model_key", "modelKey")):
        entry = dict(zip(names, ("A", None), strict=True)) | {"imageSizes": ["1:1"], "image_sizes": None}
        (found,) = registry.read_registry({"text_to_image": [entry]}, Kind.IMAGE)["text_to_image"]
        assert (found.key, found.aspect_ratios) == ("A", ("1:1",))


def test_one_kind_that_is_not_understood_does_not_cost_the_other_and_is_asked_again_soon() -> None:
    clock, asked = ManualClock(), Counter[Kind]()

    def ask(kind: Kind) -> Any:
        asked[kind] += 1
        if kind is Kind.IMAGE:
            raise RuntimeError("a defect of ours")
        return {"text_to_video": [{"model_key": "NEW"}]}

    known = Catalogue(ask, clock)
    known.refresh_when_old()
    until(lambda: known.origin("text_to_image").has_asked)
    assert known.models("text_to_video")[0].key == "NEW"
    clock.pass_by(61)
    known.refresh_when_old()
    until(lambda: asked[Kind.IMAGE] == 2)


def test_how_many_images_a_model_makes_at_once_is_the_registrys() -> None:
    found = registry.read_registry({"text_to_image": [{"model_key": "ONE", "num_images": [1]}]}, Kind.IMAGE)
    mode = MODES["text_to_image"]
    assert mode.count.choices(found["text_to_image"][0]) == (1,)
    assert mode.count.choices(registry.snapshot()["text_to_image"][0]) == (1, 2, 3, 4)


def test_where_the_sources_differ_the_wider_one_is_taken() -> None:
    """docs/weryai-api.md 11."""
    for mode, models in registry.snapshot().items():
        for model in models:
            if model.key == "SEEDANCE_2_0" and model.durations:
                assert model.durations == tuple(range(5, 16)), mode
            if model.key == "WERYAI_VIDEO_1_0" and model.durations:
                assert model.durations == tuple(range(4, 16)), mode
                assert model.aspect_ratios == ("9:16", "1:1", "16:9")


def test_a_change_is_told_once_it_can_be_asked_for_and_a_list_that_is_the_same_is_none() -> None:
    entries = [{"model_key": "NEW", "title": "New", "aspect_ratios": ["7:5"]}]
    told: list[tuple[int, str]] = []

    def change() -> None:
        told.append((known.version, known.models("text_to_image")[0].key))

    known = Catalogue(lambda kind: {f"text_to_{kind}": list(entries)}, ManualClock(), change)
    known.refresh()
    known.refresh()
    assert told == [(1, "NEW")]
    entries.insert(0, {"model_key": "NEWER", "title": "Newer", "aspect_ratios": ["7:5"]})
    known.refresh()
    assert told == [(1, "NEW"), (2, "NEWER")]


def test_that_the_registry_does_not_answer_is_told_once() -> None:
    told: list[str] = []
    known = Catalogue(silent, ManualClock(), lambda: told.append("told"))
    known.refresh()
    known.refresh()
    assert told == ["told"] and known.origin("text_to_image").has_asked
