"""Values and their rows: each field has its column, and enums come back as what they were."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from studio.core.calls import Call, Callback
from studio.core.reference import Medium, Reference, Upload
from studio.core.values import Job, Kind, Output, State, Status, Task
from studio.ledger import snapshot
from studio.ledger.ledger import Ledger
from studio.ledger.mapping import columns_of
from studio.ledger.tables import callbacks, calls, jobs, outputs, reference_files, tasks, uploads
from tests.examples import JOB, WHEN

VALUES = [
    (Job, jobs, {"tasks"}),
    (Task, tasks, {"outputs"}),
    (Output, outputs, set()),
    (Call, calls, set()),
    (Callback, callbacks, set()),
    (Upload, uploads, set()),
]


@pytest.mark.parametrize(("value", "table", "elsewhere"), VALUES)
def test_each_field_has_its_column(value: Any, table: sa.Table, elsewhere: set[str]) -> None:
    names = [column.name for column in columns_of(value, table.c)]
    assert names == [name for name in value.__dataclass_fields__ if name not in elsewhere]


def test_columns_end_at_the_first_field_without_one() -> None:
    assert [column.key for column in columns_of(Reference, reference_files.c)] == ["sha256", "medium"]


def test_enums_come_back_as_enums(ledger: Ledger) -> None:
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    ledger.jobs.accept(JOB, "", ["t1"], WHEN)
    ledger.references.add(Reference("sha", Medium.AUDIO, "song", "k", 1, added_at=WHEN))
    job, reference = ledger.jobs.get(JOB.id), ledger.references.get("sha")
    assert job and (job.state, job.kind, job.tasks[0].status) == (State.OPEN, Kind.IMAGE, Status.WAITING)
    assert isinstance(job.state, State) and isinstance(job.kind, Kind) and isinstance(job.tasks[0].status, Status)
    assert reference and isinstance(reference.medium, Medium)


def test_a_backup_copies_a_row_whatever_it_says(ledger: Ledger, tmp_path: Path) -> None:
    ledger.jobs.add(JOB)
    with ledger.database.write() as connection:
        connection.execute(jobs.update().values(state="of another studio"))
    with snapshot.write_snapshot(ledger.database, tmp_path / "copy.db", WHEN) as copy, copy.read() as connection:
        assert connection.execute(sa.text("SELECT state FROM jobs")).scalar() == "of another studio"
    with pytest.raises(ValueError, match="of another studio"):
        ledger.jobs.get(JOB.id)
