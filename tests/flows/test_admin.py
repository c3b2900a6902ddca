"""What admins see and remove: sums that agree with the jobs, a file that is safe to open, a list of their deeds."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from components.people.spending_page import names
from studio.client import Client
from studio.core.drafts import FormContent, Owner
from studio.core.errors import ArchiveError, NotAllowed
from studio.core.people import Person, Spent
from studio.core.query import Query
from studio.core.reference import Medium, Reference
from studio.core.values import Kind, State, Status
from studio.ledger.ledger import Ledger
from studio.ledger.reports import TaskAnswer
from studio.ledger.tables import jobs
from studio.people.admin import Admin
from studio.people.spending import as_csv
from tests.conftest import IMAGE, Harness, calls_of
from tests.examples import JOB, WHEN
from tests.fault_matrix import fault, picture
from tests.flows.flow import DRAFT, made

DAY = timedelta(days=1)


MAX = Person("p_max", "max@x.example", "Max")


def admin(harness: Harness) -> Admin:
    return Admin(replace(harness.client, person="p_anna", is_admin=True))


def stuck(_name: str) -> None:
    raise ArchiveError("The disk says no.", hint="")


def test_spending_is_by_day_person_and_model(ledger: Ledger) -> None:
    jobs = (
        ("p_1", "M", WHEN, 7.0, State.FINISHED),
        ("p_1", "M", WHEN, None, State.UNCONFIRMED),
        ("p_1", "N", WHEN, 1.5, State.OPEN),
        ("p_2", "M", WHEN + DAY, 3.0, State.FINISHED),
        ("p_2", "M", WHEN + DAY, None, State.REFUSED),
        ("p_2", "M", None, None, State.QUEUED),
        ("p_2", "M", WHEN - 9 * DAY, 9.0, State.FINISHED),
    )
    for number, (person, model, at, cost, state) in enumerate(jobs):
        facts: dict[str, Any] = {"person": person, "model": model, "sent_at": at, "cost": cost, "state": state}
        ledger.jobs.add(replace(JOB, id=f"job_{number}", submission=str(number), **facts))
    ledger.jobs.add(replace(JOB, id="other", account="b", sent_at=WHEN, cost=99))
    assert ledger.spending.since("a", WHEN - DAY) == [
        Spent("2026-11-23", "p_2", "M", 1, 3.0),
        Spent("2026-11-22", "p_1", "M", 2, 7.0, unknown=1),
        Spent("2026-11-22", "p_1", "N", 1, 1.5),
    ]


def test_an_admin_sees_what_everybody_spent(harness: Harness) -> None:
    made(harness)
    (spent,) = admin(harness).spending(30)
    assert (spent.person, spent.model, spent.jobs, spent.credits) == ("p_max", DRAFT.model, 1, 7)


def test_what_an_admin_does_with_somebody_elses_job_is_written_down(harness: Harness) -> None:
    max_ = replace(harness.client, person="p_max")
    anna = replace(harness.client, person="p_anna", is_admin=True)
    first, second, own = (client.jobs.submit(DRAFT, str(n), wait=0) for n, client in enumerate((max_, max_, anna)))
    for client, job in ((max_, first), (anna, first), (anna, second), (anna, own)):
        client.jobs.cancel(job.id)
    third = max_.jobs.submit(DRAFT, "third", wait=0)
    harness.ledger.jobs.move(third.id, State.QUEUED, State.UNCONFIRMED, sent_at=harness.clock())
    anna.jobs.dismiss(third.id)
    done = [(action.verb, action.job, action.person, action.owner) for action in Admin(anna).admin_actions()]
    assert sorted(done) == [("cancelled", second.id, "p_anna", "p_max"), ("dismissed", third.id, "p_anna", "p_max")]


def test_two_people_of_one_name_are_told_apart(harness: Harness) -> None:
    for person, name in (("p_0001", "Anna"), ("p_0002", "Anna"), ("p_0003", "Max")):
        harness.ledger.people.record_visit(Person(person, f"{person}@x.example", name), WHEN)
    told = names(harness.client, {"p_0001", "p_0002", "p_0003", "", "p_gone"})
    assert told.pop("p_gone") == "p_gone", "who was deleted is not nobody"
    assert told == {"p_0001": "Anna (0001)", "p_0002": "Anna (0002)", "p_0003": "Max", "": "nobody"}


def test_a_spreadsheet_runs_nothing_of_it_and_nobody_is_named() -> None:
    nasty = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'a",=1')
    text = as_csv([Spent("2026-11-22", "p_1", model, 1, 7.5) for model in nasty])
    cells = [row[2] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert [cell.removeprefix("'") for cell in cells] == list(nasty)
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r"]


@pytest.mark.parametrize("is_stuck", [False, True])
def test_what_an_admin_removes_is_gone_but_for_what_it_cost(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, is_stuck: bool
) -> None:
    client = made(harness)
    (job,) = client.jobs.recent(Kind.IMAGE, 9)
    files = harness.archive.reader.names()
    assert len(files) == 2
    if is_stuck:
        monkeypatch.setattr(
            harness.archive.reader, "remove", lambda _: (_ for _ in ()).throw(ArchiveError("no", hint=""))
        )
    assert admin(harness).remove(job.id) == 2
    assert not client.jobs.recent(Kind.IMAGE, 9)
    assert harness.archive.reader.names() == (files if is_stuck else set())
    gone = harness.now(job)
    assert (gone.prompt, gone.inputs, gone.outputs, gone.cost) == ("", {}, (), 7)
    assert not [call for call in calls_of(harness.ledger, "test", job.id) if call.request_body or call.response_body]
    (action,) = admin(harness).admin_actions()
    assert (action.person, action.verb, action.job, action.owner, action.files) == (
        "p_anna",
        "removed",
        job.id,
        "p_max",
        2,
    )
    assert admin(harness).remove(job.id) == 0, "it was done already"
    assert admin(harness).admin_actions() == [action]


def found(harness: Harness, word: str) -> list[str]:
    """The calls and jobs that the history finds by a word."""
    wanted, pages = Query("test", search=word), harness.ledger.history.pages
    calls = [line.id for line in pages.every_call(wanted)]
    return calls + [line.id for line in pages.jobs(wanted, number=1, size=9)]


def test_a_prompt_that_weryai_said_back_is_gone_too_and_no_word_of_it_is_found(harness: Harness) -> None:
    """As the reason of a refused job and the error of its call, and as the reason of a task that failed."""
    fault(
        harness, "refuse", on="submit", http=400, code=1002, message="Nobody may draw hills, say 'Two hills and a sun'"
    )
    refused, failed = harness.submit(), harness.submit({**IMAGE, "prompt": "A lake with hills"})
    harness.send()
    harness.send()
    (task,) = harness.now(failed).tasks
    harness.ledger.jobs.report(failed.id, [TaskAnswer(task.id, Status.FAILED, "No lake with hills")], harness.clock())
    assert (
        harness.now(refused).state is State.REFUSED
        and "hills" in harness.now(refused).reason
        and found(harness, "hills")
    )
    for job in (refused, failed):
        admin(harness).remove(job.id)
        gone = harness.now(job)
        assert (gone.reason, gone.hint, [task.reason for task in gone.tasks]) == ("", "", [""] * len(gone.tasks))
        assert not [call.error for call in calls_of(harness.ledger, "test", job.id) if call.error]
    assert not [word for word in ("hills", "sun", "lake") if found(harness, word)]
    assert harness.now(refused).error_kind == "InvalidInputError", "what sort of error it was is nobody's own"


def test_a_file_that_is_somebodys_reference_stays(harness: Harness) -> None:
    client = made(harness)
    (job,) = client.jobs.recent(Kind.IMAGE, 9)
    held = client.references.add_output(job, job.outputs[0])
    assert held.medium is Medium.IMAGE
    admin(harness).remove(job.id)
    assert harness.archive.reader.names() == {held.key, held.preview}


def test_a_reference_made_of_what_was_removed_does_not_tell_its_prompt(harness: Harness) -> None:
    """Whoever made it, and also where it has a file of its own: the last frame of a video, or a picture turned."""
    client = made(harness)
    (job,) = client.jobs.recent(Kind.IMAGE, 9)
    mia = replace(harness.client, person="p_mia").references
    held = mia.add_output(job, job.outputs[0])
    end = replace(held, sha256="e" * 64, key="references/e.png", name=f"The end of {held.name}")
    own = replace(held, sha256="f" * 64, key="references/f.png", name="hills.png")
    for one in (end, own):
        harness.ledger.references.add(one)
    assert held.name == IMAGE["prompt"]
    admin(harness).remove(job.id)
    said = [found.name for one in (held, end, own) if (found := mia.get(one.sha256))]
    assert said == ["A result", "A result", "hills.png"]


def red(person: Client, name: str = "My passport.png", colours: bytes = b"\xff\0\0") -> Reference:
    """A picture that a person gives, at WeryAI."""
    held = person.references.add(io.BytesIO(picture(colours * 128 * 128, 128)), name, [Medium.IMAGE])
    person.runtime.uploader.step()
    return held


def kept_of(harness: Harness, person: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in admin(harness).export_records(person)]


def test_who_a_person_is_and_what_they_gave_is_exported_and_deleted(harness: Harness) -> None:
    harness.ledger.people.record_visit(MAX, WHEN)
    held = red(replace(harness.client, person="p_max"))
    lines = kept_of(harness, "p_max")
    assert lines[0] == {"id": "p_max", "email": "max@x.example", "name": "Max"}
    url = harness.runtime.uploader.state(held.sha256).url
    assert [line["key"] for line in lines if line.get("name") == "My passport.png"] == [held.key]
    assert url and [line["sha256"] for line in lines if line.get("url") == url] == [held.sha256]
    assert not [line for line in kept_of(harness, "p_mia") if "name" in line or "sha256" in line]
    harness.ledger.drafts.keep(Owner("browser", "p_max"), "image", FormContent("A thought", 1))
    admin(harness).delete_of("p_max")
    assert not kept_of(harness, "p_max") and not harness.archive.reader.names()
    assert not harness.ledger.drafts.get(Owner("browser", "p_max"), "image")
    assert not harness.ledger.references.own_files() and not harness.ledger.references.of_url(url)
    assert "p_max" not in harness.ledger.people.by_id() and "p_max" not in admin(harness).people()
    done = [(action.verb, action.files) for action in admin(harness).admin_actions() if action.owner == "p_max"]
    assert ("deleted 1 call", 2) in done and ("exported the records", 0) in done
    harness.ledger.people.record_visit(MAX, WHEN)
    assert harness.ledger.people.by_id()["p_max"] == MAX, "who signs in again is known again"


def test_a_file_that_somebody_else_gave_too_stays_theirs_and_tells_nothing_of_who_is_deleted(harness: Harness) -> None:
    max_, mia = (replace(harness.client, person=person) for person in ("p_max", "p_mia"))
    held = red(max_)
    red(mia, "red.png")
    admin(harness).delete_of("p_max")
    assert harness.archive.reader.names() == {held.key, held.preview}
    found, upload = mia.references.get(held.sha256), harness.ledger.references.upload_of("test", held.sha256)
    assert found and found.name == "red.png" and upload and upload.person == ""
    assert not kept_of(harness, "p_max")
    admin(harness).delete_of("p_mia")
    assert not harness.archive.reader.names()


def test_a_result_of_somebody_else_stays_though_a_person_used_it(harness: Harness) -> None:
    client = made(harness, "p_mia")
    (job,) = client.jobs.recent(Kind.IMAGE, 9)
    max_ = replace(harness.client, person="p_max")
    held = max_.references.add_output(job, job.outputs[0])
    admin(harness).delete_of("p_max")
    assert harness.archive.reader.names() == {held.key, held.preview} and harness.now(job).outputs[0].key == held.key
    assert not max_.references.get(held.sha256)
    admin(harness).delete_of("p_mia")
    assert not harness.archive.reader.names()


def test_a_persons_own_result_that_they_used_goes_with_them(harness: Harness) -> None:
    client = made(harness)
    (job,) = client.jobs.recent(Kind.IMAGE, 9)
    held = client.references.add_output(job, job.outputs[0])
    admin(harness).delete_of("p_max")
    assert not harness.archive.reader.names() and not client.references.get(held.sha256)


@pytest.mark.parametrize("state", [State.QUEUED, State.UNCONFIRMED, State.OPEN])
def test_a_file_that_a_job_of_somebody_else_was_given_stays_until_its_end(harness: Harness, state: State) -> None:
    max_ = replace(harness.client, person="p_max")
    held, other = red(max_), red(max_, "blue.png", b"\0\0\xff")
    inputs = {"images": [harness.runtime.uploader.state(held.sha256).url], "prompt": "Mia's"}
    harness.ledger.jobs.add(replace(JOB, account="test", person="p_mia", inputs=inputs, state=state))
    admin(harness).delete_of("p_max")
    assert harness.archive.reader.names() == {held.key, held.preview}, f"without {other.key}"
    assert harness.runtime.uploader.state(held.sha256).is_there and not kept_of(harness, "p_max")
    with harness.ledger.database.write() as connection:
        connection.execute(jobs.update().values(state=State.FINISHED))
    admin(harness).delete_of("p_max")
    assert not harness.archive.reader.names()


def test_what_a_person_has_with_another_account_is_not_this_ones(harness: Harness) -> None:
    held = red(replace(harness.client, person="p_max"))
    harness.ledger.references.add(replace(held, account="their own", name="Elsewhere.png"))
    admin(harness).delete_of("p_max")
    found = harness.ledger.references.get(held.sha256, "their own", "p_max")
    assert found and found.name == "Elsewhere.png" and harness.archive.path(held.key).is_file()


def test_who_has_a_job_that_is_not_at_its_end_stays_known_as_it_is_asked_whether_they_may_spend(
    harness: Harness,
) -> None:
    harness.ledger.people.record_visit(MAX, WHEN)
    job = replace(harness.client, person="p_max").jobs.submit(DRAFT, "a", wait=0)
    admin(harness).delete_of("p_max")
    assert harness.ledger.people.by_id()["p_max"] == MAX
    harness.client.jobs.cancel(job.id)
    admin(harness).delete_of("p_max")
    assert "p_max" not in harness.ledger.people.by_id() and harness.now(job).prompt == ""


def test_what_is_kept_of_a_person_is_exported_and_deleted_but_for_what_it_cost(harness: Harness) -> None:
    made(harness)
    lines = [json.loads(line) for line in admin(harness).export_records("p_max")]
    assert {line.get("prompt") or line.get("method") for line in lines} >= {"GET", "POST"} and len(lines) > 2
    assert admin(harness).delete_of("p_max") == (1, len(lines) - 1)
    assert not [call for call in admin(harness).export_records("p_max") if "method" in json.loads(call)]
    assert harness.ledger.history.pages.count_calls(Query("test", "p_max")) == 0 and not harness.archive.reader.names()
    assert f"deleted {len(lines) - 1} calls" in [action.verb for action in admin(harness).admin_actions()]
    assert next(harness.ledger.history.deletion.jobs_of("test", "p_max")).cost == 7


def test_a_job_that_has_not_ended_stays(harness: Harness) -> None:
    job = harness.submit()
    with pytest.raises(NotAllowed, match="finished"):
        admin(harness).remove(job.id)
    assert harness.now(job).prompt and not admin(harness).admin_actions()


@pytest.mark.parametrize("who", ["viewer", "member"])
def test_for_everybody_else_all_of_it_is_closed(harness: Harness, who: str) -> None:
    client = made(harness)
    (job,) = client.jobs.recent(Kind.IMAGE, 9)
    other = Admin(replace(client, may_not_spend="View-only." if who == "viewer" else ""))
    for act in (lambda: other.remove(job.id), lambda: other.spending(30), other.admin_actions, other.people):
        with pytest.raises(NotAllowed):
            act()
    for of_one in (lambda: list(other.export_records("p_max")), lambda: other.delete_of("p_max")):
        with pytest.raises(NotAllowed):
            of_one()
    for of_prices in (other.prices, lambda: other.set_prices([], []), lambda: other.import_prices(b"mode", [])):
        with pytest.raises(NotAllowed):
            of_prices()
    assert harness.now(job).outputs and not other.may_remove(job)


def test_a_job_of_another_account_is_not_there_for_an_admin(harness: Harness) -> None:
    harness.ledger.jobs.add(replace(JOB, account="somebody's", state=State.FINISHED))
    with pytest.raises(NotAllowed):
        admin(harness).remove(JOB.id)
    assert (harness.ledger.jobs.get(JOB.id) or JOB).prompt == JOB.prompt


def test_jobs_that_are_not_at_their_end_are_told_before_a_person_is_deleted(harness: Harness) -> None:
    made(harness)
    assert admin(harness).under_way("p_max") == 0
    replace(harness.client, person="p_max").jobs.submit(DRAFT, "later", wait=0)
    assert admin(harness).under_way("p_max") == 1 and admin(harness).under_way("p_mia") == 0
