"""The presets of a form: a button beside *Start from*, and the dialog to fill the form, save, rename and delete."""

from collections.abc import Callable, Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.form import draft_state, field_widgets, media
from components.parts import accessibility, notices
from components.parts.markdown import escape
from components.session import session
from components.session.form_state import PresetDialog
from studio import access
from studio.access import Payer
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.gallery import LONGEST_NAME
from studio.core.presets import Preset
from studio.core.values import Draft, Kind
from studio.weryai.fields import ChoiceField, CountField
from studio.weryai.modes import MODES

_SEARCHED_FROM = 8  # presets, from which on there is a search
_MOST_SHOWN = 50
_HEIGHT = 360  # pixels, of a long list
_NAME, _WITH_PROMPT, _SEARCH, _NEW_NAME = "preset-name", "preset-prompt", "preset-search", "preset-new-name"


def show(draft: Draft, place: DeltaGenerator) -> None:
    """Draw the button in its place; its dialog saves this draft, the content of the form as it is drawn now."""
    kind = MODES[draft.mode].kind
    if place.button("Presets", key=f"presets-{kind}", icon=":material/bookmarks:", type="tertiary"):
        session.state().preset_dialog = PresetDialog()
        session.set_widget(_SEARCH, "")
        st.dialog("Presets")(_draw)(draft)


def _draw(draft: Draft) -> None:
    client, kind = session.client(), MODES[draft.mode].kind
    if draft_state.get_form(kind).refilled and draft_state.get_form(kind).filled:
        st.rerun()  # closes the dialog
    with notices.errors():
        presets = client.presets.of_kind(kind)
        _news()
        _list(client, kind, presets)
        _save_form(client, draft, presets)


def _news() -> None:
    """Draw what was done last, with the button that undoes it."""
    news = session.state().preset_dialog
    if news.problem:
        notices.show_error_line(news.problem)
    elif news.deleted:
        _done(f"{_quoted(news.deleted)} deleted.", news)
    elif news.saved and news.saved.replaced:
        _done(f"{_quoted(news.saved.preset)} saved. It replaces your preset of that name.", news)
    elif news.saved:
        _done(f"{_quoted(news.saved.preset)} saved.")


def _done(text: str, undone: PresetDialog | None = None) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with accessibility.live_region("presets"):
            st.markdown(f":small[:material/check: {text}]", width="content")
        if undone:
            args = (_undo, undone)
            st.button("Undo", key="undo-preset", icon=":material/undo:", type="tertiary", on_click=_try, args=args)


def _quoted(preset: Preset) -> str:
    return f'"{escape(preset.name, LONGEST_NAME)}"'


def _save_form(client: Client, draft: Draft, presets: list[Preset]) -> None:
    """Draw the fields that save the form under a name."""
    has_prompt = bool(str(draft.inputs.get("prompt") or "").strip())
    with st.form("save-preset", border=False, enter_to_submit=True):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.text_input("Save this form as", key=_NAME, max_chars=LONGEST_NAME, placeholder="Name of the preset")
            st.form_submit_button("Save", on_click=_try, args=(_save, draft, has_prompt), icon=":material/save:")
        if has_prompt:
            st.toggle("With the prompt", key=_WITH_PROMPT)
    notes = ["Reference files are not saved."]
    if any(client.presets.may_change(one) for one in presets):
        notes.append("A preset of yours with the same name is replaced.")
    if client.person and access.payer(client.account) is not Payer.OWN:
        notes.append("Others in this studio can use your presets.")
    st.caption(" ".join(notes))


def _list(client: Client, kind: Kind, presets: list[Preset]) -> None:
    if len(presets) >= _SEARCHED_FROM:
        st.text_input("Search presets", key=_SEARCH, type="search", placeholder="Words of a name or a prompt")
    words = str(session.widget_value(_SEARCH) or "").casefold().split()
    found = [one for one in presets if all(word in _searched_text(one) for word in words)]
    if not found:
        st.caption("No preset matches this search." if presets else "No presets yet.")
    with st.container(gap="small", height=_HEIGHT if len(found) >= _SEARCHED_FROM else "content", border=False):
        for preset in found[:_MOST_SHOWN]:
            _row(client, kind, preset)
    if len(found) > _MOST_SHOWN:
        st.caption(f"{len(found) - _MOST_SHOWN:,} more. Search to find them.")


def _searched_text(preset: Preset) -> str:
    return f"{preset.name} {preset.inputs.get('prompt', '')}".casefold()


