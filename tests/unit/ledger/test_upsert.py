"""Rows that are there already: whoever writes the same at the same moment gets no error, and no second row."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from studio.core.account import Account
from studio.core.people import Person
from studio.core.reference import Upload
from studio.core.values import State
from studio.ledger.ledger import Ledger
from tests.examples import JOB, WHEN

WRITERS = 12
WRITES: dict[str, Callable[[Ledger], object]] = {
    "an account": lambda ledger: ledger.accounts.add_if_new(Account("a", "https://x", "sk-…a")),
    "a key": lambda ledger: ledger.accounts.add_key("k", "a", shared=True, at=WHEN),
    "a person": lambda ledger: ledger.people.record_visit(Person("p", "p@x"), WHEN),
    "the end of a sign-in": lambda ledger: ledger.people.end_sign_in("s", WHEN),
    "an upload": lambda ledger: ledger.references.add_upload(Upload("a", "sha", "https://x/1", WHEN)),
    "a setting": lambda ledger: ledger.database.ensure_setting("s"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_many_threads_write_the_same_row(ledger: Ledger, write: Callable[[Ledger], object]) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        assert len(list(pool.map(lambda _: write(ledger), range(WRITERS)))) == WRITERS


def test_a_task_that_many_jobs_are_given_at_once_is_one_job_s(ledger: Ledger) -> None:
    jobs = [replace(JOB, id=f"job_{n}", submission=f"s:{n}", state=State.UNCONFIRMED) for n in range(WRITERS)]
    for job in jobs:
        ledger.jobs.add(job)
    with ThreadPoolExecutor(WRITERS) as pool:
        taken = list(pool.map(lambda job: ledger.jobs.accept(job, "", ["t1"], WHEN), jobs))
    assert sum(taken) == 1


def test_an_upload_that_was_forgotten_is_there_again_when_it_is_sent_again(ledger: Ledger) -> None:
    upload = Upload("a", "sha", "https://x/1", WHEN)
    ledger.references.add_upload(upload)
    ledger.references.invalidate_upload("a", "sha", WHEN)
    assert ledger.references.upload_of("a", "sha") is None
    ledger.references.add_upload(upload)
    assert ledger.references.upload_of("a", "sha") == upload
