"""Whose it is: what each role may do with whose job, and what a request, an upload and a job know of their person."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from studio.client import Client
from studio.core.errors import DraftError, NotAllowed, NotFoundError, StudioError
from studio.core.people import Person
from studio.core.reference import Medium
from studio.core.values import Draft, Job, Kind, State
from studio.history.history import History
from studio.ledger import tables
from studio.ledger.ledger import Ledger
from tests.conftest import IMAGE, Harness, calls_of, order, until
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.fault_matrix import picture

PICTURE = picture(b"\xff\0\0" * 64, 8)
DRAFT = Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE)
WHEN = datetime(2026, 11, 22, tzinfo=UTC)


def people(harness: Harness) -> dict[str, Client]:
    """The studio's client as each kind of person has it; max made the jobs."""
    return {
        "viewer": replace(harness.client, person="p_vera", may_not_spend="View-only."),
        "member": replace(harness.client, person="p_mia"),
        "owner": replace(harness.client, person="p_max"),
        "admin": replace(harness.client, person="p_anna", is_admin=True),
    }


Verb = Callable[[Client, Job], Any]
OWN_ONLY: dict[str, Verb] = {
    "cancel": lambda client, job: client.jobs.cancel(job.id),
    "dismiss": lambda client, job: client.jobs.dismiss(job.id),
    "hide": lambda client, job: client.jobs.hide(job.id),
    "ask now": lambda client, job: client.jobs.ask_now(job.id),
    "fetch again": lambda client, job: client.jobs.fetch_again(job),
    "send again": lambda client, job: client.jobs.send_again(job, "again"),
    "unshare": lambda client, job: client.jobs.unshare(job.id),
    "bring home": lambda client, job: client.tasks.link(job, "task_unheard_of"),
}
MAKING: dict[str, Verb] = {
    "submit": lambda client, job: client.jobs.submit(DRAFT, "s", wait=0),
    "adopt": lambda client, job: client.tasks.adopt("task_unheard_of", "s"),
    "refresh balance": lambda client, job: client.balance.refresh(),
    "add a file": lambda client, job: client.references.add(io.BytesIO(PICTURE), "a.png", [Medium.IMAGE]),
    "upload again": lambda client, job: client.references.again("x"),
    "upload anew": lambda client, job: client.references.upload_anew("x"),
}

ABOUT_A_TASK = ("adopt", "bring home")
NOT_A_DRAFT = (*OWN_ONLY, "adopt", "refresh balance")


@pytest.mark.parametrize("verb", [*OWN_ONLY, *MAKING])
@pytest.mark.parametrize("who", ["viewer", "member", "owner", "admin"])
def test_each_verb_is_refused_to_whom_it_may_not_do(
    harness: Harness, who: str, verb: str, request: pytest.FixtureRequest
) -> None:
    job = people(harness)["owner"].jobs.submit(DRAFT, "theirs", wait=0)
    before = (harness.now(job), harness.calls(), harness.client.jobs.busy())
    may = who in ("owner", "admin") or (who == "member" and verb in MAKING)
    act = {**OWN_ONLY, **MAKING}[verb]
    if may:
        with pytest.raises(NotFoundError) if verb in ABOUT_A_TASK else nullcontext():  # a task that nobody knows
            act(people(harness)[who], job)
        return
    with pytest.raises(NotAllowed if verb in NOT_A_DRAFT else DraftError):
        act(people(harness)[who], job)
    request.getfixturevalue("tally").note((harness.now(job), harness.calls(), harness.client.jobs.busy()) != before)


def test_a_job_without_a_person_is_every_members(harness: Harness) -> None:
    job = harness.submit()
    assert people(harness)["member"].jobs.cancel(job.id)
    assert harness.now(job).state is State.CANCELLED


def test_a_job_of_a_mode_that_is_not_known_is_not_sent_and_says_so(harness: Harness) -> None:
    unknown, known = harness.submit(), harness.submit()
    harness.ledger.jobs.change(unknown.id, mode="text_to_hologram")
    harness.send()
    harness.send()
    assert harness.now(unknown).state is State.CANCELLED and "costs nothing" in harness.now(unknown).reason
    assert harness.now(known).state is State.OPEN and len(harness.sandbox.backend.tasks) == 1


def test_nothing_is_sent_for_whoever_may_not_spend_any_more(harness: Harness) -> None:
    everybody = people(harness)
    gone = everybody["owner"].jobs.submit(DRAFT, "a", wait=0)
    stays = everybody["member"].jobs.submit(DRAFT, "b", wait=0)
    harness.runtime.dispatcher.may_spend = lambda person: person != "p_max"
    harness.send()
    harness.send()
    assert harness.now(gone).state is State.CANCELLED and "may no longer spend credits here" in harness.now(gone).reason
    assert harness.now(stays).state is State.OPEN
    assert len(harness.sandbox.backend.tasks) == 1


