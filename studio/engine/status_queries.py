"""Status queries about open tasks: one for a batch where the API answers it well, else one for each task."""

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

GONE_AFTER = timedelta(minutes=10)  # in which all answers are "not found", three at least


@dataclass
class StatusQueries:
    """Remembers which batches get odd answers, and when each task was not found."""

    context: Context
    _unknown: dict[str, list[datetime]] = field(default_factory=dict)
    _one_by_one: set[str] = field(default_factory=set)

    def ask(self, job: Job) -> Iterable[tuple[Task, Report]]:
        """Return the reports of a job's open tasks; queries each singly after a batch query was refused or odd.

        Errors: StudioError, also while the result is iterated. A task that is not found has no report until it is gone.
        """
        tasks = [task for task in job.tasks if task.status.is_open]
        if job.batch_id and len(tasks) > 1 and job.id not in self._one_by_one:
            reports = self._ask_batch(job)
            if all(task.task_id in reports for task in tasks):
                return [(task, reports[task.task_id]) for task in tasks]
            self._one_by_one.add(job.id)
        return self._ask_singly(job, tasks)

    def _ask_batch(self, job: Job) -> dict[str, Report]:
        try:
            return {report.task_id: report for report in self.context.api.batch(job.batch_id, job=job.id)}
        except (AuthenticationError, RateLimitError):
            raise
        except StudioError as error:
            if isinstance(error, ConnectionFailed) and not error.may_have_acted:
                raise  # the API was not reached, which says nothing about the batch
            log.info("job %s: batch answer refused or odd (%s), its tasks are asked about singly", job.id, error)
            return {}

    def _ask_singly(self, job: Job, tasks: Iterable[Task]) -> Iterable[tuple[Task, Report]]:
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
        """Forget all tasks and batches but those of these jobs."""
        for gone in set(self._unknown) - {task.task_id for job in jobs for task in job.tasks}:
            self._unknown.pop(gone, None)
        self._one_by_one &= {job.id for job in jobs}


def _is_gone(answers: Sequence[datetime]) -> bool:
    """Whether a task that was not found at these moments is gone."""
    # A clock that is changed makes a gap too long or negative.
    gaps = (min(max(later - sooner, timedelta()), polling.LONGEST_INTERVAL) for sooner, later in pairwise(answers))
    return len(answers) >= 3 and sum(gaps, timedelta()) >= GONE_AFTER
