"""The usage of spending limits, in the sidebar."""

import streamlit as st

from studio.core.number_texts import credits
from studio.core.spending_limits import Scope, Span, Usage

_WHOSE = {Scope.PERSON: "You", Scope.TEAM: "Team"}
_SPAN = {Span.DAY: "today", Span.MONTH: "this month"}


def show(uses: list[Usage]) -> None:
    """Draw a line for each limit with its usage."""
    if uses:
        st.markdown("  \n".join(map(_line, uses)))


def _line(use: Usage) -> str:
    color = "red" if use.used >= use.limit else "gray"
    text = f"{_WHOSE[use.scope]} {_SPAN[use.span]}: {credits(use.used)} of {credits(use.limit)} credits"
    return f":small[:{color}[{text}]]"
