"""A person's own API key: taken from its field, used, forgotten; and what goes on when it replaces a rejected one."""

import logging
import math

import streamlit as st

from components.session import browser_id, services, session, visitor
from studio.access import Payer
from studio.client import Client
from studio.core.errors import AuthenticationError, NotAllowed, NotConnected, SettingsError, StudioError
from studio.ledger.drafts import FormContent, Owner
from studio.people.rate_limit import network_of

log = logging.getLogger(__name__)

_FORM = "key"


def is_in_use() -> bool:
    return bool(session.state().account)


def take() -> None:
    """Move a typed key out of its widget at once: it lives in `studio.engine.accounts` alone."""
    typed, state = session.take_typed_key(), session.state()
    if not typed:
        return
    try:
        _check_person()
        _check_pace()
        before = session.allowed()
        _choose(services.shared().accounts.open(typed).account.id)
        is_left = before and before.standing().rejected and not before.may_not_spend
        state.paused = before.account.id if before and is_left else ""
        session.client().refresh_balance()
    except SettingsError as error:
        state.key_problem = f"{error.message} {error.hint}"
    except AuthenticationError as error:
        state.key_problem = f"WeryAI rejected this key: {error.message} ({error.http_status})."
    except NotConnected as error:
        state.key_problem = f"{error.message} {error.way_out}"
    except StudioError as error:
        state.key_problem = error.message


def paused() -> Client | None:
    """The account that was left because its key was rejected, while jobs of it wait for one that works."""
    state, shared = session.state(), services.shared()
    found = shared.accounts.get(state.paused) if state.paused != state.account else None
    waiting = Client(found, shared.ledger) if found else None
    return waiting if waiting and waiting.standing().rejected and waiting.busy() else None


def go_on() -> None:
    """The jobs that were left go on with the key in use, if WeryAI takes it for the same account's."""
    state = session.state()
    try:
        _check_person()
        account = services.shared().accounts.take_over(state.paused, state.account).account
    except StudioError as error:
        state.key_problem = f"{error.message} {error.hint}"
    else:
        _choose("" if account.is_shared else account.id)
        state.paused = ""
        whose = "The team now uses" if account.is_shared else "You now use"
        state.notice = f"{whose} the key {account.label}."


def _check_person() -> None:
    """A callback runs before the guard of its page. Errors: NotAllowed."""
    if not visitor.current().permissions(Payer.OWN).make:
        raise NotAllowed("You can't use your own key here.")


def _check_pace() -> None:
    """Each key that is tried is asked about at WeryAI, in the name of this machine. Errors: NotAllowed."""
    wait = services.shared().key_tries.take(network_of(st.context.ip_address or ""))
    if wait:
        raise NotAllowed(f"Too many keys were tried. Wait {math.ceil(wait)} seconds.")


def forget() -> None:
    """Go back to the shared account. Open jobs of the key are followed while the process lives."""
    _choose("")


def recall() -> None:
    """A session begins: it goes on with the account that was chosen in this browser, while the process has its key."""
    state, owner = session.state(), browser_id.current(session.state().person)
    if state.is_begun or state.account:
        return
    state.is_begun = True
    if (chosen := browser_id.chosen(owner)) and services.shared().accounts.get(chosen):
        session.use(chosen)
    elif owner.browser and _had_key(owner):
        state.key_problem = session.RESTARTED


def _had_key(owner: Owner) -> bool:
    try:
        return services.shared().ledger.drafts.get(owner, _FORM) is not None
    except StudioError as error:
        log.error("whether a key was in use is not known: %s", error)
        return False


def _choose(account: str) -> None:
    """Work with it, and remember it for this browser: in memory which one, in the ledger that there was a key."""
    session.use(account)
    owner = browser_id.current(session.state().person)
    browser_id.choose(owner, account)
    if not owner.browser:
        return
    drafts = services.shared().ledger.drafts
    try:
        drafts.keep(owner, _FORM, FormContent()) if account else drafts.drop(owner, _FORM)
    except StudioError as error:
        log.error("that a key is in use is not written down: %s", error)
