"""Where the time goes in which outputs are saved: by part of a saver's thread, and until the preview is there."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from studio.archive import archive, disk
from studio.core.values import Output, now
from studio.engine.previews import Previews
from studio.engine.saver import Saver

PARTS = {"save": (Saver, "save"), "download": (disk, "write"), "check": (archive, "inspect")}
PREVIEW = "preview"  # what the names of the threads that make these begin with


@dataclass
class Split:
    """Measures while it is entered: seconds by part, when each output was in the ledger, and seconds to its preview."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    named: dict[int, datetime] = field(default_factory=dict)
    previews: list[float] = field(default_factory=list)
    _opened: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> None:
        for part, (place, name) in PARTS.items():
            self._put(place, name, self._timed(getattr(place, name), part))
        self._put(Previews, "begin", self._noted(Previews.begin))
        self._put(Previews, "_make", self._followed(Previews._make))

    def __exit__(self, *_error: object) -> None:
        self._opened.close()

    def _put(self, place: Any, name: str, function: Callable[..., Any]) -> None:
        self._opened.callback(setattr, place, name, getattr(place, name))
        setattr(place, name, function)

    def _timed(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            began = time.monotonic()
            try:
                return function(*arguments)
            finally:
                if not threading.current_thread().name.startswith(PREVIEW):
                    self.seconds[part] += time.monotonic() - began

        return timed

    def _noted(self, begin: Callable[[Previews, Output], None]) -> Callable[[Previews, Output], None]:
        """A preview is begun once the file is in the ledger."""

        def noted(previews: Previews, output: Output) -> None:
            self.named[output.id] = now()
            begin(previews, output)

        return noted

    def _followed(self, make: Callable[[Previews, Output], None]) -> Callable[[Previews, Output], None]:
        def followed(previews: Previews, output: Output) -> None:
            make(previews, output)
            self.previews.append((now() - self.named[output.id]).total_seconds())

        return followed
