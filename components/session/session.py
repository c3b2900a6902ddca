"""The state of one browser session, and its client. The only module that uses st.session_state."""

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
_STATE_KEY = "studio"
_KEY_FIELD = "api-key"
OWNER_CHOICE = "whose"

KEY_NOT_KEPT = "That was an API key, so it wasn't saved. Enter keys in the API key field only."


def state() -> Session:
    """Return the state of this session; the first call creates it."""
    try:
        found: Session = st.session_state[_STATE_KEY]
    except KeyError:
        found = st.session_state[_STATE_KEY] = Session()
    return found


def client() -> Client:
    """Return this person's client: of their own account while they have entered a key, else of the shared one.

    If they may not see that account, rerun: the next run draws the sign-in page. Errors: NotAllowed, in a callback.
    """
    found = client_if_allowed()
    if not found:
        st.rerun()  # does nothing in a callback
        raise NotAllowed("You can't use this account.")
    return found


def client_if_allowed() -> Client | None:
    """Return this person's client; None if they may not see the account that they would use."""
    shared, viewer = services.shared(), visitor.current()
    own = shared.accounts.get(state().account) if state().account else None
    if state().account and not own:  # the process has lost the key: never use the team's credits without asking
        use_account("")
        state().key_problem = RESTARTED
        st.rerun()
    if own and not viewer.permissions(Payer.OWN).look:
        use_account("")
        own = None
    runtime = own or shared.accounts.shared()
    payer = Payer.OWN if own else access.payer(runtime.account)  # whoever enters the team's key may use it
    permissions = viewer.permissions(payer)
    why_not = "" if permissions.make else "You have view-only access. An admin can change that."
    return _client(runtime, viewer.person, permissions, why_not) if permissions.look else None


def team_client() -> Client | None:
    """Return a read-only client of the team's account for a person with their own key; None if they may not see it."""
    viewer = visitor.current()
    if not state().account or not viewer.may_see_shared:
        return None
    runtime = services.shared().accounts.shared()
    why_not = "You're using your own key. To use the team key, forget yours in the sidebar."
    return _client(runtime, viewer.person, viewer.permissions(access.payer(runtime.account)), why_not)


def _client(runtime: Runtime, person: str, permissions: Permissions, why_not: str) -> Client:
    shared = services.shared()
    return Client(
        runtime,
        shared.ledger,
        person,
        why_not,
        is_admin=permissions.admin,
        only_mine=is_only_mine(default=permissions.make),
        most_a_minute=shared.settings.submissions_per_minute,
    )


def is_only_mine(*, default: bool = True) -> bool:
    """Whether lists show only this person's jobs; `default` applies until the person has chosen."""
    chosen = widget_value(OWNER_CHOICE)
    return default if chosen is None else bool(chosen == "Mine")


def begin() -> None:
    """Begin a run of somebody with access: clear the state of another person, and record this one in the ledger.

    A person who was deleted during their session is recorded again: a job is not sent for an unknown person.
    """
    viewer, people = visitor.current(), services.shared().ledger.people
    is_new = viewer.person != state().person
    if is_new and state().person:
        forget()
    if viewer.identity and (is_new or viewer.person not in people.by_id()):
        people.record_visit(Person(viewer.person, viewer.identity.email, viewer.identity.name), now())
    state().person = viewer.person  # last: if the ledger failed above, the next run tries again


def sign_out() -> None:
    """End this sign-in in every tab, and for everybody who has its cookie."""
    try:
        if found := visitor.current().identity:
            services.shared().ledger.people.end_sign_in(found.sign_in)
    except StudioError as error:  # in this browser the sign-in ends in any case
        log.error("a sign-out is not written down: %s", error)
    visitor.forget()
    forget()
    st.logout()


def forget() -> None:
    """Clear the whole session state when its person leaves."""
    st.session_state.clear()


def show_older(kind: Kind) -> None:
    """Show more cards of this kind from the next drawing on."""
    state().cards[kind] += CARDS
    state().oldest.pop(kind, None)


def key_field() -> str:
    """Return the widget key of the field for an API key."""
    return _KEY_FIELD


def pop_typed_key() -> str:
    """Return the content of the API key field, and empty the field."""
    typed, st.session_state[_KEY_FIELD] = st.session_state.get(_KEY_FIELD, ""), ""
    return str(typed)


def clear_api_key(field: str) -> None:
    """Empty this field if it holds an API key by mistake, so that the key does not get into the address of the page."""
    state().cleared_field = ""
    if redaction.holds_key(str(st.session_state.get(field) or "")):
        st.session_state[field] = ""
        state().notice, state().cleared_field = KEY_NOT_KEPT, field


def use_account(account: str) -> None:
    """Use this account from now on; empty means the shared one."""
    state().account, state().key_problem = account, ""
    state().oldest.clear()
    for form in state().forms.values():
        form.sent_at = None  # the card is among those of the other account


def acknowledge(job: Job) -> None:
    """Record that the person has seen how this job ended: it gets no toast."""
    ended = job.finished_at or job.answered_at
    if ended:
        state().news_until = max(state().news_until, ended)


def current_submission(form: str) -> str:
    """Return the name of the next submission of this form; the same one until `next_submission`."""
    return f"{state().token}:{form}:{state().submissions[form]}"


def next_submission(form: str) -> str:
    """Return the current name and advance to the next: a second click with a used name creates no second job."""
    name = current_submission(form)
    state().submissions[form] += 1
    return name


def widget_value(key: str, default: Any = None) -> Any:
    """Return the value of a widget, also before it is drawn."""
    return st.session_state.get(key, default)


def reset_widget(key: str) -> None:
    """Forget the value of a widget before it is drawn, so that it starts with its default."""
    st.session_state.pop(key, None)


def set_widget(key: str, content: Any) -> None:
    """Set the value of a widget before it is drawn."""
    st.session_state[key] = content
