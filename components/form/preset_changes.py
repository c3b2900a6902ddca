"""What the presses in the dialog of presets do. Each may be refused, which the dialog says at its next drawing."""

from collections.abc import Callable, Sequence

from components.form import draft_state, kept_drafts, media
from components.session import session
from components.session.form_state import PresetDialog
from studio.core.errors import StudioError
from studio.core.presets import Preset
from studio.core.values import Draft, Kind

NAME, WITH_PROMPT, NEW_NAME = "preset-name", "preset-prompt", "preset-new-name"  # the keys of fields


def attempt(act: Callable[..., object], *args: object) -> None:
    """Do it, or keep why not; what was done before it can no longer be undone in the dialog."""
    renaming, session.state().preset_dialog = session.state().preset_dialog.renaming, PresetDialog()
    try:
        act(*args)
    except StudioError as error:
        session.state().preset_dialog = PresetDialog(problem=error, renaming=renaming)


def fill(kind: Kind, preset: Preset) -> None:
    """Fill the form at its next drawing; the references stay, as far as the preset's mode takes them."""
    form, refill = draft_state.get_form(kind), session.client().presets.refill(preset)
    draft, before = refill.draft, kept_drafts.snapshot(kind)
    prompt, settings = "prompt" in draft.inputs, refill.has_settings
    media.fill(form, before, draft, prompt=prompt, settings=settings, keeps_references=True)
    if settings:
        form.filled[draft_state.MODELS] = list(refill.models)
    form.refilled, session.state().preset_dialog.is_done = refill, True


def save(draft: Draft, models: Sequence[str], has_prompt: bool) -> None:
    """Save these inputs and further models under the name in its field. Errors: StudioError."""
    with_prompt = has_prompt and bool(session.widget_value(WITH_PROMPT))
    try:
        name = str(session.widget_value(NAME))
        saved = session.client().presets.save(name, draft, models, with_prompt=with_prompt)
    finally:
        session.clear_api_key(NAME)
    session.state().preset_dialog.saved = saved
    session.set_widget(NAME, "")


def delete(preset: Preset) -> None:
    """Delete the preset. Errors: StudioError."""
    if session.client().presets.delete(preset.id):
        session.state().preset_dialog.deleted = preset


def undo(news: PresetDialog) -> None:
    """Restore what was deleted or replaced. Errors: StudioError."""
    presets = session.client().presets
    restored, before = None, news.deleted
    if news.saved and news.saved.replaced:
        before = news.saved.replaced
        restored = presets.restore(before.id, instead_of=news.saved.preset.id)
    elif before:
        restored = presets.restore(before.id)
    if before and restored and restored.name != before.name:
        session.state().preset_dialog.renamed = (before, restored)


def begin_renaming(preset: Preset) -> None:
    """Draw the fields for a new name in the place of the preset."""
    session.state().preset_dialog.renaming = preset.id
    session.set_widget(NEW_NAME, preset.name)


def rename(preset: Preset) -> None:
    """Give the preset the name in its field. Errors: StudioError."""
    try:
        session.client().presets.rename(preset.id, str(session.widget_value(NEW_NAME)))
    finally:
        session.clear_api_key(NEW_NAME)
