"""The totals of the filtered history: a row of numbers, charts, and the export of its lines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.history import address, charts
from components.parts import file_urls
from components.parts.local_time import utc_offset
from components.session import services, session, visitor
from studio.core.number_texts import credits
from studio.core.query import MOST_TIMED, Query, Sums
from studio.history.history import History, as_csv

_EXPANDER = "history-charts"
_MOST_ROWS = {True: 20_000, False: 100_000}  # of a file of jobs or of calls that is not streamed
_FILE_NOTES = {
    "jobs": "With prompts, outcomes, UTC times, credits and task IDs. People appear by ID only.",
    "calls": "Polls are included. People appear by ID only.",
}


def start_query(history: History, query: Query) -> Callable[[], Sums]:
    """Start the query of the sums as of now; call the result for them.

    Sums over time are only queried while the charts are open, as they take longer.
    """
    listed = replace(query, without_polls=address.hides_polls())
    return history.sums(listed, over_time=bool(session.widget_value(_EXPANDER)))


def show(history: History, query: Query, sums: Sums, above: DeltaGenerator) -> None:
    """Draw the numbers in the container `above`, and the charts here if they are open."""
    expander = st.expander("Charts", type="compact", key=_EXPANDER, on_change="rerun")
    lines = pd.DataFrame(sums.lines, columns=["time", "number", "ended", "failed"])
    times = pd.DataFrame(sums.times, columns=["model", "seconds"]).astype({"seconds": float})
    times["model"] = times["model"].replace(history.client.models.titles())
    spent, wasted = (pd.DataFrame(found, columns=["time", "credits"]) for found in (sums.credits, sums.wasted))
    noun = "Jobs" if query.of_jobs else "Submissions" if query.model else "Calls"
    metrics = _line_metrics(noun, lines) | _time_metrics(times["seconds"])
    metrics |= _credit_metrics(history, float(spent["credits"].sum()), float(wasted["credits"].sum()))
    with above.container(border=True, key="history-numbers"):
        _metrics(metrics)
    if expander.open:
        with expander:
            charts.show(noun, lines, times, (spent, wasted), _span(query, sums, history.client.clock()))
            if sums.is_partial:
                st.caption(f"Times cover the newest {MOST_TIMED:,} jobs.")


def _span(query: Query, sums: Sums, at: datetime) -> charts.Span:
    """Return the charts' time span, in the viewer's time zone unless its offset changed within the span."""
    now, at_start = utc_offset(at), utc_offset(query.since or at)
    return charts.Span(query.since, at, by_hour=sums.by_hour, ahead=now if now == at_start else timedelta())


def export_button(history: History, query: Query) -> None:
    """Draw the download of the lines as CSV, made on demand; streamed, if the host serves our routes."""
    label, icon, noun = "Export", ":material/download:", "jobs" if query.of_jobs else "calls"
    if services.host.serves_routes:
        help_text = f"The filtered {noun} as CSV. {_FILE_NOTES[noun]}"
        st.link_button(label, file_urls.export(query), icon=icon, type="tertiary", help=help_text)
        return
    pages, most = history.client.ledger.history.pages, _MOST_ROWS[query.of_jobs]
    st.download_button(
        label,
        data=visitor.checked_file(lambda: "".join(islice(as_csv(pages, query), most + 1))),
        file_name=f"{noun}.csv",
        mime="text/csv",
        icon=icon,
        on_click="ignore",
        type="tertiary",
        help=f"The filtered {noun} as CSV, at most the newest {most:,}. {_FILE_NOTES[noun]}",
    )


def _metrics(metrics: dict[str, str]) -> None:
    with st.grid(columns=len(metrics), min_column_width=94):
        for label, value in metrics.items():
            st.metric(label, value, help=_HELP.get(label))


def _line_metrics(noun: str, lines: pd.DataFrame) -> dict[str, str]:
    """Return the number of lines, and the share of successes among those that have ended."""
    number, ended, failed = (int(lines[name].sum()) for name in ("number", "ended", "failed"))
    return {noun: f"{number:,}", "Succeeded": f"{100 * (ended - failed) / ended:.1f} %" if ended else "–"}


def _time_metrics(seconds: "pd.Series[float]") -> dict[str, str]:
    return {_TIMES: "–" if seconds.empty else _in_same_unit(*seconds.quantile([0.5, 0.95]))}


def _credit_metrics(history: History, spent: float, wasted: float) -> dict[str, str]:
    label = "Demo credits" if history.client.account.is_sandbox else "Credits spent"
    return {label: credits(spent), "Wasted": credits(wasted)}


def _in_same_unit(median: float, most: float) -> str:
    """Return two durations, given in seconds, in the same unit: 14 / 38 s."""
    if most < 300:
        return f"{median:.0f} / {most:.0f} s"
    return f"{median / 60:.1f} / {most / 60:.1f} min"


_TIMES = "p50 / p95"
_OF_NEWEST = f"Measured from sending to the end, over the newest {MOST_TIMED:,} jobs."
_HELP = {
    "Jobs": "Success is measured over jobs that finished or were refused. A job fails if one of its tasks does.",
    "Calls": "Requests to WeryAI. One job makes several: the submission, polls, the balance.",
    "Submissions": "Requests that name the model. Polls and uploads don't.",
    _TIMES: f"Half of the jobs took the first time or less, 19 of 20 the second or less. {_OF_NEWEST}",
    "Wasted": "Credits charged for failed tasks, if WeryAI reported them; otherwise for jobs that failed completely.",
}
