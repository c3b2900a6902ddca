"""A mode's fields and a model's limits → widgets → a submission."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import session
from components.markdown import credits, escape
from components.session import Complaint
from studio.errors import DraftError
from studio.jobs import Client
from studio.settings import WERYAI_PRICES
from studio.values import Draft, Kind, Model, State
from studio.weryai import modes
from studio.weryai.modes import MODES, Field, Mode, Takes

_PLACEHOLDERS = {Kind.IMAGE: "What should the picture show?", Kind.VIDEO: "What should happen in the video?"}
_SHAPES = {
    "1:1": "crop_square",
    "16:9": "crop_16_9",
    "9:16": "crop_9_16",
    "4:3": "crop_landscape",
    "3:4": "crop_portrait",
    "3:2": "crop_3_2",
    "2:3": "crop_2_3",
    "21:9": "crop_21_9",
}
_UNITS = {"duration": " s"}
_FIRST = ("prompt",)
_PAIRED = ("duration", "resolution")
_MORE = ("negative_prompt",)


def show(mode_key: str) -> None:
    """Draw the form of a mode, and submit what is in it when Generate is pressed."""
    mode, client = MODES[mode_key], session.client()
    session.take_filled(mode.key)
    models = {model.key: model for model in client.models(mode.key)}
    with st.container(border=True):
        _prompt(mode, models)
        model = _model(mode, models)
        fields = [field for field in mode.fields if field.name not in _FIRST and modes.takes(field, model)]
        inputs: dict[str, Any] = {"prompt": session.value(mode.key, "prompt", "")}
        _choices(mode, model, [field for field in fields if field.name not in _MORE], inputs)
        _more(mode, [field for field in fields if field.name in _MORE], inputs)
        _cost(client, mode, model, modes.count(mode, inputs))
        if _generate(client, mode):
            _submit(client, Draft(mode.key, model.key, inputs))


def _prompt(mode: Mode, models: dict[str, Model]) -> None:
    with st.container(gap="xsmall"):
        _prompt_text(mode, models)


def _prompt_text(mode: Mode, models: dict[str, Model]) -> None:
    text = st.text_area(
        "Prompt",
        key=session.field_key(mode.key, "prompt"),
        height=132,
        placeholder=_PLACEHOLDERS[mode.kind],
        persist_state="session",
    )
    chosen = models.get(session.value(mode.key, "model"), next(iter(models.values())))
    most, length = modes.prompt_max(mode, chosen), len((text or "").strip())
    count = f"{length:,} / {most:,}"
    st.caption(f":red[{count}]" if length > most else count, text_alignment="right")
    _complaint(mode, "prompt")


def _model(mode: Mode, models: dict[str, Model]) -> Model:
    session.keep_valid(mode.key, "model", list(models), next(iter(models)))
    key = st.selectbox(
        "Model",
        list(models),
        key=session.field_key(mode.key, "model"),
        format_func=lambda key: f"{models[key].title} · {key}" if models[key].title != key else key,
        persist_state="session",
    )
    if not models[key].verified:
        st.caption("Not verified: no list says what this model takes. WeryAI's answer will.")
    _complaint(mode, "model")
    return models[key]


def _choices(mode: Mode, model: Model, fields: list[Field], inputs: dict[str, Any]) -> None:
    paired = [field.name for field in fields if field.name in _PAIRED]
    places: dict[str, DeltaGenerator] = {}
    for field in fields:
        if len(paired) == 2 and field.name == paired[0]:
            places = dict(zip(paired, st.columns(2, wrap=False), strict=True))
        with places.get(field.name) or st.container(gap="xsmall"):
            inputs[field.name] = _widget(field, mode, model)
            _complaint(mode, field.name)


def _widget(field: Field, mode: Mode, model: Model) -> Any:
    key = session.field_key(mode.key, field.name)
    if field.takes is Takes.FLAG:
        return st.toggle(field.label, key=key, persist_state="session")
    options = list(range(1, field.maximum + 1)) if field.takes is Takes.COUNT else list(modes.choices(field, model))
    session.keep_valid(mode.key, field.name, options, _default(field, options))
    if field.name in _PAIRED and len(options) > 2:
        return st.selectbox(field.label, options, key=key, format_func=_in_words(field), persist_state="session")
    draw = st.segmented_control if len(options) <= 4 else st.pills
    return draw(
        field.label,
        options,
        key=key,
        required=True,
        format_func=_in_colour(field),
        width="stretch" if len(options) <= 4 else "content",
        persist_state="session",
    )


def _default(field: Field, options: list[Any]) -> Any:
    preferred = {"aspect_ratio": "16:9", "resolution": "720p"}.get(field.name)
    return preferred if preferred in options else options[0]


def _in_words(field: Field) -> Any:
    return lambda option: f"{option}{_UNITS.get(field.name, '')}"


def _in_colour(field: Field) -> Any:
    """The accent on a chosen segment is too pale in dark, so the words are grey; ratios show their shape."""
    words = _in_words(field)
    return lambda option: f"{_shape(option)}:gray[{escape(words(option))}]"


def _shape(option: Any) -> str:
    return f":material/{_SHAPES[option]}: " if option in _SHAPES else ""


def _more(mode: Mode, fields: list[Field], inputs: dict[str, Any]) -> None:
    if not fields:
        return
    with st.expander("More", icon=":material/tune:", type="compact"):
        for field in fields:
            inputs[field.name] = st.text_area(
                field.label, key=session.field_key(mode.key, field.name), height=68, persist_state="session"
            )
            _complaint(mode, field.name)


def _cost(client: Client, mode: Mode, model: Model, number: int) -> None:
    if client.account.is_sandbox:
        st.caption("Free in the sandbox")
        return
    usual = client.usual_cost(mode.key, model.key)
    balance = client.standing().balance
    known = f" · balance {credits(balance)}" if balance is not None else " · balance not known"
    if usual is None:
        st.caption(f"Cost not known yet · [Prices]({WERYAI_PRICES}){known}")
        return
    low, high = (amount * number for amount in usual)
    span = f" ({credits(low)} to {credits(high)})" if low != high else ""
    st.caption(f"Usually **{credits(high)} credits**{span}{known}")
    if balance is not None and balance < low:
        st.markdown(":small[:orange[This usually costs more than the balance. WeryAI may refuse it.]]")


def _generate(client: Client, mode: Mode) -> bool:
    """The button, and beside it why it cannot be pressed, or why the last press did not go through."""
    waits = _why_it_waits(client)
    pressed = st.button(
        "Generate",
        key=f"generate-{session.submission(mode.key)}",
        type="primary",
        icon=":material/auto_awesome:",
        shortcut="Ctrl+Enter",
        width="stretch",
        disabled=bool(waits),
    )
    if waits:
        st.markdown(f":small[:red[:material/block: {escape(waits)}]]")
    _complaint(mode, "")
    return pressed


def _why_it_waits(client: Client) -> str:
    if client.standing().rejected:
        return "The key was rejected. Put a working key in the sidebar."
    return client.may_not_spend


def _submit(client: Client, draft: Draft) -> None:
    name, complaints = session.advance(draft.mode), session.state().complaints
    complaints.pop(draft.mode, None)
    try:
        job = client.submit(draft, name)
    except DraftError as error:
        complaints[draft.mode] = Complaint(error.field, error.message, error.hint)
    else:
        if job.state is State.REFUSED:
            complaints[draft.mode] = Complaint(job.field, job.reason, job.hint)
    st.rerun()


def _complaint(mode: Mode, field: str) -> None:
    """What is wrong with this field, under it; what belongs to no field of the form stands under the button."""
    found = session.state().complaints.get(mode.key)
    if not found:
        return
    known = found.field if mode.field(found.field) or found.field == "model" else ""
    if known == field:
        st.markdown(f":small[:red[:material/error: {escape(found.text)}] {escape(found.hint)}]")
