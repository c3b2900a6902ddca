"""Alarms make calls that are due later, on one thread that is there only while there are some."""

import pytest

from studio.engine.alarms import Alarms
from tests.conftest import until


def test_alarms_make_each_call_once_and_end_their_thread() -> None:
    alarms, calls = Alarms(), list[str]()
    alarms.set(late := lambda: calls.append("late"), 3600)
    alarms.set(lambda: calls.append("soon"), 0)
    until(lambda: calls == ["soon"])
    alarms.clear(late)
    until(lambda: not alarms._is_running)
    alarms.set(late, 0)
    until(lambda: calls == ["soon", "late"] and not alarms._is_running)


def test_a_call_that_fails_does_not_end_the_others(caplog: pytest.LogCaptureFixture) -> None:
    alarms, calls = Alarms(), list[str]()
    alarms.set(lambda: 1 / 0, 0)  # type: ignore[arg-type]
    until(lambda: not alarms._is_running)
    assert "ZeroDivisionError" in caplog.text
    alarms.set(lambda: calls.append("next"), 0)
    until(lambda: calls == ["next"])
