"""The steps of a trace as bars on a time axis; a step without duration is a dot, red if it failed."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from components.history.charts import PADDING
from components.parts.markdown import counted, short_duration
from studio.history.trace import Part, Step, Trace

_COLOURS = {
    Part.UPLOAD: "#0C8599",
    Part.QUEUE: "#8A8A94",
    Part.POST: "#7048E8",
    Part.TASK: "#2F6FED",
    Part.DOWNLOAD: "#0E9F6E",
    Part.BALANCE: "#8A8A94",
}
_FAILED_COLOUR = "#DC2626"
_MOST_BEFORE_JOB = timedelta(minutes=10)
_MINUTES_FROM = 300  # seconds: a longer axis is in minutes
_AXIS_FACTOR = 1.4  # the axis is longer than the last bar, so that its label is not cut
_MIN_BAR = 0.004  # of the total: the shortest visible bar


def show(trace: Trace) -> None:
    """Draw the steps, if there are any."""
    if not trace.steps:
        return
    frame = _frame(trace)
    total = max(float(frame["end"].max()), 0.1)
    frame["end"] = frame["end"].where(
        frame["end"] - frame["start"] > total * _MIN_BAR, frame["start"] + total * _MIN_BAR
    )
    bars: Any = alt.Chart(frame[~frame["is_dot"]]).mark_bar(height=12, cornerRadius=3)
    dots: Any = alt.Chart(frame[frame["is_dot"]]).mark_point(filled=True, size=46, opacity=0.9)
    names: Any = alt.Chart(frame.drop_duplicates("row", keep="last")).mark_text(align="left", dx=8)
    rows = alt.Y(
        "row:N",
        title=None,
        sort=list(frame["row"].unique()),
        axis=alt.Axis(labelLimit=130, ticks=False, labelOverlap=False),
    )
    time = alt.X("start:Q", scale=alt.Scale(domain=[0, total * _AXIS_FACTOR], nice=False), axis=_axis(total))
    colour = alt.Color("colour:N", scale=None)
    text_colour = "#C4C4CB" if st.context.theme.type == "dark" else "#52525B"
    chart = (
        bars.encode(y=rows, x=time, x2=alt.X2("end:Q"), color=colour, tooltip=_tooltips("row:N", "said:N", "seconds:Q"))
        + dots.encode(y=rows, x=time, color=colour, tooltip=_tooltips("row:N", "said:N", "start:Q"))
        + names.encode(y=rows, x=alt.X("end:Q"), text=alt.Text("length:N"), color=alt.value(text_colour))
    )
    st.altair_chart(chart.properties(height=alt.Step(26), padding=PADDING), alt=_alt(trace))


def _axis(total: float) -> alt.Axis:
    """Return the time axis, labelled in the unit that fits its length in seconds."""
    factor, unit = (1000, "ms") if total < 1 else (1, "s") if total < _MINUTES_FROM else (1 / 60, "min")
    return alt.Axis(title=None, tickCount=6, labelExpr=f"format(datum.value * {factor}, '~r') + ' {unit}'")


def _tooltips(*names: str) -> list[alt.Tooltip]:
    """Return tooltips of these fields: Altair would look up a bare name in its whole schema."""
    return [alt.Tooltip(name) for name in names]


def _frame(trace: Trace) -> pd.DataFrame:
    """Return a row for each bar and dot. Steps of the same part have a line each, except those without duration."""
    # With a file that was uploaded long before, the job's own bars would be too short.
    steps = [
        step for step in trace.steps if (step.end or step.start) >= trace.job.created_at - _MOST_BEFORE_JOB
    ] or trace.steps
    zero, last = steps[0].start, max(step.end or step.start for step in steps)
    rows: list[dict[str, Any]] = []
    seen, of_a_part = Counter[Part](), Counter(step.part for step in steps)
    for step in steps:
        seen[step.part] += 1
        is_single = step.part in (Part.WEBHOOK, Part.BALANCE) or of_a_part[step.part] == 1
        row = step.part.value if is_single else f"{step.part} {seen[step.part]}"
        rows += _marks(step, row, zero, last)
    return pd.DataFrame(rows)


def _marks(step: Step, row: str, zero: datetime, last: datetime) -> list[dict[str, Any]]:
    """Return the bar or the dots of a step; a step that has not ended reaches to the `last` known time."""
    start = (step.start - zero).total_seconds()
    end = ((step.end or last) - zero).total_seconds()
    text = " ".join(step.text.split())[:120]
    common = {"row": row, "said": text, "colour": _FAILED_COLOUR if step.is_bad else _COLOURS.get(step.part, "#E8590C")}
    length = "open" if step.end is None else _polls_text(step) if step.dots else short_duration(end - start)
    if not step.dots:
        is_dot = step.part in (Part.WEBHOOK, Part.BALANCE)
        return [
            {**common, "start": start, "end": end, "is_dot": is_dot, "seconds": round(end - start, 2), "length": length}
        ]
    return [
        {
            **common,
            "colour": _FAILED_COLOUR if is_bad else "#2F6FED",
            "start": (at - zero).total_seconds(),
            "end": end,
            "is_dot": True,
            "seconds": 0.0,
            "length": length,
        }
        for at, is_bad in step.dots
    ]


def _polls_text(step: Step) -> str:
    """Return the number of polls and errors only: a longer text would be cut on a phone."""
    errors = sum(is_bad for _, is_bad in step.dots)
    return counted(len(step.dots), "poll") + (f", {counted(errors, 'error')}" if errors else "")


def _alt(trace: Trace) -> str:
    return "What happened, in order: " + "; ".join(f"{step.part} {step.text}" for step in trace.steps)[:600]
