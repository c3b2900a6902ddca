"""From a draft to a file in the archive, against the sandbox, step by step: nobody pays twice, nothing is lost."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from studio.core.errors import SettingsError
from studio.core.values import Kind, State, Status
from studio.ledger import file_lock
from tests.conftest import IMAGE, VIDEO, Harness, order
from tests.flows.flow import done


def test_a_prompt_becomes_a_file_that_is_the_one_handed_out(harness: Harness) -> None:
    job = harness.submit()
    assert job.state is State.QUEUED
    harness.send()
    assert harness.now(job).state is State.OPEN
    job = done(harness, job)
    (output,) = job.outputs
    handed_out = requests.get(output.url, timeout=10).content
    assert harness.archive.path(output.key).read_bytes() == handed_out
    assert output.sha256 == hashlib.sha256(handed_out).hexdigest()
    assert (job.state, harness.client.jobs.word(job), job.cost) == (State.FINISHED, "Succeeded", 7)
    assert (job.balance_before, job.balance_after) == (1000, 993)


def test_a_video_becomes_a_clip_with_its_length(harness: Harness) -> None:
    job = harness.submit(VIDEO, "text_to_video")
    harness.send()
    (output,) = done(harness, job).outputs
    assert (output.kind, output.width, output.height, round(output.seconds)) == (Kind.VIDEO, 96, 54, 5)


def test_four_images_fill_in_one_by_one_and_the_failed_one_says_why(harness: Harness) -> None:
    order(harness.sandbox, "outcomes", outcomes=["succeed", "failed", "stuck", "succeed"])
    job = harness.submit({**IMAGE, "image_number": 4})
    harness.send()
    job = done(harness, job)
    assert [task.status for task in job.tasks] == [
        Status.SUCCEEDED,
        Status.FAILED,
        Status.PROCESSING,
        Status.SUCCEEDED,
    ]
    assert (job.state, harness.client.jobs.word(job)) == (State.OPEN, "Processing")
    assert "simulated failure" in job.tasks[1].reason
    assert len([output for output in job.outputs if output.is_saved]) == 2


def test_another_accounts_jobs_can_be_neither_seen_nor_touched(harness: Harness) -> None:
    account = replace(harness.client.account, id="other")
    other = replace(harness.client, runtime=replace(harness.runtime, account=account))
    job = harness.submit()
    assert other.jobs.get(job.id) is None and other.jobs.recent(Kind.IMAGE, 20) == []
    assert not other.jobs.cancel(job.id)
    other.jobs.hide(job.id)
    assert harness.now(job).state is State.QUEUED and harness.now(job).hidden_at is None
    order(harness.sandbox, "fault", kind="gateway")
    harness.send()
    other.jobs.dismiss(job.id)
    (task_id,) = harness.sandbox.backend.tasks
    other.tasks.link(harness.now(job), task_id)
    assert harness.now(job).state is State.UNCONFIRMED


def test_one_studio_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "studio.lock"
    with file_lock.hold(file):
        with pytest.raises(SettingsError, match="Another studio"), file_lock.hold(file):
            pass
    with file_lock.hold(file):
        pass
    (tmp_path / "taken").write_text("a file, not a folder")
    with (
        pytest.raises(SettingsError, match="cannot be used"),
        file_lock.hold(tmp_path / "taken" / "studio.lock"),
    ):
        pass
