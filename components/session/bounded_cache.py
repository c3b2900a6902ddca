"""A bounded memory: of what was noted, the newest, for every session and route of the process."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """At most this many; what was noted longest ago goes first. Pages and routes may call it at the same time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Key, Value] = OrderedDict()
        self._changing = Lock()

    def note(self, key: Key, value: Value) -> None:
        """This is the newest one; of the same key it replaces what was there."""
        with self._changing:
            self._held.pop(key, None)
            self._held[key] = value
            if len(self._held) > self._most:
                self._held.popitem(last=False)

    def get(self, key: Key) -> Value | None:
        with self._changing:
            return self._held.get(key)

    def take(self, key: Key) -> Value | None:
        """What was noted, which is forgotten."""
        with self._changing:
            return self._held.pop(key, None)
