"""Links tasks to a job whose reply was lost, by the ids that a person or a callback names.

An id is accepted only when WeryAI knows it under the account's key, and when no other job here has it.
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

    def link(self, job: Job, task_ids: Sequence[str]) -> bool:
        """Link these tasks to a job, at most as many as it lacks, and ask about it at once; return whether any was new.

        Errors: StudioError when WeryAI does not know one of them, and then none is linked.
        """
        for task_id in task_ids:
            self.context.api.task(task_id, job=job.id)
        at = self.context.clock()
        sent_at, answered_at = job.sent_at or at, job.answered_at or at
        any_new = self.context.ledger.jobs.accept(job, "", task_ids, sent_at, answered_at=answered_at)
        self.ask_now(job.id)
        return any_new

    def parse_task_ids(self, text: str, *, most: int, new_owner: Job | None = None) -> list[str]:
        """Return the task ids that a person typed, one to `most`, separated by spaces or commas.

        `new_owner` is the job that they are to be linked to. Errors: DraftError when the text cannot be ids, or when a
        task belongs to another job.
        """
        task_ids = list(dict.fromkeys(text.replace(",", " ").split()))
        if not 1 <= len(task_ids) <= most or any(len(task_id) > LONGEST_ID for task_id in task_ids):
            ids = "a task ID" if most == 1 else f"one to {most} task IDs"
            raise DraftError(f"Enter {ids}, such as task_abc123.", field="task_id")
        request_body.check_for_key(task_ids, "task_id")
        for task_id in task_ids:
            owner = self.owner(task_id, new_owner)
            if owner:
                raise DraftError(f"That task already belongs to a job: {owner.prompt[:60]}.", field="task_id")
        return task_ids

    def owner(self, task_id: str, new_owner: Job | None = None) -> Job | None:
        """Return the job that a task belongs to; None if there is none, or `new_owner` may take the task from it.

        A job that was only adopted gives its task up for the job that was really sent for it.
        """
        found = self.context.ledger.jobs.with_task(self.context.account.id, task_id)
        gives_up = found and found.is_adopted and new_owner and not new_owner.is_adopted
        return None if gives_up else found
