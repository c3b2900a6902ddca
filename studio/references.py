"""What a person does with reference media: add a file, a result, the end of a video; see how far its upload is.

A file is checked and kept in the archive before WeryAI gets it, so that nothing has to be chosen twice.
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
from studio.core.reference import FORM_BYTES, NAMELESS, Medium, Progress, Reference
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
    """One person's references, with one account. A reference is held by its SHA-256, a web address as it is."""

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
        """Check a file, keep it, and let it be uploaded; `beside` is what the form holds already.

        `check` gets what the file is, before it is kept, and may raise. Errors: DraftError that names the file and
        the limit, or when this person may not spend; ArchiveError, LedgerError.
        """
        self._check_person()
        with _bench() as folder:
            file = folder / "file"
            with file.open("wb") as stream:
                shutil.copyfileobj(content, stream, PIECE)
            screened = isolated.screen(file, name, allowed, folder)
            check(screened.medium)
            return self._take(screened, name, beside)

    def add_output(self, job: Job, output: Output, beside: Sequence[str] = ()) -> Reference:
        """A result as a reference; a copy if it is turned, has another ending or no preview. Errors: as `add`."""
        self._check_person()
        name, file = _name_of(job), self.archive.path(output.key)
        with _bench() as folder:
            screened = isolated.screen(file, output_uses.RESULT, [output_uses.medium_of(output)], folder)
            if screened.file != file or not output.key.endswith(screened.ending) or not output.preview:
                return self._take(screened, name, beside)
        self._check_total(screened, name, beside)
        return self._begin(
            output_uses.from_output(output, name, person=self.person, at=self.clock(), account=self._account)
        )

    def add_end_of(self, job: Job, output: Output, beside: Sequence[str] = ()) -> Reference:
        """The last frame of a video as a picture. Errors: as `add`; Undecodable when it has none that can be read."""
        self._check_person()
        name = f"{_END_OF}{_name_of(job)}"
        with _bench() as folder:
            frame = output_uses.end_of(output, self.archive.path(output.key), folder)
            return self._take(isolated.screen(frame, name, [Medium.IMAGE], folder), name, beside)

    def get(self, held: str) -> Reference | None:
        """The reference with this SHA-256, as this person calls it; None for a web address."""
        return self.ledger.references.get(held, self._account, self.person)

    def known_as(self, address: str) -> str:
        """How the reference at this address is held here, where it was uploaded by this account; else the address."""
        found = self.ledger.references.of_url(address)
        return found.sha256 if found else address

    def state(self, held: str) -> Progress:
        return Progress(url=held) if is_link(held) else self.uploader.state(held)

    def begin(self, held: str) -> None:
        """Let it be uploaded, unless it was: after a restart, or for an account that does not have it yet."""
        if not self.may_not_spend and (reference := self.get(held)):
            self.uploader.begin(replace(reference, person=self.person))

    def again(self, held: str) -> None:
        """A person asks for a failed upload once more."""
        self._check_person()
        self.uploader.again(held)

    def upload_anew(self, held: str) -> None:
        """WeryAI does not take the address of this one any more."""
        self._check_person()
        self.uploader.forget(held)
        self.begin(held)

    @property
    def _account(self) -> str:
        return self.uploader.context.account.id

    def _check_person(self) -> None:
        """An upload costs no credits, but it is done with the account's key, and counts for its day."""
        if self.may_not_spend:
            raise DraftError(self.may_not_spend, field="")

    def _take(self, screened: Screened, name: str, beside: Sequence[str]) -> Reference:
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
    """A web address that a person gave in the place of a file, as people write it: https:// may be left out.

    Errors: DraftError, when it is none, or names this machine or its network, where WeryAI cannot go.
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
    """What references may be called that were made of a job's results."""
    name = _name_of(job)
    return {f"{begin}{kept}" for begin in ("", _END_OF) for kept in (name, redaction.text(name, ""))}


def _name_of(job: Job) -> str:
    return " ".join(job.prompt.split())[:60] or NAMELESS


@contextmanager
def _bench() -> Iterator[Path]:
    """A folder for a file that comes in, which is then kept or gone. Errors: ArchiveError when the disk is full."""
    try:
        with tempfile.TemporaryDirectory(prefix="studio-reference-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        log.warning("no room to look at a file: %s", error)
        raise ArchiveError("The file couldn't be checked: the studio's disk is full or can't be written.") from None
