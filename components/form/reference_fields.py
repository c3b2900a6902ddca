"""The media fields of a form: their references, the progress of uploads, and the widgets to add files."""

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
from studio.core.reference import NOUNS, UploadProgress
from studio.weryai.fields import MediaField
from studio.weryai.model import Model
from studio.weryai.modes import Mode

PROGRESS_SECONDS = 0.7
States = Mapping[str, UploadProgress]


def show(client: Client, mode: Mode, model: Model) -> tuple[dict[str, Any], str]:
    """Draw the media fields of a mode; return the references' addresses at WeryAI by field, and why Generate must wait.

    The progress of the uploads is read once, so that texts, inputs and the timer agree.
    """
    if not mode.media:
        _unplaced(client, mode)
        return {}, ""
    intake = reference_intake.intake(client, mode, model)
    _recognise(client, intake)
    states = {reference_id: client.references.state(reference_id) for reference_id in media.in_mode(intake.form, mode)}
    is_shared = len({field.medium for field in mode.media}) > 1
    problems = [
        _draw_field(intake, states, field, container, is_shared)
        for field, container in zip(mode.media, _containers(mode), strict=True)
    ]
    _swap_button(intake)
    if is_shared:
        reference_intake.file_uploader(intake, mode.media, "Images, videos and audio")
        reference_intake.show_refusals(intake, mode.media[0].name)
    reference_intake.link_field(intake)
    reference_intake.show_refusals(intake, "")
    _unplaced(client, mode)
    if intake.form.checking:
        problems.append("A file is still being checked.")
    _follow_progress(intake, states)
    return {field.name: _addresses(intake, states, field) for field in mode.media}, next(filter(None, problems), "")


def _recognise(client: Client, intake: Intake) -> None:
    """Replace addresses that a job brought by the references known here; start uploads that are missing."""
    for field in intake.mode.media:
        known = [client.references.known_as(reference_id) for reference_id in intake.form.held(field.name)]
        # Only if changed: this would undo what another run adds in the meantime.
        if tuple(known) != intake.form.held(field.name):
            intake.form.put(field.name, known)
        for reference_id in known:
            client.references.begin(reference_id)


def _containers(mode: Mode) -> Sequence[Any]:
    """Return a container for each media field; two single images are side by side."""
    if _is_pair(mode):
        return st.columns(2, wrap=False)
    return [st.container(gap="xsmall") for _ in mode.media]


def _is_pair(mode: Mode) -> bool:
    return len(mode.media) == 2 and not any(field.is_list for field in mode.media)


def _swap_button(intake: Intake) -> None:
    number = len(media.in_mode(intake.form, intake.mode))
    if not _is_pair(intake.mode) or not number:
        return
    label = "Swap frames" if number > 1 else "Move to the other frame"
    if st.button(label, key=f"swap-{intake.mode.kind}", icon=":material/swap_horiz:", type="tertiary"):
        media.swap(intake.form, *intake.mode.media)
        st.rerun()


def _draw_field(intake: Intake, states: States, field: MediaField, container: Any, is_shared: bool) -> str:
    """Draw one field and return why Generate must wait, or an empty text; `is_shared` fields share an uploader."""
    held, number = intake.form.held(field.name), field.most_files(intake.model)
    with container, st.container(gap="xsmall", key=f"media-{intake.mode.kind}-{field.name}"):
        if held:
            _tiles(intake, states, field, number)
        if not is_shared:
            _uploader(intake, field, held, number)
            reference_intake.show_refusals(intake, field.name)
        form_texts.show_complaint(intake.mode, field.name)
        return (
            _excess_problem(field, held, number)
            or _upload_problem(field, [states[reference_id] for reference_id in held])
            or _length_problem(intake.client, field, held)
        )


