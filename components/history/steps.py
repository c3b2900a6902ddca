"""The steps of a trace in words, polls folded into one line."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.history import address
from components.history.rows import TINT, chosen_row
from components.parts.local_time import clock_time
from components.parts.markdown import short_duration
from components.session import session
from studio.history.trace import Part, Step

_SHOWN: dict[Any, Any] = {"Took": short_duration}


def show(steps: Sequence[Step]) -> Step | None:
    """Draw them; returns the one that was clicked."""
    if any(step.call or step.part is Part.POLLS for step in steps):
        st.caption("Click a step that was a call to see its request and response.")
    styled = _frame(steps).style.apply(lambda row: [TINT if steps[int(row.name)].is_bad else ""] * len(row), axis=1)
    picked = st.dataframe(
        styled.format(_SHOWN, na_rep=""),
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
        placeholder="",  # of what lasts still
        alt="What happened, in order",
    )
    chosen = chosen_row(picked)
    return steps[chosen] if chosen is not None and chosen < len(steps) else None


def _frame(steps: Sequence[Step]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Step": [f"{step.part}" for step in steps],
            "What": [("! " if step.is_bad else "") + step.said for step in steps],
            "Time": [clock_time(step.start, "%d %b %H:%M:%S") for step in steps],
            "Took": [(step.end - step.start).total_seconds() if step.end else None for step in steps],
            "Call": [step.call for step in steps],
        }
    )
