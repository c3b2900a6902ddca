"""The history in the ledger: what a search finds, on each database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from studio.core.query import Outcome
from studio.ledger.history import texts
from studio.ledger.ledger import Ledger
from tests.examples import JOB, WHEN
from tests.unit.ledger.history.past import POST, WANTED, calls, jobs


@pytest.mark.parametrize(
    ("search", "of_calls", "of_jobs"),
    [
        ("req_10", ["10"], ["1"]),
        ("req_", ["21", "20", "11", "10", "01", "00"], ["2", "1", "0"]),
        ("v1xx", ["10"], ["1"]),
        ("task_0", ["01", "00"], ["0"]),
        ("task_0b", ["01", "00"], ["0"]),
        ("batc", ["01", "00"], ["0"]),
        ("job_2", ["21", "20"], ["2"]),
        ("hügel BLAU", ["01", "00"], ["0"]),
        ("ügel lau", ["01", "00"], ["0"]),
        ("hill", ["11", "10"], ["1"]),
        ("insuf balance", ["11", "10"], ["1"]),
        ("moderated", ["01", "00"], ["0"]),
        ("no such words", [], []),
        ("%", [], []),
        ('"hill* OR (', [], []),
        ("job_0000", [], []),
    ],
)
def test_calls_and_jobs_are_found_by_ids_their_beginnings_and_words(
    read_past: Ledger, search: str, of_calls: list[str], of_jobs: list[str]
) -> None:
    wanted = replace(WANTED, search=search)
    assert (calls(read_past, wanted), jobs(read_past, wanted)) == (of_calls, of_jobs)
    assert not calls(read_past, replace(wanted, account="c")) and not jobs(read_past, replace(wanted, account="c"))
    assert set(calls(read_past, replace(wanted, listed="mia"))) == set(of_calls) & {"10", "11"}
    assert set(jobs(read_past, replace(wanted, listed="mia"))) == set(of_jobs) & {"1"}


def test_words_are_found_of_the_newest_texts_and_of_the_others(past: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = replace(WANTED, search="blau")
    everything = jobs(past, wanted)
    assert everything == ["0"]
    for newest in range(40):
        monkeypatch.setattr(texts, "NEWEST_TEXTS", newest)
        assert jobs(past, wanted) == everything


@pytest.mark.parametrize("search", ["meadow", "job_m"])
def test_a_filter_reaches_what_is_not_among_the_newest_that_a_search_finds(
    past: Ledger, monkeypatch: pytest.MonkeyPatch, search: str
) -> None:
    monkeypatch.setattr("studio.ledger.history.search.MOST_MATCHES", 3)
    monkeypatch.setattr("studio.ledger.history.search.MOST_MATCHES_OF_CALLS", 3)
    for number in range(9):
        mode, person = ("text_to_video", "max") if number == 5 else ("text_to_image", "mia")
        at = WHEN + timedelta(hours=number)
        made = replace(JOB, id=f"job_m{number}", submission=f"m:{number}", account="a", created_at=at, mode=mode)
        past.jobs.add(replace(made, prompt=f"A meadow {number}", person=person, model=f"N{number}"))
        post = replace(POST, id=f"req_m{number}", at=at, job=made.id, person=person, model=f"N{number}")
        past.calls.record(
            replace(post, http_status=502, error_kind="ServerError", duration_ms=9000) if number == 5 else post
        )
    wanted, pages = replace(WANTED, search=search), past.history.pages
    assert len(jobs(past, wanted)) == 3
    assert pages.is_truncated(wanted, of_jobs=True) and pages.is_truncated(wanted, of_jobs=False)
    assert search != "meadow" or jobs(past, wanted) == ["m8", "m7", "m6"]
    of_jobs: list[dict[str, Any]] = [{"mode": ("text_to_video",)}, {"listed": "max"}, {"person": ("max",)}]
    of_jobs += [
        {"model": ("N5",)},
        {"http_status": ("502",)},
        {"since": WHEN + timedelta(hours=5), "until": WHEN + timedelta(hours=6)},
    ]
    for which in of_jobs:
        one = replace(wanted, **which)
        assert jobs(past, one) == ["m5"] and not pages.is_truncated(one, of_jobs=True), which
    for which in (*of_jobs, {"error_kind": ("ServerError",)}, {"slower": 8}, {"outcome": (Outcome.FAILED,)}):
        one = replace(wanted, **which)
        assert calls(past, one) == ["m5"] and not pages.is_truncated(one, of_jobs=False), which
    assert not pages.is_truncated(replace(WANTED, search="meadow 5"), of_jobs=True)


def test_a_figure_a_host_or_a_file_is_found_by_its_parts_on_each_database(past: Ledger) -> None:
    past.jobs.change("job_2", prompt="50% at 16.5 s of https://api.weryai.com/a/pic.png a@b.co foo_bar hills don't")
    ids = ["16.5", "5 s", "50%", "a@b.co", "foo_bar", "don't", "hills _"]
    for search in (*ids, "api.weryai.com", "weryai", "pic.png", "pic"):
        assert jobs(past, replace(WANTED, search=search)) == ["2"], search


@pytest.mark.parametrize(
    "search",
    [
        "東京の夜",
        "京の夜",
        "東京",
        "夜",
        "한국",
        "국어",
        "山水",
        "antern",
        "LANTERN",
        "ern東",
        "東京 antern",
        '"lantern"',
        "4k",
    ],
)
def test_parts_of_words_are_found_in_every_script(read_past: Ledger, search: str) -> None:
    assert jobs(read_past, replace(WANTED, search=search)) == ["2"]
    assert not jobs(read_past, replace(WANTED, search=f"{search}龍"))
    assert not jobs(read_past, replace(WANTED, search=f"{search} no_such"))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("a\0b", ["1", "0"]),
        ("a " * 99, ["2", "1", "0"]),
        *((odd, []) for odd in ("\ud800", '"', '"" ""', "%", "_%", "x" * 500)),
    ],
)
def test_an_odd_search_is_no_error(read_past: Ledger, search: str, found: list[str]) -> None:
    assert jobs(read_past, replace(WANTED, search=search)) == found


def test_words_follow_what_changes_and_what_goes(past: Ledger) -> None:
    past.jobs.change("job_2", prompt="A meadow")
    with past.database.write() as connection:
        connection.execute(sa.text("DELETE FROM calls WHERE id = 'req_10'"))
        connection.execute(sa.text("UPDATE jobs SET reason = '' WHERE id = 'job_1'"))
        connection.execute(sa.text("UPDATE tasks SET reason = 'Too long' WHERE reason = 'moderated'"))
    assert jobs(past, replace(WANTED, search="meadow")) == ["2"]
    assert jobs(past, replace(WANTED, search="insufficient")) == []
    assert jobs(past, replace(WANTED, search="moderated")) == []
    assert jobs(past, replace(WANTED, search="too long hügel")) == ["0"]
