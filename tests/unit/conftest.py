"""What unit tests share."""

from tests.unit.ledger.history.past import past, read_past  # noqa: F401
