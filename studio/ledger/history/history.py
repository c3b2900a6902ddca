"""The history in the ledger: one object for each kind of query, and the calls and uploads of one job."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from studio.core.calls import Callback
from studio.core.query import CallLine
from studio.core.reference import Upload
from studio.ledger.database import Database
from studio.ledger.history.counts import CountLedger
from studio.ledger.history.deletion import DeletionLedger
from studio.ledger.history.errors import ErrorLedger
from studio.ledger.history.pages import PageLedger
from studio.ledger.history.parallel_queries import ParallelQueries
from studio.ledger.history.sums import SumLedger
from studio.ledger.job_queries import CALL_COLUMNS
from studio.ledger.mapping import columns_of
from studio.ledger.tables import callbacks, calls, uploads

MAX_CALLS = 1000  # of a job: so many of the first ones, and as many of the last
_LONGEST_UPLOAD, _ROUNDED = timedelta(hours=1), timedelta(milliseconds=2)
_UPLOADS = "/v1/generation/upload-file"


@dataclass(frozen=True)
class HistoryLedger:
    database: Database
    pages: PageLedger
    counts: CountLedger
    errors: ErrorLedger
    sums: SumLedger
    deletion: DeletionLedger
    parallel: ParallelQueries

    def calls_of(self, job_id: str) -> tuple[list[CallLine], int]:
        """Return the calls of one job, oldest first, and the number of calls left out in the middle of very many."""
        query = sa.select(*CALL_COLUMNS).where(calls.c.job == job_id)
        number = sa.select(sa.func.count()).select_from(calls).where(calls.c.job == job_id)
        with self.database.read() as connection:
            many = int(connection.scalar(number) or 0)
            first = connection.execute(query.order_by(calls.c.at, calls.c.id).limit(MAX_CALLS)).mappings().all()
            newest = query.order_by(calls.c.at.desc(), calls.c.id.desc()).limit(min(many - len(first), MAX_CALLS))
            last = connection.execute(newest).mappings().all()[::-1]
        return [CallLine(**row) for row in (*first, *last)], many - len(first) - len(last)

    def callbacks_of(self, job_id: str) -> list[Callback]:
        """Return the callbacks about one job, oldest first."""
        query = sa.select(*columns_of(Callback, callbacks.c)).where(callbacks.c.job == job_id).order_by(callbacks.c.at)
        with self.database.read() as connection:
            return [Callback(*row) for row in connection.execute(query)]

    def uploads_at(self, account: str, urls: list[str]) -> list[tuple[Upload, CallLine | None]]:
        """Return the uploads of the files at these URLs, each with its call; None if that is not in the ledger."""
        ours = (uploads.c.account == account) & uploads.c.url.in_(urls)
        query = sa.select(*columns_of(Upload, uploads.c)).where(ours).order_by(uploads.c.at)
        with self.database.read() as connection:
            found = [Upload(*row) for row in connection.execute(query)]
            return [(upload, _call_of(connection, upload)) for upload in found]


def _call_of(connection: sa.Connection, upload: Upload) -> CallLine | None:
    """Return the call of an upload: the last one of its person that ended before the upload was written."""
    ours = (calls.c.account == upload.account) & (calls.c.person == upload.person) & (calls.c.endpoint == _UPLOADS)
    since = (calls.c.at > upload.at - _LONGEST_UPLOAD) & (calls.c.at <= upload.at) & (calls.c.error_kind == "")
    found = [CallLine(**row) for row in connection.execute(sa.select(*CALL_COLUMNS).where(ours, since)).mappings()]
    ended = [call for call in found if call.end <= upload.at + _ROUNDED]
    return max(ended, key=lambda call: call.end, default=None)


def open_history(database: Database) -> HistoryLedger:
    """Return the history of an open ledger."""
    parallel = ParallelQueries()
    return HistoryLedger(
        database,
        PageLedger(database),
        CountLedger(database),
        ErrorLedger(database),
        SumLedger(database, parallel),
        DeletionLedger(database),
        parallel,
    )
