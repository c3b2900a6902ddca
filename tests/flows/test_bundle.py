"""What WeryAI is sent to look into a job: its calls, read with one question, and what the studio is made of."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from studio import __version__
from studio.history.history import History
from studio.ledger import upgrade
from tests.conftest import Harness, calls_of


def done(harness: Harness, more: int) -> str:
    """A job with its calls, and so many polls more, each a second after the one before."""
    job = harness.submit()
    harness.send()
    harness.ask()
    poll = next(call for call in calls_of(harness.ledger, "test", job.id) if call.method == "GET")
    for number in range(more):
        harness.ledger.calls.record(replace(poll, id=f"req_{number:03}", at=poll.at + timedelta(seconds=more - number)))
    return job.id


def bundle(harness: Harness, job: str) -> tuple[dict[str, Any], int]:
    """And how many questions the ledger was asked for it."""
    asked: list[object] = []
    engine = harness.ledger.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *statement: asked.append(statement[2]))
    return json.loads(History(harness.client).bundle(job)), len(asked)


def test_a_bundle_of_many_calls_asks_the_ledger_as_often_as_one_of_few(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.history.history.MOST_IN_BUNDLE", 30)
    (few, once), (many, again) = (bundle(harness, done(harness, more)) for more in (0, 40))
    assert once == again
    moments = [call["at"] for call in many["calls"]]
    assert moments == sorted(moments) and len(moments) == 30 and many["calls_left_out"] > 0 == few["calls_left_out"]
    assert "POST" in {call["method"] for call in many["calls"]}, "which comes before all polls"
    assert not any(call["person"] or call["account"] for call in many["calls"])


def test_the_steps_of_a_bundle_have_the_names_that_they_always_had(harness: Harness) -> None:
    steps = bundle(harness, done(harness, 0))[0]["steps"]
    assert {tuple(step) for step in steps} == {("part", "said", "start", "end", "is_bad", "call", "dots")}


def test_a_bundle_tells_how_new_the_studio_is(harness: Harness) -> None:
    versions = bundle(harness, done(harness, 0))[0]["versions"]
    newest = ScriptDirectory(str(upgrade.MIGRATIONS)).get_current_head()
    assert versions.pop("ledger") == f"{newest} on {harness.ledger.database.engine.dialect.name}"
    assert versions.pop("studio") == __version__
    assert {*versions} == {"python", "requests", "sqlalchemy", "streamlit"} and all(versions.values())
