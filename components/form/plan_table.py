"""The table of a plan: a line for each job, with what differs from the form, its usual cost, and its problem."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.form import field_widgets
from components.parts import cost_texts
from components.parts.markdown import counted, escape
from studio.client import Client
from studio.core import redaction
from studio.core.plans import Change, Line, Plan
from studio.weryai.fields import ChoiceField, CountField, Field, MediaField, SwitchField
from studio.weryai.modes import MODES

_MOST_NOTES = 6  # of each kind, below the table
_LONGEST_ADDRESS = 60  # characters
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_WIDTHS = {"No.": 60, "Model": 145, "Prompt": 330, "Settings": 260, "Usual credits": 110, "Problem": 260}  # pixels


def show(client: Client, plan: Plan) -> None:
    """Draw the table, and below it in words what its narrow cells say of problems."""
    columns = {name: cells for name, cells in _columns(client, plan).items() if any(cells)}
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        row_height=36,
        alt=f"{counted(len(plan.lines), 'job')}: prompt, settings and usual cost",
        column_config={name: st.column_config.TextColumn(width=_WIDTHS[name]) for name in columns},
    )
    _notes(client, plan)


def _columns(client: Client, plan: Plan) -> dict[str, list[str]]:
    """Return the cells of each column; one that has none, or the form's model in each, is left out."""
    models, titles = {line.draft.model for line in plan.lines} | {plan.model}, client.models.titles()
    return {
        "No.": [line.place or str(line.number) for line in plan.lines],
        "Model": [titles.get(line.draft.model, line.draft.model) if len(models) > 1 else "" for line in plan.lines],
        "Prompt": [_prompt(line) for line in plan.lines],  # long: on a phone, what follows it is out of sight
        "Settings": [settings(line) for line in plan.lines],
        "Usual credits": ["" if line.problem else cost_texts.in_a_cell(line.estimate) for line in plan.lines],
        "Problem": [line.problem for line in plan.lines],
    }


def _prompt(line: Line) -> str:
    """Return the prompt without a key that it may have: that is the line's problem."""
    return redaction.text(str(line.draft.inputs["prompt"]), "")


def settings(line: Line) -> str:
    """Return in words what differs from the form, without keys."""
    fields: Mapping[str, Field] = {field.name: field for field in MODES[line.draft.mode].fields}
    return redaction.text("; ".join(_in_words(fields[change.field], change) for change in line.changes), "")


def _in_words(field: Field, change: Change) -> str:
    if isinstance(field, MediaField) and change.now:
        return f"{field.label}: {_addresses(change.now)}"
    if not isinstance(field, ChoiceField | CountField | SwitchField):
        return f"{field.label}: {change.now}" if change.now else f"{field.label} is not sent"
    before, now = (_label(field, value) for value in (change.before, change.now))
    if change.is_asked or not before:
        return f"{field.label} {now or 'off'}"
    return f"{field.label} {now} instead of {before}" if now else f"{field.label} {before} is not offered"


def _addresses(given: str | Sequence[str]) -> str:
    """Return the first of some web addresses, short, and the number of the others."""
    first, *others = [given] if isinstance(given, str) else given
    short = _SCHEME.sub("", redaction.text(first, ""))
    cut = f"{short[: _LONGEST_ADDRESS - 1]}…" if len(short) > _LONGEST_ADDRESS else short
    return f"{cut} and {len(others)} more" if others else cut


def _label(field: Field, value: Any) -> str:
    if value in ("", None, False):
        return ""
    return "on" if value is True else field_widgets.option_label(field, value)


def _notes(client: Client, plan: Plan) -> None:
    """Write what the table says of problems and of what models do not offer, as its cells may be cut: each once."""
    titles, said = client.models.titles(), defaultdict[str, list[str]](list)
    changed = [line for line in plan.lines if any(not change.is_asked for change in line.changes)]
    notes = {f"{titles.get(line.draft.model, line.draft.model)}: {settings(line)}": None for line in changed}
    for line in plan.lines:
        if line.problem:
            said[line.problem].append(_place(line))
    with st.container(gap="xsmall"):
        for note in list(notes)[:_MOST_NOTES]:
            st.markdown(f":small[:material/info: {escape(note)}]")
        for problem, places in list(said.items())[:_MOST_NOTES]:
            st.markdown(f":small[:red[:material/error: {escape(f'{_listed([*dict.fromkeys(places)])}: {problem}')}]]")
        if (more := max(len(notes), len(said)) - _MOST_NOTES) > 0:
            st.markdown(f":small[{more} more in the table]")


def _place(line: Line) -> str:
    """Return which job it is; of a list the row, and the column that is at fault."""
    field = MODES[line.draft.mode].field(line.at_fault)
    return f"{line.place}{f', {field.label}' if field else ''}" if line.place else f"Job {line.number}"


def _listed(places: Sequence[str]) -> str:
    shown = ", ".join(places[:_MOST_NOTES])
    return f"{shown} and {len(places) - _MOST_NOTES} more" if len(places) > _MOST_NOTES else shown
