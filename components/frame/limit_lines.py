"""How far the limits of what may be spent are used, in the sidebar."""

import streamlit as st

from studio.core.number_texts import credits
from studio.core.spending_limits import Scope, Span, Usage

_WHOSE = {Scope.PERSON: "You", Scope.TEAM: "Team"}
_SPAN = {Span.DAY: "today", Span.MONTH: "this month"}


def show(uses: list[Usage]) -> None:
    """A line for each limit: how much of it is used."""
    if uses:
        st.markdown("  \n".join(map(_line, uses)))


def _line(use: Usage) -> str:
    color = "red" if use.used >= use.limit else "gray"
    told = f"{_WHOSE[use.scope]} {_SPAN[use.span]}: {credits(use.used)} of {credits(use.limit)} credits"
    return f":small[:{color}[{told}]]"
