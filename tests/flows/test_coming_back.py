"""A studio that is started again: what was open is asked about at once, and what became of it is told first."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from studio.client import Client
from studio.core.values import Job, State
from studio.engine import tracker
from studio.engine.runtime import build
from tests.conftest import IMAGE, KEY, Harness
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the tracker


@contextmanager
def started_again(harness: Harness) -> Iterator[Harness]:
    harness.runtime.stop()
    rebuilt = build(
        harness.client.account, KEY, harness.sandbox.url, harness.ledger, harness.archive, clock=harness.clock
    )
    client = Client(rebuilt, harness.ledger, clock=harness.clock)
    yield Harness(client, rebuilt, harness.ledger, harness.archive, harness.sandbox, harness.clock)
    rebuilt.stop()


def opened(harness: Harness, number: int) -> list[Job]:
    """Jobs of two tasks each, that were asked about once."""
    jobs = [harness.submit({**IMAGE, "image_number": 2}) for _ in range(number)]
    for _ in jobs:
        harness.send()
    harness.ask()
    return jobs


def test_every_open_task_is_found_again(harness: Harness) -> None:
    [job] = opened(harness, 1)
    with started_again(harness) as fresh:
        fresh.track()  # at once: what was open before a restart is due
        fresh.save()
        job = fresh.now(job)
    assert (job.state, len([output for output in job.outputs if output.is_saved])) == (State.FINISHED, 2)


def test_pages_look_more_often_until_it_is_known_what_became_of_many(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracker, "MANY_QUERIES", 1)
    jobs = opened(harness, 3)
    with started_again(harness) as fresh:
        assert fresh.client.progress.is_catching_up()
        api, answer = fresh.runtime.api, Event()
        batch = api.batch
        api.batch = lambda *args, **words: batch(*args, **words) if answer.wait(30) else ()  # type: ignore[method-assign]
        fresh.runtime.tracker.step()
        assert fresh.client.progress.is_catching_up()
        answer.set()
        fresh.runtime.tracker.finish()
        assert not fresh.client.progress.is_catching_up()
        assert {fresh.now(job).state for job in jobs} == {State.FINISHED}


def test_few_are_nothing_to_catch_up_with(harness: Harness) -> None:
    opened(harness, 1)
    with started_again(harness) as fresh:
        assert not fresh.client.progress.is_catching_up()


def test_how_long_tasks_take_is_learnt_from_those_that_ended_meanwhile(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracker, "MANY_QUERIES", 1)
    jobs = opened(harness, 3)
    with started_again(harness) as fresh:
        mode, model = jobs[0].mode, jobs[0].model
        assert fresh.runtime.tracker.model_history.seconds(mode, model) == []
        fresh.track()
        fresh.track()
        assert len(fresh.runtime.tracker.model_history.seconds(mode, model)) == 6
