"""Finished tasks → files in the archive. Tries again by itself; a link that does not work is never a lost task."""

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

ASK_AGAIN_AFTER = 2
IDLE = 30.0  # files are wanted by other processes, too: `python -m studio`
RETRY = Backoff((2.0, 5.0, 15.0, 60.0, 300.0, 900.0))
GIVE_UP_AFTER = 24
CLOSED = timedelta(minutes=1)  # so long an archive that takes no files is left alone


@dataclass
class Saver:
    context: Context
    archive: Archive
    closed_until: datetime | None = None
    _closed_for: str = ""
    _pending: PendingWrites = field(default_factory=PendingWrites)

    def __post_init__(self) -> None:
        self._pool = Pool(4, "save")
        self._saving: dict[int, Future[None]] = {}
        self._stopped = threading.Event()
        self.previews = Previews(self.context, self.archive, self._pending)
        self.worker = Worker(f"saver {self.context.account.label}", self.step, self._rest)

    def stop(self) -> None:
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
        """Begin to save what is due; four slow links hold up the others. Returns the seconds until more is.

        Errors: LedgerError, and then nothing more is fetched until the ledger works.
        """
        self._pending.flush()
        for number, done in [pair for pair in self._saving.items() if pair[1].done()]:
            self._saving.pop(number)
            done.result()  # a ledger that failed: the worker waits before it goes on
        unsaved = self.context.ledger.jobs.unsaved(self.context.account.id)
        waiting = [pair for pair in unsaved if pair[1].id not in self._saving]
        at = self.context.clock()
        if seconds_until(self.closed_until, at):
            self._explain_wait(waiting)
            return IDLE
        due = [pair for pair in waiting if _is_due(pair[1], at)]
        if self.closed_until:  # one shows whether it is open again, never the same one first
            due = [] if self._saving else sorted(due, key=lambda pair: pair[1].try_at or at)[:1]
        for job, output in due:
            self._saving[output.id] = self._pool.submit(self.save, job, output)
        self.previews.step()
        later = [(output.try_at - at).total_seconds() for _, output in waiting if output.try_at]
        return min([max(0.2, seconds) for seconds in later] + [1.0 if self._saving else IDLE])

    def finish(self) -> None:
        """Wait for what is being saved, and for its previews."""
        futures.wait(self._saving.values())
        self.previews.finish()

    def save(self, job: Job, output: Output) -> None:
        """Save one output, or write down why not and when it is tried again."""
        try:
            if output.attempts >= ASK_AGAIN_AFTER:
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
        """Tell the ledger of a file that is in the archive; its preview is begun once it has that."""
        facts = asdict(saved) | {"preview": "", "attempts": 0, "try_at": at, "problem": ""}
        if self.context.ledger.jobs.change_output(output.id, saved_at=at, **facts):
            self.previews.begin(replace(output, **facts))

    def try_again(self, job: Job) -> None:
        """A person asks for the files of a job once more: with a fresh link."""
        for output in job.unsaved:
            self.context.ledger.jobs.change_output(output.id, attempts=ASK_AGAIN_AFTER, try_at=self.context.clock())
        self.worker.wake()

    def _refresh_link(self, job: Job, output: Output) -> Output:
        """A link may have died: the task's status gives a new one, for nothing."""
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
        """It is not the file's fault: no attempt counts, and nothing is fetched in vain meanwhile."""
        self.closed_until, self._closed_for = self.context.clock() + CLOSED, f"{error.message} {error.hint}"
        self._write(output, attempts=0, try_at=self.closed_until, problem=self._closed_for)
        log.warning("output %s not saved: %s", output.id, error)

    def _explain_wait(self, waiting: list[tuple[Job, Output]]) -> None:
        """Say at each new output why it is not saved."""
        for _, output in waiting:
            if output.problem != self._closed_for:
                self._write(output, attempts=0, try_at=self.closed_until, problem=self._closed_for)

    def _schedule_retry(self, output: Output, error: ArchiveError) -> None:
        """A link that only just came, or a cut download, comes right by itself; a file that is too large does not."""
        attempts = output.attempts + 1
        delay = timedelta(seconds=RETRY.seconds(attempts))
        in_vain = attempts >= GIVE_UP_AFTER or isinstance(error, OutputTooLarge)
        at = None if in_vain else self.context.clock() + delay
        self._write(output, attempts=attempts, try_at=at, problem=f"{error.message} {error.hint}".strip())
        log.warning("output %s not saved (attempt %d): %s", output.id, attempts, error)

    def _write(self, output: Output, **changes: Any) -> None:
        """Write down what came of an output; a file that was fetched is not fetched again for a ledger that failed."""
        write = partial(self.context.ledger.jobs.change_output, output.id, **changes)
        self._pending.keep(f"output {output.id}", write)

    def _download(self, address: str, *, limit: int) -> AbstractContextManager[Iterator[bytes]]:
        return download(address, limit=limit, private=self.context.account.is_local, stopped=self._stopped.is_set)


def _is_due(output: Output, at: datetime) -> bool:
    return output.attempts == 0 if output.try_at is None else not seconds_until(output.try_at, at)
