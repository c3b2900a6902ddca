"""The form in which admins set spending limits."""

from dataclasses import asdict

import streamlit as st

from components.parts.markdown import escape, sentence
from components.session import session
from studio.core.errors import DraftError
from studio.core.spending_limits import SpendingLimits
from studio.people.admin import Admin

_FIELDS = {
    "person_day": "Each person, per day",
    "person_month": "Each person, per month",
    "team_day": "Team, per day",
    "team_month": "Team, per month",
    "price": "Task of unknown cost",
}
_HELP = {"price": "What a task counts as while the studio has seen no cost in its mode. Needed with any limit."}
_EXPLANATION = (
    "In credits; an empty field is no limit. Limits apply to everyone, admins too, but not to personal keys. Days and "
    "months are in UTC, and a job counts when it was created. Until its cost is known, it counts as the most that it "
    "may cost, judged by earlier jobs and the prices below. Refused and cancelled jobs don't count."
)


def show(admin: Admin) -> None:
    """Draw the form."""
    st.subheader("Limits", anchor=False)
    st.caption(_EXPLANATION)
    problem = st.empty()
    limits = asdict(admin.limits())
    with st.form("limits", border=False):
        with st.container(horizontal=True, gap="small"):
            given = {name: _number(name, label, limits[name]) for name, label in _FIELDS.items()}
        if st.form_submit_button("Save limits", icon=":material/save:"):
            with problem:
                _save(admin, SpendingLimits(**given))


def _number(name: str, label: str, value: float) -> float:
    """Draw the field of a limit, and return its value; 0 means no limit.

    The key holds the saved value, so that the field shows a value that another admin has saved. The value is set in
    session state: as a default of the widget it would come back whenever the field is emptied.
    """
    key = f"limit-{name}-{value}"
    if session.widget_value(key, missing := object()) is missing:
        session.set_widget(key, value or None)
    shown = st.number_input(
        label, min_value=0.0, value=None, step=1.0, format="%g", help=_HELP.get(name), width=170, key=key
    )
    return shown or 0.0


def _save(admin: Admin, limits: SpendingLimits) -> None:
    try:
        admin.set_limits(limits)
    except DraftError as error:
        st.error(f"Not saved. {_FIELDS[error.field]}: {sentence(error.message)}", icon=":material/error:")
    else:
        session.state().notice = f"Saved. Limits: {escape(limits.in_words())}."
        st.rerun()
