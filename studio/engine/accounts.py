"""The accounts of this process, by their keys. The only place that holds keys, in memory alone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from studio.archive.archive import Archive
from studio.core import settings as given
from studio.core.account import Account, Waiting
from studio.core.errors import SettingsError
from studio.core.settings import Settings
from studio.core.values import Clock, now
from studio.engine import keys
from studio.engine.dispatcher import WebhookAddress, no_webhook
from studio.engine.runtime import Runtime, build
from studio.engine.saver import Saver
from studio.ledger.ledger import Ledger

MOST_ACCOUNTS = 64
SANDBOX = "sandbox"  # a fixed id: its port differs from start to start, and its tasks must be found again
SANDBOX_KEY = "sk-sandbox-costs-nothing"


class Accounts:
    """Opens accounts by their key, each once. `sandbox_url` is where requests go while no shared key is set."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        archive: Archive,
        sandbox_url: str = "",
        webhook: WebhookAddress = no_webhook,
        *,
        may_spend: Callable[[str], bool] = lambda _person: True,
    ) -> None:
        self._settings = settings
        self._webhook = webhook
        self._may_spend = may_spend
        self._ledger = ledger
        self._archive = archive
        self._sandbox_url = sandbox_url
        self._runtimes: dict[str, Runtime] = {}  # looked up and changed in one step each, so it needs no lock
        self._moved: dict[str, str] = {}
        self._shared: Account | None = None
        self._comparing = threading.Lock()

    def shared(self) -> Runtime:
        """The team's account, or the sandbox when there is no key."""
        if key := self._settings.api_key:
            return self._open(self._resolve_shared_account(key), key, self._settings.models_base_url)
        account = Account(SANDBOX, self._sandbox_url, "demo mode", is_sandbox=True, is_local=True)
        return self._open(account, SANDBOX_KEY, self._sandbox_url)

    def saver(self, clock: Clock = now) -> Saver:
        """What fetches the files of the team's account, and nothing else of it; it works when it is told to."""
        key, address = self._settings.api_key, self._settings.models_base_url
        return build(self._resolve_shared_account(key), key, address, self._ledger, self._archive, clock=clock).saver

    def open(self, key: str) -> Runtime:
        """The account of a key that a person typed; the same key entered again is the same account.

        WeryAI is asked whether it takes the key, unless just this key is at work. Errors: SettingsError for what is no
        key; AuthenticationError when WeryAI does not take it, and then nothing is kept of it.
        """
        key = given.check_key(key)
        account = self._resolve_account(key)
        runtime = self._runtimes.get(account.id)
        if not runtime or runtime.api.key != key or self._is_rejected(account):
            runtime = self._take_up(account, key, is_proven=self._prove(account, key))
        runtime.wake()
        return runtime

    def _is_rejected(self, account: Account) -> bool:
        return bool(self._ledger.accounts.standing(account.id).rejected)

    def _prove(self, account: Account, key: str) -> bool:
        """Ask about the key. While WeryAI is not reached, a key opens at most an account of its own, not yet at work.

        Errors: AuthenticationError, and what else says no; ConnectionFailed, ServerError for any other account.
        """
        must_answer = account.id in self._runtimes or account.id != self._own(key).id or self._is_rejected(account)
        place = (account, key, self._settings.models_base_url)
        return keys.prove(*place, self._ledger.calls.record, must_answer=must_answer)

    def _take_up(self, account: Account, key: str, *, is_proven: bool) -> Runtime:
        """Of an account that is at work, another key replaces the one that was rejected."""
        runtime = self._runtimes.get(account.id)
        if not runtime:
            self._check_room(is_proven=is_proven)
            return self._open(account, key, self._settings.models_base_url)
        if runtime.api.key != key and self._is_rejected(account):
            return self._replace_key(runtime, account.label, key)
        self._ledger.accounts.clear_rejection(account.id)
        return runtime

    def take_over(self, paused: str, key_of: str) -> Runtime:
        """Let an account whose key was rejected go on with the key of another one, which is then one with it.

        Errors: StudioError when WeryAI does not show that key the account's tasks: then it is somebody else's.
        """
        old, new = self.get(paused), self.get(key_of)
        if not old or not new:
            raise SettingsError("The studio restarted.", hint="Enter your key again.")
        if old is new:
            return old
        task = self._ledger.jobs.newest_task(old.account.id)
        if task:
            keys.check_that_it_is_known(new.api, task)
        elif old.account.is_shared:
            raise SettingsError(
                "The team key has no tasks yet, so the accounts can't be compared.",
                hint="To resume its jobs, set WERYAI_API_KEY and restart the studio.",
            )
        self._retire(new)
        self._ledger.accounts.add_key(new.account.id, old.account.id, shared=False, at=now())
        self._moved[new.account.id] = old.account.id
        return self._replace_key(old, new.account.label, new.api.key)

    def _retire(self, runtime: Runtime) -> None:
        """End what works for an account, but never while an answer of the API is awaited: that is another's from then.

        Errors: SettingsError, and then it goes on.
        """
        account, key = runtime.account, runtime.api.key
        being_sent = SettingsError("A job is being sent with this key.", hint="Try again in a moment.")
        if runtime.dispatcher.sending:
            raise being_sent
        self._runtimes.pop(account.id)
        runtime.stop()
        if runtime.dispatcher.sending:
            self._open(account, key, self._settings.models_base_url)
            raise being_sent

    def _replace_key(self, runtime: Runtime, label: str, key: str) -> Runtime:
        """The account goes on with another key, at once."""
        runtime.api.key = key
        renewed = replace(runtime, account=replace(runtime.account, label=label))
        self._runtimes[renewed.account.id] = renewed
        self._ledger.accounts.clear_rejection(renewed.account.id)
        renewed.wake()
        return renewed

    def _resolve_account(self, key: str) -> Account:
        """The account that this key was last seen to be of, else one of its own."""
        own = self._own(key)
        found = self._ledger.accounts.of_key(own.id) or own.id
        return replace(own, id=found, is_shared=self._resolve_shared(found))

    def _resolve_shared(self, account_id: str) -> bool:
        """Says whether it is the team's account, which may have to be opened; only who may have the same one waits."""
        if not self._settings.api_key:
            return False
        own = self._own(self._settings.api_key)
        may_be = {own.id, self._ledger.accounts.of_key(own.id), self._ledger.accounts.last_shared(own.base_url)}
        return account_id in may_be and account_id == self.shared().account.id

    def _own(self, key: str) -> Account:
        return keys.account(self._settings.base_url, key)

    def _resolve_shared_account(self, key: str) -> Account:
        """One asks WeryAI whose this key is, and who wants the team's account meanwhile waits for that; nobody else."""
        with self._comparing:
            if not self._shared:
                own = self._own(key)
                found = self._ledger.accounts.of_key(own.id) or keys.continue_account(own, key, self._ledger)
                self._shared = replace(own, id=found, is_shared=True)
            return self._shared

    def _check_room(self, *, is_proven: bool) -> None:
        """Half of the room is for keys that work: whoever makes some up while WeryAI does not answer fills the rest."""
        if len(self._runtimes) >= (MOST_ACCOUNTS if is_proven else MOST_ACCOUNTS // 2):
            raise SettingsError("Too many keys are in use.", hint="Restart the studio to make room.")

    def get(self, account_id: str) -> Runtime | None:
        while account_id in self._moved:
            account_id = self._moved[account_id]
        return self._runtimes.get(account_id)

    def without_key(self) -> list[Waiting]:
        """Accounts whose jobs nobody follows or can look for, as this process does not have their key."""
        waiting = self._ledger.accounts.with_open_jobs()
        return [found for found in waiting if found.account != SANDBOX and found.account not in self._runtimes]

    def stop(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Runtime.stop, self._runtimes.values()))

    def _open(self, account: Account, key: str, models_base_url: str) -> Runtime:
        if known := self._runtimes.get(account.id):
            return known
        self._ledger.accounts.add_if_new(account)
        self._ledger.accounts.clear_rejection(account.id)
        place = (models_base_url, self._ledger, self._archive)
        built = build(account, key, *place, webhook=self._webhook, may_spend=self._may_spend)
        runtime = self._runtimes.setdefault(account.id, built)
        if runtime is built:
            runtime.start()
        return runtime
