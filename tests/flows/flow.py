"""What several rooms of these tests do with a harness."""

from dataclasses import replace

from studio.client import Client
from studio.core.values import Draft, Job
from tests.conftest import IMAGE, Harness

POST = "/v1/generation/text-to-image"


def posts(harness: Harness, path: str = POST) -> int:
    return int(harness.sandbox.backend.posts[path])


def done(harness: Harness, job: Job) -> Job:
    for _ in range(4):
        harness.ask()
    harness.save()
    return harness.now(job)


def finished(harness: Harness) -> Job:
    job = harness.submit()
    harness.send()
    return done(harness, job)


DRAFT = Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE)


def made(harness: Harness, person: str = "p_max") -> Client:
    """A client whose job is done and saved."""
    client = replace(harness.client, person=person)
    client.jobs.submit(DRAFT, f"by {person}", wait=0)
    harness.send()
    harness.ask()
    harness.ask()
    harness.save()
    return client


BODY = {"model": "WERYAI_IMAGE_2_0", **IMAGE}
