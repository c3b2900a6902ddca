"""The history over time as charts: calls, credits, and what jobs take by model."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

_MOST_MODELS = 12
_ROWS = alt.NamedData("rows")
_HEIGHT = 190
_BLUE = "#2F6FED"
_MOST_WITH_GAPS = 60  # bars: of more nothing would be left between the gaps


@dataclass(frozen=True)
class Span:
    """What the charts show: from a moment, or None for whatever there is, until now; by hours or days."""

    start: datetime | None
    end: datetime
    by_hour: bool

    @property
    def edges(self) -> list[datetime]:
        """The beginning of the first slice and the end of the last one; none without a start."""
        length = timedelta(hours=1 if self.by_hour else 24).total_seconds()
        first = length * (self.start.timestamp() // length) if self.start else 0.0
        last = length * (self.end.timestamp() // length + 1)
        return [datetime.fromtimestamp(edge, UTC) for edge in (first, last)] if self.start else []


def show(
    noun: str, calls: pd.DataFrame, times: pd.DataFrame, credits: tuple[pd.DataFrame, pd.DataFrame], span: Span
) -> None:
    """Draw them. Of the `credits`, those that were spent, and those of them that were wasted."""
    left, right = st.columns(2)
    with left:
        _bars(_by_outcome(calls), "calls", "outcome", f"{noun} over time, what failed in red", span)
        _bars(_by_use(*credits), "credits", "use", "Credits over time, spent and wasted", span)
    with right:
        _times(times)


_SCALES = {
    "outcome": alt.Scale(domain=["succeeded", "failed"], range=[_BLUE, "#DC2626"]),
    "use": alt.Scale(domain=["spent", "wasted"], range=["#7048E8", "#DC2626"]),
}


def _by_outcome(calls: pd.DataFrame) -> pd.DataFrame:
    wide = pd.DataFrame(
        {"time": calls["time"], "succeeded": calls["calls"] - calls["failed"], "failed": calls["failed"]}
    )
    return wide.melt("time", var_name="outcome", value_name="calls")


def _by_use(spent: pd.DataFrame, wasted: pd.DataFrame) -> pd.DataFrame:
    """What is wasted is a part of what was spent."""
    both = spent.merge(wasted, how="outer", on="time", suffixes=("", "_wasted"))
    both = both.fillna({"credits": 0.0, "credits_wasted": 0.0})
    both["spent"] = (both["credits"] - both["credits_wasted"]).clip(lower=0)
    wide = both.rename(columns={"credits_wasted": "wasted"})[["time", "spent", "wasted"]]
    return wide.melt("time", var_name="use", value_name="credits")


def _bars(frame: pd.DataFrame, value: str, colour: str, title: str, span: Span) -> None:
    if frame.empty:
        return
    form = "%Y-%m-%d %H" if span.by_hour else "%Y-%m-%d"
    frame = frame.assign(time=pd.to_datetime(frame["time"], format=form, utc=True))
    gap = 1 if frame["time"].nunique() <= _MOST_WITH_GAPS else 0
    chart = _bars_chart(value, colour, title, gap, by_hour=span.by_hour)
    if span.edges:
        chart["encoding"]["x"]["scale"]["domain"] = [_moment(edge) for edge in span.edges]
    _draw(frame, chart, title)


def _moment(at: datetime) -> dict[str, Any]:
    """As Vega-Lite writes it."""
    return {"year": at.year, "month": at.month, "date": at.day, "hours": at.hour, "utc": True}


def _made_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Altair takes longer to check a chart than all questions to the ledger: each is made once, for whatever data."""
    made = cache(make)
    return lambda *words, **options: copy.deepcopy(made(*words, **options))


@_made_once
def _bars_chart(value: str, colour: str, title: str, gap: int, *, by_hour: bool) -> Any:
    # A slice is a day or an hour of UTC: in the viewer's zone its bar would stand at the day before, or over two.
    unit, name = ("utcyearmonthdatehours", "Hour") if by_hour else ("utcyearmonthdate", "Day")
    form, often = ("%H:%M", alt.Undefined) if by_hour else ("%d %b", {"interval": "day", "step": 1})
    axis: Any = alt.Axis(format=form, tickCount=often, grid=False, ticks=False, labelOverlap=True)
    chart: Any = alt.Chart(_ROWS, height=_HEIGHT, title=title).mark_bar(binSpacing=gap)
    chart = chart.encode(
        x=alt.X(f"{unit}(time):T", title=f"{name} (UTC)", scale=alt.Scale(type="utc"), axis=axis),
        y=alt.Y(f"sum({value}):Q", title=None, scale=alt.Scale(nice=True)),
        color=alt.Color(f"{colour}:N", scale=_SCALES[colour], legend=None),
        tooltip=[
            alt.Tooltip(f"{unit}(time):T", title=f"{name} (UTC)"),
            alt.Tooltip(f"{colour}:N"),
            alt.Tooltip(f"sum({value}):Q"),
        ],
    )
    return chart.to_dict()


def _times(times: pd.DataFrame) -> None:
    known = times[times["model"] != ""]
    if known.empty:
        return
    grouped = known.groupby("model")["seconds"]
    frame = pd.DataFrame({"p50": grouped.median(), "p95": grouped.quantile(0.95), "jobs": grouped.size()}).reset_index()
    frame = frame.nlargest(_MOST_MODELS, "jobs")
    title = "Seconds of a job by model, p50 to p95"
    _draw(frame, _times_chart(title, max(_HEIGHT, 30 * len(frame))), title)


@_made_once
def _times_chart(title: str, height: int) -> Any:
    rows: Any = alt.Chart(_ROWS, height=height, title=title)
    rows = rows.encode(
        y=alt.Y("model:N", title=None, sort="-x", axis=alt.Axis(labelLimit=220, labelOverlap=False)),
        tooltip=[alt.Tooltip(name) for name in ("model:N", "jobs:Q", "p50:Q", "p95:Q")],
    )
    rule = rows.mark_rule(strokeWidth=3, opacity=0.5, color=_BLUE)
    span = rule.encode(x=alt.X("p50:Q", title=None), x2=alt.X2("p95:Q"))
    dots = rows.mark_point(filled=True, size=70, opacity=1, color=_BLUE)
    half, most = dots.encode(x=alt.X("p50:Q")), dots.encode(x=alt.X("p95:Q"), opacity=alt.value(0.6))
    return (span + half + most).to_dict()


def _draw(frame: pd.DataFrame, chart: Any, title: str) -> None:
    """Without the sizes of Altair's own theme."""
    plain = {name: part for name, part in chart.items() if name != "config"}
    st.vega_lite_chart(spec={**plain, "datasets": {_ROWS.name: frame}}, alt=title)
