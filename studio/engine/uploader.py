"""Uploads reference media to WeryAI for one account, each content once, in the background; knows the progress."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from queue import Empty, SimpleQueue

from studio.archive.archive import Archive
from studio.core.calls import attribute_calls_to
from studio.core.errors import BrokenOff, ConnectionFailed, NotConnected, StudioError
from studio.core.reference import Reference, Upload, UploadProgress
from studio.engine.backoff import Backoff
from studio.engine.context import Context
from studio.engine.worker import Worker
from studio.media.file_types import media_type

log = logging.getLogger(__name__)

AT_ONCE = 2
IDLE = 3600.0
ATTEMPTS = 3
RETRY = Backoff((1.0, 2.0))  # some networks break TLS connections now and then (T2)


@dataclass
class Uploader:
    """Uploads in progress and failed ones are in memory; finished ones are in the ledger."""

    context: Context
    archive: Archive
    _started: dict[str, tuple[Reference, UploadProgress]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._waiting: SimpleQueue[Reference] = SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        numbers = range(1, AT_ONCE + 1)
        self.workers = [Worker(f"uploader {number} {self.context.account.label}", self.step) for number in numbers]

    def start(self) -> None:
        """Start the workers."""
        for worker in self.workers:
            worker.start()

    def stop(self) -> None:
        """Stop, and cut off uploads in progress, which costs nothing."""
        self._stopped.set()
        for worker in self.workers:
            worker.stop()

    def begin(self, reference: Reference) -> None:
        """Queue a reference for upload, unless its content is uploaded, in progress or failed.

        A failed upload waits for `retry`. Errors: LedgerError.
        """
        with self._lock:
            known = self.state(reference.sha256)
            if not (known.is_there or known.is_under_way or known.has_failed):
                self._queue(reference)

    def retry(self, sha256: str) -> None:
        """Queue a failed upload again."""
        with self._lock:
            reference, progress = self._started.get(sha256, (None, UploadProgress()))
            if reference and progress.has_failed:
                self._queue(reference)

    def state(self, sha256: str) -> UploadProgress:
        """Return the progress of the upload of this content. Errors: LedgerError."""
        if started := self._started.get(sha256):  # a finished upload is in the ledger before it leaves this
            return started[1]
        found = self.context.ledger.references.upload_of(self.context.account.id, sha256)
        return UploadProgress(url=found.url) if found else UploadProgress()

    def forget(self, sha256: str) -> None:
        """Forget the URL of this content, as WeryAI rejects it now; `begin` uploads it again. Errors: LedgerError."""
        self.context.ledger.references.invalidate_upload(self.context.account.id, sha256, self.context.clock())

    def step(self) -> float:
        """Upload the oldest reference in the queue; return the seconds until the next step."""
        if self._stopped.is_set():
            return IDLE
        try:
            reference = self._waiting.get_nowait()
        except Empty:
            return IDLE
        try:
            self._upload(reference)
        except StudioError as error:
            self._fail(reference, f"{error.message.rstrip('. ')}. {error.hint}".strip())
        except Exception:  # a bug must not block other uploads
            log.exception("upload of %s", reference.key)
            self._fail(reference, "The studio couldn't upload this file. Choose it again, or choose another.")
        return 0.0

    def _upload(self, reference: Reference) -> None:
        ending = PurePosixPath(reference.key).suffix.removeprefix(".")
        name = f"{reference.sha256[:12]}.{ending}"  # WeryAI does not get the file's own name, which may be private
        file = self.archive.path(reference.key)

        def sent(done: int, total: int) -> None:
            if self._stopped.is_set():
                raise ConnectionFailed("The studio was stopped.", may_have_acted=False)
            self._started[reference.sha256] = (reference, UploadProgress(done, total))

        with attribute_calls_to(reference.person):
            url = self._upload_with_retries(partial(self.context.api.upload, file, name, media_type(ending), sent=sent))
        upload = Upload(self.context.account.id, reference.sha256, url, self.context.clock(), person=reference.person)
        self.context.ledger.references.add_upload(upload)
        del self._started[reference.sha256]

    def _upload_with_retries(self, upload: Callable[..., str]) -> str:
        """Upload, and retry after a broken connection, as uploads are free; not while the studio is stopping.

        Errors: StudioError of the last attempt.
        """
        for attempt in range(1, ATTEMPTS):
            try:
                return upload(attempt=attempt)
            except (BrokenOff, NotConnected) as error:
                log.info("an upload is repeated: %s", error)
                if self._stopped.wait(RETRY.seconds(attempt)):
                    raise
        return upload(attempt=ATTEMPTS)

    def _fail(self, reference: Reference, problem: str) -> None:
        log.warning("%s not uploaded: %s", reference.key, problem)
        before = self._started[reference.sha256][1]
        self._started[reference.sha256] = (reference, replace(before, problem=problem))

    def _queue(self, reference: Reference) -> None:
        self._started[reference.sha256] = (reference, UploadProgress(0, reference.size))
        self._waiting.put(reference)
        for worker in self.workers:
            worker.wake()
