"""Finished tasks → files in the archive. Tries again by itself; a link that does not work is never a lost task."""

import logging
import threading
from collections.abc import Iterator
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from studio.archive import SIZE_LIMIT, Archive
from studio.errors import ArchiveError, StudioError
from studio.ledger.ledger import Ledger
from studio.values import Account, Clock, Job, Output, now
from studio.weryai.client import WeryAI
from studio.weryai.downloads import download
from studio.worker import Worker

log = logging.getLogger(__name__)

ASK_AGAIN_AFTER = 2
IDLE = 30.0
DELAYS = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
GIVE_UP_AFTER = 24


@dataclass
class Saver:
    account: Account
    api: WeryAI
    ledger: Ledger
    archive: Archive
    clock: Clock = now
    limit: int = SIZE_LIMIT

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="save")
        self._saving: dict[int, Future[None]] = {}
        self._stopped = threading.Event()
        self.worker = Worker(f"saver {self.account.label}", self.step)

    def stop(self) -> None:
        self._stopped.set()
        self.worker.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def step(self) -> float:
        """Begin to save what is due; four slow links hold up the others. Returns the seconds until more is."""
        for number, done in [pair for pair in self._saving.items() if pair[1].done()]:
            self._saving.pop(number)
            done.result()  # a ledger that failed: the worker waits before it goes on
        waiting = [pair for pair in self.ledger.jobs.unsaved(self.account.id) if pair[1].id not in self._saving]
        at = self.clock()
        for job, output in waiting:
            if _is_due(output, at):
                self._saving[output.id] = self._pool.submit(self.save, job, output)
        later = [(output.try_at - at).total_seconds() for _, output in waiting if output.try_at]
        return min([max(0.2, seconds) for seconds in later] + [1.0 if self._saving else IDLE])

    def finish(self) -> None:
        """Wait for what is being saved."""
        futures.wait(self._saving.values())

    def save(self, job: Job, output: Output) -> None:
        """Save one output, or write down why not and when it is tried again."""
        try:
            if output.attempts >= ASK_AGAIN_AFTER:
                output = self._with_fresh_link(job, output)
            saved = self.archive.save(job, output, self._download)
        except ArchiveError as error:
            self._plan_again(output, error.message)
        except Exception:
            log.exception("output %s", output.id)
            self._plan_again(output, "The studio could not read the file.")
        else:
            self.ledger.jobs.change_output(output.id, **asdict(saved), saved_at=self.clock(), try_at=None, problem="")

    def try_again(self, job: Job) -> None:
        """A person asks for the files of a job once more: with a fresh link."""
        for output in job.unsaved:
            self.ledger.jobs.change_output(output.id, attempts=ASK_AGAIN_AFTER, try_at=self.clock())
        self.worker.wake()

    def _with_fresh_link(self, job: Job, output: Output) -> Output:
        """A link may have died: the task's status gives a new one, for nothing."""
        task = next(task for task in job.tasks if task.id == output.task)
        try:
            results = self.api.task(task.task_id, job=job.id).results
        except StudioError as error:
            log.info("no fresh link for output %s: %s", output.id, error)
            return output
        if output.position >= len(results) or results[output.position].url == output.url:
            return output
        self.ledger.jobs.change_output(output.id, url=results[output.position].url)
        return replace(output, url=results[output.position].url)

    def _plan_again(self, output: Output, problem: str) -> None:
        attempts = output.attempts + 1
        delay = DELAYS[min(attempts, len(DELAYS)) - 1]
        at = self.clock() + timedelta(seconds=delay) if attempts < GIVE_UP_AFTER else None
        self.ledger.jobs.change_output(output.id, attempts=attempts, try_at=at, problem=problem)
        log.warning("output %s not saved (attempt %d): %s", output.id, attempts, problem)

    def _download(self, address: str) -> AbstractContextManager[Iterator[bytes]]:
        return download(address, limit=self.limit, private=self.account.is_local, stopped=self._stopped.is_set)


def _is_due(output: Output, at: datetime) -> bool:
    if output.try_at is None:
        return output.attempts == 0
    return output.try_at <= at
