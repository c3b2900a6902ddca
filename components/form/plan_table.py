"""The table of a plan: a line for each job, with what differs from the form, its usual cost, and its problem."""

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
from studio.weryai.fields import ChoiceField, CountField, Field, SwitchField
from studio.weryai.modes import MODES

_MOST_PROBLEMS = 5  # that are written below the table
_ROW = 36  # pixels
_MOST_ROWS = 8  # that are seen without scrolling


def show(client: Client, plan: Plan) -> None:
    """Draw the table, and the first problems as text."""
    columns = {name: cells for name, cells in _columns(client, plan).items() if any(cells)}
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        row_height=_ROW,
        height=(min(len(plan.lines), _MOST_ROWS) + 1) * _ROW + 2,
        alt=f"{counted(len(plan.lines), 'job')}: prompt, settings and usual cost",
        column_config={"No.": st.column_config.TextColumn(width=60)},
    )
    _problems([line for line in plan.lines if line.problem])


def _columns(client: Client, plan: Plan) -> dict[str, list[str]]:
    """Return the cells of each column; one that has none, or the same model in each, is left out."""
    models, titles = {line.draft.model for line in plan.lines}, client.models.titles()
    return {
        "No.": [line.place or str(line.number) for line in plan.lines],
        "Prompt": [_prompt(line) for line in plan.lines],
        "Model": [titles.get(line.draft.model, line.draft.model) if len(models) > 1 else "" for line in plan.lines],
        "Settings": [settings(line) for line in plan.lines],
        "Usual credits": ["" if line.problem else cost_texts.in_a_cell(line.estimate) for line in plan.lines],
        "Problem": [line.problem for line in plan.lines],
    }


def _prompt(line: Line) -> str:
    """Return the prompt without a key that it may have: that is the line's problem."""
    return redaction.text(str(line.draft.inputs["prompt"]), "")


def settings(line: Line) -> str:
    """Return in words what differs from the form."""
    fields: Mapping[str, Field] = {field.name: field for field in MODES[line.draft.mode].fields}
    return "; ".join(_in_words(fields[change.field], change) for change in line.changes)


def _in_words(field: Field, change: Change) -> str:
    if not isinstance(field, ChoiceField | CountField | SwitchField):
        return f"{field.label}: {change.now}" if change.now else f"{field.label} is not sent"
    before, now = (_label(field, value) for value in (change.before, change.now))
    if change.is_asked or not before:
        return f"{field.label} {now or 'off'}"
    return f"{field.label} {before} is not offered{f': {now}' if now else ''}"


def _label(field: Field, value: Any) -> str:
    if value in ("", None, False):
        return ""
    return "on" if value is True else field_widgets.option_label(field, value)


def _problems(lines: Sequence[Line]) -> None:
    for line in lines[:_MOST_PROBLEMS]:
        place = line.place or f"Job {line.number}"
        st.markdown(f":small[:red[:material/error: {escape(place)}: {escape(line.problem)}]]")
    if (more := len(lines) - _MOST_PROBLEMS) > 0:
        st.markdown(f":small[:red[{more} more in the table]]")
