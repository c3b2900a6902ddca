"""A person's own API key: use it, forget it, restore it, and resume the jobs of a rejected key with it."""

import logging
import math
from contextlib import suppress

import streamlit as st

from components.session import browser_id, services, session, visitor
from studio.access import Payer
from studio.client import Client
from studio.core.drafts import FormContent, Owner
from studio.core.errors import AuthenticationError, NotAllowed, NotConnected, SettingsError, StudioError
from studio.people.rate_limit import network_of

log = logging.getLogger(__name__)

_FORM = "key"


def is_in_use() -> bool:
    """Whether this session uses a personal key."""
    return bool(session.state().account)


def use_typed() -> None:
    """Use the typed key, and remove it from its widget at once: only `studio.engine.accounts` holds keys."""
    typed, state = session.pop_typed_key(), session.state()
    if not typed:
        return
    try:
        _check_permission()
        _check_rate()
        before = session.client_if_allowed()
        _use(services.shared().accounts.open(typed).account.id)
        _record_paused(before)
        session.client().balance.refresh()
    except SettingsError as error:
        state.key_problem = f"{error.message} {error.hint}"
    except AuthenticationError as error:
        state.key_problem = f"WeryAI rejected this key: {error.message} ({error.http_status})."
    except NotConnected as error:
        state.key_problem = f"{error.message} {error.way_out}"
    except StudioError as error:
        state.key_problem = error.message


def _record_paused(before: Client | None) -> None:
    """Remember the account that was in use, if its key is rejected: another key may resume its jobs."""
    if before and before.balance.standing().rejected and not before.may_not_spend:
        session.state().paused_account = before.account.id


def paused() -> Client | None:
    """Return the account whose rejected key was replaced by another, while jobs of it wait for a valid key; or None."""
    state, shared = session.state(), services.shared()
    if not is_in_use():
        return None
    found = shared.accounts.get(state.paused_account) if state.paused_account != state.account else None
    waiting = Client(found, shared.ledger) if found else None
    return waiting if waiting and waiting.balance.standing().rejected and waiting.jobs.busy() else None


def resume() -> None:
    """Resume the paused jobs with the key in use, if it belongs to the same WeryAI account."""
    state = session.state()
    try:
        _check_permission()
        account = services.shared().accounts.take_over(state.paused_account, state.account).account
    except StudioError as error:
        state.key_problem = f"{error.message} {error.hint}"
    else:
        _use("" if account.is_shared else account.id)
        state.paused_account = ""
        whose = "The team now uses" if account.is_shared else "You now use"
        state.notice = f"{whose} the key {account.label}."


def _check_permission() -> None:
    """Check the permission in a callback, which runs before the guard of its page. Errors: NotAllowed."""
    if not visitor.current().permissions(Payer.OWN).make:
        raise NotAllowed("You can't use your own key here.")


def _check_rate() -> None:
    """Limit the rate of tries: each typed key causes a request of this server to WeryAI. Errors: NotAllowed."""
    wait = services.shared().key_tries.take(network_of(st.context.ip_address or ""))
    if wait:
        raise NotAllowed(f"Too many keys were tried. Wait {math.ceil(wait)} seconds.")


def forget() -> None:
    """Go back to the shared account. Open jobs of the key are followed until the process ends."""
    before = None
    with suppress(StudioError):
        before = session.client_if_allowed()
    _use("")
    with suppress(StudioError):
        _record_paused(before)


def restore() -> None:
    """In a new session, use the account that this browser used last, if the process still has its key."""
    state, owner = session.state(), browser_id.current(session.state().person)
    if state.is_restored or state.account:
        return
    state.is_restored = True
    if (chosen := browser_id.account(owner)) and services.shared().accounts.get(chosen):
        session.use_account(chosen)
    elif owner.browser and _had_key(owner):
        state.key_problem = session.RESTARTED


def _had_key(owner: Owner) -> bool:
    try:
        return services.shared().ledger.drafts.get(owner, _FORM) is not None
    except StudioError as error:
        log.error("whether a key was in use is not known: %s", error)
        return False


def _use(account: str) -> None:
    """Use an account and remember it for this browser: which one in memory, and in the ledger that there was a key."""
    session.use_account(account)
    owner = browser_id.current(session.state().person)
    browser_id.set_account(owner, account)
    if not owner.browser:
        return
    drafts = services.shared().ledger.drafts
    try:
        drafts.keep(owner, _FORM, FormContent()) if account else drafts.drop(owner, _FORM)
    except StudioError as error:
        log.error("that a key is in use is not written down: %s", error)
