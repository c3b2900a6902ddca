"""Between rows and values: the columns of a table are named like the fields of its value."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from studio.core.calls import Call, Callback
from studio.core.reference import Medium, Reference, Upload
from studio.core.values import Job, Kind, Output, State, Status, Task

_CALL = frozenset(field.name for field in fields(Call))
_CALLBACK = frozenset(field.name for field in fields(Callback))
_JOB = frozenset(field.name for field in fields(Job)) - {"tasks"}
_TASK = frozenset(field.name for field in fields(Task)) - {"outputs"}
_OUTPUT = frozenset(field.name for field in fields(Output))
_REFERENCE = frozenset(field.name for field in fields(Reference)) - {"name", "converted", "account", "person"}
_UPLOAD = frozenset(field.name for field in fields(Upload))


def job_row(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in _JOB} | {"inputs": dict(job.inputs)}


def call_row(call: Call) -> dict[str, Any]:
    return {name: getattr(call, name) for name in _CALL} | {"endpoint": call.endpoint}


def call_value(row: RowMapping) -> Call:
    return Call(**{name: row[name] for name in _CALL})


def callback_row(callback: Callback) -> dict[str, Any]:
    return {name: getattr(callback, name) for name in _CALLBACK}


def callback_value(row: RowMapping) -> Callback:
    return Callback(**{name: row[name] for name in _CALLBACK})


def job_value(row: RowMapping, tasks: Iterable[Task]) -> Job:
    found = {name: row[name] for name in _JOB}
    return Job(**found | {"kind": Kind(row["kind"]), "state": State(row["state"])}, tasks=tuple(tasks))


def task_value(row: RowMapping, outputs: Iterable[Output]) -> Task:
    found = {name: row[name] for name in _TASK}
    return Task(**found | {"status": Status(row["status"])}, outputs=tuple(outputs))


def output_value(row: RowMapping) -> Output:
    found = {name: row[name] for name in _OUTPUT}
    return Output(**found | {"kind": Kind(row["kind"])})


def reference_row(reference: Reference) -> dict[str, Any]:
    return {name: getattr(reference, name) for name in _REFERENCE}


def reference_value(row: RowMapping) -> Reference:
    """With what is the own of whoever asks, its `name` and what was `converted`, which is in another table."""
    found = {name: row[name] for name in _REFERENCE}
    return Reference(**found | {"medium": Medium(row["medium"])}, name=row["name"], converted=row["converted"])


def upload_row(upload: Upload) -> dict[str, Any]:
    return {name: getattr(upload, name) for name in _UPLOAD}


def upload_value(row: RowMapping) -> Upload:
    return Upload(**{name: row[name] for name in _UPLOAD})
