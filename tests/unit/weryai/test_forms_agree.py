"""No form can build a body that the sandbox refuses, whatever is put into it and whatever the model is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import checks, facts
from studio.core.errors import DraftError
from studio.weryai import request_body
from studio.weryai.fields import ChoiceField, CountField, Field, MediaField, TextField
from studio.weryai.model import Model
from studio.weryai.modes import MODES, Mode
from studio.weryai.registry import snapshot

EVERY = [(mode, model) for mode in MODES.values() for model in snapshot()[mode.key]]
ADDRESS = "https://a.b/{}.png"
characters = st.characters(exclude_categories=("Cs", "Cc"))
anything = st.one_of(st.none(), st.booleans(), st.integers(-2, 700), st.text(max_size=12))


def right(field: Field, mode: Mode, model: Model) -> st.SearchStrategy[Any]:
    """What a form's field may hold, up to its bounds."""
    match field:
        case TextField():
            most = field.longest(model)
            written = st.text(characters, max_size=40).map(lambda text: f"{text}x")
            return st.one_of(st.just("x" * most), st.just("x" * (most - 1)), written)
        case ChoiceField(required=False, omissible=True):
            return st.sampled_from([*field.choices(model), None])
        case ChoiceField() | CountField():
            return st.sampled_from(field.choices(model) or (None,))
        case MediaField():
            least = int(field.required or field.name in mode.needs_one_of[:1])
            return st.integers(least, field.most_files(model)).map(addresses)
    return st.booleans()


def wrong(field: Field, model: Model) -> st.SearchStrategy[Any]:
    """What it may not hold, just past its bounds or far from them, and what another model left there."""
    match field:
        case TextField():
            return st.one_of(st.just("x" * (field.longest(model) + 1)), st.text(max_size=9))
        case ChoiceField():
            return st.one_of(st.sampled_from(["16:9(2k)", "7", 7, "9:21", "2k", 9999]), anything)
        case CountField():
            return st.sampled_from([None, 0, -1, max(field.choices(model)) + 1, 9])
        case MediaField():
            too_many = addresses(field.most_files(model) + 1)
            return st.sampled_from([too_many, addresses(40), [], "", ["ftp://a/b"], ["https:// a"], "//a/b"])
    return anything


def addresses(number: int) -> list[str]:
    return [ADDRESS.format(place) for place in range(number)]


def fits_together(mode: Mode, inputs: dict[str, Any]) -> bool:
    return not mode.most_files or sum(len(inputs[field.name] or ()) for field in mode.media) <= mode.most_files


@pytest.mark.parametrize(("mode", "model"), EVERY, ids=[f"{mode.key}-{model.key}" for mode, model in EVERY])
@settings(max_examples=settings().max_examples // 4)  # for each model of each mode
@given(data=st.data())
def test_what_a_form_builds_the_sandbox_takes(mode: Mode, model: Model, data: st.DataObject) -> None:
    """Half the time all is right, and has to be sent; else one field is wrong, and may be refused here."""
    spoiled = data.draw(st.one_of(st.none(), st.sampled_from(mode.fields)), label="spoiled")
    inputs = {
        field.name: data.draw(wrong(field, model) if field == spoiled else right(field, mode, model), label=field.name)
        for field in mode.fields
    }
    try:
        body = request_body.body(mode, model, inputs)
    except DraftError as refused:
        assert refused.field in {field.name for field in mode.fields} and refused.message
        assert spoiled or not fits_together(mode, inputs), "nothing was wrong"
        return
    checks.check(facts.PATHS[mode.path], body, audio="documented")
