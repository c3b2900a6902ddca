"""Reads the address (URL query) of the shown page, and is the only place where the studio changes it.

The browser sends its address with every rerun. A rerun that it sent before it received the newest address would undo
the change, so such a run gets the newest address again. Messages arrive in order: once the browser has sent the newest
address, or one that it did not leave just now, no older one follows.
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

LATE_SECONDS = 2.0  # how long after a change a rerun with the old address may still arrive


def begin_run(page: str) -> None:
    """Begin a full run of this page."""
    state = session.state()
    state.is_arrival, state.page = state.page != page, page
    restore_newest()


def query() -> QueryParamsProxy:
    """Return the query parameters of the address."""
    restore_newest()
    return st.query_params


def update(values: Mapping[str, str | Sequence[str]]) -> None:
    """Set these query parameters in one step; an empty value removes its parameter."""
    values_now = {name: query().get_all(name) for name in query()}
    values_now |= {name: [given] if isinstance(given, str) and given else [*given] for name, given in values.items()}
    query_values = {name: given for name, given in values_now.items() if given}
    state, old, new = session.state(), _address(), (session.state().page, _as_tuples(query_values))
    if old != new:
        # State first: the next line may stop this run for another one.
        state.left_addresses[old], state.address = time.monotonic(), new
        st.query_params.from_dict(query_values)


def restore_newest() -> None:
    """Put the newest address back if this run was sent with an older one. Does so once a run, before the first read."""
    state, run = session.state(), _current_run()
    if state.checked_run is run:
        return
    state.checked_run, sent = run, _address()
    (page, newest), left_at = state.address, state.left_addresses.get(sent, -math.inf)
    is_late = page == state.page and time.monotonic() - left_at < LATE_SECONDS and sent != state.address
    if is_late and not is_history_navigation():
        st.query_params.from_dict(dict(newest))
    else:
        state.address, state.left_addresses = sent, {}


def is_history_navigation() -> bool:
    """Whether *Back* or *Forward* in the browser caused this run."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _current_run() -> Any:
    """Return an object that Streamlit creates for each run; callbacks of the run see the same one."""
    return getattr(get_script_run_ctx(), "parallel_coordinator", object())


def _address() -> Address:
    return session.state().page, _as_tuples({name: st.query_params.get_all(name) for name in st.query_params})


def _as_tuples(asked: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((name, tuple(given)) for name, given in asked.items()))
