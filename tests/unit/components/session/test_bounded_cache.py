"""What is remembered is bounded, and the newest stays."""

from components.session.bounded_cache import BoundedCache


def test_what_was_noted_longest_ago_goes_first() -> None:
    held = BoundedCache[str, int](2)
    for key, value in [("a", 1), ("b", 2), ("a", 3), ("c", 4)]:
        held.put(key, value)
    assert [held.get(key) for key in "abc"] == [3, None, 4]


def test_what_is_taken_is_gone() -> None:
    held = BoundedCache[str, int](2)
    held.put("a", 1)
    assert held.pop("a") == 1 and held.pop("a") is None and held.get("a") is None
