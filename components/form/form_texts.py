"""What a form says about itself: what was dropped, what it costs, and what was wrong."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.form import draft_state, field_widgets, size_field
from components.parts import accessibility
from components.parts.local_time import clock_time
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.core.number_texts import credits
from studio.core.settings import WERYAI_PRICES
from studio.core.values import Inputs, Kind
from studio.weryai import modes
from studio.weryai.fields import Field
from studio.weryai.model import Model
from studio.weryai.modes import Mode

_MAKES = {
    "text_to_image": "A new image from your prompt",
    "image_to_image": "A new image based on yours",
    "text_to_video": "A video from your prompt",
    "image_to_video": "A video that starts with your image",
    "multi_image_to_video": "A video made from several images",
    "first_last_image_to_video": "A video from a first frame to a last one",
    "almighty_reference_to_video": "A video guided by images, videos and audio",
}


def makes(mode: Mode) -> None:
    """What comes of this start, in a line."""
    st.caption(_MAKES[mode.key])


def filled(kind: Kind) -> None:
    """That a job filled the form, and the way back to what was there; the page scrolls to it."""
    before = draft_state.of(kind).before
    if before is None:
        return
    said = "Filled from an earlier job."
    if draft_state.of(kind).is_added:
        said = "Added to the form."
    if draft_state.of(kind).is_continued:
        said = "Starts from the last frame of the video. The result is a separate clip."
    with st.container(gap="xsmall", key=f"filled-{id(before)}"):
        st.markdown(f":small[:material/replay: {said} Change what you like, then press Generate.]")
        if before.is_worth_restoring:
            undo = draft_state.put_back
            st.button("Undo", key=f"undo-{kind}", icon=":material/undo:", on_click=undo, args=(kind,))


def dropped(client: Client, mode: Mode, model: Model) -> None:
    """What another model or mode does not take: a choice that was replaced, and fields that stay here unsent."""
    replaced = draft_state.of(mode.kind).replaced
    changes = [
        said
        for field in mode.fields
        if field.name in replaced and field.is_taken_by(model)
        if (said := _change(field, *replaced[field.name]))
    ]
    if draft_state.MODEL in replaced:
        before, now = (_title(client, mode, key) for key in replaced[draft_state.MODEL])
        changes.insert(0, f"Model {now} instead of {before}, which isn't in this list")
    own = draft_state.of(mode.kind).own
    unsent = [
        own[field.name] for field in modes.fields_of(mode.kind) if field.name in own and not _taken(field, mode, model)
    ]
    why = "This model ignores" if model.verified else "We don't know whether this model supports"
    they = "it" if len(unsent) == 1 else "they"
    sentences = [
        f"{why} the {' and the '.join(unsent)}, so {they} won't be sent." if unsent and model.key else "",
        f"Changed: {', '.join(changes)}." if changes else "",
    ]
    if said := " ".join(filter(None, sentences)):
        with accessibility.live_region(f"dropped-{mode.kind}"):
            st.markdown(f":small[:material/info: {escape(said)}]")


def _title(client: Client, mode: Mode, key: str) -> str:
    """What a model is called in the lists of any mode of this kind, or else its key."""
    models = (model for one in modes.of_kind(mode.kind) for model in client.models.list(one.key))
    return next((model.title for model in models if model.key == key), key)


def _change(field: Field, before: Any, now: Any) -> str:
    """What stands instead of a choice; nothing where a size came to a shape, which is there to see."""
    if field.name == "aspect_ratio" and size_field.shape(str(before)) == size_field.shape(str(now)):
        return f"{field.label} {now} without a size" if size_field.in_words(str(before)) else ""
    return f"{field.label} {field_widgets.in_words(field, now)} instead of {field_widgets.in_words(field, before)}"


def _taken(field: Field, mode: Mode, model: Model) -> bool:
    """The mode has this field, whose limits may be others than in another mode, and the model takes it."""
    found = mode.field(field.name)
    return found is not None and found.is_taken_by(model)


def hidden(drawn: Sequence[Field], inputs: Inputs) -> None:
    """What stands in fields that are folded away: nothing is sent unseen."""
    for field in drawn:
        if typed := str(inputs[field.name] or "").strip():
            st.caption(f"{field.label}: {escape(typed, 80)}")


def shape(client: Client, mode: Mode, inputs: dict[str, Any]) -> None:
    """That a frame is upright and the video is not, or the other way round."""
    held = [one for field in mode.media if not field.is_list for one in draft_state.of(mode.kind).held(field.name)]
    chosen = field_widgets.slope(inputs.get("aspect_ratio"))
    known = [found for one in held if (found := client.references.get(one)) and found.height]
    if any((found.width - found.height) * chosen < 0 for found in known):
        image, video = ("portrait", "landscape") if chosen > 0 else ("landscape", "portrait")
        st.markdown(f":small[:material/info: An image is {image} but the video is {video}. WeryAI may crop it.]")


def cost(client: Client, mode: Mode, model: Model, number: int) -> None:
    """What this will probably cost, beside the balance. Not a caption: a link in one is too pale."""
    if client.account.is_sandbox:
        st.caption("Uses demo credits only")
        return
    usual = client.models.usual_cost(mode.key, model.key)
    balance = client.balance.standing().balance
    known = f"balance {credits(balance)}" if balance is not None else "balance unknown"
    if usual is None:
        st.markdown(f":small[:gray[Cost not known yet ·] [Prices]({WERYAI_PRICES}) :gray[· {known}]]")
        return
    low, high = (amount * number for amount in usual)
    span = f" ({credits(low)} to {credits(high)})" if low != high else ""
    st.markdown(f":small[:gray[Usually **{credits(high)} credits**{span} · {known}]]")
    refused = draft_state.complaint(mode.kind)
    if balance is not None and balance < low and not (refused and not refused.field):  # that says it, too
        st.markdown(":small[:orange[This usually costs more than your balance, so WeryAI may refuse it.]]")


def sent(kind: Kind) -> None:
    """Under the button: that the last press went through; its card is scrolled to, see `scripts/accessibility.js`."""
    form = draft_state.of(kind)
    if form.sent_at:
        taken = f"Submitted at {clock_time(form.sent_at, '%H:%M:%S')}"
        with st.container(key=f"sent-{form.sent_job}"):
            st.markdown(f":small[:material/check: {taken}. Its card shows the progress.]")


def begun_anew(kind: Kind) -> None:
    """That the prompt is all that is left of a form, so that nobody sends something else than they had chosen."""
    if draft_state.of(kind).is_begun_anew:
        with accessibility.live_region(f"anew-{kind}"):
            st.markdown(
                ":small[:orange[:material/restart_alt: The studio restarted and kept only your prompt. "
                "Check *Start from*, the files and the settings before you press Generate.]]"
            )


def complaint(mode: Mode, field: str) -> None:
    """What is wrong with this field, under it, until it is changed; what belongs to none stands under the button."""
    found = draft_state.complaint(mode.kind)
    if not found:
        return
    known = found.field if mode.field(found.field) or found.field == draft_state.MODEL else ""
    if known == field:
        about = "prompt-" if field == draft_state.PROMPT else ""
        with accessibility.live_region(f"refused-{about}{session.current_submission(mode.kind)}"):
            st.markdown(f":small[:red[:material/error: {found.text}]]")
