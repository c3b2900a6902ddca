"""Questions about open tasks: one serves a batch where the API answers well, else one a task. Asking is free."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from studio.core.errors import AuthenticationError, ConnectionFailed, NotFoundError, RateLimitError, StudioError
from studio.core.values import Job, Status, Task
from studio.engine import polling
from studio.engine.context import Context
from studio.weryai.wire import Report

log = logging.getLogger(__name__)

LONGEST_GAP = timedelta(seconds=1.1 * polling.RARELY)
GONE_AFTER = timedelta(minutes=10)  # of nothing but "not known", in three answers at least


@dataclass
class StatusQueries:
    """Remembers which batches are answered oddly, and since when a task is not known."""

    context: Context
    _unknown: dict[str, list[datetime]] = field(default_factory=dict)
    _one_by_one: set[str] = field(default_factory=set)

    def ask(self, job: Job) -> Iterable[tuple[Task, Report]]:
        """Reports of the open tasks: one call serves a batch; singly when the batch answer was refused or odd."""
        tasks = [task for task in job.tasks if task.status.is_open]
        if job.batch_id and len(tasks) > 1 and job.id not in self._one_by_one:
            reports = self._batch(job)
            if all(task.task_id in reports for task in tasks):
                return [(task, reports[task.task_id]) for task in tasks]
            self._one_by_one.add(job.id)
        return self._singly(job, tasks)

    def _batch(self, job: Job) -> dict[str, Report]:
        try:
            return {report.task_id: report for report in self.context.api.batch(job.batch_id, job=job.id)}
        except (AuthenticationError, RateLimitError):
            raise
        except StudioError as error:
            if isinstance(error, ConnectionFailed) and not error.may_have_acted:
                raise  # nobody there: nothing odd about the batch
            log.info("job %s: batch answer refused or odd (%s), its tasks are asked about singly", job.id, error)
            return {}

    def _singly(self, job: Job, tasks: Iterable[Task]) -> Iterable[tuple[Task, Report]]:
        for task in tasks:
            try:
                yield task, self.context.api.task(task.task_id, job=job.id)
                self._unknown.pop(task.task_id, None)
            except NotFoundError as error:
                answers = self._unknown.setdefault(task.task_id, [])
                answers.append(self.context.clock())
                if _is_gone(answers):
                    yield task, Report(task.task_id, Status.GONE, reason=error.message)

    def keep_only(self, jobs: Sequence[Job]) -> None:
        """Only these are open."""
        for gone in set(self._unknown) - {task.task_id for job in jobs for task in job.tasks}:
            self._unknown.pop(gone, None)
        self._one_by_one &= {job.id for job in jobs}


def _is_gone(answers: Sequence[datetime]) -> bool:
    """These are the moments at which a task was not known."""
    # A clock may jump, and back.
    gaps = (min(max(later - sooner, timedelta()), LONGEST_GAP) for sooner, later in pairwise(answers))
    return len(answers) >= 3 and sum(gaps, timedelta()) >= GONE_AFTER