def test_while_nobody_can_say_who_may_spend_a_job_waits(harness: Harness) -> None:
    job = harness.submit()

    def unread(_person: str) -> bool:
        raise NotAllowed("The secrets cannot be read.")

    harness.runtime.dispatcher.may_spend = unread
    with pytest.raises(StudioError):
        harness.send()
    assert harness.now(job).state is State.QUEUED and not harness.sandbox.backend.posts


def test_every_call_is_its_jobs_persons_or_of_who_asked(harness: Harness) -> None:
    everybody = people(harness)
    job = everybody["owner"].jobs.submit(DRAFT, "a", wait=0)
    harness.send()
    harness.ask()
    harness.save()
    everybody["member"].balance.refresh()
    calls = History(harness.client).calls(History(harness.client).query(), 1)
    assert {call.person for call in calls if call.job == job.id} == {"p_max"}
    assert next(call.person for call in calls if not call.job) == "p_mia"
    mine = History(replace(everybody["member"], only_mine=True))
    assert [call.person for call in mine.calls(mine.query(), 1)] == ["p_mia"]
    assert mine.count(mine.query(search=job.id), jobs=False) == 0 == mine.count(mine.query(), jobs=True)
    assert History(harness.client).count(History(harness.client).query(search=job.id), jobs=False) > 0


def test_an_upload_is_of_who_let_it_be_sent(harness: Harness) -> None:
    client = people(harness)["owner"]
    held = client.references.add(io.BytesIO(PICTURE), "a.png", [Medium.IMAGE])
    harness.runtime.uploader.step()
    found = harness.ledger.references.upload_of(client.account.id, held.sha256)
    assert found and found.person == "p_max"
    assert next(call for call in calls_of(harness.ledger, "test") if "upload" in call.path).person == "p_max"


def test_a_job_of_another_key_is_not_sent_again_with_this_one(harness: Harness) -> None:
    client = people(harness)["admin"]
    other = replace(client.jobs.submit(DRAFT, "a", wait=0), id="job_other", submission="b", account="somebody's")
    harness.ledger.jobs.add(other)
    with pytest.raises(NotAllowed):
        client.jobs.send_again(other, "again")
    assert client.jobs.busy() == 1


def test_lists_are_everybodys_or_ones_own(harness: Harness) -> None:
    everybody = people(harness)
    theirs = everybody["owner"].jobs.submit(DRAFT, "a", wait=0)
    own = everybody["member"].jobs.submit(DRAFT, "b", wait=0)
    member = everybody["member"]
    assert {job.id for job in member.jobs.recent(Kind.IMAGE, 9)} == {theirs.id, own.id}
    assert [job.id for job in replace(member, only_mine=True).jobs.recent(Kind.IMAGE, 9)] == [own.id]


def test_nobody_hears_of_the_end_of_somebody_elses_job(harness: Harness) -> None:
    everybody = people(harness)
    order(harness.sandbox, "fault", kind="refuse", code=1002, message="no")
    everybody["owner"].jobs.submit(DRAFT, "a", wait=0)
    harness.send()
    assert len(everybody["owner"].jobs.ended_since(WHEN)) == 1 and not everybody["member"].jobs.ended_since(WHEN)


def test_people_are_known_by_their_newest_address(ledger: Ledger) -> None:
    ledger.people.record_visit(Person("p_1", "anna@x.example", "Anna"), WHEN)
    assert ledger.people.by_id()["p_1"].label == "Anna"
    ledger.people.record_visit(Person("p_1", "new@x.example"), WHEN)
    assert ledger.people.by_id() == {"p_1": Person("p_1", "new@x.example")}


def test_who_is_met_while_the_list_is_read_is_known(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, read = Person("p_1", "anna@x.example"), ledger.database.read
    meeting = threading.Thread(target=ledger.people.record_visit, args=(anna, WHEN))

    def is_written() -> bool:
        with read() as connection:
            return bool(connection.scalar(sa.select(sa.func.count()).select_from(tables.people)))

    @contextmanager
    def slow() -> Iterator[sa.Connection]:
        with read() as connection:
            yield connection
        monkeypatch.undo()
        meeting.start()
        until(is_written)

    monkeypatch.setattr(ledger.database, "read", slow)
    assert ledger.people.by_id() == {}
    meeting.join()
    assert ledger.people.by_id() == {"p_1": anna}


def test_a_person_makes_so_many_jobs_a_minute(harness: Harness) -> None:
    paced = {who: replace(client, most_a_minute=2) for who, client in people(harness).items()}
    for number in range(2):
        paced["owner"].jobs.submit(DRAFT, f"a{number}", wait=0)
    with pytest.raises(DraftError, match="2 jobs a minute"):
        paced["owner"].jobs.submit(DRAFT, "a2", wait=0)
    paced["member"].jobs.submit(DRAFT, "b0", wait=0)
    harness.clock.pass_by(61)
    paced["owner"].jobs.submit(DRAFT, "a3", wait=0)
