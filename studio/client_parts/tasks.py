"""Tasks at WeryAI that no job here has: they are linked to a job, or a new job is made of one."""

from dataclasses import dataclass, replace

from studio.client_parts.context import ClientContext
from studio.client_parts.jobs import Jobs
from studio.client_parts.new_job import new_job
from studio.client_parts.queue import Queue
from studio.core.calls import attribute_calls_to
from studio.core.values import Job, Kind, State


@dataclass(frozen=True)
class Tasks:
    context: ClientContext

    def link(self, job: Job, task_ids: str) -> None:
        """Link a job to its tasks at WeryAI; the ids are separated by spaces or commas.

        Errors: DraftError when a task cannot belong to the job; StudioError when WeryAI does not know it.
        """
        adoption = self.context.runtime.adoption
        ids = adoption.parse_task_ids(task_ids, most=job.count, new_owner=job)
        if Jobs(self.context).get_for_change(job.id) and not Queue(self.context).is_sending(job.id):
            adoption.link(job, ids)
            self.context.record_admin_action("linked tasks to", job)

    def adopt(self, task_id: str, submission: str) -> Job:
        """Make a job of a task that the ledger does not know, and follow it. Errors: like `link`."""
        context, jobs = self.context, Jobs(self.context)
        context.check_may_spend()
        (name,) = context.runtime.adoption.parse_task_ids(task_id, most=1)
        with attribute_calls_to(context.person):
            report = context.runtime.api.task(name)
        kind = report.results[0].kind if report.results else Kind.IMAGE  # corrected when there is a result
        prompt, at = f"Imported task {name}", context.clock()
        new = new_job(context, f"text_to_{kind}", kind, submission, prompt=prompt, state=State.UNCONFIRMED)
        job = context.ledger.jobs.add(replace(new, sent_at=at))
        if not context.ledger.jobs.accept(job, "", [name], at, answered_at=at):
            jobs.dismiss(job.id)
        jobs.ask_now(job.id)
        return job
