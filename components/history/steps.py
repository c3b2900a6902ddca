"""The steps of a trace as a table, with all polls in one row."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.history import address
from components.history.rows import FAILED_STYLE, chosen_row
from components.parts.local_time import clock_time
from components.parts.markdown import short_duration
from components.session import session
from studio.history.trace import Part, Step

_FORMATS: dict[Any, Any] = {"Took": short_duration}


def show(steps: Sequence[Step]) -> Step | None:
    """Draw the steps; return the one that was clicked."""
    if any(step.call or step.part is Part.POLLS for step in steps):
        st.caption("Click a step that was a call to see its request and response.")
    styled = _frame(steps).style.apply(
        lambda row: [FAILED_STYLE if steps[int(row.name)].is_bad else ""] * len(row), axis=1
    )
    selection = st.dataframe(
        styled.format(_FORMATS, na_rep=""),
        key=f"steps-{session.current_submission(address.ROW)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        height="content",
        column_config={
            "Step": st.column_config.TextColumn(width=90),
            "What": st.column_config.TextColumn(width=360),
            "Took": st.column_config.NumberColumn(width=78),
        },
        placeholder="",  # for a step that has not ended
        alt="What happened, in order",
    )
    row = chosen_row(selection)
    return steps[row] if row is not None and row < len(steps) else None


def _frame(steps: Sequence[Step]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Step": [f"{step.part}" for step in steps],
            "What": [("! " if step.is_bad else "") + step.text for step in steps],
            "Time": [clock_time(step.start, "%d %b %H:%M:%S") for step in steps],
            "Took": [(step.end - step.start).total_seconds() if step.end else None for step in steps],
            "Call": [step.call for step in steps],
        }
    )
