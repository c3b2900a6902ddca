"""Finished tasks → files in the archive. Tries again by itself; a link that does not work is never a lost task."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from studio.archive import SIZE_LIMIT, Archive
from studio.errors import ArchiveError
from studio.ledger.ledger import Ledger
from studio.values import Account, Clock, Job, Output, now
from studio.weryai.downloads import download
from studio.worker import Worker

log = logging.getLogger(__name__)

IDLE = 30.0
DELAYS = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
GIVE_UP_AFTER = 24


@dataclass
class Saver:
    account: Account
    ledger: Ledger
    archive: Archive
    clock: Clock = now
    limit: int = SIZE_LIMIT

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="save")
        self.worker = Worker(f"saver {self.account.label}", self.step)

    def stop(self) -> None:
        self.worker.stop()
        self._pool.shutdown(wait=False)

    def step(self) -> float:
        """Save what is due; returns the seconds until more is."""
        waiting = self.ledger.jobs.unsaved(self.account.id)
        at = self.clock()
        due = [(job, output) for job, output in waiting if _is_due(output, at)]
        list(self._pool.map(lambda pair: self.save(*pair), due))
        if due:
            return 0.0
        later = ((output.try_at - at).total_seconds() for _, output in waiting if output.try_at)
        return max(0.1, min(later, default=IDLE))

    def save(self, job: Job, output: Output) -> None:
        """Save one output, or write down why not and when it is tried again."""
        try:
            saved = self.archive.save(job, output, self._download())
        except ArchiveError as error:
            self._plan_again(output, error)
        else:
            self.ledger.jobs.change_output(output.id, **asdict(saved), saved_at=self.clock(), try_at=None, problem="")

    def try_again(self, job: Job) -> None:
        """A person asks for the files of a job once more."""
        for output in job.unsaved:
            self.ledger.jobs.change_output(output.id, attempts=0, try_at=None)
        self.worker.wake()

    def _plan_again(self, output: Output, error: ArchiveError) -> None:
        attempts = output.attempts + 1
        delay = DELAYS[min(attempts, len(DELAYS)) - 1]
        at = self.clock() + timedelta(seconds=delay) if attempts < GIVE_UP_AFTER else None
        self.ledger.jobs.change_output(output.id, attempts=attempts, try_at=at, problem=error.message)
        log.warning("output %s not saved (attempt %d): %s", output.id, attempts, error)

    def _download(self) -> Callable[[str], AbstractContextManager[Iterator[bytes]]]:
        return lambda address: download(address, limit=self.limit, private=self.account.is_sandbox)


def _is_due(output: Output, at: datetime) -> bool:
    if output.try_at is None:
        return output.attempts == 0
    return output.try_at <= at
