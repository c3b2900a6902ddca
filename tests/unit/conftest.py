"""What unit tests share."""

from tests.unit.past import past  # noqa: F401
