"""The prompts of a person: each once, the last used first, whatever becomes of the jobs."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from studio.core.gallery import UNDO_DAYS
from studio.core.people import AdminAction
from studio.core.values import Job, State
from studio.ledger import earlier_prompts
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.replacement import replace_history
from studio.ledger.snapshot import write_snapshot
from studio.ledger.tables import jobs
from tests.examples import JOB, WHEN
from tests.unit.ledger.old_ledgers import execute, make_first_ledger

ENOUGH = 100


def add(ledger: Ledger, number: int, prompt: str, person: str = "max", **about: Any) -> Job:
    """A job, the higher its number the later."""
    at = WHEN + timedelta(seconds=number)
    new = replace(JOB, id=f"job_{number}", submission=f"s:{number}", person=person, prompt=prompt, created_at=at)
    return ledger.jobs.add(replace(new, state=State.REFUSED, **about))


def listed(ledger: Ledger, person: str = "max", search: str = "", account: str = "a") -> list[tuple[str, str, int]]:
    found = ledger.earlier_prompts.newest(account, person, ENOUGH, search)
    return [(one.text, one.job.id, one.jobs) for one in found]


def prompts(ledger: Ledger, search: str = "") -> list[str]:
    return [text for text, _, _ in listed(ledger, search=search)]


def test_each_prompt_is_there_once_with_its_last_job_and_their_number(ledger: Ledger) -> None:
    for number, prompt in enumerate(("hills", "foxes", "hills", "", " \n", "dunes", "Hills")):
        add(ledger, number, prompt)
    assert listed(ledger) == [
        ("Hills", "job_6", 1),
        ("dunes", "job_5", 1),
        ("hills", "job_2", 2),
        ("foxes", "job_1", 1),
    ]
    assert [one.job.id for one in ledger.earlier_prompts.newest("a", "max", 2)] == ["job_6", "job_5"]
    assert ledger.earlier_prompts.newest("a", "max", 1)[0].job == ledger.jobs.get("job_6")


def test_prompts_of_other_people_and_accounts_are_not_listed(ledger: Ledger) -> None:
    add(ledger, 1, "hills")
    add(ledger, 2, "hills", person="mia")
    add(ledger, 3, "foxes", person="")
    add(ledger, 4, "dunes", account="b")
    assert listed(ledger) == [("hills", "job_1", 1)] and listed(ledger, "mia") == [("hills", "job_2", 1)]
    assert listed(ledger, "") == [("foxes", "job_3", 1)] and listed(ledger, search="dunes") == []
    assert listed(ledger, account="b") == [("dunes", "job_4", 1)]


def test_a_deleted_job_is_left_out_until_it_is_restored_and_a_removed_one_for_good(ledger: Ledger) -> None:
    first, last, other = add(ledger, 1, "hills"), add(ledger, 2, "hills"), add(ledger, 3, "foxes")
    for job in (last, other):
        ledger.gallery.deleted.delete_job(job, "max", WHEN)
    assert listed(ledger) == [("hills", "job_1", 1)]
    ledger.gallery.deleted.restore_job(last, WHEN - timedelta(days=UNDO_DAYS))
    assert listed(ledger) == [("hills", "job_2", 2)]
    ledger.spending.remove(last, AdminAction("deed_1", WHEN, "p_anna", "a", "removed", last.id), [])
    assert listed(ledger) == [("hills", first.id, 1)]
    with ledger.database.read() as connection:
        key = connection.scalar(sa.select(jobs.c.prompt_key).where(jobs.c.id == last.id))
    assert key == "", "nothing tells what the prompt was"


def test_the_jobs_of_a_template_are_one_entry_as_it_was_written(ledger: Ledger) -> None:
    written = "a {red|blue} fox"
    for number, color in enumerate(("red", "blue")):
        add(ledger, number, f"a {color} fox", template=written)
    add(ledger, 2, "a red fox")
    add(ledger, 3, written)
    assert listed(ledger) == [(written, "job_3", 1), ("a red fox", "job_2", 1), (written, "job_1", 2)]
    assert [one.typed for one in ledger.earlier_prompts.newest("a", "max", 9)] == [
        r"a \{red\|blue\} fox",
        "a red fox",
        written,
    ]
    assert prompts(ledger, "blue red") == [written, written] and len(prompts(ledger, "fox red")) == 3
    ledger.gallery.deleted.delete_job(ledger.jobs.get_many(["job_1"])[0], "max", WHEN)
    assert listed(ledger)[-1] == (written, "job_0", 1)


def test_a_template_goes_with_each_job_that_is_removed_as_it_holds_its_prompt(ledger: Ledger) -> None:
    written = "a {secret|blue|red} fox"
    secret, *_ = (
        add(ledger, number, f"a {word} fox", template=written) for number, word in enumerate(("secret", "blue", "red"))
    )
    add(ledger, 5, "a blue fox", person="mia", template=written)
    ledger.gallery.deleted.delete_job(ledger.jobs.get_many(["job_1"])[0], "max", WHEN)
    ledger.spending.remove(secret, AdminAction("deed_1", WHEN, "p_anna", "a", "removed", secret.id), [])
    assert listed(ledger) == [("a red fox", "job_2", 1)]
    ledger.gallery.deleted.restore_job(ledger.jobs.get_many(["job_1"])[0], WHEN - timedelta(days=UNDO_DAYS))
    assert prompts(ledger) == ["a red fox", "a blue fox"]
    assert listed(ledger, "mia") == [(written, "job_5", 1)], "what somebody else has written is theirs"


def test_words_find_prompts_and_not_the_reasons_of_failures(ledger: Ledger) -> None:
    add(ledger, 1, "A red FOX in snow", reason="rejected: too red")
    add(ledger, 2, "a fox", reason="")
    add(ledger, 3, "夜の東京 Blaue Hügel")
    assert prompts(ledger, "fox") == ["a fox", "A red FOX in snow"] and prompts(ledger, '"fox" RED') == [
        "A red FOX in snow"
    ]
    assert prompts(ledger, "rejected") == [] and prompts(ledger, "no such") == [] and len(prompts(ledger, " ")) == 3
    assert (
        prompts(ledger, "HÜGEL")
        == prompts(ledger, "東京")
        == prompts(ledger, "hu\u0308gel")
        == ["夜の東京 Blaue Hügel"]
    )


def test_prompts_move_with_their_account_and_come_back_with_a_backup(ledger: Ledger, tmp_path: Path) -> None:
    add(ledger, 1, "hills")
    add(ledger, 2, "hills")
    ledger.accounts.add_key("a", "c", shared=False, at=WHEN)
    assert listed(ledger, account="c") == [("hills", "job_2", 2)] and listed(ledger) == []
    with write_snapshot(ledger.database, tmp_path / "backup.db", WHEN) as backup:
        add(ledger, 3, "hills", account="c")
        replace_history(ledger.database, backup, WHEN, losing=True)
    assert listed(ledger, account="c") == [("hills", "job_2", 2)]


def test_prompts_of_an_older_studio_are_listed_after_an_upgrade(url: str) -> None:
    make_first_ledger(url)
    row = "'{0}', '{0}', 'a', 'image', 'open', '{{}}', 1, '2026-11-22 10:00:0{1}', 'H\u00fcgel {2}'"
    columns = "id, submission, account, kind, state, inputs, count, created_at, prompt"
    values = ", ".join(f"({row.format(f'job_{number}', number, number // 3)})" for number in (2, 3, 4))
    execute(url, f"INSERT INTO jobs ({columns}) VALUES {values}".replace(":", r"\:"))
    opened = open_ledger(url)
    assert listed(opened, "") == [("Hügel 1", "job_4", 2), ("Hügel 0", "job_2", 1)]
    add(opened, 10, "Hügel 1", "")
    assert listed(opened, "")[0] == ("Hügel 1", "job_10", 3)
    opened.close()


@pytest.mark.parametrize("seed", range(3))
def test_the_list_is_what_the_jobs_say_whatever_becomes_of_them(ledger: Ledger, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(12):
        template = chance.choice(("", "{a|b}"))
        add(ledger, number, chance.choice("ab"), chance.choice(("max", "mia")), template=template)
    for _ in range(40):
        _change(ledger, f"job_{chance.randrange(12)}", chance)
        for person in ("max", "mia"):
            assert listed(ledger, person) == expected(ledger, person)


def _change(ledger: Ledger, job: str, chance: random.Random) -> None:
    """One write of any kind to a row."""
    with ledger.database.write() as connection:
        which = jobs.c.id == job
        change: dict[str, Any] = chance.choice(
            [{"deleted_at": WHEN}, {"deleted_at": None}, {"person": "mia"}, {"removed_at": WHEN}, {"cost": 1.0}, {}]
        )
        connection.execute(jobs.update().where(which).values(**change) if change else jobs.delete().where(which))


def expected(ledger: Ledger, person: str) -> list[tuple[str, str, int]]:
    known = [job for job in ledger.jobs.get_many(f"job_{number}" for number in range(12)) if job.person == person]
    mine = sorted((job for job in known if not job.deleted_at and not job.removed_at), key=lambda job: job.created_at)
    texts = {job.id: job.template or job.prompt for job in mine}
    number, last = Counter(texts.values()), {texts[job.id]: job for job in mine}
    newest = sorted(last.values(), key=lambda job: job.created_at, reverse=True)
    return [(texts[job.id], job.id, number[texts[job.id]]) for job in newest]


def test_words_are_found_beyond_the_prompts_that_are_read_first(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier_prompts, "READ_FIRST", 2)
    for number, prompt in enumerate(("a red fox", "a fox", "hills", "dunes")):
        add(ledger, number, prompt, reason="rejected")
    assert prompts(ledger, "fox") == ["a fox", "a red fox"] and prompts(ledger, "dunes") == ["dunes"]
    assert prompts(ledger, "rejected") == []