def _uploader(intake: Intake, field: MediaField, held: Sequence[str], number: int) -> None:
    """Draw the file uploader of a field: for the first file, for more, or to replace the only one."""
    if number == len(held) == 1:
        replacing = replace(intake, replaces=held[0])
        reference_intake.file_uploader(replacing, [field], f"Replace {_label(field, 1, 1).lower()}")
    elif len(held) < number:
        reference_intake.file_uploader(
            intake, [field], f"More {field.label.lower()}" if held else _label(field, 0, number)
        )


def _excess_problem(field: MediaField, held: Sequence[str], number: int) -> str:
    """Say that the model takes fewer files than there are; a person decides which ones to remove."""
    if len(held) <= number:
        return ""
    text = f"{field.label}: this model takes at most {number}. Remove {len(held) - number}."
    st.markdown(f":small[:red[:material/error: {escape(text)}]]")
    return text


def _tiles(intake: Intake, states: States, field: MediaField, number: int) -> None:
    held = intake.form.held(field.name)
    st.markdown(f":small[{_label(field, len(held), number)}]")
    with st.container(width=150) if number == 1 else st.grid(3, min_column_width=88, gap="xsmall"):
        for reference_id in held:
            reference_tile.show(intake.client, intake.mode, field, reference_id, states[reference_id])


def _label(field: MediaField, count: int, number: int) -> str:
    if number == 1:
        return field.label.removesuffix("s")
    return f"{field.label} · {count} of {number}" if count else f"{field.label} · up to {number}"


def _upload_problem(field: MediaField, states: Sequence[UploadProgress]) -> str:
    if any(state.has_failed for state in states):
        return f"An upload failed. Upload the {NOUNS[field.medium]} again, or remove it."
    return "" if all(state.is_there for state in states) else "A file is still uploading."


def _length_problem(client: Client, field: MediaField, held: Sequence[str]) -> str:
    """Check the known lengths of the clips, before anything is sent."""
    known = [reference for reference_id in held if (reference := client.references.get(reference_id))]
    if not field.seconds or not known:
        return ""
    try:
        durations.check_lengths(known, field.seconds, field.seconds_in_all)
    except DraftError as error:
        st.markdown(f":small[:red[:material/error: {sentence(error.message)}]]")
        return f"{field.label}: a clip is too short or too long."
    return ""


def _addresses(intake: Intake, states: States, field: MediaField) -> list[str] | str:
    found = [states[reference_id].url for reference_id in intake.form.held(field.name)]
    return found if field.is_list else next(iter(found), "")


def _unplaced(client: Client, mode: Mode) -> None:
    """Draw the references that this mode has no field for; they return with a mode that has one."""
    form = draft_state.get_form(mode.kind)
    unplaced = [reference_id for waiting in form.unplaced.values() for reference_id in waiting]
    if not unplaced:
        return
    labels = ", ".join(
        found.label if (found := client.references.get(reference_id)) else reference_id for reference_id in unplaced
    )
    st.markdown(f":small[:material/inventory_2: Kept but not used here: {escape(labels, 120)}]")
    if st.button("Discard", key=f"let-go-{mode.kind}", icon=":material/close:", type="tertiary"):
        form.unplaced = {}
        st.rerun()


def _follow_progress(intake: Intake, states: States) -> None:
    """Redraw the progress on a timer while files are checked or uploaded; rerun the page when one is done."""
    under_way = [reference_id for reference_id, state in states.items() if state.is_under_way]
    if under_way or intake.form.checking:
        st.fragment(_progress, run_every=PROGRESS_SECONDS)(intake, under_way, intake.form.checking)


def _progress(intake: Intake, under_way: Sequence[str], checking: int) -> None:
    states = [intake.client.references.state(reference_id) for reference_id in under_way]
    if intake.form.checking < checking or not all(state.is_under_way for state in states):
        st.rerun()
    if checking:
        st.caption("Checking files…")
    if not states:
        return
    done, total = sum(state.done for state in states), sum(state.total for state in states)
    text = f"Uploading {counted(len(states), 'file')} · {done / 1e6:.1f} of {total / 1e6:.1f} MB"
    st.progress(min(1.0, done / max(1, total)), text=escape(text))
