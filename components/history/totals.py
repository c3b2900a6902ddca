"""What the filtered history adds up to: a line of numbers, what its charts show, and its lines as a file."""

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

_CHARTS = "history-charts"
_MOST_AT_ONCE = {True: 20_000, False: 100_000}  # jobs or calls of a file that is handed over whole
_IN_FILE = {
    "jobs": "With prompts, outcomes, UTC times, credits and task IDs. People appear by ID only.",
    "calls": "Polls are included. People appear by ID only.",
}


def ask(history: History, wanted: Query) -> Callable[[], Sums]:
    """Begin to sum up the list as of now, and not over time where no chart is open: that is quicker."""
    listed = replace(wanted, without_polls=address.hides_polls())
    return history.sums(listed, over_time=bool(session.widget_value(_CHARTS)))


def show(history: History, wanted: Query, sums: Sums, above: DeltaGenerator) -> None:
    """Draw the numbers above, and the charts here when somebody opens them."""
    opened = st.expander("Charts", type="compact", key=_CHARTS, on_change="rerun")
    lines = pd.DataFrame(sums.lines, columns=["time", "number", "ended", "failed"])
    times = pd.DataFrame(sums.times, columns=["model", "seconds"]).astype({"seconds": float})
    times["model"] = times["model"].replace(history.client.models.titles())
    spent, wasted = (pd.DataFrame(found, columns=["time", "credits"]) for found in (sums.credits, sums.wasted))
    noun = "Jobs" if wanted.of_jobs else "Submissions" if wanted.model else "Calls"
    shown = _of_lines(noun, lines) | _of_times(times["seconds"])
    shown |= _of_credits(history, float(spent["credits"].sum()), float(wasted["credits"].sum()))
    with above.container(border=True, key="history-numbers"):
        _metrics(shown)
    if opened.open:
        with opened:
            charts.show(noun, lines, times, (spent, wasted), _span(wanted, sums, history.client.clock()))
            if sums.is_partial:
                st.caption(f"Times cover the newest {MOST_TIMED:,} jobs.")


def _span(wanted: Query, sums: Sums, at: datetime) -> charts.Span:
    """By the viewer's clock, unless that was changed in this time."""
    now, then = utc_offset(at), utc_offset(wanted.since or at)
    return charts.Span(wanted.since, at, by_hour=sums.by_hour, ahead=now if now == then else timedelta())


def export(history: History, wanted: Query) -> None:
    """What is wanted as a file, made when somebody asks for it: streamed, where the host has the route."""
    label, icon, what = "Export", ":material/download:", "jobs" if wanted.of_jobs else "calls"
    if services.host.serves_routes:
        about = f"The filtered {what} as CSV. {_IN_FILE[what]}"
        st.link_button(label, file_urls.export(wanted), icon=icon, type="tertiary", help=about)
        return
    pages, most = history.client.ledger.history.pages, _MOST_AT_ONCE[wanted.of_jobs]
    st.download_button(
        label,
        data=visitor.checked_file(lambda: "".join(islice(as_csv(pages, wanted), most + 1))),
        file_name=f"{what}.csv",
        mime="text/csv",
        icon=icon,
        on_click="ignore",
        type="tertiary",
        help=f"The filtered {what} as CSV, at most the newest {most:,}. {_IN_FILE[what]}",
    )


def _metrics(shown: dict[str, str]) -> None:
    with st.grid(columns=len(shown), min_column_width=94):
        for label, value in shown.items():
            st.metric(label, value, help=_HELP.get(label))


def _of_lines(noun: str, lines: pd.DataFrame) -> dict[str, str]:
    """How many are listed, and how many of those that have ended did so well."""
    number, ended, failed = (int(lines[name].sum()) for name in ("number", "ended", "failed"))
    return {noun: f"{number:,}", "Succeeded": f"{100 * (ended - failed) / ended:.1f} %" if ended else "–"}


def _of_times(seconds: "pd.Series[float]") -> dict[str, str]:
    return {_TIMES: "–" if seconds.empty else _in_one_unit(*seconds.quantile([0.5, 0.95]))}


def _of_credits(history: History, spent: float, wasted: float) -> dict[str, str]:
    label = "Demo credits" if history.client.account.is_sandbox else "Credits spent"
    return {label: credits(spent), "Wasted": credits(wasted)}


def _in_one_unit(half: float, most: float) -> str:
    """Two lengths of time in one unit: 14 / 38 s."""
    if most < 300:
        return f"{half:.0f} / {most:.0f} s"
    return f"{half / 60:.1f} / {most / 60:.1f} min"


_TIMES = "p50 / p95"
_OF_NEWEST = f"Measured from sending to the end, over the newest {MOST_TIMED:,} jobs."
_HELP = {
    "Jobs": "Success is measured over jobs that finished or were refused. A job fails if one of its tasks does.",
    "Calls": "Requests to WeryAI. One job makes several: the submission, polls, the balance.",
    "Submissions": "Requests that name the model. Polls and uploads don't.",
    _TIMES: f"Half of the jobs took the first time or less, 19 of 20 the second or less. {_OF_NEWEST}",
    "Wasted": "Credits charged for failed tasks, if WeryAI reported them; otherwise for jobs that failed completely.",
}
