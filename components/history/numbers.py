"""What the filtered history adds up to: a line of numbers, what its charts show, and the file of the calls."""

from itertools import islice

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import services
from components.history import charts
from components.markdown import credits
from components.people import visitor
from components.serving import addresses
from studio.history.history import History, as_csv
from studio.history.wanted import MOST_TIMED, Wanted

_MOST_AT_ONCE = 100_000  # lines of a file that is handed over whole


def show(history: History, wanted: Wanted, above: DeltaGenerator) -> None:
    """Draw the numbers above, and the charts here when somebody opens them."""
    opened = st.expander("Charts", type="compact", key="history-charts", on_change="rerun")
    sums = history.sums(wanted, over_time=bool(opened.open))
    calls = pd.DataFrame(sums.calls, columns=["time", "calls", "failed"])
    times = pd.DataFrame(sums.times, columns=["model", "seconds"]).astype({"seconds": float})
    times["model"] = times["model"].replace(history.client.model_titles())
    spent, wasted = (pd.DataFrame(found, columns=["time", "credits"]) for found in (sums.credits, sums.wasted))
    noun = "Submissions" if wanted.model else "Calls"
    with above.container(border=True, key="history-numbers"):
        _metrics(noun, calls, times["seconds"], float(spent["credits"].sum()), float(wasted["credits"].sum()))
    if opened.open:
        with opened:
            span = charts.Span(wanted.since, history.client.clock(), by_hour=sums.by_hour)
            charts.show(noun, calls, times, (spent, wasted), span)
            if sums.is_partial:
                st.caption(f"Times cover the newest {MOST_TIMED:,} jobs.")


def export(history: History, wanted: Wanted) -> None:
    """The calls that are wanted as a file, made when somebody asks for it: streamed, where the host has the route."""
    label, icon, people = "Export", ":material/download:", "Polls are included. People appear by ID only."
    if services.host.serves_routes:
        about = f"The filtered calls as CSV. {people}"
        st.link_button(label, addresses.export(wanted), icon=icon, type="tertiary", help=about)
        return
    pages = history.client.ledger.history.pages
    st.download_button(
        label,
        data=visitor.if_let_in(lambda: "".join(islice(as_csv(pages, wanted), _MOST_AT_ONCE + 1))),
        file_name="calls.csv",
        mime="text/csv",
        icon=icon,
        on_click="ignore",
        type="tertiary",
        help=f"The filtered calls as CSV, at most the newest {_MOST_AT_ONCE:,}. {people}",
    )


def _metrics(noun: str, calls: pd.DataFrame, times: "pd.Series[float]", spent: float, wasted: float) -> None:
    number, failed = int(calls["calls"].sum()), int(calls["failed"].sum())
    shown = {
        noun: f"{number:,}",
        "Succeeded": f"{100 * (number - failed) / number:.1f} %" if number else "–",
        _TIMES: "–" if times.empty else _in_one_unit(*times.quantile([0.5, 0.95])),
        "Credits spent": credits(spent),
        "Wasted": credits(wasted),
    }
    with st.grid(columns=len(shown), min_column_width=94):
        for label, value in shown.items():
            st.metric(label, value, help=_HELP.get(label))


def _in_one_unit(half: float, most: float) -> str:
    """Two lengths of time in one unit: 14 / 38 s."""
    if most < 300:
        return f"{half:.0f} / {most:.0f} s"
    return f"{half / 60:.1f} / {most / 60:.1f} min"


_TIMES = "p50 / p95"
_OF_NEWEST = f"Measured from sending to the end, over the newest {MOST_TIMED:,} jobs."
_HELP = {
    "Calls": "Requests to WeryAI. One job makes several: the submission, polls, the balance.",
    "Submissions": "Requests that name the model. Polls and uploads don't.",
    _TIMES: f"Half of the jobs took the first time or less, 19 of 20 the second or less. {_OF_NEWEST}",
    "Wasted": "Credits charged for failed tasks, if WeryAI reported them; otherwise for jobs that failed completely.",
}
