"""Which jobs changed, by account: told once the ledger has it, asked by whoever shows them.

Within one process. Who listens is told on the thread that wrote, and must not hold it up.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable

MOST = 4096  # changes that are remembered; whoever missed more draws everything


class Changes:
    """Numbered changes of jobs and accounts. Safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._newest: dict[str, int] = {}
        self._of_all = 0
        self._forgotten = 0
        self._lately: deque[tuple[int, str, str]] = deque()
        self._most = most
        self._listeners: list[Callable[[str], None]] = []

    def tell(self, account: str, jobs: Iterable[str] = ()) -> None:
        """These jobs of an account changed; without any it is what is known of the account itself."""
        with self._lock:
            self._count += 1
            self._newest[account] = self._count
            self._lately.extend((self._count, account, job) for job in set(jobs) or {""})
            while len(self._lately) > self._most:
                self._forgotten = self._lately.popleft()[0]
        self._call(account)

    def tell_all(self) -> None:
        """Nobody knows what changed: everything of every account may have."""
        with self._lock:
            self._count += 1
            self._of_all = self._count
        self._call("")

    def number(self, account: str) -> int:
        """The number of the newest change of an account: as long as it is the same, nothing has changed."""
        return max(self._newest.get(account, 0), self._of_all)

    def since(self, account: str, number: int) -> frozenset[str] | None:
        """The jobs that changed after the change of this number, with "" for the account itself.

        Nothing when that is not known any more.
        """
        with self._lock:
            if self._newest.get(account, 0) <= number >= self._of_all:
                return frozenset()
            if number < max(self._of_all, self._forgotten):
                return None
            changed = set()
            for count, whose, job in reversed(self._lately):
                if count <= number:
                    break
                if whose == account:
                    changed.add(job)
            return frozenset(changed)

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call this with the account of each change, or with "" for all of them."""
        self._listeners.append(listener)

    def _call(self, account: str) -> None:
        for listener in self._listeners:
            listener(account)
