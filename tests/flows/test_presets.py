"""Presets as people use them: whoever uses the account fills a form with them, their owner and admins change them."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from studio.client import Client
from studio.client_parts.presets import Presets
from studio.core.errors import DraftError, NotAllowed
from studio.core.gallery import UNDO_DAYS
from studio.core.values import Draft, Kind
from tests.conftest import Harness
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.flows.test_admin import admin, kept_of
from tests.flows.test_collections import may_be_recorded, recorded
from tests.flows.test_deleted import sweep
from tests.flows.test_ownership import people

KEY = "sk-" + "a1b2" * 8
INPUTS = {"prompt": "hills", "aspect_ratio": "9:16", "image_number": 2}
DRAFT = Draft("text_to_image", "WERYAI_IMAGE_2_0", INPUTS)


def of(harness: Harness, person: str) -> Client:
    return replace(harness.client, person=person)


def names(client: Client, kind: Kind = Kind.IMAGE) -> list[str]:
    return [one.name for one in client.presets.of_kind(kind)]


def test_a_preset_keeps_settings_and_if_wanted_the_prompt_but_no_reference(harness: Harness) -> None:
    presets = of(harness, "p_max").presets
    draft = Draft("image_to_image", "M", {**INPUTS, "images": ["a" * 64], "resolution": "", "no_field": 1})
    whole = presets.save("  Tall\n hills ", draft, with_prompt=True).preset
    assert (whole.name, whole.kind, whole.person) == ("Tall hills", Kind.IMAGE, "p_max")
    assert whole.draft == Draft("image_to_image", "M", INPUTS) and whole.has_prompt
    settings = presets.save("Settings", DRAFT, with_prompt=False).preset
    assert settings.inputs == {"aspect_ratio": "9:16", "image_number": 2} and not settings.has_prompt
    assert presets.of_kind(Kind.IMAGE) == [settings, whole] and presets.of_kind(Kind.VIDEO) == []


def test_a_preset_keeps_further_models_and_fills_in_those_that_its_mode_still_offers(harness: Harness) -> None:
    presets = of(harness, "p_max").presets
    (first, second, *_) = (model.key for model in harness.client.models.list(DRAFT.mode) if model.key != DRAFT.model)
    saved = presets.save("Three", DRAFT, (second, "GONE_1", first), with_prompt=True).preset
    assert presets.of_kind(Kind.IMAGE)[0].models == (second, "GONE_1", first)
    refill = presets.refill(saved)
    assert refill.models == (second, first)
    assert refill.missing == ("The model GONE_1 is no longer in this studio's list, so it isn't filled in.",)
    alone = presets.refill(presets.save("One", DRAFT, with_prompt=True).preset)
    assert alone.models == () and alone.missing == ()


def test_mine_are_first_and_those_of_others_follow(harness: Harness) -> None:
    mine, theirs = of(harness, "p_max"), of(harness, "p_mia")
    for client, name in ((theirs, "B"), (theirs, "a"), (mine, "z"), (mine, "Y")):
        client.presets.save(name, DRAFT, with_prompt=True)
    assert names(mine) == ["Y", "z", "a", "B"] and names(theirs) == ["a", "B", "Y", "z"]


def test_one_of_the_same_name_is_replaced_and_can_come_back(harness: Harness) -> None:
    mine, theirs = of(harness, "p_max").presets, of(harness, "p_mia").presets
    other = theirs.save("Hills", DRAFT, with_prompt=True)
    first = mine.save("Hills", DRAFT, with_prompt=True)
    assert other.replaced is None and first.replaced is None, "those of others stay"
    harness.clock.pass_by(5)
    second = mine.save("hills", replace(DRAFT, model="M"), with_prompt=False)
    assert second.replaced == first.preset and second.preset.created_at == first.preset.created_at
    assert second.preset.updated_at == harness.clock()
    assert mine.of_kind(Kind.IMAGE) == [second.preset, other.preset]
    assert mine.delete(second.preset.id) and mine.restore(first.preset.id)
    assert mine.of_kind(Kind.IMAGE) == [first.preset, other.preset]


def test_a_preset_whose_name_is_in_use_by_now_is_restored_with_a_number(harness: Harness) -> None:
    presets = of(harness, "p_max").presets
    first, second, third = (_saved_and_deleted(presets, name) for name in ("Hills", "hills", "x" * 80))
    assert names(of(harness, "p_max")) == []
    presets.save("HILLS", DRAFT, with_prompt=True)
    presets.save("X" * 80, DRAFT, with_prompt=True)
    restored = [presets.restore(one) for one in (first, second, third)]
    assert [one.name for one in restored if one] == ["Hills (2)", "hills (3)", "x" * 76 + " (2)"]
    assert sorted(names(of(harness, "p_max"))) == sorted(
        ["HILLS", "Hills (2)", "hills (3)", "X" * 80, "x" * 76 + " (2)"]
    )


def _saved_and_deleted(presets: Presets, name: str) -> str:
    kept = presets.save(name, DRAFT, with_prompt=True).preset
    presets.delete(kept.id)
    return kept.id


def test_undoing_that_a_preset_was_replaced_gives_it_its_name_back(harness: Harness) -> None:
    presets = of(harness, "p_max").presets
    first = presets.save("Hills", DRAFT, with_prompt=True).preset
    second = presets.save("hills", replace(DRAFT, model="M"), with_prompt=True).preset
    assert presets.restore(first.id, instead_of=second.id) == first
    assert presets.of_kind(Kind.IMAGE) == [first]


def test_a_preset_is_renamed_but_not_to_a_name_that_its_owner_uses(harness: Harness) -> None:
    client = of(harness, "p_max")
    hills, dunes = (client.presets.save(name, DRAFT, with_prompt=True).preset for name in ("Hills", "Dunes"))
    of(harness, "p_mia").presets.save("Foxes", DRAFT, with_prompt=True)
    assert client.presets.rename(hills.id, "Foxes") and client.presets.rename(hills.id, "foxes")
    for name in ("DUNES", " ", "x" * 81, f"my {KEY}"):
        with pytest.raises(DraftError):
            client.presets.rename(hills.id, name)
    assert names(client) == ["Dunes", "foxes", "Foxes"]
    client.presets.delete(dunes.id)
    assert not client.presets.rename(dunes.id, "x") and client.presets.rename(hills.id, "Dunes")


def test_a_deleted_preset_can_be_restored_for_a_month(harness: Harness) -> None:
    presets = of(harness, "p_max").presets
    kept = presets.save("Hills", DRAFT, with_prompt=True).preset
    assert not presets.restore(kept.id), "it is not deleted"
    assert presets.delete(kept.id) and not presets.delete(kept.id) and presets.of_kind(Kind.IMAGE) == []
    harness.clock.pass_by(UNDO_DAYS * 86400 - 1)
    sweep(harness)
    assert presets.restore(kept.id) and presets.of_kind(Kind.IMAGE) == [kept]
    presets.delete(kept.id)
    harness.clock.pass_by(UNDO_DAYS * 86400)
    assert not presets.restore(kept.id)
    harness.clock.pass_by(1)
    sweep(harness)
    assert harness.ledger.presets.get("test", kept.id) is None


VERBS: dict[str, Callable[[Client, str], object]] = {
    "rename": lambda client, kept: client.presets.rename(kept, "Changed"),
    "delete": lambda client, kept: client.presets.delete(kept),
    "restore": lambda client, kept: client.presets.restore(kept),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["viewer", "member", "owner", "admin"])
def test_only_the_owner_of_a_preset_or_an_admin_changes_it(
    harness: Harness, who: str, verb: str, request: pytest.FixtureRequest
) -> None:
    owner = of(harness, "p_max")
    kept = owner.presets.save("Hills", DRAFT, with_prompt=True).preset
    if verb == "restore":
        owner.presets.delete(kept.id)

    before, may = harness.ledger.presets.get("test", kept.id), who in ("owner", "admin")
    with nullcontext() if may else pytest.raises(NotAllowed):
        VERBS[verb](people(harness)[who], kept.id)
    changed = harness.ledger.presets.get("test", kept.id) != before
    assert changed is may and people(harness)[who].presets.may_change(kept) is may
    assert recorded(harness) == ([(f"{verb}d a preset", "p_max")] if may_be_recorded(who, verb) else [])
    if not may:
        request.getfixturevalue("tally").note(changed)


def test_a_viewer_saves_none_and_a_preset_has_a_name_no_key_and_no_book(harness: Harness) -> None:
    with pytest.raises(NotAllowed):
        people(harness)["viewer"].presets.save("Hills", DRAFT, with_prompt=True)
    presets = harness.client.presets
    for name, prompt in ((" ", "x"), ("x" * 81, "x"), (KEY, "x"), ("Hills", f"my {KEY}"), ("Hills", "x" * 20_001)):
        with pytest.raises(DraftError):
            presets.save(name, replace(DRAFT, inputs={"prompt": prompt}), with_prompt=True)
    assert presets.of_kind(Kind.IMAGE) == []
    assert presets.save("Hills", replace(DRAFT, inputs={"prompt": f"my {KEY}"}), with_prompt=False).preset.inputs == {}


def test_a_preset_that_nobody_made_is_not_there(harness: Harness) -> None:
    presets = harness.client.presets
    assert not presets.rename("pre_x", "y") and not presets.delete("pre_x") and not presets.restore("pre_x")


def test_what_fills_a_form_has_the_presets_name_and_of_an_unknown_mode_the_prompt_alone(harness: Harness) -> None:
    presets = harness.client.presets
    kept = presets.save("Hills", DRAFT, with_prompt=True).preset
    found = presets.refill(kept)
    assert (found.name, found.draft, found.missing) == ('the preset "Hills"', DRAFT, ())
    found = presets.refill(replace(kept, mode="dream_to_image"))
    assert found.draft == Draft("", "", {"prompt": "hills"}) and "only the prompt" in found.missing[0]
    found = presets.refill(replace(kept, mode="dream_to_image", inputs={}))
    assert found.draft == Draft("", "", {}) and "nothing is filled in" in found.missing[0]


def test_a_persons_presets_are_exported_and_deleted_with_their_records(harness: Harness) -> None:
    mine, theirs = of(harness, "p_max"), of(harness, "p_mia")
    kept = mine.presets.save("Hills", DRAFT, with_prompt=True).preset
    theirs.presets.save("Foxes", DRAFT, with_prompt=True)
    assert [line["name"] for line in kept_of(harness, "p_max") if line.get("id") == kept.id] == ["Hills"]
    admin(harness).delete_of("p_max")
    assert names(theirs) == ["Foxes"]
