"""Jobs as they are now, read once for everybody: a change is drawn by all who watch, in the same moment."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable

from studio.client import Client
from studio.core.values import Job

MOST = 500


class JobCache:
    """What was read last of a job is good until a change of it is told. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: OrderedDict[str, tuple[int, Job]] = OrderedDict()  # with the number of the newest change before

    def some(self, client: Client, job_ids: Collection[str]) -> list[Job]:
        """Those of these jobs that are there, and the account's."""
        number = client.ledger.changes.number(client.account.id)
        known = [job for job_id in job_ids if (job := self._known(client, job_id))]
        missing = set(job_ids) - {job.id for job in known}
        found = [job for job in client.ledger.jobs.some(missing) if job.account == client.account.id] if missing else []
        self._keep(number, found)
        return [*known, *found]

    def one(self, client: Client, job_id: str) -> Job | None:
        """One of them."""
        return next(iter(self.some(client, [job_id])), None)

    def _known(self, client: Client, job_id: str) -> Job | None:
        number, job = self._read.get(job_id, (0, None))
        if job is None or job.account != client.account.id:
            return None
        changed = client.ledger.changes.since(job.account, number)
        return None if changed is None or job_id in changed else job

    def _keep(self, number: int, jobs: Iterable[Job]) -> None:
        with self._lock:
            for job in jobs:
                self._read[job.id] = (number, job)
                self._read.move_to_end(job.id)
            while len(self._read) > MOST:
                self._read.popitem(last=False)
