"""The dialog for a list of prompts: pasted, one in a line, or a CSV file. It leads to the table of the plan."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.form import draft_state, plan_dialog
from components.form.cost_line import too_many
from components.parts.markdown import escape
from components.session import session
from components.session.form_state import PromptList
from studio.client import Client
from studio.core.errors import DraftError
from studio.core.plans import MOST_CHARACTERS
from studio.core.values import Draft, Kind
from studio.weryai.modes import MODES

PROMPTS, CSV = "Prompts", "CSV file"
_PLACEHOLDERS = {
    Kind.IMAGE: "A red fox in the snow\nA {blue|green} kite over the sea",
    Kind.VIDEO: "Waves roll in at dusk\nA {red|white} balloon rises over the hills",
}


def button(kind: Kind) -> None:
    """Draw the button that opens the dialog."""
    if st.button("Many prompts…", key=f"many-prompts-{kind}", icon=":material/list:", type="tertiary"):
        found = session.state().lists[kind]
        found.is_open, found.problem = True, ""


def show(client: Client, draft: Draft, models: Sequence[str], blocked: str) -> None:
    """Draw the dialog while it is open. `blocked` says why nothing can be sent now."""
    kind = MODES[draft.mode].kind
    if session.state().lists[kind].is_open:
        dismiss = partial(plan_dialog.close, kind)
        st.dialog("Many prompts", width="large", on_dismiss=dismiss)(_draw)(client, kind, draft, models, blocked)


def _draw(client: Client, kind: Kind, draft: Draft, models: Sequence[str], blocked: str) -> None:
    found = session.state().lists[kind]
    key, options = draft_state.key(kind, "list-source"), [PROMPTS, CSV]
    session.set_widget(key, session.widget_value(key, PROMPTS))
    is_csv = st.segmented_control("From", options, key=key, required=True, persist_state="session") == CSV
    text = "" if is_csv else _text(kind)
    if is_csv:
        _file(client, kind, draft)
    if found.problem:
        st.error(escape(found.problem), icon=":material/error:")
    with st.container(horizontal=True, gap="small"):
        if st.button("Show the jobs", key=f"list-jobs-{kind}", type="primary", disabled=bool(blocked)):
            found.problem = _show_jobs(client, kind, draft, models, found.data if is_csv else text)
            st.rerun()
        if st.button("Close", key=f"close-list-{kind}"):
            plan_dialog.close(kind)
            st.rerun()
    if blocked:
        st.markdown(f":small[:red[:material/block: {escape(blocked)}]]")


def _text(kind: Kind) -> str:
    text = st.text_area(
        "Prompts, one in a line",
        key=draft_state.key(kind, "list-text"),
        height=220,
        max_chars=MOST_CHARACTERS,
        placeholder=_PLACEHOLDERS[kind],
        persist_state="session",
    )
    st.markdown(":small[:gray[Wildcards work in each line. Settings, models and files are those of the form.]]")
    return text or ""


def _file(client: Client, kind: Kind, draft: Draft) -> None:
    found, key = session.state().lists[kind], draft_state.key(kind, "list-csv")
    st.file_uploader("CSV file", "csv", max_upload_size=1, key=key, on_change=_keep_file, args=(kind, key))
    if found.name and session.widget_value(key) is None:
        st.markdown(f":small[:material/description: {escape(found.name, 60)}]")
    names = ", ".join(f"`{field.name}`" for field in MODES[draft.mode].fields if field.name != draft_state.PROMPT)
    note = (
        f"Columns: `prompt`, `model`, {names}, or as the form calls them. What is missing or empty is as in the form."
    )
    st.markdown(f":small[:gray[{note}]]")
    st.download_button(
        "Example CSV",
        data=client.plans.example_csv(draft),
        file_name=f"{draft.mode}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _keep_file(kind: Kind, key: str) -> None:
    """Keep the file that was chosen: its widget loses it when the table is shown."""
    chosen = session.widget_value(key)
    session.state().lists[kind] = PromptList(
        is_open=True, name=chosen.name if chosen else "", data=chosen.getvalue() if chosen else b""
    )


def _nothing(kind: Kind, given: str | bytes) -> str:
    """Return that there is no text or file; empty if there is one, which may be empty itself."""
    if isinstance(given, bytes):
        return "" if session.state().lists[kind].name else "Choose a file first."
    return "" if given else "Write at least one prompt."


def _show_jobs(client: Client, kind: Kind, draft: Draft, models: Sequence[str], given: str | bytes) -> str:
    """Show the table of the plan from the next drawing on; else return why not."""
    if reason := _nothing(kind, given) or plan_dialog.left(kind):
        return reason
    plans = client.plans
    try:
        plan = (
            plans.from_csv(draft, given, models) if isinstance(given, bytes) else plans.from_text(draft, given, models)
        )
    except DraftError as error:
        return error.message
    if plan.is_too_large:
        return too_many(plan)
    if not plan.lines:
        return "There are no prompts in it."
    plan_dialog.open_list(kind, plan)
    return ""
