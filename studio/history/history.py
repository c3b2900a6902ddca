"""The call history for one person: lists, counts, error groups, sums, a job's trace, and exports.

All data is of the person's current account; lists are limited to their own rows if they chose so.
"""

import json
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from studio import __version__
from studio.client import Client
from studio.core import csv_files, redaction
from studio.core.error_groups import ErrorGroup
from studio.core.query import CallLine, Counts, JobInFile, JobLine, Order, Query, Sums
from studio.core.values import Job
from studio.history import trace
from studio.history.trace import Step, Trace
from studio.ledger.history.pages import PageLedger

A_PAGE = 10
MOST_IN_BUNDLE = 200
_CALLS = ("id", "time (UTC)", "method", "path", "HTTP status", "code", "error", "ms", "model", "job", "person")
_JOBS = (
    *("id", "created (UTC)", "mode", "model", "prompt", "outcome", "tasks", "failed tasks", "calls", "errors"),
    *("sent (UTC)", "ended (UTC)", "seconds", "credits", "batch", "task IDs", "person"),
)


@dataclass(frozen=True)
class History:
    client: Client

    def query(self, **conditions: Any) -> Query:
        """Return a query with these conditions, limited to what this person sees in lists."""
        return Query(self.client.account.id, self.client.listed, **conditions)

    def account_query(self, search: str) -> Query:
        """Return a query for a search in all rows of the account: the person may see them, even if not listed."""
        return Query(self.client.account.id, search=search)

    def calls(
        self, query: Query, number: int, order: Order = Order.NEWEST, again: Sequence[str] = ()
    ) -> list[CallLine]:
        """Return a page of the list; or the rows with the ids in `again`, whatever has been added since."""
        if again:
            return sorted(self._pages.calls_by_id(query.account, again), key=lambda line: again.index(line.id))
        return self._pages.calls(query, number=number, size=A_PAGE, order=order)

    def jobs(self, query: Query, number: int, order: Order = Order.NEWEST, again: Sequence[str] = ()) -> list[JobLine]:
        """Like `calls`, for jobs."""
        if again:
            return sorted(self._pages.jobs_by_id(query.account, again), key=lambda line: again.index(line.id))
        return self._pages.jobs(query, number=number, size=A_PAGE, order=order)

    def lines(
        self, query: Query, number: int, order: Order = Order.NEWEST, again: Sequence[str] = (), *, jobs: bool
    ) -> Sequence[JobLine | CallLine]:
        """Return a page of jobs or of calls."""
        return (self.jobs if jobs else self.calls)(query, number, order, again)

    def count(self, query: Query, *, jobs: bool) -> int:
        """Return the number of rows, at most one more than the limit of counting."""
        query = replace(query, of_jobs=jobs)
        return self._pages.count_jobs(query) if jobs else self._pages.count_calls(query)

    def is_truncated(self, query: Query, *, jobs: bool) -> bool:
        """Whether the search has more matches than are examined."""
        return self._pages.is_truncated(query, of_jobs=jobs)

    def counts(self, query: Query, *, jobs: bool) -> Counts:
        """Return the number of rows for each choice of each filter. Errors: LedgerError, as for all methods here."""
        counts = self.client.ledger.history.counts
        return counts.of_jobs(query) if jobs else counts.of_calls(query)

    def errors(self, query: Query, *, trends: bool) -> Callable[[], list[ErrorGroup]]:
        """Return a function that waits for the groups of failures; the query may run in the background from now on."""
        ledger, at = self.client.ledger.history, self.client.clock()
        groups = ledger.errors.of_jobs if query.of_jobs else ledger.errors.of_calls
        return ledger.parallel.start_if_slow(query, lambda: groups(query, at, trends=trends))

    def sums(self, query: Query, *, over_time: bool) -> Callable[[], Sums]:
        """Return a function that waits for the sums of the list, like `errors`."""
        ledger, at = self.client.ledger.history, self.client.clock()
        return ledger.parallel.start_if_slow(query, lambda: ledger.sums.of(query, at, over_time=over_time))

    def trace(self, job_id: str) -> Trace | None:
        """Return all steps of a job; None when it is not a job of this account."""
        job, history = self.client.jobs.get(job_id), self.client.ledger.history
        if not job:
            return None
        # Read before its calls: once the job is no longer being sent, its POST is among them.
        is_sending = self.client.queue.is_sending(job.id)
        uploads = history.uploads_at(job.account, _addresses(job))
        (calls, left_out), callbacks = history.calls_of(job.id), history.callbacks_of(job.id)
        unit = "demo credits" if self.client.spending.costs_nothing(job) else "credits"
        return trace.trace(job, calls, callbacks, uploads, left_out=left_out, is_sending=is_sending, unit=unit)

    def bundle(self, job_id: str) -> str:
        """Return what WeryAI needs to examine a job, as JSON: redacted calls, ids, UTC times and versions."""
        found = self.trace(job_id)
        if not found:
            return "{}"
        ids = [line.id for line in found.calls if line.method == "POST" or line.error_kind]
        ids += [line.id for line in found.calls if line.id not in set(ids)]
        made = self.client.ledger.calls.get_many(found.job.account, ids[:MOST_IN_BUNDLE])
        content = {
            "made_at": self.client.clock(),
            "versions": self._versions(),
            "account": self.client.account.label,
            "base_url": redaction.url(self.client.account.base_url),
            "job": _without_people(found.job),
            "steps": [_step(step) for step in found.steps],
            "calls": [asdict(replace(call, person="", account="")) for call in made],
            "calls_left_out": max(0, len(ids) - MOST_IN_BUNDLE),
        }
        return redaction.text(
            json.dumps(content, indent=1, ensure_ascii=False, default=_plain), self.client.runtime.api.key
        )

    def _versions(self) -> dict[str, str]:
        """Return the versions of the studio, its ledger (the newest migration), Python and libraries."""
        libraries = {name: version(name) for name in ("streamlit", "requests", "sqlalchemy")}
        ledger = self.client.ledger.database.revision()
        return {"studio": __version__, "ledger": ledger, "python": platform.python_version(), **libraries}

    @property
    def _pages(self) -> PageLedger:
        return self.client.ledger.history.pages


