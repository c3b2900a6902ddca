"""A ledger as a whole, into a file and back: between both databases, as of one moment, and never to be sent twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from studio.core.account import Account
from studio.core.calls import Callback
from studio.core.errors import BackupError, LedgerError
from studio.core.people import AdminAction
from studio.core.values import Kind, State, Status
from studio.ledger import replacement, snapshot, tables
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.reports import TaskAnswer
from tests.examples import CALL, JOB, REFERENCE, UPLOAD, WHEN
from tests.unit.ledger.old_ledgers import execute, make_first_ledger, rows

LATER = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PAST = ("jobs", "tasks", "outputs", "calls", "callbacks")


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> str:
    """An empty database of the other kind."""
    on_file = url.startswith("sqlite")
    return str(request.getfixturevalue("postgres")) if on_file else f"sqlite:///{tmp_path / 'elsewhere.db'}"


def fill(ledger: Ledger, number: int = 1, state: State = State.OPEN) -> None:
    """A job with its call and its callback; with a finished task and its output, unless it is still queued."""
    job = replace(JOB, id=f"job_{number}", submission=f"s:{number}", inputs={"prompt": "é\0\ud800"}, prompt="é €")
    ledger.jobs.add(replace(job, state=State.QUEUED if state is State.QUEUED else State.UNCONFIRMED))
    ledger.calls.record(replace(CALL, id=f"req_{number}", job=job.id))
    ledger.callbacks.record(Callback(f"hook_{number}", job.id, WHEN, body="é"))
    if state is State.QUEUED:
        return
    ledger.jobs.accept(job, "b", [f"t{number}"], WHEN)
    found = ledger.jobs.get(job.id)
    assert found
    links = [(Kind.IMAGE, "https://x/1.png")]
    ledger.jobs.report(found.id, [TaskAnswer(found.tasks[0].id, Status.SUCCEEDED, links=links)], WHEN)


def back_up(ledger: Ledger, folder: Path, at: datetime = LATER) -> Path:
    with snapshot.write_snapshot(ledger.database, folder / "copy.db", at):
        pass
    return folder / "copy.db"


def bring_back(file: Path, ledger: Ledger, *, losing: bool = False) -> None:
    with snapshot.open_snapshot(file) as (database, at):
        replacement.replace_history(ledger.database, database, at, losing=losing)


def everything(ledger: Ledger) -> dict[str, list[Any]]:
    with ledger.database.read() as connection:
        return {name: sorted(connection.execute(sa.select(tables.metadata.tables[name])).all()) for name in PAST}


def test_a_ledger_comes_back_as_it_was_on_another_database(ledger: Ledger, elsewhere: str, tmp_path: Path) -> None:
    for number in range(1, 4):
        fill(ledger, number)
    ledger.accounts.add_if_new(Account("a", "https://x", "sk-…abcd"))
    ledger.accounts.add_key("f", "a", shared=True, at=WHEN)
    ledger.accounts.set_balance("a", 12.5, WHEN)
    action = AdminAction("deed_1", WHEN, "p_anna", "a", "removed", "job_1", "p_max", 2)
    ledger.spending.record(action)
    file, moved = back_up(ledger, tmp_path), open_ledger(elsewhere)
    bring_back(file, moved)
    assert everything(moved) == everything(ledger)
    assert moved.jobs.get("job_2") == ledger.jobs.get("job_2")
    assert moved.spending.admin_actions() == [action]
    assert moved.accounts.of_key("f") == "a" and moved.accounts.standing("a") == ledger.accounts.standing("a")
    assert moved.database.ensure_setting("backed_up_at", lambda: "none") == "none", "it is not a backup itself"
    fill(moved, 4)
    assert len(everything(moved)["outputs"]) == 4, "new rows find a number"
    moved.close()


def test_a_copy_of_many_rows_has_them_all(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.database.write() as connection:
        found = [vars(replace(CALL, id=f"req_{number}")) for number in range(1, 2 * snapshot.CHUNK + 2)]
        connection.execute(tables.calls.insert(), found)
    assert len(rows(f"sqlite:///{back_up(ledger, tmp_path)}", "calls")) == 2 * snapshot.CHUNK + 1


def test_what_is_written_during_a_copy_is_not_half_in_it(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(ledger, 1)
    chunks = snapshot.chunks

    def slowly(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
        yield from chunks(connection, table)
        if table is tables.jobs:
            fill(ledger, 2)

    with monkeypatch.context() as busy:
        busy.setattr(snapshot, "chunks", slowly)
        file = back_up(ledger, tmp_path)
    for table in PAST:
        assert len(rows(f"sqlite:///{file}", table)) == 1, table


def test_a_copy_is_one_file(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    back_up(ledger, tmp_path / "folder")
    assert [file.name for file in (tmp_path / "folder").iterdir()] == ["copy.db"]


def test_what_was_queued_then_is_unconfirmed_in_the_backup_and_after_it(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 1, State.QUEUED)
    file = back_up(ledger, tmp_path)
    assert [row.state for row in rows(f"sqlite:///{file}", "jobs")] == ["unconfirmed"]
    execute(f"sqlite:///{file}", "UPDATE jobs SET state = 'queued', sent_at = NULL")  # whoever worked with it
    bring_back(file, ledger)
    job = ledger.jobs.get("job_1")
    assert job and (job.state, job.sent_at) == (State.UNCONFIRMED, LATER)
    assert job.reason.startswith("The ledger was restored from a backup of 2026-11-23 08:30 UTC. This job was queued")
    assert job.hint and ledger.jobs.in_state("a", State.QUEUED) == []


def test_rows_come_back_with_numbers_that_nothing_here_ever_had(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 1)
    file = back_up(ledger, tmp_path)
    for number in range(2, 5):
        fill(ledger, number)
    held = ledger.jobs.get("job_4")
    assert held
    for _ in range(2):
        bring_back(file, ledger, losing=True)
        file.unlink()
        back_up(ledger, tmp_path)
        ledger.jobs.change_output(held.outputs[0].id, key="of another job")
        ledger.jobs.report(held.id, [TaskAnswer(held.tasks[0].id, Status.FAILED)], WHEN)
    fill(ledger, 5)
    first, fifth = ledger.jobs.get("job_1"), ledger.jobs.get("job_5")
    assert first and fifth and first.tasks[0].status is Status.SUCCEEDED
    assert [output.key for job in (first, fifth) for output in job.outputs] == ["", ""]
    assert first.tasks[0].id == held.tasks[0].id + 2, "and they do not grow by more than there are"


def test_jobs_that_the_backup_does_not_know_are_lost_only_if_that_is_said(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 1)
    file = back_up(ledger, tmp_path)
    fill(ledger, 2)
    before = everything(ledger)
    with pytest.raises(BackupError, match="in the meantime"):
        bring_back(file, ledger)
    assert everything(ledger) == before
    bring_back(file, ledger, losing=True)
    assert ledger.jobs.get("job_2") is None and ledger.jobs.get("job_1")


def test_a_restore_that_fails_half_way_leaves_the_ledger_as_it_was(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 1)
    file = back_up(ledger, tmp_path)
    fill(ledger, 2)
    before = everything(ledger)
    execute(f"sqlite:///{file}", "DROP TABLE calls")
    with pytest.raises(LedgerError):
        bring_back(file, ledger, losing=True)
    assert everything(ledger) == before


def test_what_a_studio_at_work_knows_of_keys_and_settings_stays(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, 1)
    ledger.accounts.add_if_new(Account("a", "https://x", "old"))
    ledger.database.ensure_setting("signing_key", lambda: "old")
    file = back_up(ledger, tmp_path)
    ledger.accounts.add_if_new(Account("b", "https://x", "new"))
    ledger.accounts.set_balance("a", 5, WHEN)
    ledger.accounts.add_key("a", "b", shared=True, at=WHEN + timedelta(1))
    with ledger.database.write() as connection:
        connection.execute(tables.settings.update().values(value="new"))
    bring_back(file, ledger)
    assert ledger.database.ensure_setting("signing_key") == "new"
    assert (ledger.accounts.of_key("a"), ledger.accounts.standing("a").balance) == ("b", 5)
    assert [job.id for job in ledger.jobs.recent("b", Kind.IMAGE, 5)] == ["job_1"], "it is of that key now"


def test_references_and_uploads_come_back_and_those_of_a_studio_at_work_stay(ledger: Ledger, tmp_path: Path) -> None:
    ledger.references.add(REFERENCE)
    ledger.references.add_upload(UPLOAD)
    file = back_up(ledger, tmp_path)
    later = replace(REFERENCE, sha256="1" * 64)
    ledger.references.add(later)
    ledger.references.invalidate_upload("a", UPLOAD.sha256, LATER)
    ledger.references.add_upload(replace(UPLOAD, sha256=later.sha256, url="https://x/later.png"))
    bring_back(file, ledger)
    assert ledger.references.get(later.sha256) == later
    assert ledger.references.upload_of("a", later.sha256)
    assert ledger.references.upload_of("a", UPLOAD.sha256) is None, "what WeryAI no longer takes is true now, too"
    with ledger.database.write() as connection:
        for table in (tables.reference_files, tables.uploads):
            connection.execute(table.delete())
    ledger.accounts.add_key("a", "b", shared=False, at=WHEN)
    bring_back(file, ledger)
    assert ledger.references.get(REFERENCE.sha256) == REFERENCE
    assert ledger.references.upload_of("b", UPLOAD.sha256) == replace(UPLOAD, account="b"), "as the account moved"


def test_only_a_backup_that_this_studio_understands_is_restored(ledger: Ledger, tmp_path: Path) -> None:
    open_ledger(f"sqlite:///{tmp_path / 'plain.db'}").close()
    with pytest.raises(BackupError, match="is not a backup"):
        bring_back(tmp_path / "plain.db", ledger)
    file = back_up(ledger, tmp_path)
    execute(f"sqlite:///{file}", "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="newer version"):
        bring_back(file, ledger)
    file.write_text("Dear ledger, I am a letter. " * 50)
    with pytest.raises(LedgerError, match="is not a ledger"):
        bring_back(file, ledger)
    file.unlink()
    with pytest.raises(BackupError, match="There is no backup in"):
        bring_back(file, ledger)


def test_an_older_backup_is_upgraded_elsewhere_and_stays_as_it_is(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    make_first_ledger(f"sqlite:///{file}")
    execute(f"sqlite:///{file}", "INSERT INTO settings VALUES ('backed_up_at', '2026-11-23 08:30:00')")
    before = file.read_bytes()
    bring_back(file, ledger)
    assert ledger.jobs.get("job_1") and file.read_bytes() == before
