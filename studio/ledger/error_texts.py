"""Sentences on why a ledger failed and what to do, chosen by the database's error code, else by its message."""

import re

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from studio.core.errors import LedgerError

_GOES_ON = "Nothing is lost, and nothing is sent until then. The studio continues automatically."
GOES_ON_WITH_ROOM = f"Free some space. {_GOES_ON}"
_LOOK = "Check DATABASE_URL, then try again."

# SQLite's error names and PostgreSQL's SQLSTATE (a refused connection has none), what they mean, and what to do.
_FAULTS = tuple(
    (re.compile(pattern), sentence, hint)
    for pattern, sentence, hint in (
        (r"^SQLITE_(BUSY|LOCKED)", "another program is writing to it", "Try again in a moment. Nothing is lost."),
        (r"^(57014|55P03|POOL)", "it is too busy to answer in time", "Try again in a moment. Nothing is lost."),
        (r"^(SQLITE_FULL|53100)", "its disk is full", GOES_ON_WITH_ROOM),
        (r"^SQLITE_IOERR", "its disk has read or write errors", f"Check the disk. {_GOES_ON}"),
        (r"^(SQLITE_READONLY|25006)", "it is read-only", f"Make it writable. {_GOES_ON}"),
        (
            r"^SQLITE_(CORRUPT|NOTADB)",
            "its file is damaged or is not a ledger",
            "Stop the studio, move the file away and restore a backup with python -m studio restore.",
        ),
        (r"^SQLITE_CANTOPEN", "its file cannot be opened or created", "Check DATABASE_URL and the file permissions."),
        (
            r"^(42501|3F000)",
            "this user may not create or use tables there",
            "Give the user in DATABASE_URL its own database or schema.",
        ),
        (
            r"^28|^.{0,6}connection failed:.*\b(password|authentication|role)\b",
            "the database rejected this user or password",
            _LOOK,
        ),
        (r'^(3D000|.{0,6}connection failed:.*database ".*" does not exist)', "the database does not exist", _LOOK),
        (
            r"^(08|57P|53300|LOST)|^.{0,6}(connection|failed to resolve)",
            "the database does not answer",
            f"Check that it is running and that DATABASE_URL points to it. {_GOES_ON}",
        ),
    )
)


def explained(error: Exception, *, opening: bool = False) -> LedgerError:
    """Return the LedgerError for an error of a database or its driver."""
    code, words = _code(error), _words(error)
    failed = "The ledger cannot be opened" if opening else "The ledger could not be used"
    for pattern, sentence, hint in _FAULTS:
        if pattern.search(f"{code} {words}"):
            return LedgerError(f"{failed}: {sentence} ({words}).", hint=hint)
    return LedgerError(f"{failed}: {words}.")


def _code(error: Exception) -> str:
    if isinstance(error, PoolTimeout):
        return "POOL"
    origin = getattr(error, "orig", None)
    found = getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return str(found or ("LOST" if lost else ""))


def _words(error: Exception) -> str:
    """Return the first line of the database's message, without the SQL and the values in it."""
    message = str(getattr(error, "orig", None) or error) if isinstance(error, SQLAlchemyError) else str(error)
    lines = message.strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(". ")[:300]
