"""The accounts of this process, by their keys. The only place that holds keys, in memory alone."""

import hashlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from studio import settings as given
from studio.archive import Archive
from studio.errors import ConnectionFailed, NotFoundError, ServerError, SettingsError, StudioError
from studio.ledger.ledger import Ledger
from studio.running import Running, build
from studio.settings import Settings
from studio.values import Account, now
from studio.weryai.client import WeryAI
from studio.weryai.transport import is_loopback

log = logging.getLogger(__name__)

MOST_ACCOUNTS = 64
SANDBOX_KEY = "sk-sandbox-costs-nothing"


class Accounts:
    """Opens accounts by their key, each once. `sandbox_url` is where requests go while no shared key is set."""

    def __init__(self, settings: Settings, ledger: Ledger, archive: Archive, sandbox_url: str = "") -> None:
        self._settings = settings
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
        # A fixed id: the sandbox's port differs from start to start, and its tasks must be found again.
        account = Account("sandbox", self._sandbox_url, "the sandbox", is_sandbox=True, is_local=True)
        return self._opened(account, SANDBOX_KEY, self._sandbox_url)

    def open(self, key: str) -> Running:
        """A person's own account; the same key entered again is the same account.

        Errors: SettingsError for what is no key; AuthenticationError when WeryAI does not take it, and then nothing
        is kept of it.
        """
        key = given.check_key(key)
        account = self._account_of(key)
        if account.id not in self._running or self._running[account.id].account.label != account.label:
            self._check(account, key)
        running = self._with_key(self._opened(account, key, self._settings.models_base_url), account, key)
        self._ledger.accounts.forgive(account.id)
        running.wake()
        return running

    def take_over(self, paused: str, key_of: str) -> Running:
        """Let an account whose key was rejected go on with the key of another one, which is then one with it.

        Errors: StudioError when WeryAI does not show that key the account's tasks: then it is somebody else's.
        """
        old, new = self._running[paused], self._running[key_of]
        task = self._ledger.jobs.newest_task(paused)
        if task:
            _check_that_it_is_known(new.api, task)
        elif old.account.is_shared:
            raise SettingsError("The team's key has no task yet by which the accounts could be compared.")
        self._ledger.accounts.add_key(key_of, paused, shared=False, at=now())
        with self._lock:
            self._moved[key_of] = paused
            self._running.pop(key_of).stop()
        running = self._with_key(old, replace(old.account, label=new.account.label), new.api.key)
        self._ledger.accounts.forgive(paused)
        running.wake()
        return running

    def _with_key(self, running: Running, account: Account, key: str) -> Running:
        """The account goes on with the key that was given last."""
        if running.api.key == key:
            return running
        running.api.key = key
        with self._lock:
            self._running[account.id] = replace(running, account=replace(running.account, label=account.label))
            return self._running[account.id]

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
        found = own.id
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
        return self._running.get(self._moved.get(account_id, account_id))

    def stop(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Running.stop, self._running.values()))

    def _opened(self, account: Account, key: str, models_base_url: str) -> Running:
        with self._lock:
            if account.id not in self._running:
                self._ledger.accounts.introduce(account)
                self._ledger.accounts.forgive(account.id)
                self._running[account.id] = build(account, key, models_base_url, self._ledger, self._archive)
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
