"""The groups of failures above the history: a click on one shows what is in it, and nothing else."""

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.server import Sandbox
from tests.conftest import order
from tests.pages.driving import Open, checked, generate, texts, ticks_until
from tests.pages.history_table import frame, table


def failed(page: Open, sandbox: Sandbox, prompt: str, word: str, kind: str, **words: object) -> None:
    order(sandbox, "fault", kind=kind, **words)
    at = generate(page(), prompt)
    ticks_until(at, lambda: word in texts(at))


def opened(at: AppTest, name: str) -> AppTest:
    """Open the groups, and click the one of this name."""
    at.session_state["history-errors"] = True
    groups = frame(checked(at.run()), "Failures")
    row = list(groups.value["Kind"]).index(name)
    at.session_state[groups.proto.id.split("-", 2)[2]] = {
        "selection": {"rows": [], "columns": [], "cells": [(row, "Model")]}
    }
    return checked(at.run())


@pytest.mark.slow
def test_a_click_on_a_group_shows_the_jobs_that_are_in_it(page: Open, quick: Sandbox) -> None:
    failed(page, quick, "No answer", "Unconfirmed", "gateway")
    failed(page, quick, "Too dear", "Not enough credits", "refuse", code=1011, message="Insufficient balance")
    order(quick, "outcomes", outcomes=["failed"])
    at = generate(page(), "No luck")
    ticks_until(at, lambda: "Failed" in texts(at))
    for name, prompt in (
        ("unconfirmed, server error", "No answer"),
        ("out of credits", "Too dear"),
        ("task failed", "No luck"),
    ):
        at = opened(page("Call history"), name)
        assert list(table(at)["Prompt"]) == [prompt]


@pytest.mark.parametrize("name", ["server error", "out of credits 1011"])
def test_a_click_on_a_group_shows_the_calls_that_are_in_it(page: Open, quick: Sandbox, name: str) -> None:
    failed(page, quick, "No answer", "Unconfirmed", "gateway")
    failed(page, quick, "Too dear", "Not enough credits", "refuse", code=1011, message="Insufficient balance")
    at = opened(page("Call history", view="calls", code=["1011", ""]), name)
    assert len(table(at)) == 1
    assert at.query_params["code"] == ("1011" if "1011" in name else ""), "no code is a code, too"
