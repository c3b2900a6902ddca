"""What one browser session remembers, and its client. The only st.session_state.

It holds drafts, ids and the account's fingerprint; never jobs, containers or keys.
"""

import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import streamlit as st

from components import services
from studio import access
from studio.jobs import Client
from studio.values import Draft, Inputs, Job, Kind, now

CARDS = 20
ECHO_SECONDS = 0.8
_KEY = "studio"
_KEY_FIELD = "api-key"
_MODEL = "model"


@dataclass
class Complaint:
    """Why the last Generate of a mode did not go through: at which field, and the sentences, in Markdown."""

    field: str
    said: str
    value: Any = None  # what the field held then; with another value it is not true any more


@dataclass
class Session:
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    account: str = ""  # the fingerprint of a personal key's account; empty for the shared one
    inside: bool = False  # the navigation has let this run in
    submissions: Counter[str] = field(default_factory=Counter)
    complaints: dict[str, Complaint] = field(default_factory=dict)
    cards: Counter[Kind] = field(default_factory=lambda: Counter(dict.fromkeys(Kind, CARDS)))  # how many are asked for
    places: Counter[Kind] = field(default_factory=Counter)  # how many cards the page has a place for
    oldest: dict[Kind, datetime] = field(default_factory=dict)  # when the oldest job that is shown was made
    filled: dict[str, dict[str, Any]] = field(default_factory=dict)  # what a form is to hold at its next drawing
    pressed: tuple[float, Draft] | None = None  # when Generate was last pressed, and for what
    notice: str = ""  # said once, at the next drawing
    key_problem: str = ""
    paused: str = ""  # the account with a rejected key that was left for the one in use
    news_until: datetime = field(default_factory=now)
    started: set[str] = field(default_factory=set)  # jobs whose video was drawn as one that starts by itself


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


def complain(mode: str, complaint: Complaint | None) -> None:
    """Keep why the last Generate of a mode did not go through, or that it did."""
    state().complaints.pop(mode, None)
    if complaint:
        complaint.value = value(mode, complaint.field)
        state().complaints[mode] = complaint


def complaint(mode: str) -> Complaint | None:
    """The complaint about a mode's form, while its field still holds what it was about."""
    found = state().complaints.get(mode)
    return found if found and found.value == value(mode, found.field) else None


def heard(job: Job) -> None:
    """The person has been told how this job ended: no toast for it."""
    ended = job.finished_at or job.answered_at
    if ended:
        state().news_until = max(state().news_until, ended)


def submission(mode: str) -> str:
    """The name of the next submission of this form; the same one until `advance`."""
    return f"{state().token}:{mode}:{state().submissions[mode]}"


def advance(mode: str) -> str:
    """Use up the name of this submission: a second click of the same button finds it used, and makes nothing."""
    name = submission(mode)
    state().submissions[mode] += 1
    return name


def field_key(mode: str, name: str) -> str:
    """The widget key of a form's field."""
    return f"{mode}-{name}"


def keep_valid(mode: str, name: str, options: Sequence[Any], default: Any) -> None:
    """Before a choice is drawn: what it remembers and no longer fits becomes the default."""
    key = field_key(mode, name)
    if st.session_state.get(key) not in options:
        st.session_state[key] = default


def value(mode: str, name: str, default: Any = None) -> Any:
    """What a field holds at the moment, also before it is drawn."""
    return st.session_state.get(field_key(mode, name), default)


def fill(mode: str, model: str, inputs: Inputs) -> None:
    """Put these inputs into a mode's form, for its next drawing; what is not among them stays."""
    state().filled[mode] = {**inputs, **({_MODEL: model} if model else {})}


def take_filled(mode: str) -> None:
    """Before a form is drawn: its fields get what `fill` had for them."""
    for name, content in state().filled.pop(mode, {}).items():
        st.session_state[field_key(mode, name)] = content


def reuse(job: Job, *, prompt: bool, settings: bool) -> None:
    """Fill the form of a job's mode with what made it."""
    state().notice = "The form holds it now. Change what you like, then press Generate."
    chosen = {name: content for name, content in job.inputs.items() if (prompt if name == "prompt" else settings)}
    chosen.pop(_MODEL, None)
    fill(job.mode, job.model if settings else "", chosen)
