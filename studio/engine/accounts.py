"""The accounts that are open in this process. Keys are held here alone, and only in memory."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from studio.archive.archive import Archive
from studio.core.account import Account, Waiting
from studio.core.errors import SettingsError
from studio.core.settings import Settings, check_key
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
    """Opens accounts by their key, each once. `sandbox_url` is the base URL of requests while no team key is set."""

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
        self._runtimes: dict[str, Runtime] = {}  # needs no lock: each read and each change is one atomic operation
        self._moved: dict[str, str] = {}  # ids of accounts that `take_over` ended, and the accounts they became
        self._shared: Account | None = None
        self._shared_lock = threading.Lock()

    def shared(self) -> Runtime:
        """Return the runtime of the team's account, or of the sandbox when no team key is set."""
        if key := self._settings.api_key:
            return self._open(self._resolve_team_account(key), key, self._settings.models_base_url)
        account = Account(SANDBOX, self._sandbox_url, "demo mode", is_sandbox=True, is_local=True)
        return self._open(account, SANDBOX_KEY, self._sandbox_url)

    def saver(self, clock: Clock = now) -> Saver:
        """Return a saver for the team's account that is not started: `python -m studio` calls its steps itself."""
        key, address = self._settings.api_key, self._settings.models_base_url
        return build(self._resolve_team_account(key), key, address, self._ledger, self._archive, clock=clock).saver

    def open(self, key: str) -> Runtime:
        """Return the runtime of a key that a person typed; the same key entered again gives the same account.

        Asks WeryAI whether it accepts the key, unless this very key is in use. Errors: SettingsError when the text is
        no key; AuthenticationError when WeryAI rejects it, and then nothing of it is stored.
        """
        key = check_key(key)
        account = self._resolve_account(key)
        runtime = self._runtimes.get(account.id)
        if not runtime or runtime.api.key != key or self._is_rejected(account):
            runtime = self._open_with_key(account, key, is_verified=self._verify(account, key))
        runtime.wake()
        return runtime

    def _is_rejected(self, account: Account) -> bool:
        return bool(self._ledger.accounts.standing(account.id).rejected)

    def _verify(self, account: Account, key: str) -> bool:
        """Whether WeryAI accepts the key; False when WeryAI does not answer, and the account is new and this key's own.

        Errors: AuthenticationError, and others when WeryAI refuses; ConnectionFailed, ServerError for other accounts.
        """
        is_own = account.id == self._own_account(key).id
        must_answer = account.id in self._runtimes or not is_own or self._is_rejected(account)
        url, record = self._settings.models_base_url, self._ledger.calls.record
        return keys.verify(account, key, url, record, must_answer=must_answer)

    def _open_with_key(self, account: Account, key: str, *, is_verified: bool) -> Runtime:
        """Open the account; if it is open with a rejected key, replace that key."""
        runtime = self._runtimes.get(account.id)
        if not runtime:
            self._check_room(is_verified=is_verified)
            return self._open(account, key, self._settings.models_base_url)
        if runtime.api.key != key and self._is_rejected(account):
            return self._replace_key(runtime, account.label, key)
        self._ledger.accounts.clear_rejection(account.id)
        return runtime

    def take_over(self, paused: str, key_of: str) -> Runtime:
        """Let the account `paused`, whose key was rejected, continue with the key of the account `key_of`.

        The second account becomes part of the first, whose runtime is returned. Errors: StudioError when that key
        cannot read the first account's tasks: then it is of another WeryAI account.
        """
        old, new = self.get(paused), self.get(key_of)
        if not old or not new:
            raise SettingsError("The studio restarted.", hint="Enter your key again.")
        if old is new:
            return old
        task = self._ledger.jobs.newest_task(old.account.id)
        if task:
            keys.check_same_account(new.api, task)
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
        """Stop a runtime whose account moves to another. Errors: SettingsError while it awaits the reply to a POST."""
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
        """Let the account continue with another key, at once."""
        runtime.api.key = key
        renewed = replace(runtime, account=replace(runtime.account, label=label))
        self._runtimes[renewed.account.id] = renewed
        self._ledger.accounts.clear_rejection(renewed.account.id)
        renewed.wake()
        return renewed

    def _resolve_account(self, key: str) -> Account:
        """Return the account that this key was last seen to belong to, else one of its own."""
        own = self._own_account(key)
        found = self._ledger.accounts.of_key(own.id) or own.id
        return replace(own, id=found, is_shared=self._is_team_account(found))

    def _is_team_account(self, account_id: str) -> bool:
        """Whether this is the team's account. Opens that only if it may be the same, as opening it can take long."""
        if not self._settings.api_key:
            return False
        own = self._own_account(self._settings.api_key)
        may_be = {own.id, self._ledger.accounts.of_key(own.id), self._ledger.accounts.last_shared(own.base_url)}
        return account_id in may_be and account_id == self.shared().account.id

    def _own_account(self, key: str) -> Account:
        """Return the account of this key alone, which it has until it is known to belong to another."""
        return keys.account(self._settings.base_url, key)

    def _resolve_team_account(self, key: str) -> Account:
        """Return the account of the team key. The first call may ask WeryAI, and others wait for it."""
        with self._shared_lock:
            if not self._shared:
                own = self._own_account(key)
                found = self._ledger.accounts.of_key(own.id) or keys.resolve_team_account(own, key, self._ledger)
                self._shared = replace(own, id=found, is_shared=True)
            return self._shared

    def _check_room(self, *, is_verified: bool) -> None:
        """Check that there is room for one more account; keys that were not verified may fill only half of it."""
        if len(self._runtimes) >= (MOST_ACCOUNTS if is_verified else MOST_ACCOUNTS // 2):
            raise SettingsError("Too many keys are in use.", hint="Restart the studio to make room.")

    def get(self, account_id: str) -> Runtime | None:
        """Return the runtime of an account, or of the one that it became part of; None when this process has no key."""
        while account_id in self._moved:
            account_id = self._moved[account_id]
        return self._runtimes.get(account_id)

    def without_key(self) -> list[Waiting]:
        """Return the accounts with unfinished jobs that nothing follows, as this process does not have their key."""
        waiting = self._ledger.accounts.with_open_jobs()
        return [found for found in waiting if found.account != SANDBOX and found.account not in self._runtimes]

    def stop(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Runtime.stop, self._runtimes.values()))

    def _open(self, account: Account, key: str, models_base_url: str) -> Runtime:
        if runtime := self._runtimes.get(account.id):
            return runtime
        self._ledger.accounts.add_if_new(account)
        self._ledger.accounts.clear_rejection(account.id)
        place = (models_base_url, self._ledger, self._archive)
        built = build(account, key, *place, webhook=self._webhook, may_spend=self._may_spend)
        runtime = self._runtimes.setdefault(account.id, built)
        if runtime is built:
            runtime.start()
        return runtime
