"""Every mode with every model of the snapshot: at each bound, one past it, and with each optional field left out."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.server import Sandbox
from studio.core.errors import DraftError, InvalidInputError
from studio.weryai import modes, registry, request_body
from studio.weryai.api import WeryAI
from studio.weryai.fields import ChoiceField, CountField, Field, MediaField, SwitchField, TextField
from studio.weryai.model import Model
from studio.weryai.modes import MODES, Mode
from studio.weryai.registry import snapshot
from tests.conftest import order

ADDRESS = "https://static.weryai.com/reference-{}.png"


def addresses(number: int) -> list[str]:
    return [ADDRESS.format(position) for position in range(number)]


def bounds(field: Field, model: Model) -> list[Any]:
    """The least and the most that the model takes in this field."""
    match field:
        case TextField():
            return ["x", "é" * field.longest(model)]
        case ChoiceField():
            return list(field.choices(model))
        case CountField():
            return [1, field.maximum]
        case SwitchField():
            return [False, True]
        case MediaField(is_list=True):
            return [addresses(1), addresses(field.most_files(model))]
    return [ADDRESS]


def beyond(field: Field, model: Model) -> list[Any]:
    """What is just not taken any more, where that is known."""
    match field:
        case TextField():
            return [bounds(field, model)[-1] + "x"]
        case ChoiceField() if not field.is_free(model):
            return ["7:1" if field.name == "aspect_ratio" else 9999]
        case CountField():
            return [field.maximum + 1]
        case MediaField(is_list=True):
            return [addresses(field.most_files(model) + 1)]
    return []


def taken(mode: Mode, model: Model) -> list[Field]:
    return [field for field in mode.fields if field.is_taken_by(model)]


def plain(mode: Mode, model: Model) -> dict[str, Any]:
    """The least that a job needs."""
    inputs = {field.name: bounds(field, model)[0] for field in taken(mode, model) if field.required}
    return inputs | {name: addresses(1) for name in mode.needs_one_of[:1]}


def cases(mode: Mode, model: Model) -> Iterator[dict[str, Any]]:
    """Drafts that have to be taken."""
    least = plain(mode, model)
    full = least | {field.name: bounds(field, model)[-1] for field in taken(mode, model)}
    if mode.most_files:
        full["images"] = full.get("images", [])[:6]  # with three videos and three sounds: all that is taken
    yield least
    yield full
    for field in taken(mode, model):
        if not field.required and field.name not in mode.needs_one_of:
            yield {name: value for name, value in full.items() if name != field.name}
        yield from ({**least, field.name: value} for value in bounds(field, model))


@pytest.mark.parametrize("mode", MODES.values(), ids=list(MODES))
def test_every_model_takes_what_its_form_offers_and_nothing_past_it(
    sandbox: Sandbox,
    api: WeryAI,
    record_property: Any,
    mode: Mode,
) -> None:
    """Both readings of the API agree on both sides of every bound."""
    order(sandbox, "policy", after="once")
    order(sandbox, "dialect", audio="documented")
    sent = 0
    for model in snapshot()[mode.key]:
        order(sandbox, "reset")
        order(sandbox, "balance", key=api.key, credits=10**7)
        for inputs in cases(mode, model):
            body = request_body.body(mode, model, inputs)
            accepted = api.submit(mode, body, job="")
            assert len(accepted.task_ids) == modes.count(mode, body)
            api.batch(accepted.batch_id) if accepted.batch_id else api.task(*accepted.task_ids)
            sent += 1
        for field in taken(mode, model):
            for value in beyond(field, model):
                inputs = {**plain(mode, model), field.name: value}
                with pytest.raises(DraftError) as refused:
                    request_body.body(mode, model, inputs)
                assert refused.value.field == field.name
    assert sent >= 5 * len(snapshot()[mode.key])
    record_property("sent", sent)


@pytest.mark.parametrize("mode", MODES.values(), ids=list(MODES))
def test_the_sandbox_refuses_what_the_form_does(sandbox: Sandbox, api: WeryAI, mode: Mode) -> None:
    listed = registry.read_registry(api.models(mode.kind), mode.kind)  # of what no page says, it has numbers of its own
    model = (listed.get(mode.key) or snapshot()[mode.key])[0]
    for field in taken(mode, model):
        for value in beyond(field, model):
            with pytest.raises(InvalidInputError) as refused:
                api.submit(mode, {**request_body.body(mode, model, plain(mode, model)), field.name: value}, job="")
            blamed = refused.value.field
            assert mode.blamed(blamed) == field.name, refused.value.message
    for field in taken(mode, model):
        if field.required and not (isinstance(field, ChoiceField) and field.omissible):
            body = request_body.body(mode, model, plain(mode, model))
            del body[field.name]
            with pytest.raises(InvalidInputError) as refused:
                api.submit(mode, body, job="")
            assert mode.blamed(refused.value.field) == field.name, refused.value.message
    assert not sandbox.backend.tasks


def test_a_reference_that_is_no_address_is_blamed_on_its_field(api: WeryAI) -> None:
    for mode in MODES.values():
        model = snapshot()[mode.key][0]
        for field in mode.media:
            value = ["no address"] if field.is_list else "no address"
            body = {**request_body.body(mode, model, plain(mode, model)), field.name: value}
            with pytest.raises(InvalidInputError) as refused:
                api.submit(mode, body, job="")
            assert mode.blamed(refused.value.field) == field.name, refused.value.message
            with pytest.raises(DraftError, match="not a link"):
                request_body.body(mode, model, {**plain(mode, model), field.name: value})


def test_what_holds_for_all_references_together_is_checked() -> None:
    mode = modes.ALMIGHTY_REFERENCE_TO_VIDEO
    model = snapshot()[mode.key][0]
    least = {"duration": 5, "prompt": "x"}
    for missing in ({}, {"audios": addresses(1)}):
        with pytest.raises(DraftError, match="Add at least one image or video"):
            request_body.body(mode, model, {**least, **missing})
    with pytest.raises(DraftError, match=r"13 files are too many: the limit is 12\. Remove 1"):
        request_body.body(
            mode, model, {**least, "images": addresses(7), "videos": addresses(3), "audios": addresses(3)}
        )
    assert len(request_body.body(mode, model, {**least, "images": addresses(9), "videos": addresses(3)})["images"]) == 9
    assert "prompt" not in request_body.body(mode, model, {"duration": 5, "images": addresses(1)})
