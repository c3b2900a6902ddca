"""What one browser session remembers, and its client. The only st.session_state."""

import time
from typing import Any

import streamlit as st

from components import services
from components.remembered import CARDS, Session
from studio import access
from studio.jobs import Client
from studio.values import Draft, Job, Kind

ECHO_SECONDS = 0.8
_KEY = "studio"
_KEY_FIELD = "api-key"


def state() -> Session:
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Session()
    found: Session = st.session_state[_KEY]
    return found


def client() -> Client:
    """This person's client: their own account while they have entered a key, else the shared one."""
    shared = services.shared()
    own = shared.accounts.get(state().account) if state().account else None
    if state().account and not own:  # never fall back to the team's money unasked
        use("")
        state().key_problem = "The studio was started again. Enter your key once more."
        st.rerun()
    running = own or shared.accounts.shared()
    why_not = access.why_not_spend(
        running.account,
        shared.settings,
        listens_on=str(st.get_option("server.address") or ""),
        headers=dict(st.context.headers),
    )
    return Client(running, shared.ledger, may_not_spend=why_not)


def show_older(kind: Kind) -> None:
    """Ask for more cards of this kind."""
    state().cards[kind] += CARDS
    state().oldest.pop(kind, None)


def key_field() -> str:
    """The widget key of the field that takes an API key."""
    return _KEY_FIELD


def take_typed_key() -> str:
    """What the field of the API key holds; the field is blank from then on."""
    typed, st.session_state[_KEY_FIELD] = st.session_state[_KEY_FIELD], ""
    return str(typed)


def use(account: str) -> None:
    """Work with this account from now on; empty for the shared one."""
    state().account, state().key_problem = account, ""
    state().oldest.clear()


def is_echo(draft: Draft) -> bool:
    """The same draft again within a moment is the second half of a slow double click, not a wish for two."""
    before, at = state().pressed, time.monotonic()
    state().pressed = (at, draft)
    return before is not None and before[1] == draft and at - before[0] < ECHO_SECONDS


def heard(job: Job) -> None:
    """The person has been told how this job ended: no toast for it."""
    ended = job.finished_at or job.answered_at
    if ended:
        state().news_until = max(state().news_until, ended)


def submission(form: str) -> str:
    """The name of the next submission of this form; the same one until `advance`."""
    return f"{state().token}:{form}:{state().submissions[form]}"


def advance(form: str) -> str:
    """Use up the name of this submission: a second click of the same button finds it used, and makes nothing."""
    name = submission(form)
    state().submissions[form] += 1
    return name


def widget(key: str, default: Any = None) -> Any:
    """What a widget holds, also before it is drawn."""
    return st.session_state.get(key, default)


def put(key: str, content: Any) -> None:
    """Before a widget is drawn: what it is to hold."""
    st.session_state[key] = content
