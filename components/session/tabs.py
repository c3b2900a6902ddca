"""The open tabs: what each has drawn, and the events that wake their websockets when there is something new."""

import asyncio
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from studio.core.changes import Changes

MAX_TABS = 10_000  # the tabs that drew last


@dataclass(frozen=True)
class Drawn:
    """What a tab shows: all changes up to `number`; at `due` it must be redrawn even without a change."""

    number: int = -1
    due: datetime | None = None
    count: int = 0  # how often it was drawn

    def is_behind(self, number: int, at: datetime) -> bool:
        """Whether there is something new to draw."""
        return number > self.number or (self.due is not None and self.due <= at)


class Tabs:
    """Records what each tab has drawn, and wakes its websocket. Safe to share between threads.

    A change makes one call into the event loop, however many tabs wait.
    """

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self._lock = threading.Lock()
        self._drawn_by_tab: OrderedDict[str, Drawn] = OrderedDict()
        self._events: defaultdict[str, set[asyncio.Event]] = defaultdict(set)  # by tab, by account, and for all
        self._loop: asyncio.AbstractEventLoop | None = None
        changes.subscribe(lambda account: self._wake(_of_account(account) if account else _ALL))

    def record_drawn(self, tab: str, number: int, due: datetime | None) -> None:
        """Record that a run of this tab has drawn all changes up to this number."""
        with self._lock:
            self._drawn_by_tab[tab] = Drawn(number, due, self.drawn(tab).count + 1)
            self._drawn_by_tab.move_to_end(tab)
            if len(self._drawn_by_tab) > MAX_TABS:
                self._drawn_by_tab.popitem(last=False)
        self._wake(_of_tab(tab))

    def drawn(self, tab: str) -> Drawn:
        """Return what a tab has drawn so far."""
        return self._drawn_by_tab.get(tab, Drawn())

    @contextmanager
    def subscribe(self, tab: str, account: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set after a change in this account or a drawing of the tab. For the event loop."""
        event, names = asyncio.Event(), (_of_tab(tab), _of_account(account), _ALL)
        self._loop = asyncio.get_running_loop()
        for name in names:
            self._events[name].add(event)
        try:
            yield event
        finally:
            for name in names:
                self._events[name].discard(event)
                if not self._events[name]:
                    del self._events[name]

    def _wake(self, name: str) -> None:
        loop = self._loop
        if loop and name in self._events:
            with suppress(RuntimeError):  # the loop has just closed
                loop.call_soon_threadsafe(self._set, name)

    def _set(self, name: str) -> None:
        for event in self._events.get(name, ()):
            event.set()


_ALL = "all"


def _of_tab(tab: str) -> str:
    return f"tab {tab}"


def _of_account(account: str) -> str:
    return f"account {account}"
