"""The references of a form: what is in their places, how far each upload is, and the ways to add one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from components.form import draft_state, form_texts, media, reference_intake, reference_tile
from components.form.reference_intake import Intake
from components.parts.markdown import counted, escape, sentence
from studio.client import Client
from studio.core import durations
from studio.core.errors import DraftError
from studio.core.reference import NOUNS, Progress
from studio.weryai.fields import MediaField
from studio.weryai.model import Model
from studio.weryai.modes import Mode

PROGRESS_SECONDS = 0.7
States = Mapping[str, Progress]


def show(client: Client, mode: Mode, model: Model) -> tuple[dict[str, Any], str]:
    """Draw the media fields of a mode; returns their addresses at WeryAI by field, and why Generate has to wait.

    How far the uploads are is asked once: what is said of them, what is sent and the timer agree.
    """
    if not mode.media:
        _aside(client, mode)
        return {}, ""
    intake = reference_intake.intake(client, mode, model)
    _recognise(client, intake)
    states = {one: client.references.state(one) for one in media.of_mode(intake.form, mode)}
    together = len({field.medium for field in mode.media}) > 1
    waits = [
        _field(intake, states, field, place, together) for field, place in zip(mode.media, _places(mode), strict=True)
    ]
    _swap(intake)
    if together:
        reference_intake.choose(intake, mode.media, "Images, videos and audio")
        reference_intake.refusals(intake, mode.media[0].name)
    reference_intake.paste(intake)
    reference_intake.refusals(intake, "")
    _aside(client, mode)
    if intake.form.checking:
        waits.append("A file is still being checked.")
    _watch(intake, states)
    return {field.name: _addresses(intake, states, field) for field in mode.media}, next(filter(None, waits), "")


def _recognise(client: Client, intake: Intake) -> None:
    """Addresses that a job brought are references that are known here; one that is not at WeryAI yet goes there."""
    for field in intake.mode.media:
        known = [client.references.known_as(one) for one in intake.form.held(field.name)]
        if tuple(known) != intake.form.held(field.name):  # a run beside this one may have added something meanwhile
            intake.form.put(field.name, known)
        for one in known:
            client.references.begin(one)


def _places(mode: Mode) -> Sequence[Any]:
    """Two single pictures stand side by side."""
    if _is_pair(mode):
        return st.columns(2, wrap=False)
    return [st.container(gap="xsmall") for _ in mode.media]


def _is_pair(mode: Mode) -> bool:
    return len(mode.media) == 2 and not any(field.is_list for field in mode.media)


def _swap(intake: Intake) -> None:
    number = len(media.of_mode(intake.form, intake.mode))
    if not _is_pair(intake.mode) or not number:
        return
    label = "Swap frames" if number > 1 else "Move to the other frame"
    if st.button(label, key=f"swap-{intake.mode.kind}", icon=":material/swap_horiz:", type="tertiary"):
        media.swap(intake.form, *intake.mode.media)
        st.rerun()


def _field(intake: Intake, states: States, field: MediaField, place: Any, together: bool) -> str:
    """One field; returns why Generate has to wait for it. Those that are filled `together` share what takes files."""
    here, number = intake.form.held(field.name), field.most_files(intake.model)
    with place, st.container(gap="xsmall", key=f"media-{intake.mode.kind}-{field.name}"):
        if here:
            _tiles(intake, states, field, number)
        if not together:
            _chooser(intake, field, here, number)
            reference_intake.refusals(intake, field.name)
        form_texts.complaint(intake.mode, field.name)
        return (
            _too_many(field, here, number)
            or _state(field, [states[one] for one in here])
            or _lengths(intake.client, field, here)
        )


def _chooser(intake: Intake, field: MediaField, here: Sequence[str], number: int) -> None:
    """Where files are dropped or chosen: the first, more, or one instead of the only one."""
    if number == len(here) == 1:
        one_instead = replace(intake, replaces=here[0])
        reference_intake.choose(one_instead, [field], f"Replace {_label(field, 1, 1).lower()}")
    elif len(here) < number:
        reference_intake.choose(intake, [field], f"More {field.label.lower()}" if here else _label(field, 0, number))


def _too_many(field: MediaField, here: Sequence[str], number: int) -> str:
    """Another model may take fewer than there are; which ones stay is for a person to say."""
    if len(here) <= number:
        return ""
    said = f"{field.label}: this model takes at most {number}. Remove {len(here) - number}."
    st.markdown(f":small[:red[:material/error: {escape(said)}]]")
    return said


def _tiles(intake: Intake, states: States, field: MediaField, number: int) -> None:
    here = intake.form.held(field.name)
    st.markdown(f":small[{_label(field, len(here), number)}]")
    with st.container(width=150) if number == 1 else st.grid(3, min_column_width=88, gap="xsmall"):
        for one in here:
            reference_tile.show(intake.client, intake.mode, field, one, states[one])


def _label(field: MediaField, there: int, number: int) -> str:
    if number == 1:
        return field.label.removesuffix("s")
    return f"{field.label} · {there} of {number}" if there else f"{field.label} · up to {number}"


def _state(field: MediaField, states: Sequence[Progress]) -> str:
    if any(state.has_failed for state in states):
        return f"An upload failed. Upload the {NOUNS[field.medium]} again, or remove it."
    return "" if all(state.is_there for state in states) else "A file is still uploading."


def _lengths(client: Client, field: MediaField, here: Sequence[str]) -> str:
    """What is known of the lengths of clips is checked before anything is sent."""
    known = [reference for one in here if (reference := client.references.get(one))]
    if not field.seconds or not known:
        return ""
    try:
        durations.check_lengths(known, field.seconds, field.seconds_in_all)
    except DraftError as error:
        st.markdown(f":small[:red[:material/error: {sentence(error.message)}]]")
        return f"{field.label}: a clip is too short or too long."
    return ""


def _addresses(intake: Intake, states: States, field: MediaField) -> list[str] | str:
    found = [states[one].url for one in intake.form.held(field.name)]
    return found if field.is_list else next(iter(found), "")


def _aside(client: Client, mode: Mode) -> None:
    """What another start held, and this one has no place for: it comes back with that start."""
    form = draft_state.of(mode.kind)
    aside = [one for waiting in form.aside.values() for one in waiting]
    if not aside:
        return
    named = ", ".join(found.label if (found := client.references.get(one)) else one for one in aside)
    st.markdown(f":small[:material/inventory_2: Kept but not used here: {escape(named, 120)}]")
    if st.button("Discard", key=f"let-go-{mode.kind}", icon=":material/close:", type="tertiary"):
        form.aside = {}
        st.rerun()


def _watch(intake: Intake, states: States) -> None:
    """Files that are checked or on their way are redrawn on a timer; when one is done, the whole form is."""
    under_way = [one for one, state in states.items() if state.is_under_way]
    if under_way or intake.form.checking:
        st.fragment(_progress, run_every=PROGRESS_SECONDS)(intake, under_way, intake.form.checking)


def _progress(intake: Intake, under_way: Sequence[str], checking: int) -> None:
    states = [intake.client.references.state(one) for one in under_way]
    if intake.form.checking < checking or not all(state.is_under_way for state in states):
        st.rerun()
    if checking:
        st.caption("Checking files…")
    if not states:
        return
    done, total = sum(state.done for state in states), sum(state.total for state in states)
    text = f"Uploading {counted(len(states), 'file')} · {done / 1e6:.1f} of {total / 1e6:.1f} MB"
    st.progress(min(1.0, done / max(1, total)), text=escape(text))
