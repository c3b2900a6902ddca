"""The process that opens untrusted files: one request per line on stdin, one answer per line on stdout.

It exits after a while without requests, to save memory.
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
from studio.media import contact_sheet, last_frame, probe, screening, signatures
from studio.media.facts import Facts, Screened, is_of_disk
from studio.media.sheets import Sheet
from studio.media.worker_launch import READY

MEMORY = 1536 * 1024**2  # bytes: rotating an image of 50 megapixels takes 400 MB
IDLE, LONGEST = 20.0, 70  # seconds


def _screen(file: str, name: str, allowed: list[str], folder: str) -> Screened:
    return screening.screen(Path(file), name, [Medium(medium) for medium in allowed], Path(folder))


def _inspect(file: str, kind: str) -> Facts:
    return probe.inspect(Path(file), Kind(kind))


def _depict(file: str) -> Facts:
    return probe.depict(Path(file))


def _name(file: str) -> Facts:
    found = signatures.by_signature(Path(file))
    return Facts(found.ending if found.medium else "", format=found.called)


def _last_frame(video: str, folder: str) -> str:
    return str(last_frame.last_frame(Path(video), Path(folder)))


def _contact_sheet(sheet: dict[str, Any], folder: str) -> str:
    return str(contact_sheet.draw(Sheet.of(sheet), Path(folder)))


_ANSWERS: dict[str, Callable[..., Facts | Screened | str]] = {
    "screen": _screen,
    "inspect": _inspect,
    "depict": _depict,
    "name": _name,
    "last_frame": _last_frame,
    "contact_sheet": _contact_sheet,
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


def _limit_memory() -> None:
    """Limit the memory where the system supports it: Windows does not, and macOS ignores the limit."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _report_ready() -> None:
    """Report readiness, and close stderr: nobody reads decoders' messages, and they would fill the pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdout.write(READY)
    sys.stdout.flush()


def _alarm(seconds: int) -> None:
    """End the process after so many seconds, even when the studio is gone."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def main() -> None:
    """Answer requests until stdin closes, which happens when the studio stops.

    The request in progress is still answered then. Signals are ignored: they are for the studio only.
    """
    for ended in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ended, signal.SIG_IGN)
    _limit_memory()
    _report_ready()
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
