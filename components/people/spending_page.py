"""Everybody's spending as a chart, a table and a file, its limits, and the actions of admins."""

import io
from collections import Counter
from collections.abc import Collection, Iterable
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import streamlit as st

from components.parts.local_time import clock_time
from components.parts.markdown import counted, escape
from components.people import price_table, spending_limits
from components.session import session, visitor
from studio.client import Client
from studio.core.number_texts import credits
from studio.core.people import AdminAction, Spent
from studio.people.admin import Admin
from studio.people.spending import as_csv

_DAYS = {"7 days": 7, "30 days": 30, "90 days": 90, "1 year": 365}


def show() -> None:
    """Draw the page for the chosen span."""
    client = session.client()
    admin = Admin(client)
    span = st.segmented_control("Span", list(_DAYS), default="30 days", required=True, key="span")
    rows = admin.spending(_DAYS[span or "30 days"])
    if rows:
        _spending(client, rows)
    else:
        st.markdown("Nothing was spent in this period.")
    spending_limits.show(admin)
    price_table.show(admin)
    _person(admin)
    _admin_actions(client, admin.admin_actions())


def _spending(client: Client, rows: list[Spent]) -> None:
    labels = names(client, {row.person for row in rows})
    frame = pd.DataFrame(
        {
            "Day": [row.day for row in rows],
            "Person": [labels[row.person] for row in rows],
            "Credits": [row.credits for row in rows],
            "Jobs": [row.jobs for row in rows],
            "Model": [row.model or "unknown" for row in rows],
            "Cost unknown": [row.unknown for row in rows],
            "ID": [row.person for row in rows],
        }
    )
    st.markdown(f"**{credits(float(frame['Credits'].sum()))}** credits · {counted(int(frame['Jobs'].sum()), 'job')}")
    by_day = frame.groupby(["Day", "Person"], as_index=False)["Credits"].sum()
    st.bar_chart(by_day, x="Day", y="Credits", color="Person", height=260)
    st.dataframe(frame, hide_index=True, key="spent", alt="Credits by day, person and model")
    st.download_button(
        "Download as CSV",
        data=visitor.checked_file(lambda: as_csv(rows), as_admin=True),
        file_name="spending.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="People appear by ID, without names or email addresses.",
    )


_DELETE_WARNING = (
    "**{}**: this deletes, for good, the prompts, inputs, files and calls of their finished jobs, what they haven't "
    "sent yet, the files they added that nobody else uses, their name and their email address. What the jobs cost "
    "stays on record. Jobs made with their own key stay too; nobody else sees those. Take them off `[access]` first: "
    "if they come in again, their name is saved again."
)
_UNFINISHED_NOTE = "kept until finished, with the person's name. Delete again after that."


def _person(admin: Admin) -> None:
    """Draw the export and the deletion of one person's records."""
    people = admin.people()
    if not people:
        return
    st.subheader("One person's records", anchor=False)
    chosen = st.selectbox("Whose", list(people), format_func=lambda person: people[person], index=None, key="kept-of")
    if not chosen:
        return
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Export everything",
            data=visitor.checked_file(lambda: _zip(f"{chosen}.jsonl", admin.export_records(chosen)), as_admin=True),
            file_name=f"{chosen}.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
        )
        with st.popover("Delete…", icon=":material/delete:"):
            st.markdown(_DELETE_WARNING.format(escape(people[chosen], 60)))
            if under_way := admin.under_way(chosen):
                st.markdown(f":material/hourglass: {counted(under_way, 'unfinished job')}: {_UNFINISHED_NOTE}")
            if st.button("Delete for good", key=f"delete-{chosen}", type="primary"):
                jobs, calls = admin.delete_of(chosen)
                st.success(f"{counted(jobs, 'job')} and {counted(calls, 'call')} deleted.")
    st.caption(
        "JSON Lines with their name, their jobs and calls on the team's account, and the files they added. "
        "To download images and videos, use their cards."
    )


def _zip(name: str, lines: Iterable[str]) -> bytes:
    """Return a ZIP with one file, written line by line: the unpacked bodies of a month may not fit into memory."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive, archive.open(name, "w", force_zip64=True) as file:
        for line in lines:
            file.write(line.encode())
    return buffer.getvalue()


def _admin_actions(client: Client, admin_actions: list[AdminAction]) -> None:
    st.subheader("Actions of admins", anchor=False)
    if not admin_actions:
        st.caption("Nothing yet.")
        return
    labels = names(client, {one for action in admin_actions for one in (action.person, action.owner)})
    frame = pd.DataFrame(
        {
            "Time": [clock_time(action.at, "%d %b %Y %H:%M") for action in admin_actions],
            "Admin": [labels[action.person] for action in admin_actions],
            "Action": [_action(action) for action in admin_actions],
            "Job": [action.job for action in admin_actions],
            "Whose": [labels[action.owner] if action.owner or action.job else "" for action in admin_actions],
        }
    )
    st.dataframe(frame, hide_index=True, key="deeds", alt="What admins did, newest first")


def _action(action: AdminAction) -> str:
    return f"{action.verb} with {counted(action.files, 'file')}" if action.files else action.verb


def names(client: Client, people: Collection[str]) -> dict[str, str]:
    """Return a label for each person ID. Two people with one name get different labels, so that they are not added up.

    The label of a deleted person is their ID.
    """
    labels = {one: client.people.label(one) or one or "nobody" for one in people}
    counts = Counter(labels.values())
    return {one: f"{name} ({one[-4:]})" if one and counts[name] > 1 else name for one, name in labels.items()}
