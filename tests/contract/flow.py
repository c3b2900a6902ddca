"""What several rooms of these tests do with a desk."""

from studio.core.values import Job
from tests.conftest import Desk

POST = "/v1/generation/text-to-image"


def posts(desk: Desk, path: str = POST) -> int:
    return int(desk.sandbox.backend.posts[path])


def done(desk: Desk, job: Job) -> Job:
    for _ in range(4):
        desk.ask()
    desk.save()
    return desk.now(job)
