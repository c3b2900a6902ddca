"""The models of each mode and their limits: from the live registry, else from the snapshot that ships with the studio.

A page never waits for the registry: it calls `refresh_when_old`, which asks in a thread once an hour, and reads what is
known now.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from studio.core.errors import StudioError
from studio.core.values import Clock, Kind, now
from studio.weryai.model import Model
from studio.weryai.registry import read_registry, snapshot

log = logging.getLogger(__name__)

KEPT = timedelta(hours=1)
AGAIN = timedelta(minutes=1)  # after a failed request


@dataclass(frozen=True)
class Origin:
    """The source of a mode's models: the live registry at `at`, or the snapshot when `at` is None."""

    at: datetime | None = None
    has_asked: bool = False  # the registry was asked, and gave no usable list for this mode


@dataclass
class Catalogue:
    """The models that one account can use. `ask` returns the registry's data for images or for videos."""

    ask: Callable[[Kind], Any]
    clock: Clock = now
    on_change: Callable[[], None] = lambda: None
    version: int = 0  # grows with each change of the models; `on_change` is called after it
    _live: dict[str, tuple[Model, ...]] = field(default_factory=dict)
    _origins: dict[str, Origin] = field(default_factory=dict)
    _asked_at: datetime | None = None
    _has_asked: bool = False
    _kept: timedelta = KEPT
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def models(self, mode: str) -> tuple[Model, ...]:
        """Return the known models of a mode, those with verified limits first."""
        models = self._live.get(mode) or snapshot().get(mode, ())
        return tuple(sorted(models, key=lambda model: not model.verified))

    def model(self, mode: str, key: str) -> Model:
        """Return a known model of a mode by its key; if it is not in the list, a model whose limits are unknown."""
        found = (model for model in self.models(mode) if model.key == key)
        return next(found, Model(key, key, verified=False))

    def titles(self) -> dict[str, str]:
        """Return the title of each model of any mode, by its key; models with the same title also show their key."""
        lists = {**snapshot(), **self._live}.values()
        titles = {model.key: model.title for models in lists for model in models}
        shared = Counter(titles.values())
        return {key: title if shared[title] == 1 else f"{title} · {key}" for key, title in titles.items()}

    def origin(self, mode: str) -> Origin:
        """Return the source of this mode's list."""
        return self._origins.get(mode, Origin(has_asked=self._has_asked))

    def refresh(self) -> None:
        """Ask the registry now. If it does not answer, or the answer makes no sense, the known models stay."""
        answers, before = 0, (dict(self._live), self._has_asked)
        for kind in Kind:
            try:
                found = read_registry(self.ask(kind), kind)
            except StudioError as error:
                log.info("model registry for %ss not used: %s", kind, error)
            except Exception:  # an odd answer may fail to parse in unforeseen ways
                log.exception("model registry for %ss not understood", kind)
            else:
                self._live.update(found)
                self._origins.update(dict.fromkeys(found, Origin(self.clock())))
                answers += 1
        self._has_asked, self._kept = True, KEPT if answers == len(Kind) else AGAIN
        if before != (self._live, self._has_asked):
            self.version += 1
            self.on_change()

    def refresh_when_old(self) -> None:
        """Ask the registry in the background, unless it was asked recently."""
        with self._lock:
            if self._asked_at and abs(self.clock() - self._asked_at) < self._kept:
                return
            self._asked_at = self.clock()
            self._thread = threading.Thread(target=self.refresh, name="model registry", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Wait up to 5 s for the request in progress: it writes to the ledger, which may be closed next."""
        if thread := self._thread:
            thread.join(5)
