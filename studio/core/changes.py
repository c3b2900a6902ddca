"""Numbers the changes of jobs by account: the ledger reports them after each write, and pages ask for them.

Works within one process. Listeners are called on the thread that wrote, and must return quickly.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable

MOST = 4096  # changes that are remembered; a page that missed more than these renders everything again


class Changes:
    """Numbered changes of jobs and accounts. Safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._newest: dict[str, int] = {}
        self._of_all = 0
        self._forgotten = 0
        self._recent: deque[tuple[int, str, str]] = deque()
        self._most = most
        self._listeners: list[Callable[[str], None]] = []

    def publish(self, account: str, jobs: Iterable[str] = ()) -> None:
        """Publish that these jobs of an account changed; without jobs, that the account itself changed."""
        with self._lock:
            self._count += 1
            self._newest[account] = self._count
            self._recent.extend((self._count, account, job) for job in set(jobs) or {""})
            while len(self._recent) > self._most:
                self._forgotten = self._recent.popleft()[0]
        self._call(account)

    def publish_all(self) -> None:
        """Publish that anything of any account may have changed."""
        with self._lock:
            self._count += 1
            self._of_all = self._count
        self._call("")

    def number(self, account: str) -> int:
        """Return the number of an account's newest change; while it stays the same, nothing has changed."""
        return max(self._newest.get(account, 0), self._of_all)

    def since(self, account: str, number: int) -> frozenset[str] | None:
        """Return the jobs that changed after the change with this number; "" stands for the account itself.

        None when the changes since then are no longer remembered.
        """
        with self._lock:
            if self._newest.get(account, 0) <= number >= self._of_all:
                return frozenset()
            if number < max(self._of_all, self._forgotten):
                return None
            changed = set()
            for count, of, job in reversed(self._recent):
                if count <= number:
                    break
                if of == account:
                    changed.add(job)
            return frozenset(changed)

    def subscribe(self, listener: Callable[[str], None]) -> None:
        """Call this function with the account of each change, or with "" when all accounts may have changed."""
        self._listeners.append(listener)

    def _call(self, account: str) -> None:
        for listener in self._listeners:
            listener(account)
