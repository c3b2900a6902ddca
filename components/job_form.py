"""A mode's fields and a model's limits → widgets → a submission."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import assistive, job_fields, job_words, session
from components.markdown import credits, escape, sentence
from components.session import Complaint
from studio.errors import DraftError
from studio.jobs import Client
from studio.settings import WERYAI_PRICES
from studio.values import Draft, Kind, Model, State
from studio.weryai import fields, modes
from studio.weryai.fields import Field
from studio.weryai.modes import MODES, Mode

_PLACEHOLDERS = {Kind.IMAGE: "What should the picture show?", Kind.VIDEO: "What should happen in the video?"}
_FIRST = ("prompt",)
_MORE = ("negative_prompt",)


def show(mode_key: str) -> None:
    """Draw the form of a mode, and submit what is in it when Generate is pressed."""
    mode, client = MODES[mode_key], session.client()
    session.take_filled(mode.key)
    models = {model.key: model for model in client.models(mode.key)}
    with st.container(border=True):
        _prompt(mode, models)
        model = _model(mode, models)
        fields = [field for field in mode.fields if field.name not in _FIRST and fields.takes(field, model)]
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
    paired = [field.name for field in fields if field.name in job_fields.SHORT]
    places: dict[str, DeltaGenerator] = {}
    for field in fields:
        if len(paired) == 2 and field.name == paired[0]:
            places = dict(zip(paired, st.columns(2, wrap=False), strict=True))
        with places.get(field.name) or st.container(gap="xsmall"):
            inputs[field.name] = job_fields.draw(field, mode, model)
            _complaint(mode, field.name)


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
    """What this will probably cost, beside the balance. Not a caption: a link in one is too pale."""
    if client.account.is_sandbox:
        st.caption("Free in the sandbox")
        return
    usual = client.usual_cost(mode.key, model.key)
    balance = client.standing().balance
    known = f"balance {credits(balance)}" if balance is not None else "balance not known"
    if usual is None:
        st.markdown(f":small[:gray[Cost not known yet ·] [Prices]({WERYAI_PRICES}) :gray[· {known}]]")
        return
    low, high = (amount * number for amount in usual)
    span = f" ({credits(low)} to {credits(high)})" if low != high else ""
    st.markdown(f":small[:gray[Usually **{credits(high)} credits**{span} · {known}]]")
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
    if session.is_echo(draft):
        return
    name = session.advance(draft.mode)
    session.complain(draft.mode, None)
    try:
        job = client.submit(draft, name)
    except DraftError as error:
        session.complain(draft.mode, Complaint(error.field, f"{sentence(error.message)} {escape(error.hint)}"))
    else:
        if job.state is State.REFUSED:
            session.complain(draft.mode, Complaint(job.field, job_words.refusal(job)))
            session.heard(job)
    st.rerun()


def _complaint(mode: Mode, field: str) -> None:
    """What is wrong with this field, under it, until it is changed; what belongs to none stands under the button."""
    found = session.complaint(mode.key)
    if not found:
        return
    known = found.field if mode.field(found.field) or found.field == "model" else ""
    if known == field:
        with assistive.aloud(session.submission(mode.key)):
            st.markdown(f":small[:red[:material/error: {found.said}]]")
