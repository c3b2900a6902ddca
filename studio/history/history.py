"""The call history as a person sees it: lists, counts, groups, sums, one job's trace, one call, and what is exported.

Everything is of the account that they work with; lists are of their own lines alone when they chose so.
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
from studio.core import redaction
from studio.core.error_groups import ErrorGroup
from studio.core.query import CallLine, Counts, JobInFile, JobLine, Order, Query, Sums
from studio.core.values import Job
from studio.history import csv_cells, trace
from studio.history.trace import Trace
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

    def wanted(self, **conditions: Any) -> Query:
        """Conditions within what this person sees in lists."""
        return Query(self.client.account.id, self.client.listed, **conditions)

    def anything(self, search: str) -> Query:
        """What a search is about, whosever it is: all of it is theirs to see, if not in the lists that they chose."""
        return Query(self.client.account.id, search=search)

    def calls(
        self, wanted: Query, number: int, order: Order = Order.NEWEST, again: Sequence[str] = ()
    ) -> list[CallLine]:
        """A page of the list; or those that are on it `again`, by their ids, whatever has come since."""
        if again:
            return sorted(self._pages.calls_again(wanted.account, again), key=lambda line: again.index(line.id))
        return self._pages.calls(wanted, number=number, size=A_PAGE, order=order)

    def jobs(self, wanted: Query, number: int, order: Order = Order.NEWEST, again: Sequence[str] = ()) -> list[JobLine]:
        """As `calls`."""
        if again:
            return sorted(self._pages.jobs_again(wanted.account, again), key=lambda line: again.index(line.id))
        return self._pages.jobs(wanted, number=number, size=A_PAGE, order=order)

    def lines(
        self, wanted: Query, number: int, order: Order = Order.NEWEST, again: Sequence[str] = (), *, jobs: bool
    ) -> Sequence[JobLine | CallLine]:
        """A page of either list."""
        return (self.jobs if jobs else self.calls)(wanted, number, order, again)

    def count(self, wanted: Query, *, jobs: bool) -> int:
        """How many lines there are, at most one more than are counted."""
        wanted = replace(wanted, of_jobs=jobs)
        return self._pages.count_jobs(wanted) if jobs else self._pages.count_calls(wanted)

    def is_cut(self, wanted: Query, *, jobs: bool) -> bool:
        """There is more that the search is about than is looked at."""
        return self._pages.is_cut(wanted, of_jobs=jobs)

    def counts(self, wanted: Query, *, jobs: bool) -> Counts:
        """How many lines there are for each choice of each filter. Errors: LedgerError, as of all of these."""
        counts = self.client.ledger.history.counts
        return counts.of_jobs(wanted) if jobs else counts.of_calls(wanted)

    def errors(self, wanted: Query, *, trends: bool) -> Callable[[], list[ErrorGroup]]:
        """The groups of failures, maybe looked for from now on: what is returned waits for them."""
        ledger, at = self.client.ledger.history, self.client.clock()
        groups = ledger.errors.of_jobs if wanted.of_jobs else ledger.errors.of_calls
        return ledger.parallel.start_if_slow(wanted, lambda: groups(wanted, at, trends=trends))

    def sums(self, wanted: Query, *, over_time: bool) -> Callable[[], Sums]:
        """What the list adds up to, as `errors`."""
        ledger, at = self.client.ledger.history, self.client.clock()
        return ledger.parallel.start_if_slow(wanted, lambda: ledger.sums.of(wanted, at, over_time=over_time))

    def trace(self, job_id: str) -> Trace | None:
        """All that happened for a job; nothing when it is not one of this account."""
        job, history = self.client.jobs.get(job_id), self.client.ledger.history
        if not job:
            return None
        # Before its calls are read: once it is not being sent, its POST is among them.
        is_sending = self.client.queue.is_sending(job.id)
        uploads = history.uploads_at(job.account, _addresses(job))
        (calls, left_out), callbacks = history.calls_of(job.id), history.callbacks_of(job.id)
        unit = "demo credits" if self.client.spending.costs_nothing(job) else "credits"
        return trace.trace(job, calls, callbacks, uploads, left_out=left_out, is_sending=is_sending, unit=unit)

    def bundle(self, job_id: str) -> str:
        """What WeryAI needs to look into a job, as JSON: its redacted calls, ids, UTC times and versions."""
        found = self.trace(job_id)
        if not found:
            return "{}"
        ids = [line.id for line in found.calls if line.method == "POST" or line.error_kind]
        ids += [line.id for line in found.calls if line.id not in set(ids)]
        made = self.client.ledger.calls.some(found.job.account, ids[:MOST_IN_BUNDLE])
        told = {
            "made_at": self.client.clock(),
            "versions": self._versions(),
            "account": self.client.account.label,
            "base_url": redaction.url(self.client.account.base_url),
            "job": _without_people(found.job),
            "steps": [asdict(step) for step in found.steps],
            "calls": [asdict(replace(call, person="", account="")) for call in made],
            "calls_left_out": max(0, len(ids) - MOST_IN_BUNDLE),
        }
        return redaction.text(
            json.dumps(told, indent=1, ensure_ascii=False, default=_plain), self.client.runtime.api.key
        )

    def _versions(self) -> dict[str, str]:
        """Of the studio, its ledger (the newest migration) and what they run on."""
        libraries = {name: version(name) for name in ("streamlit", "requests", "sqlalchemy")}
        ledger = self.client.ledger.database.revision()
        return {"studio": __version__, "ledger": ledger, "python": platform.python_version(), **libraries}

    @property
    def _pages(self) -> PageLedger:
        return self.client.ledger.history.pages


def as_csv(pages: PageLedger, wanted: Query) -> Iterator[str]:
    """The jobs or calls that are wanted, line by line; people are in it by their id, without names and addresses."""
    if wanted.of_jobs:
        return csv_cells.lines(_JOBS, map(_of_job, pages.every_job(wanted)))
    return csv_cells.lines(_CALLS, map(_of_call, pages.every_call(wanted)))


def _of_call(line: CallLine) -> tuple[Any, ...]:
    status = "" if line.http_status is None else line.http_status
    said = (line.method, line.endpoint, status, line.code, line.error_kind, line.duration_ms)
    return (line.id, _in_utc(line.at), *said, line.model, line.job, line.person)


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


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _addresses(job: Job) -> list[str]:
    """Every address among what a job was given."""
    given = [one for value in job.inputs.values() for one in (value if isinstance(value, list) else [value])]
    return [one for one in given if isinstance(one, str) and one.startswith("http")]
