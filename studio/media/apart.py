"""Files from outside are opened in processes of their own: what a hostile one can take of memory and time is bounded.

A few bytes can make a decoder allocate without end or run for hours; a limit of its own for each trick of each format
would never be complete. Each process opens one file at a time: results that come in are looked at in one, and what
takes many pixels is done in the other, so that four large pictures at once cost the memory of one.
"""

import base64
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from studio.errors import ArchiveError, DraftError, StudioError, Undecodable
from studio.media.facts import Facts, Screened
from studio.media.media import Medium
from studio.values import Kind

log = logging.getLogger(__name__)

SECONDS = 60.0
_HOUSE = Path(__file__).resolve().parents[2]
_PRIVATE = ("WERYAI_API_KEY", "DATABASE_URL", "ARCHIVE_URL")
_TOO_MUCH = "It takes too much memory or time to read."


class TooMuchError(Exception):
    """The process came to its limits, or could not be started."""


class Process:
    """A worker, which is started when it is asked and ends by itself; one question at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._worker: subprocess.Popen[str] | None = None

    def ask(self, question: str, **facts: object) -> Any:
        """What the worker found. Errors: StudioError of its own, TooMuchError."""
        line = json.dumps({"ask": question, **facts}, default=str)
        if not self._turn.acquire(timeout=SECONDS):
            raise TooMuchError
        try:
            answer = self._answer(line) or self._answer(line if self._has_ended_idle else "")
        finally:
            self._turn.release()
        return _read(answer)

    @property
    def pid(self) -> int:
        """Of the worker that was asked last; 0 when none was."""
        return self._worker.pid if self._worker else 0

    def end(self) -> None:
        """Let the worker go, and wait until it is gone."""
        if self._worker and self._worker.stdin:
            self._worker.stdin.close()
            self._worker.wait()

    @property
    def _has_ended_idle(self) -> bool:
        return self._worker is not None and self._worker.wait() == 0

    def _answer(self, line: str) -> str:
        """A line, or nothing when the worker came to its end meanwhile."""
        if not line:
            return ""
        worker = self._started()
        guard = threading.Timer(SECONDS, worker.kill)
        guard.start()
        try:
            with suppress(BrokenPipeError):
                worker.stdin.write(f"{line}\n")  # type: ignore[union-attr]
                worker.stdin.flush()  # type: ignore[union-attr]
            return worker.stdout.readline()  # type: ignore[union-attr]
        finally:
            guard.cancel()

    def _started(self) -> subprocess.Popen[str]:
        if self._worker is None or self._worker.poll() is not None:
            environment = {name: value for name, value in os.environ.items() if name not in _PRIVATE}
            command = [sys.executable, "-m", "studio.media.worker"]
            piped, dropped = subprocess.PIPE, subprocess.DEVNULL
            try:
                self._worker = subprocess.Popen(  # noqa: S603
                    command, stdin=piped, stdout=piped, stderr=dropped, text=True, cwd=_HOUSE, env=environment
                )
            except OSError as error:
                log.warning("no process for files could be started: %s", error)
                raise TooMuchError from None
        return self._worker


_looking, _decoding = Process(), Process()


def _read(answer: str) -> Any:
    said: dict[str, Any] = json.loads(answer) if answer else {"failed": "the process ended"}
    if "found" in said:
        return said["found"]
    if "refused" in said:
        raise _REFUSALS[said["error"]](said["refused"])
    log.warning("a file could not be read: %s", said["failed"])
    raise TooMuchError


def _refused(message: str) -> StudioError:
    return DraftError(message, field="")


_REFUSALS = {"DraftError": _refused, "ArchiveError": ArchiveError, "Undecodable": Undecodable}


def screen(file: Path, name: str, allowed: Collection[Medium], workshop: Path) -> Screened:
    """As `screening.screen`. Errors: the same, or DraftError when it took too much."""
    try:
        found = _decoding.ask("screen", file=file, name=name, allowed=sorted(allowed), workshop=workshop)
    except TooMuchError:
        said = f"{name[:60]} takes too much memory or time to check. Export a smaller version."
        raise DraftError(said, field="") from None
    preview = base64.b64decode(found.pop("preview"))
    return Screened(**{**found, "file": Path(found["file"]), "medium": Medium(found["medium"]), "preview": preview})


def inspect(file: Path, kind: Kind) -> Facts:
    """As `inspection.inspect`; of a file that takes too much, what its signature says. Errors: the same."""
    try:
        return _facts(_looking.ask("inspect", file=file, kind=kind))
    except TooMuchError:
        return _by_signature(file, kind)


def _by_signature(file: Path, kind: Kind) -> Facts:
    try:
        found = _facts(_looking.ask("name", file=file))
    except TooMuchError:
        raise ArchiveError("The file couldn't be checked.", hint="") from None
    if not found.ending:
        raise ArchiveError(f"The result link gave no {kind}.")
    return found


def depict(file: Path) -> Facts:
    """As `inspection.depict`. Errors: the same, also when it takes too much."""
    try:
        return _facts(_decoding.ask("depict", file=file))
    except TooMuchError:
        raise Undecodable(_TOO_MUCH) from None


def last_frame(video: Path, folder: Path) -> Path:
    """As `stills.last_frame`. Errors: the same, also when it takes too much."""
    try:
        return Path(_decoding.ask("last_frame", video=video, folder=folder))
    except TooMuchError:
        raise ArchiveError("The end of the video can't be read.") from None


def _facts(found: dict[str, Any]) -> Facts:
    return Facts(**{**found, "preview": base64.b64decode(found["preview"])})
