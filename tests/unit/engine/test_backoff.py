"""How long is waited after failures in a row, by what failed."""

from random import Random

import pytest

from studio.engine import poll_schedule, saver, send_pause, uploader
from studio.engine.backoff import Backoff
from studio.webhooks import inbox

WAITS = {
    "a question about a task": (poll_schedule.RETRY, (4, 8, 16, 32, 60, 60)),
    "a submission that the API puts off": (send_pause.SLOW_DOWN, (20, 40, 80, 160, 300, 300)),
    "a submission that reaches nobody": (send_pause.UNREACHED, (4, 8, 16, 32, 60, 60)),
    "a file that is not fetched": (saver.RETRY, (2, 5, 15, 60, 300, 900, 900)),
    "an upload": (uploader.RETRY, (1, 2)),
    "a callback": (inbox.RETRY, (15, 30, 60, 120, 240, 480, 900, 900)),
}


@pytest.mark.parametrize("failed", WAITS)
def test_each_failure_in_a_row_is_followed_by_a_longer_wait(failed: str) -> None:
    backoff, waits = WAITS[failed]
    assert tuple(backoff.seconds(number) for number in range(1, len(waits) + 1)) == waits
    assert backoff.seconds(1_000_000) == waits[-1]


def test_jitter_spreads_the_waits_within_its_two_factors() -> None:
    backoff = Backoff.doubling(10, 60, jitter=(0.8, 1.2))
    waits = {backoff.seconds(2, Random(seed)) for seed in range(50)}
    assert len(waits) > 40
    assert all(16 <= wait <= 24 for wait in waits)