def as_csv(pages: PageLedger, query: Query) -> Iterator[str]:
    """Yield the lines of a CSV file of jobs or calls; people are in it by id, without names and email addresses."""
    if query.of_jobs:
        return csv_files.lines(_JOBS, map(_of_job, pages.every_job(query)))
    return csv_files.lines(_CALLS, map(_of_call, pages.every_call(query)))


def _of_call(line: CallLine) -> tuple[Any, ...]:
    status = "" if line.http_status is None else line.http_status
    answer = (line.method, line.endpoint, status, line.code, line.error_kind, line.duration_ms)
    return (line.id, _in_utc(line.at), *answer, line.model, line.job, line.person)


def _of_job(job: JobInFile) -> tuple[Any, ...]:
    line, task_ids = job.line, " ".join(job.task_ids)
    what = (line.mode, line.model, line.prompt, str(line.outcome))
    numbers = (line.count, line.failed, line.calls, line.errors)
    times = (_in_utc(line.sent_at), _in_utc(line.finished_at), line.seconds)
    return (line.id, _in_utc(line.created_at), *what, *numbers, *times, line.cost, job.batch_id, task_ids, line.person)


def _in_utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] if moment else ""


def _without_people(job: Job) -> dict[str, Any]:
    return asdict(replace(job, person="", account="", submission=""))


def _step(step: Step) -> dict[str, Any]:
    """Return a step as it is in a bundle, where its text has the name that it had in all earlier bundles."""
    return {"said" if name == "text" else name: value for name, value in asdict(step).items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _addresses(job: Job) -> list[str]:
    """Return each URL in a job's inputs."""
    given = [one for value in job.inputs.values() for one in (value if isinstance(value, list) else [value])]
    return [one for one in given if isinstance(one, str) and one.startswith("http")]