def _row(client: Client, kind: Kind, preset: Preset) -> None:
    with st.container(gap=None, key=f"choice-{preset.id}"):
        if session.state().preset_dialog.renaming == preset.id:
            _rename_fields(preset)
            return
        with st.container(horizontal=True, gap="xsmall", wrap=False):
            name, args = escape(preset.name, LONGEST_NAME), (_fill, kind, preset)
            st.button(name, key=f"use-{preset.id}", width="stretch", on_click=_try, args=args)
            if client.presets.may_change(preset):
                with st.container(horizontal=True, gap=None, wrap=False, width="content", key=f"icons-{preset.id}"):
                    _icon("Rename", "edit", preset, _begin_renaming)
                    _icon("Delete", "delete", preset, _delete)
        st.markdown(f":small[:gray[{' · '.join(_facts(client, preset))}]]")


def _icon(label: str, icon: str, preset: Preset, act: Callable[[Preset], None]) -> None:
    name = f"{label} {_quoted(preset)}"
    key = f"{label.lower()}-{preset.id}"
    st.button(name, key=key, icon=f":material/{icon}:", help=label, type="tertiary", on_click=_try, args=(act, preset))


def _facts(client: Client, preset: Preset) -> Iterator[str]:
    """Yield what the preset sets, and who made it if that was somebody else, as Markdown."""
    mode = MODES.get(preset.mode)
    if preset.person != client.person and (owner := client.people.label(preset.person)):
        yield f"by {escape(owner, 30)}"
    if mode:
        yield escape(mode.title)
        yield escape(client.models.get(mode.key, preset.model).title, 40)
        for field in mode.fields:
            if isinstance(field, ChoiceField) and field.name in preset.inputs:
                yield escape(field_widgets.option_label(field, preset.inputs[field.name]), 30)
            elif isinstance(field, CountField) and preset.inputs.get(field.name, 1) != 1:
                yield escape(f"{preset.inputs[field.name]} {preset.kind}s")
    if prompt := str(preset.inputs.get("prompt", "")):
        yield f'"{escape(prompt, 60)}"'


def _rename_fields(preset: Preset) -> None:
    with st.form(f"rename-{preset.id}", border=False, enter_to_submit=True):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
            st.text_input("New name", key=_NEW_NAME, max_chars=LONGEST_NAME)
            st.form_submit_button("Rename", on_click=_try, args=(_rename, preset))
            st.form_submit_button("Cancel", on_click=_try, args=(PresetDialog,), type="tertiary")


def _try(act: Callable[..., object], *args: object) -> None:
    """Do it, or keep why not; what was done before it can no longer be undone in the dialog."""
    renaming, session.state().preset_dialog = session.state().preset_dialog.renaming, PresetDialog()
    try:
        act(*args)
    except StudioError as error:
        session.state().preset_dialog = PresetDialog(problem=error, renaming=renaming)


def _fill(kind: Kind, preset: Preset) -> None:
    """Fill the form at its next drawing; the references stay, as far as the preset's mode takes them."""
    form, refill = draft_state.get_form(kind), session.client().presets.refill(preset)
    draft, before = refill.draft, draft_state.snapshot(kind)
    prompt, settings = "prompt" in draft.inputs, refill.has_settings
    media.fill(form, before, draft, prompt=prompt, settings=settings, keeps_references=True)
    form.refilled = refill


def _save(draft: Draft, has_prompt: bool) -> None:
    with_prompt = has_prompt and bool(session.widget_value(_WITH_PROMPT))
    try:
        saved = session.client().presets.save(str(session.widget_value(_NAME)), draft, with_prompt=with_prompt)
    finally:
        session.clear_api_key(_NAME)
    session.state().preset_dialog.saved = saved
    session.set_widget(_NAME, "")


def _delete(preset: Preset) -> None:
    if session.client().presets.delete(preset.id):
        session.state().preset_dialog.deleted = preset


def _undo(news: PresetDialog) -> None:
    presets = session.client().presets
    if news.saved and news.saved.replaced:
        presets.delete(news.saved.preset.id)
        presets.restore(news.saved.replaced.id)
    if news.deleted:
        presets.restore(news.deleted.id)


def _begin_renaming(preset: Preset) -> None:
    session.state().preset_dialog.renaming = preset.id
    session.set_widget(_NEW_NAME, preset.name)


def _rename(preset: Preset) -> None:
    try:
        session.client().presets.rename(preset.id, str(session.widget_value(_NEW_NAME)))
    finally:
        session.clear_api_key(_NEW_NAME)
