"""The process in which files from outside are opened: a question a line on stdin, an answer a line on stdout.

It ends by itself when nothing was asked for a while, so that a studio at rest is small.
"""

import base64
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.media import last_frame, probe, screening, signatures
from studio.media.facts import Facts, Screened, is_of_disk
from studio.media.worker_launch import READY

MEMORY = 1536 * 1024**2  # bytes: a picture of 50 megapixels takes 400 MB while it is turned
IDLE, LONGEST = 20.0, 70  # seconds


def _screen(file: str, name: str, allowed: list[str], workshop: str) -> Screened:
    return screening.screen(Path(file), name, [Medium(medium) for medium in allowed], Path(workshop))


def _inspect(file: str, kind: str) -> Facts:
    return probe.inspect(Path(file), Kind(kind))


def _depict(file: str) -> Facts:
    return probe.depict(Path(file))


def _name(file: str) -> Facts:
    found = signatures.by_signature(Path(file))
    return Facts(found.ending if found.medium else "", format=found.called)


def _last_frame(video: str, folder: str) -> str:
    return str(last_frame.last_frame(Path(video), Path(folder)))


_ANSWERS: dict[str, Callable[..., Facts | Screened | str]] = {
    "screen": _screen,
    "inspect": _inspect,
    "depict": _depict,
    "name": _name,
    "last_frame": _last_frame,
}


def _answer(line: str) -> dict[str, Any]:
    asked = json.loads(line)
    try:
        found = _ANSWERS[asked.pop("ask")](**asked)
    except StudioError as refused:
        return {"refused": refused.message, "error": type(refused).__name__, "detail": refused.detail}
    except Exception as error:  # also a MemoryError
        if is_of_disk(error):
            return {"os_error": (error.errno, error.strerror)}  # type: ignore[attr-defined]
        return {"failed": f"{type(error).__name__}: {str(error)[:200]}"}
    return {"found": found if isinstance(found, str) else asdict(found)}


def _encoded(value: object) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _end_when_idle() -> threading.Timer:
    timer = threading.Timer(IDLE, os._exit, (0,))
    timer.daemon = True
    timer.start()
    return timer


def _bound() -> None:
    """Where the system can do it: Windows does not, and macOS does not heed it."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _say_that_it_is_ready() -> None:
    """What decoders write of a file from now on is nobody's to read, and would fill the pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdout.write(READY)
    sys.stdout.flush()


def _alarm(seconds: int) -> None:
    """Ends the process after so long also when nobody is there any more who would."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def main() -> None:
    """A studio that is stopped closes stdin, and what is being done is done: a signal is for the studio alone."""
    for ended in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ended, signal.SIG_IGN)
    _bound()
    _say_that_it_is_ready()
    timer = _end_when_idle()
    for line in sys.stdin:
        timer.cancel()
        _alarm(LONGEST)
        answer = json.dumps(_answer(line), default=_encoded)
        _alarm(0)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
        timer = _end_when_idle()


if __name__ == "__main__":
    main()
