"""A ZIP of outputs, made while it is read, with a JSON of the facts beside each file. Sizes are in bytes.

Nothing is compressed, as images and videos are already. A file that is missing or damaged is left out, and a text file
in the ZIP says why.
"""

import hashlib
import io
import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, TypeAlias
from zipfile import ZipFile, ZipInfo

from studio import copies
from studio.archive.archive import Archive
from studio.core.errors import ArchiveError
from studio.core.file_names import FreeNames
from studio.core.provenance import Provenance
from studio.core.values import Job, Output
from studio.ledger.ledger import Ledger
from studio.media import embedding

NOT_INCLUDED = "not-included.txt"
PIECE = 256 * 1024
PAGE = 100  # outputs whose jobs are read at once

Pieces: TypeAlias = Generator[bytes, None, None]


@dataclass(frozen=True)
class _Source:
    """The content of a file; `sha256` is empty if it is not known."""

    key: str
    size: int
    sha256: str
    pieces: Iterator[bytes]


class _Sink(io.RawIOBase):
    """Holds what a ZipFile writes until it is taken. It cannot seek, so size and CRC follow each entry."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts, self.size = [], 0
        return taken


class _Zip:
    """A ZIP under way."""

    def __init__(self, ledger: Ledger, archive: Archive, *, with_settings: bool) -> None:
        self._ledger, self._archive, self._with_settings = ledger, archive, with_settings
        self._sink, self._names, self._left_out = _Sink(), FreeNames(), list[str]()
        self._zip = ZipFile(self._sink, "w")

    def add(self, job: Job, output: Output) -> Pieces:
        """Add a file and its facts, or leave it out; yield what was written. Errors: LedgerError."""
        name = self._names.take(job, output)
        made_by = copies.provenance_of(self._ledger, job, output)
        try:
            source = self._source(output, made_by)
            sha256 = yield from self._add_file(_entry(name, output), source)
        except (ArchiveError, OSError) as error:
            self.leave_out(name, getattr(error, "message", "The file cannot be read."))
            return
        beside = _entry(str(PurePosixPath(name).with_suffix(".json")), output)
        self._zip.writestr(beside, _facts(made_by, job, output, {"file": name, "bytes": source.size, "sha256": sha256}))

    def leave_out(self, name: str, reason: str) -> None:
        """Note that a file is not in the ZIP."""
        self._left_out.append(f"{name}: {reason}\n")

    def end(self) -> bytes:
        """Write what is left to write, and return the end of the ZIP."""
        if self._left_out:
            self._zip.writestr(NOT_INCLUDED, "".join(self._left_out))
        self._zip.close()
        return self._sink.take()

    def _source(self, output: Output, made_by: Provenance) -> _Source:
        """Return the file, or a copy that carries what made it. Errors: ArchiveError, OSError."""
        if self._archive.reader.size(output.key) != output.size:
            raise _damaged(output.key)
        if self._with_settings and copies.can_carry(output):
            copy = embedding.copy_with(self._archive.path(output.key), made_by)
            return _Source(output.key, copy.size, "", copy.pieces())
        return _Source(output.key, output.size, output.sha256, self._archive.reader.pieces(output.key))

    def _add_file(self, entry: ZipInfo, source: _Source) -> Generator[bytes, None, str]:
        """Write a file, yield what was written, and return its SHA-256. Errors: ArchiveError, OSError."""
        digest = hashlib.sha256()
        entry.file_size = source.size  # decides about ZIP64
        try:
            with self._zip.open(entry, "w") as file:
                for piece in source.pieces:
                    digest.update(piece)
                    file.write(piece)
                    if self._sink.size >= PIECE:
                        yield self._sink.take()
            if entry.file_size != source.size or source.sha256 not in ("", digest.hexdigest()):
                raise _damaged(source.key)
        except (ArchiveError, OSError):
            self._forget(entry)
            raise
        return digest.hexdigest()

    def _forget(self, entry: ZipInfo) -> None:
        """Leave an entry out of the ZIP's table of contents: programs skip what was already sent of it."""
        self._zip.filelist.remove(entry)
        del self._zip.NameToInfo[entry.filename]


def zipped(ledger: Ledger, archive: Archive, account: str, ids: Sequence[int], *, with_settings: bool) -> Pieces:
    """Yield a ZIP of these outputs of an account; the files carry prompt and settings if asked. Errors: LedgerError."""
    made = _Zip(ledger, archive, with_settings=with_settings)
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), PAGE):
        page = wanted[start : start + PAGE]
        jobs = ledger.files.jobs_with(account, page)
        found = {output.id: (job, output) for job in jobs for output in job.outputs if can_be_downloaded(job, output)}
        for number in page:
            if number in found:
                yield from made.add(*found[number])
            else:
                made.leave_out(f"Result {number}", "It was removed, or is not saved.")
    yield made.end()


def can_be_downloaded(job: Job, output: Output) -> bool:
    """Whether a result can be downloaded."""
    return output.is_shown and not job.removed_at


def _facts(made_by: Provenance, job: Job, output: Output, file: dict[str, Any]) -> str:
    """Return the JSON beside a file: what the file itself can carry, its facts, and the job's times (UTC) and cost."""
    task = next(task for task in job.tasks if task.id == output.task)
    more = {
        "format": output.format,
        "width": output.width,
        "height": output.height,
        "seconds": output.seconds or None,
        "credits_of_task": task.cost,
        "credits_of_job": job.cost,
        "sent": _time(job.sent_at),
        "finished": _time(task.finished_at),
        "saved": _time(output.saved_at),
    }
    return json.dumps({**json.loads(made_by.as_json), **file, **more}, ensure_ascii=False, indent=2)


def _time(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def _entry(name: str, output: Output) -> ZipInfo:
    at = output.saved_at
    return ZipInfo(name, at.timetuple()[:6]) if at else ZipInfo(name)


def _damaged(key: str) -> ArchiveError:
    return ArchiveError(f"{key} is damaged.", hint="")
