"""Reference media of a person: add a file, a result or a video's last frame, and see the progress of its upload.

A file is checked and stored in the archive before WeryAI gets it, so that nobody has to choose a file twice.
"""

import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from studio.archive.archive import Archive
from studio.core import redaction
from studio.core.errors import ArchiveError, DraftError
from studio.core.reference import FORM_BYTES, NAMELESS, Medium, Reference, UploadProgress
from studio.core.settings import MEGABYTE
from studio.core.values import Clock, Job, Output
from studio.engine.uploader import Uploader
from studio.ledger.ledger import Ledger
from studio.media import isolated, output_uses
from studio.media.facts import Screened
from studio.weryai import addresses, public_only, request_body

log = logging.getLogger(__name__)

PIECE = 256 * 1024
_END_OF = "The end of "
_BARE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}/\S", re.IGNORECASE)


@dataclass(frozen=True)
class References:
    """One person's references, with one account. Forms identify a reference by its SHA-256, a link by its URL."""

    uploader: Uploader
    ledger: Ledger
    archive: Archive
    person: str
    clock: Clock
    may_not_spend: str = ""

    def add(
        self,
        content: IO[bytes],
        name: str,
        allowed: Collection[Medium],
        beside: Sequence[str] = (),
        check: Callable[[Medium], object] = bool,
    ) -> Reference:
        """Check a file, store it, and start its upload; `beside` is what the form already has.

        `check` gets the file's medium before the file is stored, and may raise. Errors: DraftError, which names the
        file and the limit, or when this person may not spend; ArchiveError, LedgerError.
        """
        self._check_person()
        with _temporary_folder() as folder:
            file = folder / "file"
            with file.open("wb") as stream:
                shutil.copyfileobj(content, stream, PIECE)
            screened = isolated.screen(file, name, allowed, folder)
            check(screened.medium)
            return self._take(screened, name, beside)

    def add_output(self, job: Job, output: Output, beside: Sequence[str] = ()) -> Reference:
        """Return a result as a reference; a copy if rotated, without preview or misnamed. Errors: as `add`."""
        self._check_person()
        name, file = _name_of(job), self.archive.path(output.key)
        with _temporary_folder() as folder:
            screened = isolated.screen(file, output_uses.RESULT, [output_uses.medium_of(output)], folder)
            if screened.file != file or not output.key.endswith(screened.ending) or not output.preview:
                return self._take(screened, name, beside, source=output.key)
        self._check_total(screened, name, beside)
        return self._begin(
            output_uses.from_output(output, name, person=self.person, at=self.clock(), account=self._account)
        )

    def add_end_of(self, job: Job, output: Output, beside: Sequence[str] = ()) -> Reference:
        """Return a video's last frame as an image. Errors: as `add`; Undecodable when no last frame can be decoded."""
        self._check_person()
        name = f"{_END_OF}{_name_of(job)}"
        with _temporary_folder() as folder:
            frame = output_uses.end_of(output, self.archive.path(output.key), folder)
            screened = isolated.screen(frame, name, [Medium.IMAGE], folder)
            return self._take(screened, name, beside, source=output.key)

    def get(self, held: str) -> Reference | None:
        """Return the reference with this SHA-256, under this person's name for it; None for a link."""
        return self.ledger.references.get(held, self._account, self.person)

    def known_as(self, address: str) -> str:
        """Return the SHA-256 of the reference that this account uploaded to this URL; else the URL."""
        found = self.ledger.references.of_url(address)
        return found.sha256 if found else address

    def state(self, held: str) -> UploadProgress:
        return UploadProgress(url=held) if is_link(held) else self.uploader.state(held)

    def begin(self, held: str) -> None:
        """Start the upload unless the file is uploaded: after a restart, or for an account that does not have it."""
        if not self.may_not_spend and (reference := self.get(held)):
            self.uploader.begin(replace(reference, person=self.person))

    def again(self, held: str) -> None:
        """Retry a failed upload, when a person asks for it."""
        self._check_person()
        self.uploader.retry(held)

    def upload_anew(self, held: str) -> None:
        """Upload the file again, because WeryAI no longer accepts its URL."""
        self._check_person()
        self.uploader.forget(held)
        self.begin(held)

    @property
    def _account(self) -> str:
        return self.uploader.context.account.id

    def _check_person(self) -> None:
        """Check the permission to spend: an upload costs nothing, but uses the account's key and its daily limit."""
        if self.may_not_spend:
            raise DraftError(self.may_not_spend, field="")

    def _take(self, screened: Screened, name: str, beside: Sequence[str], source: str = "") -> Reference:
        self._check_total(screened, name, beside)
        with screened.file.open("rb") as stream:
            pieces = iter(lambda: stream.read(PIECE), b"")
            key, preview = self.archive.keep_reference(screened.sha256, screened.ending, pieces, screened.preview)
        return self._begin(
            Reference(
                sha256=screened.sha256,
                medium=screened.medium,
                name=redaction.text(name, ""),
                key=key,
                size=screened.size,
                preview=preview,
                width=screened.width,
                height=screened.height,
                seconds=screened.seconds,
                converted=screened.converted,
                added_at=self.clock(),
                person=self.person,
                account=self._account,
                source=source,
            )
        )

    def _begin(self, reference: Reference) -> Reference:
        kept = self.ledger.references.add(reference)
        self.uploader.begin(reference)
        return kept

    def _check_total(self, screened: Screened, name: str, beside: Sequence[str]) -> None:
        total = screened.size + sum(found.size for held in beside if (found := self.get(held)))
        if total > FORM_BYTES:
            limit = FORM_BYTES // MEGABYTE
            raise DraftError(f"{name} does not fit: all files in a form together can have up to {limit} MB.", field="")


def link(text: str, field: str) -> str:
    """Return the URL that a person typed in place of a file; https:// may be missing in the text.

    Errors: DraftError, when it is not a URL, or names this machine or its network, which WeryAI cannot reach.
    """
    address = text.strip()
    if _BARE.match(address):
        address = f"https://{address}"
    addresses.check(address, field)
    request_body.check_for_key(address, field)
    if not public_only.may_be_public(urlsplit(address).hostname or ""):
        raise DraftError(f"{address[:60]} is on this machine or its network, where WeryAI can't reach it.", field=field)
    return address


def is_link(held: str) -> bool:
    return "://" in held


def names_after(job: Job) -> set[str]:
    """Return the names that references made of a job's results can have."""
    name = _name_of(job)
    return {f"{begin}{kept}" for begin in ("", _END_OF) for kept in (name, redaction.text(name, ""))}


def _name_of(job: Job) -> str:
    return " ".join(job.prompt.split())[:60] or NAMELESS


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """Yield a temporary folder for an incoming file. Errors: ArchiveError when the disk is full."""
    try:
        with tempfile.TemporaryDirectory(prefix="studio-reference-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        log.warning("no room to look at a file: %s", error)
        raise ArchiveError("The file couldn't be checked: the studio's disk is full or can't be written.") from None
