"""The form of a page: a mode's fields and a model's limits as widgets, and their submission."""

from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.form import (
    cost_line,
    draft_state,
    field_widgets,
    form_texts,
    kept_drafts,
    many_prompts,
    media,
    model_field,
    more_models,
    plan_dialog,
    preset_dialog,
    presses,
    prompt_field,
    reference_fields,
    refill_offer,
    sending,
    sent_note,
)
from components.form.field_widgets import WidgetField
from components.parts.markdown import counted, escape
from components.session import session
from components.session.form_state import Refused
from studio.client import Client
from studio.core.plans import Plan
from studio.core.values import Draft, Kind
from studio.weryai import modes
from studio.weryai.fields import TextField
from studio.weryai.model import Model
from studio.weryai.modes import MODES, Mode


def show(kind: Kind) -> None:
    """Draw the form of a page, and submit its inputs when Generate is pressed."""
    client = session.client()
    kept_drafts.load(kind)
    draft_state.store_sent_prompt(kind)
    draft_state.apply_filled(kind)
    with st.container(border=True):
        refill_offer.show(kind)
        form_texts.filled_note(kind)
        draft, others, waiting = _fields(client, kind)
        blocked = _blocked_reason(client) or waiting
        with st.container(key=f"send-{kind}"):  # stays in view
            plan = cost_line.show(draft, partial(plan_dialog.of_form, draft, others))
            is_pressed = _generate_button(kind, blocked, plan)
            sent_note.show(kind)
        _below_button(kind, blocked)
        presses.record_missed(kind, is_pressed=is_pressed)
        sending.send(client, draft, others, presses.open_presses(kind), blocked)
        kept_drafts.save(kind)
        plan_dialog.show(kind, blocked)
        many_prompts.show(client, draft, others, blocked)


def _fields(client: Client, kind: Kind) -> tuple[Draft, tuple[str, ...], str]:
    """Draw the fields; return the draft, further models, and for which references it waits in words."""
    is_new, top = not draft_state.get_form(kind).mode, st.container()
    with st.container(gap="xsmall", key=f"labelled-start-{kind}"):
        at_start = st.container(key=f"at-label-presets-{kind}")
        mode = _choose_start(kind)
        form_texts.start_caption(mode)
    prompt = st.container(gap="xsmall", key=f"labelled-prompt-{kind}")
    draft_state.get_form(kind).has_only_prompt |= is_new and bool(draft_state.value(kind, "prompt"))
    with top:
        form_texts.restart_note(kind)
    references = st.container()
    # Before the prompt and the references, as their limits depend on the model.
    model, below_model, others = _models(client, mode)
    with prompt:
        prompt_field.show(mode, mode.prompt.longest(model))
        form_texts.show_complaint(mode, "prompt")
    with references:
        held, waiting = reference_fields.show(client, mode, model)
    inputs: dict[str, Any] = {"prompt": draft_state.value(kind, "prompt", ""), **held}
    _setting_fields(mode, model, inputs)
    form_texts.shape_warning(client, mode, inputs)
    _more_fields(mode, model, inputs)
    with below_model:
        form_texts.changes_note(client, mode, model)
    draft = Draft(mode.key, model.key, inputs)
    preset_dialog.show(draft, others, at_start)
    return draft, others, waiting


def _models(client: Client, mode: Mode) -> tuple[Model, DeltaGenerator, tuple[str, ...]]:
    """Draw the model and the ways to several jobs; return it, a container below it, and the keys of further models."""
    model, below_model = model_field.show(client, mode)
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, gap="small"):
            others = more_models.show(client, mode, model)
            many_prompts.button(mode.kind)
        more_models.names(client, others)
    return model, below_model, others


def _choose_start(kind: Kind) -> Mode:
    """Draw the choice of what the job starts from, and return its mode; another mode keeps the inputs that fit."""
    modes_by_key = {mode.key: mode for mode in modes.of_kind(kind)}
    before = draft_state.get_form(kind).mode or next(iter(modes_by_key))
    draft_state.keep_valid(kind, draft_state.MODE, list(modes_by_key), before)
    chosen = (
        st.pills(
            "Start from",
            list(modes_by_key),
            key=draft_state.key(kind, draft_state.MODE),
            required=True,
            format_func=lambda mode: f":gray[{modes_by_key[mode].start}]",
            persist_state="session",
        )
        or before
    )
    if chosen != before:
        form = draft_state.get_form(kind)
        media.carry_over(form, modes_by_key[before], modes_by_key[chosen])
        form.refused, form.is_changed, form.has_only_prompt = Refused(), True, False
    draft_state.get_form(kind).mode = chosen
    return modes_by_key[chosen]


def _setting_fields(mode: Mode, model: Model, inputs: dict[str, Any]) -> None:
    """Draw the fields with options or a switch, and add their values to the inputs."""
    drawn = [field for field in mode.fields if isinstance(field, WidgetField) and field.is_taken_by(model)]
    paired = [field.name for field in drawn if field.name in field_widgets.PAIRED]
    containers: dict[str, DeltaGenerator] = {}
    for field in drawn:
        if len(paired) == 2 and field.name == paired[0]:
            containers = dict(zip(paired, st.columns(2, wrap=False), strict=True))
        with containers.get(field.name) or st.container(gap="xsmall"):
            inputs[field.name] = field_widgets.draw(field, mode.kind, model)
            form_texts.show_complaint(mode, field.name)


def _more_fields(mode: Mode, model: Model, inputs: dict[str, Any]) -> None:
    """Draw the further text fields in an expander, and add their values to the inputs."""
    texts = [field for field in mode.fields if isinstance(field, TextField) and field != mode.prompt]
    drawn = [field for field in texts if field.is_taken_by(model)]
    if not drawn:
        return
    draft_state.open_more(mode.kind, [field.name for field in drawn])
    key = draft_state.key(mode.kind, draft_state.MORE)
    more = st.expander("More", key=key, on_change="rerun", icon=":material/tune:", type="compact")
    with more:
        for field in drawn:
            key = draft_state.key(mode.kind, field.name)
            inputs[field.name] = st.text_area(field.label, key=key, height=68, persist_state="session")
            draft_state.record_non_default(mode.kind, field, field.noun if inputs[field.name].strip() else "")
            form_texts.show_complaint(mode, field.name)
    if not more.open:
        form_texts.folded_values(drawn, inputs)


def _generate_button(kind: Kind, blocked: str, plan: Plan | None) -> bool:
    """Draw the Generate button, and return whether it is pressed."""
    return st.button(
        f"Generate {counted(plan.number, 'job')}…" if plan else "Generate",
        key=f"generate-{kind}",
        type="primary",
        icon=":material/auto_awesome:",
        shortcut="Ctrl+Enter",
        width="stretch",
        disabled=bool(blocked),
        on_click=presses.record,
        args=(kind,),
    )


def _below_button(kind: Kind, blocked: str) -> None:
    """Say why Generate is disabled or the last press was refused."""
    if blocked:
        st.markdown(f":small[:red[:material/block: {escape(blocked)}]]")
    form_texts.show_complaint(MODES[draft_state.get_form(kind).mode], "")


def _blocked_reason(client: Client) -> str:
    """Return why the person cannot generate now; empty if they can."""
    if client.balance.standing().rejected:
        advice = "The team key was rejected. Use your own" if client.account.is_shared else "Your key was rejected. Add"
        return f"{advice} {'key' if client.account.is_shared else 'a valid key'} in the sidebar."
    return client.may_not_spend
