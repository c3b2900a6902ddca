"""Limits of what may be spent: how far each is used, and for admins the form that sets them."""

import streamlit as st

from components.markdown import credits, escape, sentence
from studio.errors import DraftError
from studio.people.admin import Admin
from studio.people.caps import Caps, Scope, Span, Use

_WHOSE = {Scope.PERSON: "You", Scope.TEAM: "Team"}
_SPAN = {Span.DAY: "today", Span.MONTH: "this month"}
_FIELDS = {
    "person_day": "Person per day",
    "person_month": "Person per month",
    "team_day": "Team per day",
    "team_month": "Team per month",
    "price": "Assumed per task",
}
_HELP = {"price": "What a task counts as until its cost is known, in modes whose cost the studio hasn't seen yet."}
_EXPLAINED = (
    "In credits; empty means no limit. Days and months are in UTC. A new job counts as the most that a task of its "
    "mode has cost, until its own cost is known. Refused and cancelled jobs don't count, nor do jobs made with "
    "someone's own key."
)


def lines(uses: list[Use]) -> None:
    """A line for each limit: how much of it is used."""
    if uses:
        st.markdown("  \n".join(map(_line, uses)))


def _line(use: Use) -> str:
    color = "red" if use.used >= use.limit else "gray"
    told = f"{_WHOSE[use.scope]} {_SPAN[use.span]}: {credits(use.used)} of {credits(use.limit)} credits"
    return f":small[:{color}[{told}]]"


def show(admin: Admin) -> None:
    """Draw the form of the limits, and how far the team's are used."""
    st.subheader("Limits", anchor=False)
    st.caption(_EXPLAINED)
    caps = admin.caps()
    with st.form("limits", border=False):
        with st.container(horizontal=True, gap="small"):
            given = {name: _number(label, getattr(caps, name), _HELP.get(name)) for name, label in _FIELDS.items()}
        if st.form_submit_button("Save limits", icon=":material/save:"):
            _save(admin, Caps(**given))
    lines(admin.uses())


def _number(label: str, value: float, help_: str | None) -> float:
    """Without a key, so that it shows what another admin has set meanwhile."""
    given = st.number_input(label, min_value=0.0, value=value or None, format="%g", help=help_, step=1.0, width=160)
    return given or 0.0


def _save(admin: Admin, caps: Caps) -> None:
    try:
        admin.set_caps(caps)
    except DraftError as error:
        st.error(f"{_FIELDS[error.field]}: {sentence(error.message)}", icon=":material/error:")
    else:
        st.success(f"Saved. Limits: {escape(caps.in_words())}.", icon=":material/check:")
