"""A thread-safe cache with a limit, shared by all sessions and routes of the process."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Keep at most `limit` entries; with one more, the oldest is removed. Safe to share between threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def put(self, key: Key, value: Value) -> None:
        """Put an entry as the newest one; it replaces an entry of the same key."""
        with self._lock:
            self._entries.pop(key, None)
            self._entries[key] = value
            if len(self._entries) > self._limit:
                self._entries.popitem(last=False)

    def get(self, key: Key) -> Value | None:
        """Return the value of this key; None when there is none."""
        with self._lock:
            return self._entries.get(key)

    def pop(self, key: Key) -> Value | None:
        """Remove the entry of this key and return its value; None when there is none."""
        with self._lock:
            return self._entries.pop(key, None)
