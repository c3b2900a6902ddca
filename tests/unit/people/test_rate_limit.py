"""Rates: so many in a while for each, and only so much memory however many come."""

import pytest

from studio.people import rate_limit
from studio.people.rate_limit import RateLimit


class Hand:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_in_a_while_and_then_the_seconds_to_wait() -> None:
    hand = Hand()
    limit = RateLimit(2, 60, hand)
    assert limit.take("a") == 0
    hand.now = 10
    assert [limit.take("a"), limit.take("a"), limit.take("b")] == [0, 50, 0]
    hand.now = 60
    assert limit.take("a") == 0, "the first is a minute ago; what was refused did not count"
    assert limit.take("a") == 10


def test_of_a_flood_of_those_who_come_only_so_many_are_kept_and_who_goes_on_is_among_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limit, "MOST_KEPT", 10)
    limit = RateLimit(1, 60, Hand())
    limit.take("busy")
    for number in range(50):
        assert limit.take(str(number)) == 0 < limit.take("busy")
    assert len(limit._done) == 10


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("203.0.113.5", "203.0.113.6", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.5", "203.0.113.5", True),
        ("::ffff:203.0.113.5", "::ffff:203.0.113.6", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("testclient", "", False),
    ],
)
def test_one_house_is_one_address(first: str, second: str, is_same: bool) -> None:
    assert (rate_limit.network_of(first) == rate_limit.network_of(second)) is is_same
