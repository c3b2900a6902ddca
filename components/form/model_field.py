"""Which model: from the list of the mode, or by a key that is typed; and where the list is from."""

import re
from collections import Counter
from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.form import draft_state, form_texts
from components.parts import current_page, job_texts
from components.parts.local_time import clock_time
from components.parts.markdown import escape
from studio.client import Client
from studio.core.values import Kind
from studio.weryai.fields import ChoiceField
from studio.weryai.model import Model
from studio.weryai.modes import Mode

_PLACEHOLDERS = {Kind.IMAGE: "SEEDREAM_4", Kind.VIDEO: "SEEDANCE_2_0"}

_WORD = re.compile(r"[^\W\d_]+")
_OTHERS = {draft_state.ANOTHER: "Another model key…"}


def show(client: Client, mode: Mode) -> tuple[Model, DeltaGenerator]:
    """The chosen model, and a place under the field for what is to be said once the other fields are drawn."""
    current_page.current().models_version = client.models.version  # first: what comes now is drawn once more
    models, origin = _by_maker(client.models.list(mode.key)), _origin(client, mode)
    with st.container(gap="xsmall"):
        key = _choice(mode, models)
        model = client.models.get(mode.key, _typed(mode) if key == draft_state.ANOTHER else key)
        usual = job_texts.usual_time(client, mode.key, model.key)
        named = [escape(key)] if key in models else []
        st.markdown(f":small[:gray[{' · '.join([*named, *filter(None, [usual]), origin])}]]")
        if doubt := _doubt(mode, model):
            st.markdown(f":small[:material/unknown_document: {doubt}]")
        form_texts.complaint(mode, draft_state.MODEL)
        place = st.container()
    return model, place


def _by_maker(models: Iterable[Model]) -> dict[str, Model]:
    """The API names no maker. Models whose titles begin with the same word stand together, where the first one does."""
    together: dict[str, dict[str, Model]] = {}
    for model in models:
        word = _WORD.match(model.title)
        together.setdefault(word[0].casefold() if word else model.title, {})[model.key] = model
    return {key: model for family in together.values() for key, model in family.items()}


def _choice(mode: Mode, models: dict[str, Model]) -> str:
    _settle(mode, models)
    options, titles = [*models, draft_state.ANOTHER], _titles(models)
    draft_state.keep_valid(mode.kind, draft_state.MODEL, options, options[0])
    return st.selectbox(
        "Model",
        options,
        key=draft_state.key(mode.kind, draft_state.MODEL),
        on_change=_take_up,
        args=(mode, models),
        accept_new_options=True,
        format_func=lambda key: titles.get(key, key),
        persist_state="session",
    )


def _take_up(mode: Mode, models: dict[str, Model]) -> None:
    """What was typed into the list means the shortest name that has it; in no name, it is the key of another model."""
    draft_state.forget_refusals(mode.kind)
    chosen = str(draft_state.value(mode.kind, draft_state.MODEL, "")).strip()
    draft_state.of(mode.kind).is_model_chosen = True
    if chosen in (*models, draft_state.ANOTHER):
        return
    names = {key: f"{title} {key}" if key in models else title for key, title in _titles(models).items()}
    meant = min(
        (key for key in names if chosen.casefold() in names[key].casefold()),
        key=lambda key: len(names[key]),
        default="",
    )
    draft_state.put(mode.kind, draft_state.MODEL, meant or chosen)
    draft_state.of(mode.kind).brought = "" if meant else chosen


def _settle(mode: Mode, models: dict[str, Model]) -> None:
    """One model has other keys in other modes; one that a job or a person brought and no list has is typed."""
    form, current = draft_state.of(mode.kind), draft_state.value(mode.kind, draft_state.MODEL)
    if current in (None, *models) and not form.is_model_chosen and form.started != mode.key:
        usual = _usual(mode, models, current)
        if usual != current:
            draft_state.put(mode.kind, draft_state.MODEL, current := usual)
    form.started = mode.key
    if current in models:
        form.model_title = models[current].title
    elif form.brought and current == form.brought:
        draft_state.put(mode.kind, draft_state.OWN_MODEL, current)
        draft_state.put(mode.kind, draft_state.MODEL, draft_state.ANOTHER)
    elif current != draft_state.ANOTHER:
        alike = (model.key for model in models.values() if model.title == form.model_title)
        draft_state.put(mode.kind, draft_state.MODEL, now := next(alike, current))
        form.is_changed |= now != current
    form.brought = ""


def _usual(mode: Mode, models: dict[str, Model], current: str | None) -> str | None:
    """The one that is there, or else the first, of which all limits are known."""
    known = [key for key, model in models.items() if not _doubt(mode, model)]
    return current if current in known else next(iter(known), current)


def _titles(models: dict[str, Model]) -> dict[str, str]:
    """By key: the title, and the key beside it where two models share a title."""
    found = Counter(model.title for model in models.values())
    titles = {
        key: model.title if found[model.title] == 1 else f"{model.title} · {key}" for key, model in models.items()
    }
    return titles | _OTHERS


def _typed(mode: Mode) -> str:
    typed = st.text_input(
        "Model key",
        key=draft_state.key(mode.kind, draft_state.OWN_MODEL),
        placeholder=_PLACEHOLDERS[mode.kind],
        persist_state="session",
    )
    return (typed or "").strip()


def _origin(client: Client, mode: Mode) -> str:
    origin = client.models.origin(mode.key)
    if client.account.is_sandbox:  # which lists the models of our snapshot; WeryAI was never asked
        return "Model list from November 2026."
    if origin.at:
        return f"Model list updated {clock_time(origin.at)}."
    return (
        "WeryAI's list is unavailable; showing November 2026." if origin.has_asked else "Model list from November 2026."
    )


def _doubt(mode: Mode, model: Model) -> str:
    """What nobody has said of this model: a whole model, or the fields in which anything can be typed."""
    unknown = [field.noun for field in mode.fields if isinstance(field, ChoiceField) and field.is_free(model)]
    if not model.key or (model.verified and not unknown):
        return ""
    if unknown:
        return f"We don't know this model's limits for {' and '.join(unknown)}. Type a value; WeryAI may reject it."
    return "We don't know this model's limits. WeryAI may reject some settings."
