"""A file is looked at in a process of its own: what a hostile one can take of memory and time there is bounded.

A few bytes can make a decoder allocate without end or run for hours; a limit of its own for each trick of each format
would never be complete.
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
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studio.errors import DraftError
from studio.media import screening
from studio.media.media import Medium
from studio.media.screening import Screened

log = logging.getLogger(__name__)

MEMORY = 1536 * 1024**2  # bytes: a picture of 50 megapixels takes 400 MB while it is turned
SECONDS = 60
_HOUSE = Path(__file__).resolve().parents[2]
_PRIVATE = ("WERYAI_API_KEY", "DATABASE_URL", "ARCHIVE_URL")
_one_at_a_time = threading.Lock()  # of all people: a small host has room for one


def screen(file: Path, name: str, allowed: Collection[Medium], workshop: Path) -> Screened:
    """As `screening.screen`, which it calls over there. Errors: the same, or DraftError when it took too much."""
    asked = {"file": str(file), "name": name, "allowed": sorted(allowed), "workshop": str(workshop)}
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise DraftError(f"{name[:60]} waited too long for other files. Add it again.", field="")
    try:
        return _read(_answer(json.dumps(asked)), name)
    finally:
        _one_at_a_time.release()


def _answer(asked: str) -> str:
    """What the other process says; nothing when it came to its limits."""
    environment = {name: value for name, value in os.environ.items() if name not in _PRIVATE}
    command = [sys.executable, "-m", "studio.media.apart"]
    with suppress(subprocess.TimeoutExpired):
        found = subprocess.run(  # noqa: S603
            command,
            input=asked,
            capture_output=True,
            text=True,
            cwd=_HOUSE,
            env=environment,
            timeout=SECONDS,
            check=False,
        )
        if found.returncode == 0:
            return found.stdout
        log.warning("a file could not be looked at: exit %s %s", found.returncode, found.stderr[-300:])
    return ""


def _read(answer: str, name: str) -> Screened:
    if not answer:
        raise DraftError(f"{name[:60]} takes too much memory or time to check. Export a smaller version.", field="")
    found: dict[str, Any] = json.loads(answer)
    if "refused" in found:
        raise DraftError(found["refused"], field="")
    preview = base64.b64decode(found.pop("preview"))
    return Screened(**{**found, "file": Path(found["file"]), "medium": Medium(found["medium"]), "preview": preview})


def _look() -> None:
    """The other process: a question on stdin, an answer on stdout."""
    _bound()
    asked = json.load(sys.stdin)
    allowed = [Medium(medium) for medium in asked["allowed"]]
    try:
        found = screening.screen(Path(asked["file"]), asked["name"], allowed, Path(asked["workshop"]))
    except DraftError as refused:
        answer: dict[str, Any] = {"refused": refused.message}
    else:
        answer = asdict(found) | {"file": str(found.file), "preview": base64.b64encode(found.preview).decode()}
    sys.stdout.write(json.dumps(answer))


def _bound() -> None:
    """Where the system can do it: on Windows there is the time alone, and macOS does not heed the memory."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    _look()
