"""Current jobs, read once for all sessions: after a change, every tab that shows the job draws it at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable

from studio.client import Client
from studio.core.values import Job

MAX_JOBS = 500


class JobCache:
    """A cache of jobs; an entry is valid until a change of the job is announced. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # By job ID: the number of the newest change before the job was read, and the job.
        self._entries: OrderedDict[str, tuple[int, Job]] = OrderedDict()

    def get_many(self, client: Client, job_ids: Collection[str]) -> list[Job]:
        """Return those of these jobs that exist and belong to the client's account."""
        number = client.ledger.changes.number(client.account.id)
        cached = [job for job_id in job_ids if (job := self._cached(client, job_id))]
        missing = set(job_ids) - {job.id for job in cached}
        read = client.ledger.jobs.get_many(missing) if missing else []
        found = [job for job in read if job.account == client.account.id]
        self._store(number, found)
        return [*cached, *found]

    def get(self, client: Client, job_id: str) -> Job | None:
        """Return this job; None if it does not exist or belongs to another account."""
        return next(iter(self.get_many(client, [job_id])), None)

    def _cached(self, client: Client, job_id: str) -> Job | None:
        number, job = self._entries.get(job_id, (0, None))
        if job is None or job.account != client.account.id:
            return None
        changed = client.ledger.changes.since(job.account, number)
        return None if changed is None or job_id in changed else job

    def _store(self, number: int, jobs: Iterable[Job]) -> None:
        with self._lock:
            for job in jobs:
                self._entries[job.id] = (number, job)
                self._entries.move_to_end(job.id)
            while len(self._entries) > MAX_JOBS:
                self._entries.popitem(last=False)
