"""The history over time as charts: calls or jobs, credits, and what jobs take by model."""

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
_BLUE = "#2F6FED"
_MOST_WITH_GAPS = 60  # bars: of more nothing would be left between the gaps


@dataclass(frozen=True)
class Span:
    """What the charts show: from a moment, or None for whatever there is, until now; by hours or days.

    Hours are those of the viewer's clock, if it is so many whole hours `ahead` of UTC. Days are of UTC, as they are
    summed up.
    """

    start: datetime | None
    end: datetime
    by_hour: bool
    ahead: timedelta = timedelta()

    @property
    def shift(self) -> timedelta:
        return self.ahead if self.by_hour and self.ahead % _HOUR == timedelta() else timedelta()

    @property
    def edges(self) -> list[datetime]:
        """The beginning of the first slice and the end of the last one, as `shift` has it; none without a start."""
        length = timedelta(hours=1 if self.by_hour else 24).total_seconds()
        first = length * (self.start.timestamp() // length) if self.start else 0.0
        last = length * (self.end.timestamp() // length + 1)
        return [datetime.fromtimestamp(edge, UTC) + self.shift for edge in (first, last)] if self.start else []


def show(
    noun: str, lines: pd.DataFrame, times: pd.DataFrame, credits: tuple[pd.DataFrame, pd.DataFrame], span: Span
) -> None:
    """Draw them. Of the `credits`, those that were spent, and those of them that were wasted."""
    left, right = st.columns(2)
    with left:
        _bars(_by_outcome(lines, noun), noun, span)
        _bars(_by_use(*credits), "Credits", span)
    with right:
        _times(times)


_ENDS = {"succeeded": _BLUE, "failed": "#DC2626"}
_COLOURS = {
    "Calls": _ENDS,
    "Submissions": _ENDS,
    "Jobs": {**_ENDS, "open or cancelled": "#A1A1AA"},
    "Credits": {"spent": "#7048E8", "wasted": "#DC2626"},
}


def _by_outcome(lines: pd.DataFrame, noun: str) -> pd.DataFrame:
    numbers = (lines["ended"] - lines["failed"], lines["failed"], lines["number"] - lines["ended"])
    wide = pd.DataFrame({"time": lines["time"], **dict(zip(_COLOURS[noun], numbers, strict=False))})
    return wide.melt("time", var_name="which", value_name="number")


def _by_use(spent: pd.DataFrame, wasted: pd.DataFrame) -> pd.DataFrame:
    """What is wasted is a part of what was spent."""
    both = spent.merge(wasted, how="outer", on="time", suffixes=("", "_wasted"))
    both = both.fillna({"credits": 0.0, "credits_wasted": 0.0})
    both["spent"] = (both["credits"] - both["credits_wasted"]).clip(lower=0)
    wide = both.rename(columns={"credits_wasted": "wasted"})[["time", "spent", "wasted"]]
    return wide.melt("time", var_name="which", value_name="number")


def _bars(frame: pd.DataFrame, noun: str, span: Span) -> None:
    if frame.empty:
        return
    title, zone = f"{noun} per {'hour' if span.by_hour else 'day'}", "" if span.shift else " (UTC)"
    form = "%Y-%m-%d %H" if span.by_hour else "%Y-%m-%d"
    frame = frame.assign(time=pd.to_datetime(frame["time"], format=form, utc=True) + span.shift)
    gap = 1 if frame["time"].nunique() <= _MOST_WITH_GAPS else 0
    chart = _bars_chart(noun, title, zone, gap, by_hour=span.by_hour)
    if span.edges:
        chart["encoding"]["x"]["scale"]["domain"] = [_moment(edge) for edge in span.edges]
    _draw(frame, chart, title + zone)


def _moment(at: datetime) -> dict[str, Any]:
    """As Vega-Lite writes it."""
    return {"year": at.year, "month": at.month, "date": at.day, "hours": at.hour, "utc": True}


def _made_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Altair takes longer to check a chart than all questions to the ledger: each is made once, for whatever data."""
    made = cache(make)
    return lambda *words, **options: copy.deepcopy(made(*words, **options))


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


@_made_once
def _bars_chart(noun: str, title: str, zone: str, gap: int, *, by_hour: bool) -> Any:
    # Vega-Lite is told that all is UTC: it would shift the slices to the browser's zone, a day's to the day before.
    unit = "utcyearmonthdatehours" if by_hour else "utcyearmonthdate"
    form, often = ("%H:%M", alt.Undefined) if by_hour else ("%d %b", {"interval": "day", "step": 1})
    axis: Any = alt.Axis(format=form, tickCount=often, grid=False, ticks=False, labelOverlap=True)
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


@_made_once
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
    """Without the sizes of Altair's own theme."""
    plain = {name: part for name, part in chart.items() if name != "config"}
    st.vega_lite_chart(spec={**plain, "datasets": {_ROWS.name: frame}}, alt=title)
