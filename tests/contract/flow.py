"""What several rooms of these tests do with a harness."""

from studio.core.values import Job
from tests.conftest import Harness

POST = "/v1/generation/text-to-image"


def posts(harness: Harness, path: str = POST) -> int:
    return int(harness.sandbox.backend.posts[path])


def done(harness: Harness, job: Job) -> Job:
    for _ in range(4):
        harness.ask()
    harness.save()
    return harness.now(job)
