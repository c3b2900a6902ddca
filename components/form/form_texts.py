"""The texts in a form: what was changed or is not sent, what the job costs, and what was refused."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.form import draft_state, field_widgets
from components.parts import accessibility
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.core.aspect_ratios import log_ratio, shape, size
from studio.core.values import Inputs, Kind
from studio.weryai import modes
from studio.weryai.fields import Field
from studio.weryai.model import Model
from studio.weryai.modes import Mode

_RESULTS = {
    "text_to_image": "A new image from your prompt",
    "image_to_image": "A new image based on yours",
    "text_to_video": "A video from your prompt",
    "image_to_video": "A video that starts with your image",
    "multi_image_to_video": "A video made from several images",
    "first_last_image_to_video": "A video from a first frame to a last one",
    "almighty_reference_to_video": "A video guided by images, videos and audio",
}


def start_caption(mode: Mode) -> None:
    """Draw a caption that says what this mode makes."""
    st.caption(_RESULTS[mode.key])


def filled_note(kind: Kind) -> None:
    """Say that a job or a file filled the form, with a button that undoes it; the page scrolls to it."""
    form = draft_state.get_form(kind)
    before, refilled = form.before, form.refilled
    if before is None:
        return
    text = f"Filled from {escape(refilled.name, 60)}." if refilled else "Filled from an earlier job."
    if form.is_added:
        text = "Added to the form."
    if form.is_continued:
        text = "Starts from the last frame of the video. The result is a separate clip."
    with st.container(gap="xsmall", key=f"filled-{id(before)}"):
        st.markdown(f":small[:material/replay: {text} Change what you like, then press Generate.]")
        for missing in refilled.missing if refilled else ():
            st.markdown(f":small[:material/info: {escape(missing)}]")
        if before.is_worth_restoring:
            undo = draft_state.undo_fill
            st.button("Undo", key=f"undo-{kind}", icon=":material/undo:", on_click=undo, args=(kind,))


def changes_note(client: Client, mode: Mode, model: Model) -> None:
    """Say which choices this model or mode has replaced, and which fields it will not be sent."""
    replaced = draft_state.get_form(mode.kind).replaced
    changes = [
        text
        for field in mode.fields
        if field.name in replaced and field.is_taken_by(model)
        if (text := _change_text(field, *replaced[field.name]))
    ]
    if draft_state.MODEL in replaced:
        before, now = (_model_title(client, mode, key) for key in replaced[draft_state.MODEL])
        changes.insert(0, f"Model {now} instead of {before}, which isn't in this list")
    chosen = draft_state.get_form(mode.kind).non_defaults
    unsent = [
        chosen[field.name]
        for field in modes.fields_of(mode.kind)
        if field.name in chosen and not _is_taken(field, mode, model)
    ]
    reason = "This model ignores" if model.verified else "We don't know whether this model supports"
    pronoun = "it" if len(unsent) == 1 else "they"
    sentences = [
        f"{reason} the {' and the '.join(unsent)}, so {pronoun} won't be sent." if unsent and model.key else "",
        f"Changed: {', '.join(changes)}." if changes else "",
    ]
    if text := " ".join(filter(None, sentences)):
        with accessibility.live_region(f"dropped-{mode.kind}"):
            st.markdown(f":small[:material/info: {escape(text)}]")


def _model_title(client: Client, mode: Mode, key: str) -> str:
    """Return the title of a model in the lists of any mode of this kind; else its key."""
    models = (model for other in modes.of_kind(mode.kind) for model in client.models.list(other.key))
    return next((model.title for model in models if model.key == key), key)


def _change_text(field: Field, before: Any, now: Any) -> str:
    """Return which choice was replaced by which; empty if only a size was added, which the form shows."""
    if field.name == "aspect_ratio" and shape(str(before)) == shape(str(now)):
        if not size(str(before)):
            return ""
        if not size(str(now)):
            return f"{field.label} {now} without a size"
    return (
        f"{field.label} {field_widgets.option_label(field, now)} instead of {field_widgets.option_label(field, before)}"
    )


def _is_taken(field: Field, mode: Mode, model: Model) -> bool:
    """Whether the mode has this field and the model takes it; limits of a field may differ by mode."""
    found = mode.field(field.name)
    return found is not None and found.is_taken_by(model)


def folded_values(drawn: Sequence[Field], inputs: Inputs) -> None:
    """Draw the values of fields in a closed expander, so that nothing is sent unseen."""
    for field in drawn:
        if typed := str(inputs[field.name] or "").strip():
            st.caption(f"{field.label}: {escape(typed, 80)}")


def shape_warning(client: Client, mode: Mode, inputs: dict[str, Any]) -> None:
    """Warn if a frame is portrait and the video landscape, or the reverse."""
    held = [
        reference
        for field in mode.media
        if not field.is_list
        for reference in draft_state.get_form(mode.kind).held(field.name)
    ]
    chosen = log_ratio(inputs.get("aspect_ratio"))
    known = [found for reference in held if (found := client.references.get(reference)) and found.height]
    if any((found.width - found.height) * chosen < 0 for found in known):
        image, video = ("portrait", "landscape") if chosen > 0 else ("landscape", "portrait")
        st.markdown(f":small[:material/info: An image is {image} but the video is {video}. WeryAI may crop it.]")


def restart_note(kind: Kind) -> None:
    """Say that the studio has restarted and kept only the prompt, so that nobody sends other settings by mistake."""
    if draft_state.get_form(kind).has_only_prompt:
        with accessibility.live_region(f"anew-{kind}"):
            st.markdown(
                ":small[:orange[:material/restart_alt: The studio restarted and kept only your prompt. "
                "Check *Start from*, the files and the settings before you press Generate.]]"
            )


def show_complaint(mode: Mode, field: str) -> None:
    """Draw the complaint about this field until its value changes; without a field it is below the button."""
    found = draft_state.complaint(mode.kind)
    if not found:
        return
    known = found.field if mode.field(found.field) or found.field == draft_state.MODEL else ""
    if known == field:
        prefix = "prompt-" if field == draft_state.PROMPT else ""
        with accessibility.live_region(f"refused-{prefix}{session.current_submission(mode.kind)}"):
            st.markdown(f":small[:red[:material/error: {found.text}]]")
