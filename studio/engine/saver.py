"""Saves the outputs of finished tasks in the archive, and retries by itself: a dead link never loses an output."""

import logging
import threading
from collections.abc import Iterator
from concurrent import futures
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from studio.archive.archive import Archive, Saved
from studio.core.errors import ArchiveClosed, ArchiveError, LedgerError, OutputTooLarge, StudioError
from studio.core.values import Job, Output
from studio.engine.backoff import Backoff
from studio.engine.context import Context
from studio.engine.pending_writes import PendingWrites
from studio.engine.polling import seconds_until
from studio.engine.pool import Pool
from studio.engine.previews import Previews
from studio.engine.worker import Worker
from studio.weryai.downloads import download

log = logging.getLogger(__name__)

REFRESH_LINK_AFTER = 2  # attempts
IDLE = 30.0  # other processes request files, too: `python -m studio`
RETRY = Backoff((2.0, 5.0, 15.0, 60.0, 300.0, 900.0))
GIVE_UP_AFTER = 24  # attempts
ARCHIVE_PAUSE = timedelta(minutes=1)  # between two tries of an archive that accepts no files


@dataclass
class Saver:
    """`closed_until` is set while the archive accepts no files: nothing is fetched until then."""

    context: Context
    archive: Archive
    closed_until: datetime | None = None
    _closed_reason: str = ""
    _pending: PendingWrites = field(default_factory=PendingWrites)

    def __post_init__(self) -> None:
        self._pool = Pool(4, "save")
        self._saving: dict[int, Future[None]] = {}
        self._stopped = threading.Event()
        self.previews = Previews(self.context, self.archive, self._pending)
        self.worker = Worker(f"saver {self.context.account.label}", self.step, self._rest)

    def stop(self) -> None:
        """Stop, cut off downloads, and try once more to write what the ledger does not have."""
        self._stopped.set()
        self.worker.stop()
        self._pool.stop()
        self.previews.pool.stop()
        with suppress(LedgerError):
            self._pending.flush()

    def _rest(self) -> None:
        self._pool.rest()
        self.previews.pool.rest()

    def step(self) -> float:
        """Start to save the outputs that are due, four at a time; return the seconds until the next step.

        Errors: LedgerError, and then nothing more is fetched until the ledger works.
        """
        self._pending.flush()
        for number, finished in [pair for pair in self._saving.items() if pair[1].done()]:
            self._saving.pop(number)
            finished.result()  # raises LedgerError, after which the worker waits
        unsaved = self.context.ledger.jobs.unsaved(self.context.account.id)
        waiting = [pair for pair in unsaved if pair[1].id not in self._saving]
        at = self.context.clock()
        if seconds_until(self.closed_until, at):
            self._explain_wait(waiting)
            return IDLE
        due = [pair for pair in waiting if _is_due(pair[1], at)]
        if self.closed_until:  # one file shows whether the archive is open again, a different one each time
            due = [] if self._saving else sorted(due, key=lambda pair: pair[1].try_at or at)[:1]
        for job, output in due:
            self._saving[output.id] = self._pool.submit(self.save, job, output)
        self.previews.step()
        later = [(output.try_at - at).total_seconds() for _, output in waiting if output.try_at]
        return min([max(0.2, seconds) for seconds in later] + [1.0 if self._saving else IDLE])

    def finish(self) -> None:
        """Wait until all files and previews in progress are done."""
        futures.wait(self._saving.values())
        self.previews.finish()

    def save(self, job: Job, output: Output) -> None:
        """Save one output, or record why that failed and when to retry. Errors: LedgerError."""
        try:
            if output.attempts >= REFRESH_LINK_AFTER:
                output = self._refresh_link(job, output)
            saved = self.archive.save(job, output, self._download)
        except ArchiveClosed as error:
            self._pause_saving(output, error)
        except ArchiveError as error:
            self._schedule_retry(output, error)
        except LedgerError:
            raise
        except Exception:
            log.exception("output %s", output.id)
            self._schedule_retry(output, ArchiveError("The studio couldn't read the file."))
        else:
            self.closed_until = None
            self._pending.keep(f"output {output.id}", partial(self._record_saved, output, saved, self.context.clock()))

    def _record_saved(self, output: Output, saved: Saved, at: datetime) -> None:
        """Record a file that is in the archive, then start its preview; neither if the output was removed meanwhile."""
        facts = asdict(saved) | {"preview": "", "attempts": 0, "try_at": at, "problem": ""}
        if self.context.ledger.jobs.change_output(output.id, saved_at=at, **facts):
            self.previews.begin(replace(output, **facts))

    def try_again(self, job: Job) -> None:
        """Make the unsaved outputs of a job due now, each with a fresh link."""
        for output in job.unsaved:
            self.context.ledger.jobs.change_output(output.id, attempts=REFRESH_LINK_AFTER, try_at=self.context.clock())
        self.worker.wake()

    def _refresh_link(self, job: Job, output: Output) -> Output:
        """Return the output with the link that the task's status gives now, as links expire; asking is free."""
        task = next(task for task in job.tasks if task.id == output.task)
        try:
            results = self.context.api.task(task.task_id, job=job.id).results
        except StudioError as error:
            log.info("no fresh link for output %s: %s", output.id, error)
            return output
        if output.position >= len(results) or results[output.position].url == output.url:
            return output
        self.context.ledger.jobs.change_output(output.id, url=results[output.position].url)
        return replace(output, url=results[output.position].url)

    def _pause_saving(self, output: Output, error: ArchiveClosed) -> None:
        """Stop fetching for a while: the archive accepts no files, so this attempt does not count."""
        self.closed_until, self._closed_reason = self.context.clock() + ARCHIVE_PAUSE, f"{error.message} {error.hint}"
        self._write(output, attempts=0, try_at=self.closed_until, problem=self._closed_reason)
        log.warning("output %s not saved: %s", output.id, error)

    def _explain_wait(self, waiting: list[tuple[Job, Output]]) -> None:
        """Record for each new output why it is not saved."""
        for _, output in waiting:
            if output.problem != self._closed_reason:
                self._write(output, attempts=0, try_at=self.closed_until, problem=self._closed_reason)

    def _schedule_retry(self, output: Output, error: ArchiveError) -> None:
        """Record a failed attempt, and when to retry; a file that is too large is not retried.

        Retries help with a new link that does not work yet, and with a download that was cut off.
        """
        attempts = output.attempts + 1
        delay = timedelta(seconds=RETRY.seconds(attempts))
        is_final = attempts >= GIVE_UP_AFTER or isinstance(error, OutputTooLarge)
        at = None if is_final else self.context.clock() + delay
        self._write(output, attempts=attempts, try_at=at, problem=f"{error.message} {error.hint}".strip())
        log.warning("output %s not saved (attempt %d): %s", output.id, attempts, error)

    def _write(self, output: Output, **changes: Any) -> None:
        """Record facts about an output; if the ledger fails, they stay pending, so the file is not fetched again."""
        write = partial(self.context.ledger.jobs.change_output, output.id, **changes)
        self._pending.keep(f"output {output.id}", write)

    def _download(self, address: str, *, limit: int) -> AbstractContextManager[Iterator[bytes]]:
        return download(address, limit=limit, private=self.context.account.is_local, stopped=self._stopped.is_set)


def _is_due(output: Output, at: datetime) -> bool:
    """Whether to try the output now; an output without `try_at` was never tried, or was given up."""
    return output.attempts == 0 if output.try_at is None else not seconds_until(output.try_at, at)
