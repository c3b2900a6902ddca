"""Makes the previews of saved files, once the ledger has the files. What a stop cuts off is made at the next start.

In the ledger, a saved output without a preview and with a `try_at` still needs one. If a preview cannot be made, the
output has a `problem` and no `try_at`; the file stays saved.
"""

import logging
import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from studio.archive.archive import Archive, preview_name
from studio.core.errors import ArchiveClosed, ArchiveError, LedgerError, Undecodable
from studio.core.values import Output
from studio.engine.context import Context
from studio.engine.pending_writes import PendingWrites
from studio.engine.polling import seconds_until
from studio.engine.pool import Pool

log = logging.getLogger(__name__)

THREADS = 2  # few, as saving is more urgent
MOST_TRIES = 3  # including those that crashed the studio
RETRY_AFTER = timedelta(minutes=1)


@dataclass
class Previews:
    """Makes the previews of an account; `pending` keeps the results until the ledger has them."""

    context: Context
    archive: Archive
    pending: PendingWrites
    _making: dict[int, Future[None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # of `_making` and `_next_look`, for all threads

    def __post_init__(self) -> None:
        self.pool = Pool(THREADS, "preview")
        self._next_look: datetime | None = self.context.clock()

    @property
    def is_at_work(self) -> bool:
        """Whether a preview is being made, or waits for a thread."""
        with self._lock:  # a preview may be at work before its place in the list is written
            return any(not made.done() for made in self._making.values())

    def begin(self, output: Output) -> None:
        """Start the preview of a saved output; if the studio is stopping, its next start makes it."""
        self._submit(self._make, replace(output, attempts=1))

    def step(self) -> None:
        """Start the missing previews: at the first step, and whenever a retry is due. Errors: LedgerError."""
        at = self.context.clock()
        with self._lock:
            self._making = {number: made for number, made in self._making.items() if not made.done()}
            if self._next_look is None or seconds_until(self._next_look, at):
                return
            self._next_look = None
        try:
            for output in self.context.ledger.files.without_preview(self.context.account.id):
                self._submit_if_due(output, at)
        except LedgerError:
            self._schedule_look(at)
            raise

    def finish(self) -> None:
        """Wait until the previews in progress are made."""
        futures.wait(list(self._making.values()))

    def _submit(self, make: Callable[[Output], None], output: Output) -> None:
        with suppress(RuntimeError), self._lock:  # the pool was stopped
            self._making[output.id] = self.pool.submit(make, output)

    def _submit_if_due(self, output: Output, at: datetime) -> None:
        if output.try_at and seconds_until(output.try_at, at):
            self._schedule_look(output.try_at)
        elif output.id not in self._making:
            self._submit(self._count_and_make, output)

    def _count_and_make(self, output: Output) -> None:
        """Record the try, then make the preview: a file that crashes the studio must not do so at every start."""
        if output.attempts >= MOST_TRIES:
            self._give_up(output, "The studio ended each time the preview was made.")
            return
        begun = replace(output, attempts=output.attempts + 1)
        try:
            self.context.ledger.files.change(output, attempts=begun.attempts)
        except LedgerError as error:
            log.warning("the preview of output %s is not begun: %s", output.id, error)
            self._schedule_look(self.context.clock())
        else:
            self._make(begun)

    def _make(self, output: Output) -> None:
        name = preview_name(output.key)
        try:
            facts = self.archive.make_preview(output.key, name)
        except ArchiveClosed as error:  # not the file's fault, so this try does not count
            self._retry_later(replace(output, attempts=output.attempts - 1), f"{error.message} {error.hint}".strip())
        except Undecodable as error:
            self._give_up(output, error.message)
        except ArchiveError as error:
            self._retry_later(output, error.message)
        except Exception:
            log.exception("the preview of output %s", output.id)
            self._retry_later(output, "The studio couldn't make a preview.")
        else:
            self._write(output, preview=name, **facts.seen, attempts=0, try_at=None, problem="")

    def _retry_later(self, output: Output, problem: str) -> None:
        """Schedule a retry, as the cause may be temporary; give up after `MOST_TRIES`."""
        if output.attempts >= MOST_TRIES:
            self._give_up(output, problem)
            return
        at = self.context.clock() + RETRY_AFTER
        self._write(output, attempts=output.attempts, try_at=at, problem=problem)
        self._schedule_look(at)

    def _give_up(self, output: Output, problem: str) -> None:
        """Record that the output gets no preview; its file stays saved."""
        self._write(output, try_at=None, problem=problem)
        log.warning("output %s has no preview: %s", output.id, problem)

    def _schedule_look(self, at: datetime) -> None:
        with self._lock:
            self._next_look = min(at, self._next_look or at)

    def _write(self, output: Output, **facts: Any) -> None:
        """Record facts about an output; if the ledger fails, the saver's next step writes them."""
        with suppress(LedgerError):
            self.pending.keep(f"preview {output.id}", partial(self._record, output, facts))

    def _record(self, output: Output, facts: dict[str, Any]) -> None:
        """Write the facts; if the output was removed meanwhile, delete its preview."""
        if not self.context.ledger.files.change(output, **facts) and (made := facts.get("preview")):
            with suppress(ArchiveError):
                self.archive.reader.remove(made)
