"""No form can build a body that the sandbox refuses, whatever is put into it and whatever the model is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import checks, facts
from studio.errors import DraftError
from studio.values import Model
from studio.weryai import drafts, fields
from studio.weryai.catalogue import snapshot
from studio.weryai.fields import Field, Takes
from studio.weryai.modes import MODES, Mode

EVERY = [(mode, model) for mode in MODES.values() for model in snapshot()[mode.key]]
GOOD = ("https://a.b/c.png", "http://127.0.0.1:1/x.mp4")
written = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
texts = st.one_of(written, written, st.text(max_size=9), st.integers(490, 2010).map("x".__mul__))
addresses = st.sampled_from([*GOOD * 6, "ftp://a/b", "", "//a/b", "https:// a"])
anything = st.one_of(st.none(), st.booleans(), st.integers(-2, 700), st.text(max_size=12))


def widget(field: Field, model: Model) -> st.SearchStrategy[Any]:
    """What a form's field can hold: a choice, anything typed, or what another model left there."""
    match field.takes:
        case Takes.TEXT:
            return texts
        case Takes.CHOICE:
            listed = fields.choices(field, model)
            typed = st.one_of(st.sampled_from(["16:9(2k)", "7", "9:21", "2k"]), anything)
            return st.one_of(*[st.sampled_from(listed)] * 4, typed) if listed else typed
        case Takes.COUNT:
            return st.one_of(st.none(), st.integers(1, 4), st.integers(0, 6))
        case Takes.FLAG:
            return st.booleans()
    return st.one_of(addresses, st.lists(addresses, min_size=1, max_size=3), st.lists(addresses, max_size=11))


@pytest.mark.parametrize(("mode", "model"), EVERY, ids=[f"{mode.key}-{model.key}" for mode, model in EVERY])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_a_form_builds_the_sandbox_takes(mode: Mode, model: Model, data: st.DataObject) -> None:
    inputs = {field.name: data.draw(widget(field, model), label=field.name) for field in mode.fields}
    try:
        body = drafts.body(mode, model, inputs)
    except DraftError as refused:
        assert refused.field in {field.name for field in mode.fields} and refused.message
        return
    checks.check(facts.PATHS[mode.path], body, audio="documented")
