"""A rate limit: so many events within so many seconds, for each person or address."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from time import monotonic

MOST_KEPT = 10_000


@dataclass
class RateLimit:
    """Safe to share between threads. It remembers MOST_KEPT keys, and forgets the least recent one first."""

    most: int
    seconds: float
    clock: Callable[[], float] = monotonic
    _done: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, who: str) -> float:
        """Count one event. Return 0.0, or the seconds until one is allowed; it is not counted then."""
        with self._lock:
            now = self.clock()
            done = self._done.setdefault(who, deque())
            self._done.move_to_end(who)
            if len(self._done) > MOST_KEPT:
                self._done.popitem(last=False)
            while done and done[0] <= now - self.seconds:
                done.popleft()
            if len(done) >= self.most:
                return done[0] + self.seconds - now
            done.append(now)
            return 0.0


def network_of(address: str) -> str:
    """Return the address, for IPv6 its network: one site has more IPv6 addresses than can be counted."""
    try:
        found = ip_address(address)
    except ValueError:  # a socket without an IP address
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
