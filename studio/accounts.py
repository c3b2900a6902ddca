"""The accounts of this process, each with what works for it. The only place that holds keys, in memory alone."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from studio import settings as given
from studio.archive import Archive
from studio.dispatcher import Dispatcher
from studio.errors import ConnectionFailed, ServerError, SettingsError
from studio.ledger.ledger import Ledger
from studio.saver import Saver
from studio.settings import Settings
from studio.tracker import Tracker
from studio.values import Account, Clock, now
from studio.weryai.catalogue import Catalogue
from studio.weryai.client import WeryAI
from studio.weryai.transport import is_loopback

MOST_ACCOUNTS = 64
SANDBOX_KEY = "sk-sandbox-costs-nothing"


@dataclass(frozen=True)
class Running:
    """An account with its API, its models, and the three that move its jobs."""

    account: Account
    api: WeryAI
    catalogue: Catalogue
    dispatcher: Dispatcher
    tracker: Tracker
    saver: Saver

    def start(self) -> None:
        for part in (self.dispatcher, self.tracker, self.saver):
            part.worker.start()

    def wake(self) -> None:
        """There may be something to do: a new job, or a key that works again."""
        for part in (self.dispatcher, self.tracker, self.saver):
            part.worker.wake()

    def stop(self) -> None:
        for part in (self.dispatcher, self.tracker, self.saver):
            part.stop()


class Accounts:
    """Opens accounts by their key, each once. `sandbox_url` is where requests go while no shared key is set."""

    def __init__(self, settings: Settings, ledger: Ledger, archive: Archive, sandbox_url: str = "") -> None:
        self._settings = settings
        self._ledger = ledger
        self._archive = archive
        self._sandbox_url = sandbox_url
        self._running: dict[str, Running] = {}
        self._lock = threading.Lock()

    def shared(self) -> Running:
        """The team's account, or the sandbox when there is no key."""
        if self._settings.api_key:
            account = _account(self._settings.base_url, self._settings.api_key, is_shared=True)
            return self._opened(account, self._settings.api_key, self._settings.models_base_url)
        # A fixed id: the sandbox's port differs from start to start, and its tasks must be found again.
        account = Account("sandbox", self._sandbox_url, "the sandbox", is_sandbox=True, is_local=True)
        return self._opened(account, SANDBOX_KEY, self._sandbox_url)

    def open(self, key: str) -> Running:
        """A person's own account; the same key entered again is the same account.

        Errors: SettingsError for what is no key; AuthenticationError when WeryAI does not take it, and then nothing
        is kept of it.
        """
        key = given.check_key(key)
        account = _account(self._settings.base_url, key, is_shared=key == self._settings.api_key)
        if account.id not in self._running:
            self._check(account, key)
        running = self._opened(account, key, self._settings.models_base_url)
        self._ledger.accounts.forgive(account.id)
        running.wake()
        return running

    def _check(self, account: Account, key: str) -> None:
        if len(self._running) >= MOST_ACCOUNTS:
            raise SettingsError("Too many keys are in use here.", hint="Restart the studio to make room.")
        api = WeryAI(account, key, self._settings.models_base_url, self._ledger.calls.record)
        with suppress(ConnectionFailed, ServerError):  # not reached is not rejected
            api.balance()

    def get(self, account_id: str) -> Running | None:
        return self._running.get(account_id)

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


def build(
    account: Account, key: str, models_base_url: str, ledger: Ledger, archive: Archive, *, clock: Clock = now
) -> Running:
    """Put together what works for an account; nothing is started yet."""
    api = WeryAI(account, key, models_base_url, ledger.calls.record)
    saver = Saver(account, api, ledger, archive, clock)
    tracker = Tracker(account, api, ledger, saver.worker.wake, clock)
    dispatcher = Dispatcher(account, api, ledger, tracker.worker.wake, clock)
    return Running(account, api, Catalogue(api.models, clock), dispatcher, tracker, saver)


def shown(key: str) -> str:
    """A key as it may be shown: `sk-…343e`."""
    return f"sk-…{key[-4:]}" if len(key) >= 12 else "sk-…"


def _account(base_url: str, key: str, *, is_shared: bool) -> Account:
    fingerprint = hashlib.sha256(f"{base_url}\n{key}".encode()).hexdigest()[:16]
    return Account(fingerprint, base_url, shown(key), is_local=is_loopback(base_url), is_shared=is_shared)
