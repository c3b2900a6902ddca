"""Brings tasks to the job that they are of, when its reply did not: by the ids that a person or a callback names.

An id is believed only when WeryAI knows it under the account's key, and when no other job here has it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.core.errors import DraftError
from studio.core.values import Job
from studio.engine.context import Context
from studio.weryai import request_body

LONGEST_ID = 200


@dataclass(frozen=True)
class Adoption:
    context: Context
    ask_now: Callable[[str], None]

    def bring(self, job: Job, names: Sequence[str]) -> bool:
        """Give a job these tasks, at most as many as it lacks, and ask about it at once; says whether any was new.

        Errors: StudioError when WeryAI does not know one of them, and then none is taken.
        """
        for name in names:
            self.context.api.task(name, job=job.id)
        at = self.context.clock()
        taken = self.context.ledger.jobs.accept(job, "", names, job.sent_at or at, answered_at=job.answered_at or at)
        self.ask_now(job.id)
        return taken

    def unowned(self, text: str, *, most: int, by: Job | None = None) -> list[str]:
        """Task ids out of what a person typed, none of which a job here has, or can keep when they are given to `by`.

        Errors: DraftError.
        """
        names = list(dict.fromkeys(text.replace(",", " ").split()))
        if not 1 <= len(names) <= most or any(len(name) > LONGEST_ID for name in names):
            ids = "a task ID" if most == 1 else f"one to {most} task IDs"
            raise DraftError(f"Enter {ids}, such as task_abc123.", field="task_id")
        request_body.check_for_key(names, "task_id")
        for name in names:
            owner = self.owner(name, by)
            if owner:
                raise DraftError(f"That task already belongs to a job: {owner.prompt[:60]}.", field="task_id")
        return names

    def owner(self, name: str, by: Job | None = None) -> Job | None:
        """The job that a task belongs to; one that was adopted gives it up for the job that it is of indeed, `by`."""
        found = self.context.ledger.jobs.with_task(self.context.account.id, name)
        gives_up = found and found.is_adopted and by and not by.is_adopted
        return None if gives_up else found
