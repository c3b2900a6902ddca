"""What holds for every job, whatever went wrong on its way; what the tests of the fault matrix share."""

import hashlib
import io
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from sandbox.server import Sandbox
from sandbox.tasks import SandboxTask
from studio.core.values import Job, Output, State, Status
from tests.conftest import Harness, order
from tests.result_tables import Row

BRIEF: dict[str, dict[str, Any]] = {  # tests do not wait for long
    "hang": {"seconds": 0.8},
    "slow": {"seconds": 0.05},
    "refuse": {"http": 503},
    "cut-at": {"bytes": 90},
}
ROUNDS = 12  # 400 s each: no plan of the studio reaches further


@dataclass(frozen=True)
class Seen:
    """What the sandbox has seen: POSTs, and tasks that came of them."""

    posts: int = 0
    tasks: frozenset[str] = frozenset()


def seen(sandbox: Sandbox) -> Seen:
    return Seen(sum(sandbox.backend.posts.values()), frozenset(sandbox.backend.tasks))


@dataclass
class Matrix:
    """Takes the case of a test to its end, asserts what always holds, and records it for the table."""

    properties: list[tuple[str, Any]] = field(default_factory=list)

    def prove(
        self,
        group: str,
        fault: str,
        harness: Harness,
        job: Job,
        *,
        before: Seen = Seen(),
        posts: Collection[int] = (1,),
    ) -> Job:
        """Bring a job to its end as time and a person would, and look whether it was paid once and is whole.

        `before` is what the sandbox had seen before this job; `posts` are the numbers of POSTs that are right here.
        """
        was, job = harness.now(job).state, settled(harness, home(harness, job, before))
        way = f"{was} → {job.state}" if was is State.UNCONFIRMED is not job.state else str(job.state)
        self.record(group, fault, harness, job, way, before, posts)
        return job

    def record(
        self,
        group: str,
        fault: str,
        harness: Harness,
        job: Job,
        way: str,
        before: Seen = Seen(),
        posts: Collection[int] = (1,),
    ) -> None:
        """The three things that hold for a job at every moment at which the ledger knows of its tasks."""
        after = seen(harness.sandbox)
        sent, made = after.posts - before.posts, after.tasks - before.tasks
        lost = made - {task.task_id for task in job.tasks}
        files = [output for task in job.succeeded for output in task.outputs]
        whole = [output for output in files if is_whole(harness, output)]
        row = Row(group, fault, sent, way, len(made), len(lost), len(files), len(whole))
        self.properties.append(row.as_property())
        assert sent in posts, row
        assert made == {task.task_id for task in job.tasks}, row
        assert len(made) in ({job.count} if job.state is State.FINISHED else {0, job.count}), row
        ends = {task.task_id: task.status is Status.SUCCEEDED for task in job.tasks}
        assert ends == {name: harness.sandbox.backend.tasks[name].status == "succeed" for name in made}, row
        assert len(files) == sum(ends.values()) == len(whole), row
        assert nothing_half_made(harness), row


def home(harness: Harness, job: Job, before: Seen) -> Job:
    """A person who finds the tasks of an unconfirmed job at WeryAI gives it their ids."""
    job = harness.now(job)
    if job.state is State.UNCONFIRMED and (made := seen(harness.sandbox).tasks - before.tasks):
        harness.client.tasks.link(job, " ".join(made))
    return harness.now(job)


def settled(harness: Harness, job: Job) -> Job:
    """The job when nothing of it moves any more."""
    for _ in range(ROUNDS):
        job = harness.now(job)
        if not job.state.is_busy and not job.unsaved and not any(output.awaits_preview for output in job.outputs):
            return job
        harness.send()
        harness.ask()
        harness.save()
    return harness.now(job)


def is_whole(harness: Harness, output: Output) -> bool:
    """The file in the archive is the one that the sandbox hands out, and has a preview."""
    if not output.is_saved or not harness.archive.path(output.preview).read_bytes().startswith(b"RIFF"):
        return False
    kept, handed_out = harness.archive.path(output.key).read_bytes(), requests.get(output.url, timeout=10).content
    return kept == handed_out and output.sha256 == hashlib.sha256(kept).hexdigest()


def nothing_half_made(harness: Harness) -> bool:
    incoming = harness.archive._storage._temporary_folder
    return incoming is not None and not list(Path(incoming).iterdir())


def fault(harness: Harness, kind: str, **words: Any) -> None:
    """Let something go wrong at the sandbox once, if nothing else is said."""
    order(harness.sandbox, "fault", kind=kind, **{**BRIEF.get(kind, {}), **words})


def tiny_picture(task: SandboxTask, _backdrop: object = None) -> bytes:
    """Instead of a drawing, where there are hundreds of tasks: a picture in this task's own colour."""
    return picture(hashlib.sha256(task.id.encode()).digest()[:3] * 64, 8)


def picture(colours: bytes, side: int) -> bytes:
    """A PNG with these colours, three bytes a pixel."""
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), colours).save(file, "PNG")
    return file.getvalue()
