"""Reference media → WeryAI, for one account: each content once, in the background, and how far it is."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from queue import Empty, SimpleQueue

from studio.archive.archive import Archive
from studio.core.calls import made_for
from studio.core.errors import BrokenOff, ConnectionFailed, NotConnected, StudioError
from studio.core.reference import Progress, Reference, Upload
from studio.engine.backoff import Backoff
from studio.engine.context import Context
from studio.engine.worker import Worker
from studio.media.file_types import media_type

log = logging.getLogger(__name__)

AT_ONCE = 2
IDLE = 3600.0
ATTEMPTS = 3
RETRY = Backoff((1.0, 2.0))  # over some networks TLS breaks now and then (T2)


@dataclass
class Uploader:
    """What is under way or has failed is in memory, for this process; what WeryAI has is in the ledger."""

    context: Context
    archive: Archive
    _begun: dict[str, tuple[Reference, Progress]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._waiting: SimpleQueue[Reference] = SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        numbers = range(1, AT_ONCE + 1)
        self.workers = [Worker(f"uploader {number} {self.context.account.label}", self.step) for number in numbers]

    def start(self) -> None:
        for worker in self.workers:
            worker.start()

    def stop(self) -> None:
        """End, and cut off what is just being sent: that costs nothing."""
        self._stopped.set()
        for worker in self.workers:
            worker.stop()

    def begin(self, reference: Reference) -> None:
        """Let a reference be uploaded, unless WeryAI has its content, or it was begun before.

        One that has failed waits for `again`. Errors: LedgerError.
        """
        with self._lock:
            known = self.state(reference.sha256)
            if not (known.is_there or known.is_under_way or known.has_failed):
                self._queue(reference)

    def again(self, sha256: str) -> None:
        """A person asks for an upload that has failed once more."""
        with self._lock:
            reference, progress = self._begun.get(sha256, (None, Progress()))
            if reference and progress.has_failed:
                self._queue(reference)

    def state(self, sha256: str) -> Progress:
        """How far the upload of this content is. Errors: LedgerError."""
        if begun := self._begun.get(sha256):  # what has left it is in the ledger already
            return begun[1]
        found = self.context.ledger.references.upload_of(self.context.account.id, sha256)
        return Progress(url=found.url) if found else Progress()

    def forget(self, sha256: str) -> None:
        """WeryAI no longer takes the address of this content: `begin` uploads it anew. Errors: LedgerError."""
        self.context.ledger.references.invalidate_upload(self.context.account.id, sha256, self.context.clock())

    def step(self) -> float:
        """Upload what waits longest, if anything does. Returns the seconds until there may be more."""
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
        except Exception:  # a defect of ours holds up no other upload
            log.exception("upload of %s", reference.key)
            self._fail(reference, "The studio couldn't upload this file. Choose it again, or choose another.")
        return 0.0

    def _upload(self, reference: Reference) -> None:
        ending = PurePosixPath(reference.key).suffix.removeprefix(".")
        name = f"{reference.sha256[:12]}.{ending}"  # what a person's file is called is nobody else's business
        file = self.archive.path(reference.key)

        def sent(done: int, total: int) -> None:
            if self._stopped.is_set():
                raise ConnectionFailed("The studio was stopped.", may_have_acted=False)
            self._begun[reference.sha256] = (reference, Progress(done, total))

        with made_for(reference.person):
            url = self._upload_with_retries(partial(self.context.api.upload, file, name, media_type(ending), sent=sent))
        upload = Upload(self.context.account.id, reference.sha256, url, self.context.clock(), person=reference.person)
        self.context.ledger.references.add_upload(upload)
        del self._begun[reference.sha256]

    def _upload_with_retries(self, upload: Callable[..., str]) -> str:
        """Upload, and after a connection that broke again, as that costs nothing; not while the studio is stopping.

        Errors: StudioError, the one of the last attempt.
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
        before = self._begun[reference.sha256][1]
        self._begun[reference.sha256] = (reference, replace(before, problem=problem))

    def _queue(self, reference: Reference) -> None:
        self._begun[reference.sha256] = (reference, Progress(0, reference.size))
        self._waiting.put(reference)
        for worker in self.workers:
            worker.wake()
