"""What one browser session remembers, and its client. The only st.session_state."""

import logging
from typing import Any

import streamlit as st

from components.session import services, visitor
from components.session.state import CARDS, Session
from studio import access
from studio.access import Payer, Permissions
from studio.client import Client
from studio.core import redaction
from studio.core.errors import NotAllowed, StudioError
from studio.core.people import Person
from studio.core.values import Job, Kind, now
from studio.engine.runtime import Runtime

log = logging.getLogger(__name__)

RESTARTED = "The studio restarted. Enter your key again."
_KEY = "studio"
_KEY_FIELD = "api-key"
WHOSE = "whose"


def state() -> Session:
    try:
        found: Session = st.session_state[_KEY]
    except KeyError:
        found = st.session_state[_KEY] = Session()
    return found


def client() -> Client:
    """This person's client: their own account while they have entered a key, else the shared one.

    Who may see nothing of it is sent to the door. Errors: NotAllowed.
    """
    found = allowed()
    if not found:
        st.rerun()  # does nothing in a callback
        raise NotAllowed("You can't use this account.")
    return found


def allowed() -> Client | None:
    """This person's client, or nothing when they may see nothing of the account that they would work with."""
    shared, who = services.shared(), visitor.current()
    own = shared.accounts.get(state().account) if state().account else None
    if state().account and not own:  # never fall back to the team's money unasked
        use("")
        state().key_problem = RESTARTED
        st.rerun()
    if own and not who.permissions(Payer.OWN).look:
        use("")
        own = None
    runtime = own or shared.accounts.shared()
    permissions = who.permissions(
        Payer.OWN if own else access.payer(runtime.account)
    )  # who has the team's key may use it
    why_not = "" if permissions.make else "You have view-only access. An admin can change that."
    return _client(runtime, who.person, permissions, why_not) if permissions.look else None


def team() -> Client | None:
    """The account of everybody else, to look at, for somebody who works with a key of their own and may see it."""
    who = visitor.current()
    if not state().account or not who.sees_shared:
        return None
    runtime = services.shared().accounts.shared()
    why_not = "You're using your own key. To use the team key, forget yours in the sidebar."
    return _client(runtime, who.person, who.permissions(access.payer(runtime.account)), why_not)


def _client(runtime: Runtime, person: str, permissions: Permissions, why_not: str) -> Client:
    shared = services.shared()
    return Client(
        runtime,
        shared.ledger,
        person,
        why_not,
        is_admin=permissions.admin,
        only_mine=is_mine(default=permissions.make),
        most_a_minute=shared.settings.submissions_per_minute,
    )


def is_mine(*, default: bool = True) -> bool:
    """Lists show what the person made; without a choice so far, those who make things see their own first."""
    chosen = widget(WHOSE)
    return default if chosen is None else bool(chosen == "Mine")


def begin() -> None:
    """Somebody is let in: what this session remembers of somebody else is forgotten.

    Who was deleted while they are here is met again: a job is not sent for somebody who is not known.
    """
    who, people = visitor.current(), services.shared().ledger.people
    is_new = who.person != state().person
    if is_new and state().person:
        forget()
    if who.identity and (is_new or who.person not in people.by_id()):
        people.record_visit(Person(who.person, who.identity.email, who.identity.name), now())
    state().person = who.person  # last: whom the ledger did not take is met again by the next run


def sign_out() -> None:
    """End this sign-in, in every tab that has it and for whoever has its cookie."""
    try:
        if found := visitor.current().identity:
            services.shared().ledger.people.end_sign_in(found.sign_in)
    except StudioError as error:  # in this browser it is over all the same
        log.error("a sign-out is not written down: %s", error)
    visitor.forget()
    forget()
    st.logout()


def forget() -> None:
    """Everything that this session remembers: what it held is its person's."""
    st.session_state.clear()


def show_older(kind: Kind) -> None:
    """Ask for more cards of this kind."""
    state().cards[kind] += CARDS
    state().oldest.pop(kind, None)


def key_field() -> str:
    """The widget key of the field that takes an API key."""
    return _KEY_FIELD


def take_typed_key() -> str:
    """What the field of the API key holds; the field is blank from then on."""
    typed, st.session_state[_KEY_FIELD] = st.session_state.get(_KEY_FIELD, ""), ""
    return str(typed)


def clear_key(field: str) -> None:
    """A key that was put into this field by mistake is not kept in it, nor in the address of the page."""
    if redaction.holds_key(str(st.session_state.get(field) or "")):
        st.session_state[field] = ""
        state().notice = "That was an API key, so it wasn't saved. Enter keys in the API key field only."


def use(account: str) -> None:
    """Work with this account from now on; empty for the shared one."""
    state().account, state().key_problem = account, ""
    state().oldest.clear()


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


def discard(key: str) -> None:
    """Before a widget is drawn: it begins anew."""
    st.session_state.pop(key, None)


def put(key: str, content: Any) -> None:
    """Before a widget is drawn: what it is to hold."""
    st.session_state[key] = content
