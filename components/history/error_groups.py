"""Failures in groups, above the rows: kind, number, first and last time, and the trend."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from components.history import address, filter_chips
from components.history.rows import chosen_row
from components.parts.local_time import clock_time
from components.parts.markdown import counted, escape
from components.session import session
from studio.core.error_groups import TASK_FAILED, ErrorGroup, in_words
from studio.core.query import Outcome, Query
from studio.history.history import History

_MOST_SHOWN = 50
_EXPANDER = "history-errors"


def start_query(history: History, query: Query) -> Callable[[], list[ErrorGroup]]:
    """Start the query of the groups, with their trends only if they are shown; call the result for the groups."""
    return history.errors(query, trends=bool(session.widget_value(_EXPANDER)))


def show(history: History, groups: list[ErrorGroup]) -> None:
    """Draw the groups; a click on one filters by it."""
    if not groups:
        return
    number = sum(group.number for group in groups)
    first = escape(_group_name(groups[0]))
    kinds = f" in {len(groups)} groups, most common: {first}" if len(groups) > 1 else f": {first}"
    label = f":material/error: {counted(number, 'failure')}{kinds}"
    expander = st.expander(label, type="compact", key=_EXPANDER, on_change="rerun")
    if not expander.open:
        return
    with expander:
        chosen = _table(groups[:_MOST_SHOWN], history.client.models.titles())
        if chosen is not None and chosen < len(groups):
            _filter_by(groups[chosen])
            st.rerun()


def _table(groups: list[ErrorGroup], titles: dict[str, str]) -> int | None:
    frame = pd.DataFrame(
        {
            "Failures": [group.number for group in groups],
            "Kind": [_group_name(group) for group in groups],
            "Model": [titles.get(group.model, group.model) for group in groups],
            "Trend": [list(group.trend) for group in groups],
            "First": [clock_time(group.first, "%d %b %H:%M") for group in groups],
            "Last": [clock_time(group.last, "%d %b %H:%M") for group in groups],
            "Example": [group.example for group in groups],
        }
    )
    columns: dict[str, Any] = {
        "Failures": st.column_config.NumberColumn(width=66),
        "Kind": st.column_config.TextColumn(width=200),
        "Trend": st.column_config.LineChartColumn(width=120, y_min=0),
    }
    selection = st.dataframe(
        frame,
        key=f"errors-{session.current_submission(address.ROW)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        height="content" if len(groups) <= 8 else 320,
        column_config=columns,
        alt="Failures by kind, code and model, most frequent first",
    )
    return chosen_row(selection)


def _group_name(group: ErrorGroup) -> str:
    if group.kind == TASK_FAILED:
        return "task failed"
    unconfirmed = "unconfirmed" if group.outcome == Outcome.UNCONFIRMED else ""
    return ", ".join(filter(None, (unconfirmed, f"{in_words(group.kind)} {group.code}".strip())))


def _filter_by(group: ErrorGroup) -> None:
    session.next_submission(address.ROW)
    filter_chips.reset()
    names = {about: name for name, about in address.FILTERS.items()}
    address.filter_by({names[about]: values for about, values in group.conditions.items()})
