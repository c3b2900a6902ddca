"""Saved files → their previews, after the ledger has named the files. What is cut off is made at the next start.

In the ledger, a saved output without a preview and with a `try_at` still has to get one. Of one that cannot be made
there is a problem and no `try_at`, and the file stays saved.
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

THREADS = 2  # saving comes first
MOST_TRIES = 3  # also of those that ended the studio
PUT_OFF = timedelta(minutes=1)


@dataclass
class Previews:
    """Makes the previews of an account; what came of them is kept in `pending` until the ledger has it."""

    context: Context
    archive: Archive
    pending: PendingWrites
    _making: dict[int, Future[None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # of the next look: tries put themselves off

    def __post_init__(self) -> None:
        self.pool = Pool(THREADS, "preview")
        self._look_at: datetime | None = self.context.clock()

    @property
    def is_at_work(self) -> bool:
        return any(not made.done() for made in list(self._making.values()))

    def begin(self, output: Output) -> None:
        """Make the preview of an output that the ledger calls saved; in a studio that stops, at its next start."""
        self._submit(self._make, replace(output, attempts=1))

    def step(self) -> None:
        """Take up what is missing: at the start, and when what was put off is due. Errors: LedgerError."""
        for number in [number for number, made in list(self._making.items()) if made.done()]:
            self._making.pop(number)
        at = self.context.clock()
        with self._lock:
            if self._look_at is None or seconds_until(self._look_at, at):
                return
            self._look_at = None
        try:
            for output in self.context.ledger.files.without_preview(self.context.account.id):
                self._take_up(output, at)
        except LedgerError:
            self._schedule_look(at)
            raise

    def finish(self) -> None:
        """Wait for what is being made."""
        futures.wait(list(self._making.values()))

    def _submit(self, make: Callable[[Output], None], output: Output) -> None:
        with suppress(RuntimeError):  # the pool's, after its end
            self._making[output.id] = self.pool.submit(make, output)

    def _take_up(self, output: Output, at: datetime) -> None:
        if output.try_at and seconds_until(output.try_at, at):
            self._schedule_look(output.try_at)
        elif output.id not in self._making:
            self._submit(self._make_counted, output)

    def _make_counted(self, output: Output) -> None:
        """The try is written down before it is begun: a picture that ends the studio must not do so at every start."""
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
        except ArchiveClosed as error:  # which is not the file's fault: this try does not count
            self._put_off(replace(output, attempts=output.attempts - 1), f"{error.message} {error.hint}".strip())
        except Undecodable as error:
            self._give_up(output, error.message)
        except ArchiveError as error:
            self._put_off(output, error.message)
        except Exception:
            log.exception("the preview of output %s", output.id)
            self._put_off(output, "The studio couldn't make a preview.")
        else:
            self._write(output, preview=name, **facts.seen, attempts=0, try_at=None, problem="")

    def _put_off(self, output: Output, problem: str) -> None:
        """It may have been the moment's fault, so it is tried again, but not for ever."""
        if output.attempts >= MOST_TRIES:
            self._give_up(output, problem)
            return
        at = self.context.clock() + PUT_OFF
        self._write(output, attempts=output.attempts, try_at=at, problem=problem)
        self._schedule_look(at)

    def _give_up(self, output: Output, problem: str) -> None:
        """The file is saved all the same."""
        self._write(output, try_at=None, problem=problem)
        log.warning("output %s has no preview: %s", output.id, problem)

    def _schedule_look(self, at: datetime) -> None:
        with self._lock:
            self._look_at = min(at, self._look_at or at)

    def _write(self, output: Output, **facts: Any) -> None:
        """What the ledger does not take now is written when the saver's next step finds it to work again."""
        with suppress(LedgerError):
            self.pending.keep(f"preview {output.id}", partial(self._record, output, facts))

    def _record(self, output: Output, facts: dict[str, Any]) -> None:
        """Of a file that was removed meanwhile no preview stays."""
        if not self.context.ledger.files.change(output, **facts) and (made := facts.get("preview")):
            with suppress(ArchiveError):
                self.archive.reader.remove(made)
