"""Charts of the history: calls or jobs and credits over time, and the duration of jobs by model."""

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
_HOUR = timedelta(hours=1)
_ROWS = alt.NamedData("rows")
_HEIGHT = 240
_NARROWEST = 340  # pixels: a legend in one line needs them
PADDING = {"right": 12}  # pixels: the last label of an axis reaches over its end
_BLUE = "#2F6FED"
_MOST_WITH_GAPS = 60  # bars: with more, the gaps would leave no room for them


@dataclass(frozen=True)
class Span:
    """The time span of the charts: from `start` (None: from the first row) to `end`, in hours or days.

    Hours are in the viewer's time zone, if that is a whole number of hours `ahead` of UTC. Days are UTC days, as the
    sums are.
    """

    start: datetime | None
    end: datetime
    by_hour: bool
    ahead: timedelta = timedelta()

    @property
    def shift(self) -> timedelta:
        """The offset from UTC in which the charts show their times."""
        return self.ahead if self.by_hour and self.ahead % _HOUR == timedelta() else timedelta()

    @property
    def edges(self) -> list[datetime]:
        """The start of the first bar and the end of the last one, moved by `shift`; empty without a start."""
        length = timedelta(hours=1 if self.by_hour else 24).total_seconds()
        first = length * (self.start.timestamp() // length) if self.start else 0.0
        last = length * (self.end.timestamp() // length + 1)
        return [datetime.fromtimestamp(edge, UTC) + self.shift for edge in (first, last)] if self.start else []


def show(
    noun: str, lines: pd.DataFrame, times: pd.DataFrame, credits: tuple[pd.DataFrame, pd.DataFrame], span: Span
) -> None:
    """Draw the charts. `credits` are those spent, and the part of them that was wasted."""
    charts = st.grid(2, min_column_width=_NARROWEST)
    with charts.container():
        _bars(_by_outcome(lines, noun), noun, span)
        _bars(_by_waste(*credits), "Credits", span)
    with charts.container():
        _times(times)


_OUTCOMES = {"succeeded": _BLUE, "failed": "#DC2626"}
_COLOURS = {
    "Calls": _OUTCOMES,
    "Submissions": _OUTCOMES,
    "Jobs": {**_OUTCOMES, "open or cancelled": "#A1A1AA"},
    "Credits": {"spent": "#7048E8", "wasted": "#DC2626"},
}


def _by_outcome(lines: pd.DataFrame, noun: str) -> pd.DataFrame:
    numbers = (lines["ended"] - lines["failed"], lines["failed"], lines["number"] - lines["ended"])
    wide = pd.DataFrame({"time": lines["time"], **dict(zip(_COLOURS[noun], numbers, strict=False))})
    return wide.melt("time", var_name="which", value_name="number")


def _by_waste(spent: pd.DataFrame, wasted: pd.DataFrame) -> pd.DataFrame:
    """Return spent and wasted credits by time; the input's spent credits include the wasted ones."""
    both = spent.merge(wasted, how="outer", on="time", suffixes=("", "_wasted"))
    both = both.fillna({"credits": 0.0, "credits_wasted": 0.0})
    both["spent"] = (both["credits"] - both["credits_wasted"]).clip(lower=0)
    wide = both.rename(columns={"credits_wasted": "wasted"})[["time", "spent", "wasted"]]
    return wide.melt("time", var_name="which", value_name="number")


def _bars(frame: pd.DataFrame, noun: str, span: Span) -> None:
    if frame.empty:
        return
    title, zone = f"{noun} per {'hour' if span.by_hour else 'day'}", "" if span.shift else " (UTC)"
    time_format = "%Y-%m-%d %H" if span.by_hour else "%Y-%m-%d"
    frame = frame.assign(time=pd.to_datetime(frame["time"], format=time_format, utc=True) + span.shift)
    gap = 1 if frame["time"].nunique() <= _MOST_WITH_GAPS else 0
    chart = _bars_chart(noun, title, zone, gap, by_hour=span.by_hour)
    if span.edges:
        chart["encoding"]["x"]["scale"]["domain"] = [_vega_datetime(edge) for edge in span.edges]
    _draw(frame, chart, title + zone)


def _vega_datetime(at: datetime) -> dict[str, Any]:
    """Return the time as a Vega-Lite DateTime."""
    return {"year": at.year, "month": at.month, "date": at.day, "hours": at.hour, "utc": True}


def _cached(build: Callable[..., Any]) -> Callable[..., Any]:
    """Build each chart once, without its data, and return copies.

    Altair takes longer to validate a chart than all queries of the ledger take.
    """
    cached = cache(build)
    return lambda *arguments, **options: copy.deepcopy(cached(*arguments, **options))


_LEGEND: dict[str, Any] = {
    "orient": "top",
    "title": None,
    "symbolType": "circle",
    "offset": 4,
    "padding": 0,
    "labelLimit": 300,
}


def _title(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, offset=4)


def _scale(colours: dict[str, str]) -> alt.Scale:
    return alt.Scale(domain=[*colours], range=[*colours.values()])


@_cached
def _bars_chart(noun: str, title: str, zone: str, gap: int, *, by_hour: bool) -> Any:
    # Vega-Lite must treat all times as UTC: else it moves the bars to the browser's zone, and a day to the day before.
    unit = "utcyearmonthdatehours" if by_hour else "utcyearmonthdate"
    time_format, ticks = ("%H:%M", alt.Undefined) if by_hour else ("%d %b", {"interval": "day", "step": 1})
    axis: Any = alt.Axis(format=time_format, tickCount=ticks, grid=False, ticks=False, labelOverlap=True)
    chart: Any = alt.Chart(_ROWS, height=_HEIGHT, title=_title(title + zone)).mark_bar(binSpacing=gap)
    chart = chart.encode(
        x=alt.X(f"{unit}(time):T", title=None, scale=alt.Scale(type="utc"), axis=axis),
        y=alt.Y("sum(number):Q", title=None, scale=alt.Scale(nice=True), axis=alt.Axis(tickMinStep=1)),
        color=alt.Color("which:N", scale=_scale(_COLOURS[noun]), legend=alt.Legend(**_LEGEND)),
        tooltip=[
            alt.Tooltip(f"{unit}(time):T", title=f"Time{zone}"),
            alt.Tooltip("which:N", title=noun),
            alt.Tooltip("sum(number):Q", title="Number"),
        ],
    )
    return chart.to_dict()


def _times(times: pd.DataFrame) -> None:
    known = times[times["model"] != ""]
    if known.empty:
        return
    grouped = known.groupby("model")["seconds"]
    frame = pd.DataFrame({"half": grouped.median(), "most": grouped.quantile(0.95), "jobs": grouped.size()})
    frame = frame.nlargest(_MOST_MODELS, "jobs").rename(columns=dict(zip(("half", "most"), _TIMES, strict=True)))
    title = "Seconds of a job, by model"
    rows = frame.reset_index().melt(["model", "jobs"], var_name="which", value_name="seconds")
    _draw(rows, _times_chart(title, max(_HEIGHT, 30 * len(frame))), title)


_TIMES = {"half of the jobs took less": _BLUE, "19 of 20 took less": "#F08C00"}


@_cached
def _times_chart(title: str, height: int) -> Any:
    rows: Any = alt.Chart(_ROWS, height=height, title=_title(title))
    rows = rows.encode(
        y=alt.Y(
            "model:N",
            title=None,
            sort="-x",
            scale=alt.Scale(type="point", padding=1),
            axis=alt.Axis(labelLimit=220, labelOverlap=False),
        ),
    )
    seconds: Any = {"title": None}
    rule = rows.mark_rule(strokeWidth=3, opacity=0.5, color=_BLUE)
    rule = rule.encode(x=alt.X("min(seconds):Q", **seconds), x2=alt.X2("max(seconds):Q"))
    dots = rows.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("seconds:Q", **seconds),
        color=alt.Color("which:N", scale=_scale(_TIMES), legend=alt.Legend(**_LEGEND, columns=1)),
        tooltip=[alt.Tooltip(name) for name in ("model:N", "jobs:Q", "which:N", "seconds:Q")],
    )
    return (rule + dots).to_dict()


def _draw(frame: pd.DataFrame, chart: Any, title: str) -> None:
    """Draw a chart without the `config` of Altair's theme, which sets sizes."""
    plain = {name: part for name, part in chart.items() if name != "config"}
    st.vega_lite_chart(spec={**plain, "padding": PADDING, "datasets": {_ROWS.name: frame}}, alt=title)
