"""What unit tests share."""

from tests.unit.ledger.past import past, read_past  # noqa: F401
