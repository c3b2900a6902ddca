"""API keys: how one is shown, its fingerprint, whether WeryAI accepts it, and which account it belongs to."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace

from studio.core.account import Account
from studio.core.calls import Call
from studio.core.errors import ConnectionFailed, NotFoundError, ServerError, SettingsError, StudioError
from studio.core.hosts import is_loopback
from studio.core.values import now
from studio.ledger.ledger import Ledger
from studio.weryai.api import WeryAI

log = logging.getLogger(__name__)


def shown(key: str) -> str:
    """Return a key masked for display: `sk-…343e`."""
    return f"sk-…{key[-4:]}" if len(key) >= 12 else "sk-…"


def account(base_url: str, key: str) -> Account:
    """Return the account of this key alone; its id is a fingerprint of base URL and key."""
    fingerprint = hashlib.sha256(f"{base_url}\n{key}".encode()).hexdigest()[:16]
    return Account(fingerprint, base_url, shown(key), is_local=is_loopback(base_url))


def check_same_account(api: WeryAI, task_id: str) -> None:
    """Check that the key of `api` is of the WeryAI account that has this task.

    Errors: SettingsError when WeryAI does not know the task under this key; StudioError when it does not answer.
    """
    try:
        api.task(task_id)
    except NotFoundError:
        raise SettingsError(
            "This key can't resume the paused jobs.",
            hint="It is on another WeryAI account. Use a key from the same account.",
        ) from None


def verify(
    account: Account, key: str, models_base_url: str, record: Callable[[Call], None], *, must_answer: bool
) -> bool:
    """Whether WeryAI accepts the key: asks for its balance. False when WeryAI does not answer.

    Records the calls under the account if the key works, else under none. Errors: AuthenticationError, and others when
    WeryAI refuses; ConnectionFailed, ServerError when it does not answer and `must_answer`.
    """
    made: list[Call] = []
    works = False
    try:
        WeryAI(account, key, models_base_url, made.append).balance()
        works = True
    except (ConnectionFailed, ServerError):
        if must_answer:
            raise
    finally:
        for call in made:
            record(call if works else replace(call, account=""))
    return works


def resolve_team_account(own: Account, key: str, ledger: Ledger) -> str:
    """Return the id of the account that a new team key belongs to, and record that it does.

    It is the account of the team key before if WeryAI shows the new key that account's newest task, or if that account
    never had a task to compare by; else `own`. When WeryAI does not answer, it is `own`, and nothing is recorded.
    """
    before = ledger.accounts.last_shared(own.base_url)
    task = ledger.jobs.newest_task(before) if before else ""
    found = own.id if task else before or own.id
    if task:
        try:
            check_same_account(WeryAI(own, key, own.base_url, ledger.calls.record), task)
        except SettingsError:
            log.warning("the new shared key is of another WeryAI account than the one before")
        except StudioError as error:
            log.warning("whether the new shared key is of the same account is not known yet: %s", error)
            return own.id  # the next start asks again
        else:
            found = before
    ledger.accounts.add_key(own.id, found, shared=True, at=now())
    return found
