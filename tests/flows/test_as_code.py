"""A call as code: run as it is given, it makes the same request; and where it could not, it is not given."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from studio.core import redaction
from studio.core.calls import Call
from studio.core.values import Draft
from studio.history import as_code
from studio.webhooks.urls import WebhookUrls
from tests.conftest import IMAGE, KEY, Harness, calls_of
from tests.examples import POST

PROMPT = 'it\'s "so" $HOME, `id`\nand ünder'
SHELL, PYTHON = ("bash", "-c"), (sys.executable, "-c")
Given = Callable[[Call], str]
both = pytest.mark.parametrize(("given", "program"), [(as_code.curl, SHELL), (as_code.python, PYTHON)])


def posted(harness: Harness) -> Call:
    """A submission that tells where to call back, as it stands in the history."""
    harness.runtime.dispatcher.webhook = WebhookUrls("https://studio.example.com", "a key").address
    harness.submit({**IMAGE, "prompt": PROMPT})
    harness.send()
    (call,) = [call for call in calls_of(harness.ledger, harness.client.account.id) if call.method == "POST"]
    assert "webhook_url" in call.request_body
    return call


def run(code: str, program: tuple[str, ...]) -> str:
    done = subprocess.run([*program, code], env={"WERYAI_API_KEY": KEY}, capture_output=True, timeout=30, check=True)
    return done.stdout.decode()


@both
def test_a_quality_is_kept_with_the_job_and_stands_in_its_call_and_its_code(
    harness: Harness, given: Given, program: tuple[str, ...]
) -> None:
    inputs = {**IMAGE, "aspect_ratio": "1:1", "quality": "high"}
    job = harness.client.jobs.submit(Draft("text_to_image", "GPT_IMAGE_2", inputs), "test:1", wait=0)
    harness.send()
    assert harness.now(job).inputs["quality"] == "high"
    (call,) = [call for call in calls_of(harness.ledger, "test") if call.method == "POST"]
    assert json.loads(call.request_body)["quality"] == "high"
    assert "task_ids" in run(given(call), program)
    assert [task.body["quality"] for task in harness.sandbox.backend.tasks.values()] == ["high", "high"]


@both
def test_it_makes_the_same_request_but_for_the_address_that_is_called_back(
    harness: Harness, given: Given, program: tuple[str, ...]
) -> None:
    code = given(posted(harness))
    assert KEY not in code and redaction.REMOVED not in code and "# webhook_url is left out" in code
    assert "task_ids" in run(code, program)
    first, second = harness.sandbox.backend.tasks.values()
    assert first.body.pop("webhook_url") and first.body == second.body and second.body["prompt"] == PROMPT


@both
@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_numbers_that_python_cannot_write_are_sent_as_they_were(
    harness: Harness, given: Given, program: tuple[str, ...], number: str
) -> None:
    call = posted(harness)
    body = call.request_body.replace('"prompt"', f'"seed": {number}, "prompt"')
    said = run(given(replace(call, request_body=body)), program)
    assert "seed" in said or "task_ids" in said, "the sandbox has read it"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "no longer stored"),
        (redaction.kept(json.dumps({"prompt": "x" * 70_000}), ""), "too long to store"),
        (redaction.kept('{"image": "https://x/a.png?sig=abc"}', ""), "secret"),
        ('{"webhook_url": "https://x/webhooks/weryai/[removed]/job_1"}', ""),
        ('{"prompt": "[cut: 1 of 2 bytes]"}', ""),
    ],
)
def test_a_body_that_is_not_there_whole_makes_no_code(body: str, why: str) -> None:
    said = as_code.why_not(replace(POST, request_body=body))
    assert why in said and bool(said) is bool(why)


def test_what_has_no_body_or_another_file_is_code_whatever_was_kept() -> None:
    assert not as_code.why_not(replace(POST, method="GET"))
    assert not as_code.why_not(replace(POST, path="/v1/generation/upload-file", request_body="[cut"))
