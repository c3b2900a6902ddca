"""How soon a studio in tests asks about its tasks: the sandbox there has done them at once, and nobody is to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from studio.core.values import Kind
from studio.engine import polling
from studio.engine.polling import UsualDuration

SHORTEST_INTERVAL = 0.1
QUICK = dict.fromkeys(Kind, UsualDuration(0.05, 0.1, 0.2))


@contextmanager
def quick() -> Iterator[None]:
    """Expect each model to take a tenth of a second, as long as nothing else is known of it."""
    with patch.multiple(polling, SHORTEST_INTERVAL=SHORTEST_INTERVAL, DEFAULTS=QUICK, SANDBOX_DEFAULTS=QUICK):
        yield
