"""The open tabs: what each has drawn, and who is woken when there is something new to draw."""

import asyncio
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from studio.core.changes import Changes

MOST = 10_000  # tabs that are remembered, those that drew last


@dataclass(frozen=True)
class Drawn:
    """What a tab shows: everything up to the change of this number; at `due` it is to be drawn anew in any case."""

    number: int = -1
    due: datetime | None = None
    times: int = 0  # that it was drawn

    def is_behind(self, number: int, at: datetime) -> bool:
        """There is something new to draw."""
        return number > self.number or (self.due is not None and self.due <= at)


class Tabs:
    """Safe to share between threads. A change wakes by one call into the event loop, however many tabs wait there."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self._lock = threading.Lock()
        self._drawn: OrderedDict[str, Drawn] = OrderedDict()
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)  # by tab, by account, and all
        self._loop: asyncio.AbstractEventLoop | None = None
        changes.listen(lambda account: self._wake(_of_account(account) if account else _ALL))

    def has_drawn(self, tab: str, number: int, due: datetime | None) -> None:
        """A run of this tab has drawn everything up to the change of this number."""
        with self._lock:
            self._drawn[tab] = Drawn(number, due, self.drawn(tab).times + 1)
            self._drawn.move_to_end(tab)
            if len(self._drawn) > MOST:
                self._drawn.popitem(last=False)
        self._wake(_of_tab(tab))

    def drawn(self, tab: str) -> Drawn:
        """What a tab has drawn so far."""
        return self._drawn.get(tab, Drawn())

    @contextmanager
    def waiting(self, tab: str, account: str) -> Iterator[asyncio.Event]:
        """What is set when something changed in this account, or the tab has drawn. Within the event loop."""
        event, names = asyncio.Event(), (_of_tab(tab), _of_account(account), _ALL)
        self._loop = asyncio.get_running_loop()
        for name in names:
            self._waiting[name].add(event)
        try:
            yield event
        finally:
            for name in names:
                self._waiting[name].discard(event)
                if not self._waiting[name]:
                    del self._waiting[name]

    def _wake(self, name: str) -> None:
        loop = self._loop
        if loop and name in self._waiting:
            with suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(self._set, name)

    def _set(self, name: str) -> None:
        for event in self._waiting.get(name, ()):
            event.set()


_ALL = "all"


def _of_tab(tab: str) -> str:
    return f"tab {tab}"


def _of_account(account: str) -> str:
    return f"account {account}"
