"""A mode's fields and a model's limits → widgets → a submission."""

from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.form import (
    draft_state,
    field_widgets,
    form_texts,
    kept_drafts,
    media,
    model_field,
    presses,
    prompt_field,
    reference_fields,
)
from components.form.field_widgets import Drawn
from components.parts import job_texts
from components.parts.markdown import escape, sentence
from components.session import session
from components.session.state import Complaint, Press, Refused
from studio.client import Client
from studio.core.errors import DraftError
from studio.core.values import Draft, Kind, State
from studio.weryai import modes
from studio.weryai.fields import TextField
from studio.weryai.model import Model
from studio.weryai.modes import MODES, Mode


def show(kind: Kind) -> None:
    """Draw the form of a page, and submit what is in it when Generate is pressed."""
    client = session.client()
    kept_drafts.take_up(kind)
    draft_state.take_sent(kind)
    draft_state.take_filled(kind)
    is_new = not draft_state.of(kind).mode
    with st.container(border=True):
        form_texts.filled(kind)
        anew = st.container()
        with st.container(gap="xsmall"):
            mode = _start(kind)
            form_texts.makes(mode)
        prompt = st.container(gap="xsmall")
        draft_state.of(kind).is_begun_anew |= is_new and bool(draft_state.value(kind, "prompt"))
        with anew:
            form_texts.begun_anew(kind)
        references = st.container()
        model, said = model_field.show(client, mode)  # first, as it says how much the model takes
        with prompt:
            prompt_field.show(mode, mode.prompt.longest(model))
            form_texts.complaint(mode, "prompt")
        with references:
            held, uploads = reference_fields.show(client, mode, model)
        inputs: dict[str, Any] = {"prompt": draft_state.value(kind, "prompt", ""), **held}
        _choices(mode, model, inputs)
        form_texts.shape(client, mode, inputs)
        _more(mode, model, inputs)
        with said:
            form_texts.dropped(client, mode, model)
        form_texts.cost(client, mode, model, modes.count(mode, inputs))
        waits = _why_it_waits(client) or uploads
        presses.note_missed(kind, is_pressed=_generate(kind, waits))
        _send(client, Draft(mode.key, model.key, inputs), presses.open_ones(kind), waits)
        kept_drafts.keep(kind)


def _start(kind: Kind) -> Mode:
    """What the job starts from. Another choice takes over what the form holds, as far as it fits."""
    offered = {mode.key: mode for mode in modes.of_kind(kind)}
    before = draft_state.of(kind).mode or next(iter(offered))
    draft_state.keep_valid(kind, draft_state.MODE, list(offered), before)
    chosen = (
        st.pills(
            "Start from",
            list(offered),
            key=draft_state.key(kind, draft_state.MODE),
            required=True,
            format_func=lambda mode: f":gray[{offered[mode].start}]",
            persist_state="session",
        )
        or before
    )
    if chosen != before:
        form = draft_state.of(kind)
        media.carry(form, offered[before], offered[chosen])
        form.refused, form.is_changed, form.is_begun_anew = Refused(), True, False
    draft_state.of(kind).mode = chosen
    return offered[chosen]


def _choices(mode: Mode, model: Model, inputs: dict[str, Any]) -> None:
    """What is chosen or switched; texts and references have places of their own."""
    drawn = [field for field in mode.fields if isinstance(field, Drawn) and field.is_taken_by(model)]
    paired = [field.name for field in drawn if field.name in field_widgets.SHORT]
    places: dict[str, DeltaGenerator] = {}
    for field in drawn:
        if len(paired) == 2 and field.name == paired[0]:
            places = dict(zip(paired, st.columns(2, wrap=False), strict=True))
        with places.get(field.name) or st.container(gap="xsmall"):
            inputs[field.name] = field_widgets.draw(field, mode.kind, model)
            form_texts.complaint(mode, field.name)


def _more(mode: Mode, model: Model, inputs: dict[str, Any]) -> None:
    """The texts beside the prompt, folded away."""
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
            draft_state.note(mode.kind, field, field.noun if inputs[field.name].strip() else "")
            form_texts.complaint(mode, field.name)
    if not more.open:
        form_texts.hidden(drawn, inputs)


def _generate(kind: Kind, waits: str) -> bool:
    """The button, and beside it why it cannot be pressed, or why the last press did not go through."""
    is_pressed = st.button(
        "Generate",
        key=f"generate-{kind}",
        type="primary",
        icon=":material/auto_awesome:",
        shortcut="Ctrl+Enter",
        width="stretch",
        disabled=bool(waits),
        on_click=presses.note,
        args=(kind,),
    )
    if waits:
        st.markdown(f":small[:red[:material/block: {escape(waits)}]]")
    form_texts.complaint(MODES[draft_state.of(kind).mode], "")
    form_texts.sent(kind)
    return is_pressed


def _why_it_waits(client: Client) -> str:
    if client.balance.standing().rejected:
        whose = "The team key was rejected. Use your own" if client.account.is_shared else "Your key was rejected. Add"
        return f"{whose} {'key' if client.account.is_shared else 'a valid key'} in the sidebar."
    return client.may_not_spend


def _send(client: Client, draft: Draft, pressed: list[Press], waits: str) -> None:
    """Submit what the form holds, once for each press of Generate, with the prompt that it had at the press."""
    kind = MODES[draft.mode].kind
    for press in pressed:
        if why_not := presses.why_not(kind, press):
            draft_state.complain(kind, Complaint("", why_not))
        elif not waits:  # else that is said beside the button
            _submit(client, replace(draft, inputs={**draft.inputs, "prompt": press.prompt}), press.submission)
        presses.close(kind, press)
    if pressed:
        st.rerun()
    presses.note_drawn()


def _submit(client: Client, draft: Draft, submission: str) -> None:
    if presses.is_echo(draft):
        return
    kind = MODES[draft.mode].kind
    if presses.is_to_ask(kind, draft):
        draft_state.complain(kind, Complaint("prompt", presses.UNSAID))
        presses.note_sent(draft)  # a double click is no answer
        return
    draft_state.complain(kind, None)
    try:
        job = client.jobs.submit(draft, submission)
    except DraftError as error:
        draft_state.complain(kind, Complaint(error.field, f"{sentence(error.message)} {escape(error.hint)}"))
    else:
        form = draft_state.of(kind)
        form.replaced, form.refused, form.before, form.is_begun_anew = {}, Refused(), None, False
        form.sent_at, form.sent_job = None if job.state is State.REFUSED else job.created_at, job.id
        if job.state is State.REFUSED:
            draft_state.complain(kind, Complaint(MODES[job.mode].blamed(job.field), job_texts.refusal(job)))
            session.acknowledge(job)
    finally:
        presses.note_sent(draft)
