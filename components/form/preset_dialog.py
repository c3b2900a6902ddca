"""The presets of a form: a button beside *Start from*, and the dialog to fill the form, save, rename and delete."""

from collections.abc import Callable, Iterator, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.form import field_widgets, more_models, preset_changes
from components.form.preset_changes import NAME, NEW_NAME, WITH_PROMPT, attempt
from components.parts import accessibility, notices
from components.parts.markdown import escape
from components.session import session
from components.session.form_state import PresetDialog
from studio import access
from studio.access import Payer
from studio.client import Client
from studio.core.gallery import LONGEST_NAME
from studio.core.presets import Preset
from studio.core.values import Draft, Kind
from studio.weryai.fields import ChoiceField, CountField
from studio.weryai.modes import MODES

_SEARCHED_FROM = 8  # presets, from which on there is a search
_MOST_SHOWN = 50
_HEIGHT = 360  # pixels, of a long list
_SEARCH = "preset-search"


def show(draft: Draft, models: Sequence[str], place: DeltaGenerator) -> None:
    """Draw the button in its place; its dialog saves this draft and further models, the form as it is drawn now."""
    kind = MODES[draft.mode].kind
    if place.button("Presets", key=f"presets-{kind}", icon=":material/bookmarks:", type="tertiary"):
        session.state().preset_dialog = PresetDialog()
        session.set_widget(_SEARCH, "")
        st.dialog("Presets")(_draw)(draft, models)


def _draw(draft: Draft, models: Sequence[str]) -> None:
    client, kind = session.client(), MODES[draft.mode].kind
    if session.state().preset_dialog.is_done:
        st.rerun()  # closes the dialog
    with notices.errors():
        presets = client.presets.of_kind(kind)
        _news()
        _list(client, kind, presets)
        _save_form(client, draft, models, presets)


def _news() -> None:
    """Draw what was done last, with the button that undoes it."""
    news = session.state().preset_dialog
    if news.problem:
        notices.show_error_line(news.problem)
    elif news.renamed:
        before, restored = map(_quoted, news.renamed)
        _done(f"{before} restored as {restored}, as that name is in use by now.")
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
            args = (preset_changes.undo, undone)
            st.button("Undo", key="undo-preset", icon=":material/undo:", type="tertiary", on_click=attempt, args=args)


def _quoted(preset: Preset) -> str:
    return f'"{escape(preset.name, LONGEST_NAME)}"'


def _save_form(client: Client, draft: Draft, models: Sequence[str], presets: list[Preset]) -> None:
    """Draw the fields that save the form under a name."""
    has_prompt = bool(str(draft.inputs.get("prompt") or "").strip())
    with st.form("save-preset", border=False, enter_to_submit=True):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.text_input("Save this form as", key=NAME, max_chars=LONGEST_NAME, placeholder="Name of the preset")
            args = (preset_changes.save, draft, models, has_prompt)
            st.form_submit_button("Save", on_click=attempt, args=args, icon=":material/save:")
        if has_prompt:
            st.toggle("With the prompt", key=WITH_PROMPT)
    notes = ["Reference files are not saved."]
    if any(client.presets.may_change(one) for one in presets):
        notes.append("A preset of yours with the same name is replaced.")
    if client.person and access.payer(client.account) is not Payer.OWN:
        notes.append("Others in this studio can use your presets.")
    st.caption(" ".join(notes))


def _list(client: Client, kind: Kind, presets: list[Preset]) -> None:
    if len(presets) >= _SEARCHED_FROM:
        st.text_input(
            "Search presets",
            key=_SEARCH,
            type="search",
            placeholder="Words of a name or a prompt",
            live=True,
            on_change=session.clear_api_key,
            args=(_SEARCH,),
        )
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
            name, args = escape(preset.name, LONGEST_NAME), (preset_changes.fill, kind, preset)
            st.button(name, key=f"use-{preset.id}", width="stretch", on_click=attempt, args=args)
            if client.presets.may_change(preset):
                with st.container(horizontal=True, gap=None, wrap=False, width="content", key=f"icons-{preset.id}"):
                    _icon("Rename", "edit", preset, preset_changes.begin_renaming)
                    _icon("Delete", "delete", preset, preset_changes.delete)
        st.markdown(f":small[:gray[{' · '.join(_facts(client, preset))}]]")


def _icon(label: str, icon: str, preset: Preset, act: Callable[[Preset], None]) -> None:
    key, args, icon = f"{label.lower()}-{preset.id}", (act, preset), f":material/{icon}:"
    name = f"{label} {_quoted(preset)}"
    st.button(name, key=key, icon=icon, help=label, type="tertiary", on_click=attempt, args=args)


def _facts(client: Client, preset: Preset) -> Iterator[str]:
    """Yield what the preset sets, and who made it if that was somebody else, as Markdown."""
    mode = MODES.get(preset.mode)
    if preset.person != client.person and (owner := client.people.label(preset.person)):
        yield f"by {escape(owner, 30)}"
    if mode:
        yield escape(mode.title)
        yield escape(client.models.get(mode.key, preset.model).title, 40)
        if preset.models:
            yield f"also with {escape(more_models.titles(client, preset.models), 80)}"
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
            st.text_input("New name", key=NEW_NAME, max_chars=LONGEST_NAME)
            st.form_submit_button("Rename", on_click=attempt, args=(preset_changes.rename, preset))
            st.form_submit_button("Cancel", on_click=attempt, args=(PresetDialog,), type="tertiary")
