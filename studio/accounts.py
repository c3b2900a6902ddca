"""The accounts of this process, by their keys. The only place that holds keys, in memory alone."""

import hashlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from studio import settings as given
from studio.account import Account, Waiting
from studio.archive import Archive
from studio.errors import ConnectionFailed, NotFoundError, ServerError, SettingsError, StudioError
from studio.ledger.ledger import Ledger
from studio.running import Running, build
from studio.saver import Saver
from studio.settings import Settings
from studio.values import Clock, now
from studio.webhooks import NONE, Webhooks
from studio.weryai.client import WeryAI
from studio.weryai.transport import is_loopback

log = logging.getLogger(__name__)

MOST_ACCOUNTS = 64
SANDBOX = "sandbox"  # a fixed id: its port differs from start to start, and its tasks must be found again
SANDBOX_KEY = "sk-sandbox-costs-nothing"


class Accounts:
    """Opens accounts by their key, each once. `sandbox_url` is where requests go while no shared key is set."""

    def __init__(
        self, settings: Settings, ledger: Ledger, archive: Archive, sandbox_url: str = "", webhooks: Webhooks = NONE
    ) -> None:
        self._settings = settings
        self._webhooks = webhooks
        self._ledger = ledger
        self._archive = archive
        self._sandbox_url = sandbox_url
        self._running: dict[str, Running] = {}
        self._moved: dict[str, str] = {}
        self._shared: Account | None = None
        self._lock = threading.RLock()

    def shared(self) -> Running:
        """The team's account, or the sandbox when there is no key."""
        if key := self._settings.api_key:
            return self._opened(self._shared_account(key), key, self._settings.models_base_url)
        account = Account(SANDBOX, self._sandbox_url, "the sandbox", is_sandbox=True, is_local=True)
        return self._opened(account, SANDBOX_KEY, self._sandbox_url)

    def saver(self, clock: Clock = now) -> Saver:
        """What fetches the files of the team's account, and nothing else of it; it works when it is told to."""
        key, address = self._settings.api_key, self._settings.models_base_url
        return build(self._shared_account(key), key, address, self._ledger, self._archive, clock=clock).saver

    def open(self, key: str) -> Running:
        """A person's own account; the same key entered again is the same account.

        Errors: SettingsError for what is no key; AuthenticationError when WeryAI does not take it, and then nothing
        is kept of it.
        """
        key = given.check_key(key)
        account = self._account_of(key)
        running = self._running.get(account.id)
        if running is None:
            self._check(account, key)
            running = self._opened(account, key, self._settings.models_base_url)
        elif running.api.key != key:
            return self._renewed(running, account, key)
        self._ledger.accounts.forgive(account.id)
        running.wake()
        return running

    def _renewed(self, running: Running, account: Account, key: str) -> Running:
        """Another key of an account that is at work replaces its key only if that was rejected, and this one works."""
        if not self._ledger.accounts.standing(account.id).rejected:
            return running
        WeryAI(account, key, self._settings.models_base_url, self._ledger.calls.record).balance()
        return self._with_key(running, account.label, key)

    def take_over(self, paused: str, key_of: str) -> Running:
        """Let an account whose key was rejected go on with the key of another one, which is then one with it.

        Errors: StudioError when WeryAI does not show that key the account's tasks: then it is somebody else's.
        """
        old, new = self.get(paused), self.get(key_of)
        if not old or not new:
            raise SettingsError("The studio was started again.", hint="Enter your key once more.")
        if old is new:
            return old
        task = self._ledger.jobs.newest_task(old.account.id)
        if task:
            _check_that_it_is_known(new.api, task)
        elif old.account.is_shared:
            raise SettingsError(
                "The team's key has no task yet by which the accounts could be compared.",
                hint="Set WERYAI_API_KEY and start the studio again; its jobs then go on.",
            )
        self._retire(new)
        self._ledger.accounts.add_key(new.account.id, old.account.id, shared=False, at=now())
        self._moved[new.account.id] = old.account.id
        return self._with_key(old, new.account.label, new.api.key)

    def _retire(self, running: Running) -> None:
        """End what works for an account, but never while an answer of the API is awaited: that is another's from then.

        Errors: SettingsError, and then it goes on.
        """
        account, key = running.account, running.api.key
        being_sent = SettingsError("A job is just being sent with this key.", hint="Press again when it has left.")
        if running.dispatcher.sending:
            raise being_sent
        with self._lock:
            self._running.pop(account.id)
        running.stop()
        if running.dispatcher.sending:
            self._opened(account, key, self._settings.models_base_url)
            raise being_sent

    def _with_key(self, running: Running, label: str, key: str) -> Running:
        """The account goes on with another key, at once."""
        running.api.key = key
        renewed = replace(running, account=replace(running.account, label=label))
        with self._lock:
            self._running[renewed.account.id] = renewed
        self._ledger.accounts.forgive(renewed.account.id)
        renewed.wake()
        return renewed

    def _account_of(self, key: str) -> Account:
        """The account that this key was last seen to be of, else one of its own."""
        own = _account(self._settings.base_url, key)
        found = self._ledger.accounts.of_key(own.id) or own.id
        return replace(own, id=found, is_shared=bool(self._settings.api_key) and found == self.shared().account.id)

    def _shared_account(self, key: str) -> Account:
        with self._lock:
            if not self._shared:
                own = _account(self._settings.base_url, key)
                found = self._ledger.accounts.of_key(own.id) or self._succeeded(own, key)
                self._shared = replace(own, id=found, is_shared=True)
            return self._shared

    def _succeeded(self, own: Account, key: str) -> str:
        """The team has a new key: the account of the one before goes on, if WeryAI shows this key its tasks."""
        before = self._ledger.accounts.last_shared(own.base_url)
        task = self._ledger.jobs.newest_task(before) if before else ""
        found = own.id if task else before or own.id  # one that never had a task has nothing to tell it by: go on
        if task:
            try:
                _check_that_it_is_known(WeryAI(own, key, own.base_url, self._ledger.calls.record), task)
            except SettingsError:
                log.warning("the new shared key is of another WeryAI account than the one before")
            except StudioError as error:
                log.warning("whether the new shared key is of the same account is not known yet: %s", error)
                return own.id  # asked again at the next start
            else:
                found = before
        self._ledger.accounts.add_key(own.id, found, shared=True, at=now())
        return found

    def _check(self, account: Account, key: str) -> None:
        if len(self._running) >= MOST_ACCOUNTS:
            raise SettingsError("Too many keys are in use here.", hint="Restart the studio to make room.")
        api = WeryAI(account, key, self._settings.models_base_url, self._ledger.calls.record)
        with suppress(ConnectionFailed, ServerError):  # not reached is not rejected
            api.balance()

    def get(self, account_id: str) -> Running | None:
        while account_id in self._moved:
            account_id = self._moved[account_id]
        return self._running.get(account_id)

    def without_key(self) -> list[Waiting]:
        """Accounts whose jobs nobody follows or can look for, as this process does not have their key."""
        waiting = self._ledger.accounts.with_open_jobs()
        return [found for found in waiting if found.account != SANDBOX and found.account not in self._running]

    def stop(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Running.stop, self._running.values()))

    def _opened(self, account: Account, key: str, models_base_url: str) -> Running:
        with self._lock:
            if account.id not in self._running:
                self._ledger.accounts.introduce(account)
                self._ledger.accounts.forgive(account.id)
                place = (models_base_url, self._ledger, self._archive)
                self._running[account.id] = build(account, key, *place, webhooks=self._webhooks)
                self._running[account.id].start()
            return self._running[account.id]


def shown(key: str) -> str:
    """A key as it may be shown: `sk-…343e`."""
    return f"sk-…{key[-4:]}" if len(key) >= 12 else "sk-…"


def _account(base_url: str, key: str) -> Account:
    fingerprint = hashlib.sha256(f"{base_url}\n{key}".encode()).hexdigest()[:16]
    return Account(fingerprint, base_url, shown(key), is_local=is_loopback(base_url))


def _check_that_it_is_known(api: WeryAI, task_id: str) -> None:
    """Errors: SettingsError when WeryAI does not know this task under this key; StudioError when it does not say."""
    try:
        api.task(task_id)
    except NotFoundError:
        raise SettingsError(
            "WeryAI does not know the paused jobs under this key.",
            hint="It belongs to another WeryAI account. Put a key of the same account here.",
        ) from None
