"""What is known of a key without keeping it: how it may be shown, its fingerprint, and whose tasks it sees."""

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
    """A key as it may be shown: `sk-…343e`."""
    return f"sk-…{key[-4:]}" if len(key) >= 12 else "sk-…"


def account(base_url: str, key: str) -> Account:
    """The account of its own that a key is at first, known by the key's fingerprint."""
    fingerprint = hashlib.sha256(f"{base_url}\n{key}".encode()).hexdigest()[:16]
    return Account(fingerprint, base_url, shown(key), is_local=is_loopback(base_url))


def check_that_it_is_known(api: WeryAI, task_id: str) -> None:
    """Errors: SettingsError when WeryAI does not know this task under this key; StudioError when it does not say."""
    try:
        api.task(task_id)
    except NotFoundError:
        raise SettingsError(
            "This key can't resume the paused jobs.",
            hint="It is on another WeryAI account. Use a key from the same account.",
        ) from None


def prove(
    account: Account, key: str, models_base_url: str, record: Callable[[Call], None], *, must_answer: bool
) -> bool:
    """Ask WeryAI whether it takes a key. The calls are recorded for the account, or for none if it is not known.

    Errors: AuthenticationError, and what else says no; ConnectionFailed, ServerError if there must be an answer.
    """
    asked: list[Call] = []
    works = False
    try:
        WeryAI(account, key, models_base_url, asked.append).balance()
        works = True
    except (ConnectionFailed, ServerError):
        if must_answer:
            raise
    finally:
        for call in asked:
            record(call if works else replace(call, account=""))
    return works


def continue_account(own: Account, key: str, ledger: Ledger) -> str:
    """The team has a new key: the account of the one before goes on, if WeryAI shows this key its tasks."""
    before = ledger.accounts.last_shared(own.base_url)
    task = ledger.jobs.newest_task(before) if before else ""
    found = own.id if task else before or own.id  # one that never had a task has nothing to tell it by: go on
    if task:
        try:
            check_that_it_is_known(WeryAI(own, key, own.base_url, ledger.calls.record), task)
        except SettingsError:
            log.warning("the new shared key is of another WeryAI account than the one before")
        except StudioError as error:
            log.warning("whether the new shared key is of the same account is not known yet: %s", error)
            return own.id  # asked again at the next start
        else:
            found = before
    ledger.accounts.add_key(own.id, found, shared=True, at=now())
    return found
