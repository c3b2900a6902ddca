"""Fetches files that the archive should have: through the running studio, else with a saver of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from studio.archive.archive import Archive
from studio.core.errors import LedgerError, SettingsError
from studio.core.settings import Settings
from studio.core.values import Clock, now
from studio.engine.accounts import SANDBOX, Accounts
from studio.engine.saver import REFRESH_LINK_AFTER, Saver
from studio.ledger import file_lock
from studio.ledger.files import JobOutput
from studio.ledger.ledger import Ledger, open_ledger

TRIES = 3
LONGEST_SILENCE = timedelta(minutes=2)  # without progress; a running studio checks twice a minute
LOOK_AGAIN = 1.0


@dataclass
class Fetching:
    """Fetches missing outputs. `wait` is called with the seconds to wait."""

    settings: Settings
    ledger: Ledger
    archive: Archive
    clock: Clock = now
    wait: Callable[[float], None] = time.sleep

    def fetch(self, missing: list[JobOutput]) -> list[tuple[JobOutput, str]]:
        """Save outputs, each through a fresh link; return those that could not be saved, with the reason.

        No job is sent and no task is followed. Errors: LedgerError.
        """
        if not missing:
            return []
        numbers = [kept.output.id for kept in missing]
        self.ledger.files.request_fetch(numbers, attempts=REFRESH_LINK_AFTER, at=self.clock())
        with _alone(self.settings) as ledger:
            if not ledger:
                self._await(set(numbers), None)
                return [(kept, kept.output.problem) for kept in self._left(set(numbers))]
            account = self._fetch_here(ledger, missing) if self.settings.api_key else ""
            return [(kept, _why_not(kept, account)) for kept in self._left(set(numbers))]

    def _fetch_here(self, ledger: Ledger, missing: list[JobOutput]) -> str:
        """Save the outputs of the team's account; return the account's id."""
        saver = Accounts(self.settings, ledger, self.archive).saver(self.clock)
        try:
            self._await({kept.output.id for kept in missing if kept.account == saver.context.account.id}, saver)
        finally:
            saver.stop()
        return saver.context.account.id

    def _await(self, numbers: set[int], saver: Saver | None) -> None:
        """Wait until none of these can be expected soon, or there is no progress."""
        before, since = self._coming(numbers), self.clock()
        while before:
            pause = _step(saver) if saver else LOOK_AGAIN
            left, at = self._coming(numbers), self.clock()
            if (left == before and at - since > LONGEST_SILENCE) or (saver and saver.closed_until):
                return
            before, since = left, since if left == before else at
            if left:
                self.wait(pause)

    def _coming(self, numbers: set[int]) -> list[JobOutput]:
        """Return those that have few failures and do not wait for a disk, as a full disk may stay full for days."""
        enough = REFRESH_LINK_AFTER + TRIES
        left = [kept for kept in self._left(numbers) if kept.output.attempts < enough]
        return [kept for kept in left if not kept.output.waits_for_archive]

    def _left(self, numbers: set[int]) -> list[JobOutput]:
        return [kept for kept in self.ledger.files.unsaved() if kept.output.id in numbers]


@contextmanager
def _alone(settings: Settings) -> Iterator[Ledger | None]:
    """Yield the ledger, locked against other studios; None when a studio is running."""
    with ExitStack() as opened:
        ledger = None
        try:
            for file in settings.lock_files:
                opened.enter_context(file_lock.hold(file))
            ledger = opened.enter_context(closing(open_ledger(settings.database_url, alone=True)))
        except (SettingsError, LedgerError):
            opened.close()
        yield ledger


def _step(saver: Saver) -> float:
    pause = saver.step()
    saver.finish()
    return pause


def _why_not(kept: JobOutput, account: str) -> str:
    if kept.account == account:
        return kept.output.problem
    if kept.account == SANDBOX:
        return "it is from demo mode; the studio fetches it when it runs"
    return "it was made with a key other than WERYAI_API_KEY; the studio fetches it when it runs with that key"
