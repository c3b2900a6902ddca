"""What unit tests share."""

from tests.unit.past import past, read_past  # noqa: F401
