"""The address of the page that is shown: what it says, and the only place where the studio changes it.

The browser sends its address along with every press and every tick. What it sent before it had the newest address would
undo what was changed there, so such a run is given the newest one again. Messages come in order: once the browser has
sent the newest one, or another that it had not left just now, nothing older follows.
"""

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy

from components.session import session
from components.session.state import Address

LATE_SECONDS = 2.0  # in which something may still come that was sent before a change


def arrive(page: str) -> None:
    """A full run of this page begins."""
    state = session.state()
    state.is_arrival, state.page = state.page != page, page
    settle()


def query() -> QueryParamsProxy:
    """What the address says."""
    settle()
    return st.query_params


def change(values: Mapping[str, str | Sequence[str]]) -> None:
    """Put these into the address, all at once; what is empty is taken out."""
    asked = {name: query().get_all(name) for name in query()}
    asked |= {name: [given] if isinstance(given, str) and given else [*given] for name, given in values.items()}
    wanted = {name: given for name, given in asked.items() if given}
    state, left, entered = session.state(), _address(), (session.state().page, _frozen(wanted))
    if left != entered:
        state.left[left], state.address = time.monotonic(), entered  # first: a press cuts a run off at the next line
        st.query_params.from_dict(wanted)


def settle() -> None:
    """Once a run, before anything of the address is read: is it older than the newest?"""
    state, this = session.state(), _this_run()
    if state.run is this:
        return
    state.run, sent = this, _address()
    (page, newest), left_at = state.address, state.left.get(sent, -math.inf)
    if page == state.page and time.monotonic() - left_at < LATE_SECONDS and sent != state.address and not is_back():
        st.query_params.from_dict(dict(newest))
    else:
        state.address, state.left = sent, {}


def is_back() -> bool:
    """This run is for *Back* or *Forward* in the browser."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _this_run() -> Any:
    """An object that Streamlit makes anew for each run, its callbacks included."""
    return getattr(get_script_run_ctx(), "parallel_coordinator", object())


def _address() -> Address:
    return session.state().page, _frozen({name: st.query_params.get_all(name) for name in st.query_params})


def _frozen(asked: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((name, tuple(given)) for name, given in asked.items()))
