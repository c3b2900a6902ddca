"""The steps of a trace as bars on one line of time; what was a moment is a dot, red where it failed."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

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
_BAD = "#DC2626"
_NEAR = timedelta(minutes=10)
_MINUTES = 300  # seconds, from which on minutes are told
_ROOM = 1.4  # so much wider than the last bar, so that its words are not cut
_LEAST = 0.004  # of the whole: a bar that can be seen


def show(trace: Trace) -> None:
    """Draw them, if there are any."""
    if not trace.steps:
        return
    frame = _frame(trace)
    whole = max(float(frame["end"].max()), 0.1)
    frame["end"] = frame["end"].where(frame["end"] - frame["start"] > whole * _LEAST, frame["start"] + whole * _LEAST)
    bars: Any = alt.Chart(frame[~frame["is_dot"]]).mark_bar(height=12, cornerRadius=3)
    dots: Any = alt.Chart(frame[frame["is_dot"]]).mark_point(filled=True, size=46, opacity=0.9)
    names: Any = alt.Chart(frame.drop_duplicates("row", keep="last")).mark_text(align="left", dx=8)
    rows = alt.Y(
        "row:N",
        title=None,
        sort=list(frame["row"].unique()),
        axis=alt.Axis(labelLimit=130, ticks=False, labelOverlap=False),
    )
    time = alt.X("start:Q", scale=alt.Scale(domain=[0, whole * _ROOM], nice=False), axis=_axis(whole))
    plain = alt.Color("colour:N", scale=None)
    words = "#C4C4CB" if st.context.theme.type == "dark" else "#52525B"
    chart = (
        bars.encode(y=rows, x=time, x2=alt.X2("end:Q"), color=plain, tooltip=_told("row:N", "said:N", "seconds:Q"))
        + dots.encode(y=rows, x=time, color=plain, tooltip=_told("row:N", "said:N", "start:Q"))
        + names.encode(y=rows, x=alt.X("end:Q"), text=alt.Text("length:N"), color=alt.value(words))
    )
    st.altair_chart(chart.properties(height=alt.Step(26)), alt=_alt(trace))


def _axis(whole: float) -> alt.Axis:
    """In the unit that the bars have."""
    factor, unit = (1000, "ms") if whole < 1 else (1, "s") if whole < _MINUTES else (1 / 60, "min")
    return alt.Axis(title=None, tickCount=6, labelExpr=f"format(datum.value * {factor}, '~r') + ' {unit}'")


def _told(*names: str) -> list[alt.Tooltip]:
    """A bare name would be looked up in Altair's whole schema."""
    return [alt.Tooltip(name) for name in names]


def _frame(trace: Trace) -> pd.DataFrame:
    """A row for each bar and dot; of the same part several are on lines of their own, but for moments."""
    # A file that was uploaded long before would leave no room for the job.
    near = [step for step in trace.steps if (step.end or step.start) >= trace.job.created_at - _NEAR] or trace.steps
    zero, last = near[0].start, max(step.end or step.start for step in near)
    rows: list[dict[str, Any]] = []
    seen, of_a_part = Counter[Part](), Counter(step.part for step in near)
    for step in near:
        seen[step.part] += 1
        alone = step.part in (Part.WEBHOOK, Part.BALANCE) or of_a_part[step.part] == 1
        row = step.part.value if alone else f"{step.part} {seen[step.part]}"
        rows += _marks(step, row, zero, last)
    return pd.DataFrame(rows)


def _marks(step: Step, row: str, zero: datetime, last: datetime) -> list[dict[str, Any]]:
    """What goes on reaches to the last that is known."""
    start = (step.start - zero).total_seconds()
    end = ((step.end or last) - zero).total_seconds()
    said = " ".join(step.said.split())[:120]
    fact = {"row": row, "said": said, "colour": _BAD if step.is_bad else _COLOURS.get(step.part, "#E8590C")}
    length = "open" if step.end is None else _polls(step) if step.dots else short_duration(end - start)
    if not step.dots:
        is_dot = step.part in (Part.WEBHOOK, Part.BALANCE)
        return [
            {**fact, "start": start, "end": end, "is_dot": is_dot, "seconds": round(end - start, 2), "length": length}
        ]
    return [
        {
            **fact,
            "colour": _BAD if is_bad else "#2F6FED",
            "start": (at - zero).total_seconds(),
            "end": end,
            "is_dot": True,
            "seconds": 0.0,
            "length": length,
        }
        for at, is_bad in step.dots
    ]


def _polls(step: Step) -> str:
    """How many they are: what is said of them would be cut on a phone."""
    errors = sum(is_bad for _, is_bad in step.dots)
    return counted(len(step.dots), "poll") + (f", {counted(errors, 'error')}" if errors else "")


def _alt(trace: Trace) -> str:
    return "What happened, in order: " + "; ".join(f"{step.part} {step.said}" for step in trace.steps)[:600]
