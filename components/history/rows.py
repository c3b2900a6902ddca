"""Jobs or calls as rows, of which one can be opened."""

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

_BAD = {Outcome.FAILED, Outcome.REFUSED, Outcome.UNCONFIRMED}
TINT = "background-color: rgba(220, 38, 38, 0.10)"
_SHOWN: dict[Any, Any] = {
    "Took": short_duration,
    "Credits": credits,
    "Duration": "{:,} ms",
    "Failed calls": "{:.0f}",
    "Preview": str,
}
_TEXT, _NUMBER = st.column_config.TextColumn, st.column_config.NumberColumn
FIRST = "Time"  # the first column


def show(client: Client, lines: Sequence[Any], listed: ShownRows) -> None:
    """Draw these lines of the list."""
    if listed.of_jobs:
        columns = _JOBS | (_DEMO if client.account.is_sandbox else {})
        _table(_job_rows(client, lines), [line.outcome in _BAD for line in lines], columns, listed)
    else:
        _table(_call_rows(client, lines), [bool(line.error_kind) for line in lines], _CALLS, listed)


def chosen_row(picked: Any) -> int | None:
    """The number of the line of which a cell was clicked."""
    cells = picked["selection"].get("cells", []) if picked else []
    return int(cells[0][0]) if cells else None


def _table(rows: dict[str, list[Any]], is_bad: list[bool], columns: dict[str, Any], listed: ShownRows) -> None:
    """Draw the rows, what failed with a tint."""
    frame = pd.DataFrame(rows)
    styled = frame.style.apply(lambda row: [TINT if is_bad[int(row.name)] else ""] * len(row), axis=1)
    form = "%d %b %H:%M" if listed.of_jobs else "%d %b %H:%M:%S"
    shown = {**_SHOWN, "Time": partial(clock_time, form=form)}
    styled = styled.format({name: words for name, words in shown.items() if name in frame}, na_rep="")
    options = {"Status": _pills(dict(zip((cell[0] for cell in rows["Status"]), is_bad, strict=True)))}
    st.dataframe(
        styled,
        key=listed.key,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",  # of a row: who unticks its box selects the first cell of the table
        height="content",
        row_height=40,
        column_config={**columns, **options},
        column_order=[column for column in columns if column in frame.columns],
        placeholder="",  # of what is not known yet
        alt=f"{'Jobs' if listed.of_jobs else 'Calls'}, {address.first(address.order())}",
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
        "Status": [[word] for word in _words(client, lines)],
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


def _words(client: Client, lines: Sequence[JobLine]) -> list[str]:
    """How each job stands, as its card says it."""
    jobs = services.shared().job_cache.get_many(client, [line.id for line in lines])
    known = {job.id: header.status_word(client, job) for job in jobs}
    return [known.get(line.id, str(line.outcome)) for line in lines]


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
    """Whose lines they are, where the list has everybody's."""
    shown = client.person and not client.only_mine
    return {"Person": [client.people.label(person) for person in people]} if shown else {}


def status(line: CallLine | Call) -> str:
    """HTTP status, and what it meant when it was no success."""
    if line.http_status is None:
        return "no answer"
    if not line.error_kind:
        return str(line.http_status)
    return f"{line.http_status} · {line.code or in_words(line.error_kind)}"


def _pills(failed: dict[str, bool]) -> Any:
    """A column of pills: of jobs in the colours of their cards, of calls red for what failed. Each cell is one."""
    colours = [header.BADGES[word][0] if word in header.BADGES else _shade(bad, word) for word, bad in failed.items()]
    return st.column_config.MultiselectColumn(options=list(failed), color=colours, width=112)


def _shade(is_bad: bool, word: str) -> str:
    return "red" if is_bad else "orange" if " of " in word else "green"
