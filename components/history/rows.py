"""The table of jobs or calls; a click on a row opens it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from components.cards import header
from components.history import address
from components.parts import file_urls
from components.parts.local_time import clock_time
from components.parts.markdown import short_duration
from components.session import services
from components.session.state import ShownRows
from studio.client import Client
from studio.core.calls import Call
from studio.core.error_groups import in_words
from studio.core.number_texts import credits
from studio.core.query import CallLine, JobLine, Outcome
from studio.weryai.modes import MODES

_BAD_OUTCOMES = {Outcome.FAILED, Outcome.REFUSED, Outcome.UNCONFIRMED}
FAILED_STYLE = "background-color: rgba(220, 38, 38, 0.10)"
_FORMATS: dict[Any, Any] = {
    "Took": short_duration,
    "Credits": credits,
    "Duration": "{:,} ms",
    "Failed calls": "{:.0f}",
    "Preview": str,
}
_TEXT, _NUMBER = st.column_config.TextColumn, st.column_config.NumberColumn
FIRST_COLUMN = "Time"


def show(client: Client, lines: Sequence[Any], listed: ShownRows) -> None:
    """Draw these lines of the list."""
    if listed.of_jobs:
        columns = _JOBS | (_DEMO if client.account.is_sandbox else {})
        _table(_job_rows(client, lines), [line.outcome in _BAD_OUTCOMES for line in lines], columns, listed)
    else:
        _table(_call_rows(client, lines), [bool(line.error_kind) for line in lines], _CALLS, listed)


def chosen_row(selection: Any) -> int | None:
    """Return the index of the row of which a cell was clicked; None without a click."""
    cells = selection["selection"].get("cells", []) if selection else []
    return int(cells[0][0]) if cells else None


def _table(rows: dict[str, list[Any]], is_bad: list[bool], columns: dict[str, Any], listed: ShownRows) -> None:
    """Draw the rows; those that failed have another background."""
    frame = pd.DataFrame(rows)
    styled = frame.style.apply(lambda row: [FAILED_STYLE if is_bad[int(row.name)] else ""] * len(row), axis=1)
    time_format = "%d %b %H:%M" if listed.of_jobs else "%d %b %H:%M:%S"
    formats = {**_FORMATS, "Time": partial(clock_time, form=time_format)}
    styled = styled.format({name: text for name, text in formats.items() if name in frame}, na_rep="")
    options = {"Status": _status_column(dict(zip((cell[0] for cell in rows["Status"]), is_bad, strict=True)))}
    st.dataframe(
        styled,
        key=listed.key,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",  # not single-row: unticking its box selects the first cell of the table
        height="content",
        row_height=40,
        column_config={**columns, **options},
        column_order=[column for column in columns if column in frame.columns],
        placeholder="",  # for values that are not known yet
        alt=f"{'Jobs' if listed.of_jobs else 'Calls'}, {address.order_label(address.order())}",
    )


_JOBS = {
    "Time": _TEXT(width=102),  # these three are what a phone shows
    "Status": None,
    "Prompt": _TEXT(width=280),
    "Preview": st.column_config.ImageColumn("", width=66),
    "Model": _TEXT(width=136),
    "Calls": _NUMBER(width=60),
    "Failed calls": _NUMBER(width=92),
    "Took": _NUMBER(width=84),
    "Credits": _NUMBER(width=66),
    "Person": _TEXT(width=96),
    "Mode": _TEXT(width=120),
    "Job": _TEXT(width=190),
}
_DEMO = {"Credits": _NUMBER("Demo credits", width=100)}
_CALLS = {
    "Time": st.column_config.DatetimeColumn(width=121),
    "Status": None,
    "Method": _TEXT(width=62),
    "Path": _TEXT(width=270),
    "Duration": _NUMBER(width=78),
    "Model": _TEXT(width=150),
    "Person": _TEXT(width=96),
    "Request": _TEXT(width=184),
    "Job": _TEXT(width=190),
}


def _job_rows(client: Client, lines: Sequence[JobLine]) -> dict[str, list[Any]]:
    titles = client.models.titles()
    rows: dict[str, list[Any]] = {
        "Status": [[word] for word in _job_statuses(client, lines)],
        "Prompt": [" ".join(line.prompt.split())[:160] for line in lines],
        "Time": [line.created_at for line in lines],
        "Preview": [file_urls.preview_of(line.preview) if line.preview else "" for line in lines],
        "Model": [titles.get(line.model, line.model) for line in lines],
        "Calls": [line.calls for line in lines],
        "Failed calls": [line.errors or None for line in lines],
        "Took": [line.seconds for line in lines],
        "Credits": [line.cost for line in lines],
        "Mode": [MODES[line.mode].title if line.mode in MODES else line.mode for line in lines],
        "Job": [line.id for line in lines],
    }
    return rows | _people(client, [line.person for line in lines])


def _job_statuses(client: Client, lines: Sequence[JobLine]) -> list[str]:
    """Return the status of each job, as its card shows it."""
    jobs = services.shared().job_cache.get_many(client, [line.id for line in lines])
    statuses = {job.id: header.status_word(client, job) for job in jobs}
    return [statuses.get(line.id, str(line.outcome)) for line in lines]


def _call_rows(client: Client, lines: Sequence[CallLine]) -> dict[str, list[Any]]:
    titles = client.models.titles()
    rows: dict[str, list[Any]] = {
        "Status": [[status(line)] for line in lines],
        "Path": [line.endpoint for line in lines],
        "Time": [line.at for line in lines],
        "Method": [line.method for line in lines],
        "Duration": [line.duration_ms for line in lines],
        "Model": [titles.get(line.model, line.model) for line in lines],
        "Request": [line.id for line in lines],
        "Job": [line.job for line in lines],
    }
    return rows | _people(client, [line.person for line in lines])


def _people(client: Client, people: list[str]) -> dict[str, list[Any]]:
    """Return the column of persons, if the list has everybody's lines."""
    is_shown = client.person and not client.only_mine
    return {"Person": [client.people.label(person) for person in people]} if is_shown else {}


def status(line: CallLine | Call) -> str:
    """Return the HTTP status of a call, and for a failure its code or kind."""
    if line.http_status is None:
        return "no answer"
    if not line.error_kind:
        return str(line.http_status)
    return f"{line.http_status} · {line.code or in_words(line.error_kind)}"


def _status_column(is_bad: dict[str, bool]) -> Any:
    """Return the column of statuses as pills: of jobs in the colours of their cards, of calls red for a failure."""
    colours = [
        header.BADGES[word][0] if word in header.BADGES else _status_colour(bad, word) for word, bad in is_bad.items()
    ]
    return st.column_config.MultiselectColumn(options=list(is_bad), color=colours, width=112)


def _status_colour(is_bad: bool, word: str) -> str:
    return "red" if is_bad else "orange" if " of " in word else "green"
