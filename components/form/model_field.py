"""The choice of model: from the list of the mode or by a typed key, and where the list is from."""

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
_TYPED_OPTION = {draft_state.ANOTHER_MODEL: "Another model key…"}


def show(client: Client, mode: Mode) -> tuple[Model, DeltaGenerator]:
    """Draw the field; return the chosen model, and a container below for texts that depend on the other fields."""
    # Before the list is read: a newer list then causes a rerun.
    current_page.current().models_version = client.models.version
    models, origin = _by_maker(client.models.list(mode.key)), _origin_text(client, mode)
    with st.container(gap="xsmall"):
        key = _choice(mode, models)
        model = client.models.get(mode.key, _typed_key(mode) if key == draft_state.ANOTHER_MODEL else key)
        usual = job_texts.usual_time(client, mode.key, model.key)
        shown_key = [escape(key)] if key in models else []
        st.markdown(f":small[:gray[{' · '.join([*shown_key, *filter(None, [usual]), origin])}]]")
        if warning := _unknown_limits(mode, model):
            st.markdown(f":small[:material/unknown_document: {warning}]")
        form_texts.show_complaint(mode, draft_state.MODEL)
        container = st.container()
    return model, container


def _by_maker(models: Iterable[Model]) -> dict[str, Model]:
    """Group models whose titles begin with the same word, at the place of the first one: the API names no maker."""
    families: dict[str, dict[str, Model]] = {}
    for model in models:
        word = _WORD.match(model.title)
        families.setdefault(word[0].casefold() if word else model.title, {})[model.key] = model
    return {key: model for family in families.values() for key, model in family.items()}


def _choice(mode: Mode, models: dict[str, Model]) -> str:
    _adapt_to_mode(mode, models)
    options, titles = [*models, draft_state.ANOTHER_MODEL], _titles(models)
    draft_state.keep_valid(mode.kind, draft_state.MODEL, options, options[0])
    return st.selectbox(
        "Model",
        options,
        key=draft_state.key(mode.kind, draft_state.MODEL),
        on_change=_on_choice,
        args=(mode, models),
        accept_new_options=True,
        format_func=lambda key: titles.get(key, key),
        persist_state="session",
    )


def _on_choice(mode: Mode, models: dict[str, Model]) -> None:
    """Choose the model with the shortest name that contains the typed text; else take the text as a model key."""
    draft_state.clear_refusals(mode.kind)
    chosen = str(draft_state.value(mode.kind, draft_state.MODEL, "")).strip()
    draft_state.get_form(mode.kind).is_model_chosen = True
    if chosen in (*models, draft_state.ANOTHER_MODEL):
        draft_state.set_value(mode.kind, draft_state.MODEL, chosen)  # a typed key becomes its title
        return
    names = {key: f"{title} {key}" if key in models else title for key, title in _titles(models).items()}
    match = min(
        (key for key in names if chosen.casefold() in names[key].casefold()),
        key=lambda key: len(names[key]),
        default="",
    )
    draft_state.set_value(mode.kind, draft_state.MODEL, match or chosen)
    draft_state.get_form(mode.kind).given_model = "" if match else chosen


def _adapt_to_mode(mode: Mode, models: dict[str, Model]) -> None:
    """Choose the model in a new mode: the default, or the same model, which may have another key there.

    A key from a job or a person that no list has becomes a typed key.
    """
    form, current = draft_state.get_form(mode.kind), draft_state.value(mode.kind, draft_state.MODEL)
    if current in (None, *models) and not form.is_model_chosen and form.model_mode != mode.key:
        usual = _default_model(mode, models, current)
        if usual != current:
            draft_state.set_value(mode.kind, draft_state.MODEL, current := usual)
    form.model_mode = mode.key
    if current in models:
        form.model_title = models[current].title
    elif form.given_model and current == form.given_model:
        draft_state.set_value(mode.kind, draft_state.TYPED_MODEL, current)
        draft_state.set_value(mode.kind, draft_state.MODEL, draft_state.ANOTHER_MODEL)
    elif current != draft_state.ANOTHER_MODEL:
        same_title = (model.key for model in models.values() if model.title == form.model_title)
        draft_state.set_value(mode.kind, draft_state.MODEL, now := next(same_title, current))
        form.is_changed |= now != current
    form.given_model = ""


def _default_model(mode: Mode, models: dict[str, Model], current: str | None) -> str | None:
    """Return the current model if all its limits are known; else the first such model."""
    known = [key for key, model in models.items() if not _unknown_limits(mode, model)]
    return current if current in known else next(iter(known), current)


def _titles(models: dict[str, Model]) -> dict[str, str]:
    """Return titles by key, with the key appended if several models share a title."""
    numbers = Counter(model.title for model in models.values())
    titles = {
        key: model.title if numbers[model.title] == 1 else f"{model.title} · {key}" for key, model in models.items()
    }
    return titles | _TYPED_OPTION


def _typed_key(mode: Mode) -> str:
    typed = st.text_input(
        "Model key",
        key=draft_state.key(mode.kind, draft_state.TYPED_MODEL),
        placeholder=_PLACEHOLDERS[mode.kind],
        persist_state="session",
    )
    return (typed or "").strip()


def _origin_text(client: Client, mode: Mode) -> str:
    origin = client.models.origin(mode.key)
    if client.account.is_sandbox:  # the sandbox lists the models of our snapshot, not WeryAI's
        return "Model list from November 2026."
    if origin.at:
        return f"Model list updated {clock_time(origin.at)}."
    return (
        "WeryAI's list is unavailable; showing November 2026." if origin.has_asked else "Model list from November 2026."
    )


def _unknown_limits(mode: Mode, model: Model) -> str:
    """Return a warning that limits of this model are unknown, all or of some fields; empty if they are known."""
    unknown = [field.noun for field in mode.fields if isinstance(field, ChoiceField) and field.is_free(model)]
    if not model.key or (model.verified and not unknown):
        return ""
    if unknown:
        return f"We don't know this model's limits for {' and '.join(unknown)}. Type a value; WeryAI may reject it."
    return "We don't know this model's limits. WeryAI may reject some settings."
