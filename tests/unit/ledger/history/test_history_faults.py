"""What a search, a filter and a redaction did wrong once."""

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest

from studio.core import redaction
from studio.core.values import State
from studio.ledger.ledger import Ledger
from tests.examples import JOB, WHEN
from tests.unit.ledger.history.past import POST, WANTED, calls, jobs


def prompted(ledger: Ledger, prompt: str) -> None:
    ledger.jobs.add(replace(JOB, id="job_p", submission="p", account="a", prompt=prompt, created_at=WHEN))


@pytest.mark.parametrize(
    ("prompt", "search"),
    [
        ("ПРИВЕТ мир", "пр"),
        ("öl im Über", "ÖL"),
        ("öl im Über", "üb"),
        ("ΟΔΥΣΣΕΥΣ", "ΟΔΥΣΣΕΥΣ"),
        ("ΟΔΥΣΣΕΥΣ", "σσ"),
        ("İSTANBUL", "İSTANBUL"),
        ("50/100_% done", "50/100_%"),
    ],
)
def test_a_word_is_found_as_it_was_written_and_in_capitals_or_small_letters(
    ledger: Ledger, prompt: str, search: str
) -> None:
    prompted(ledger, prompt)
    assert jobs(ledger, replace(WANTED, search=search)) == ["p"]


@pytest.mark.parametrize("prompt", ["Café", "한국어"])
def test_a_text_of_letters_with_separate_marks_is_found(ledger: Ledger, prompt: str) -> None:
    prompted(ledger, unicodedata.normalize("NFD", prompt))
    assert jobs(ledger, replace(WANTED, search=prompt)) == ["p"]


@pytest.mark.parametrize("name", ["model", "method", "endpoint", "code", "error_kind", "person", "failure", "mode"])
def test_a_nul_in_a_filter_finds_nothing_and_is_no_error(read_past: Ledger, name: str) -> None:
    wanted, at = replace(WANTED, **{name: ("TaskFailed: \0",)}), WHEN + timedelta(days=9)  # type: ignore[arg-type]
    assert not calls(read_past, wanted) and not jobs(read_past, wanted)
    assert not read_past.history.sums.of(wanted, at).lines and not read_past.history.errors.of_jobs(wanted, at)


def test_calls_without_an_error_are_among_those_of_this_kind_or_none(read_past: Ledger) -> None:
    wanted = replace(WANTED, error_kind=("", "OutOfCreditsError"))
    number = sum(row[1] for row in read_past.history.sums.of(wanted, WHEN + timedelta(days=9)).lines)
    assert len(calls(read_past, wanted)) == number == 6


@pytest.mark.parametrize("seconds", [1, 42, 3599.999])
def test_slower_is_more_than_so_many_seconds(ledger: Ledger, seconds: float) -> None:
    ended = WHEN + timedelta(seconds=seconds)
    job = replace(JOB, id="job_p", submission="p", account="a", created_at=WHEN, sent_at=WHEN, state=State.FINISHED)
    ledger.jobs.add(replace(job, finished_at=ended))
    assert jobs(ledger, replace(WANTED, slower=seconds)) == []
    assert jobs(ledger, replace(WANTED, slower=seconds - 0.001)) == ["p"]


@pytest.mark.parametrize(
    "body",
    [
        r'{"url":"https://cdn.x/a.png?X-Amz-Date=1\u0026X-Amz-Signature=deadbeef"}',
        r'{"url":"https:\/\/cdn.x\/a.png?X-Amz-Signature=deadbeef"}',
        r'{"hook":"https:\/\/me\/webhooks\/weryai\/deadbeef0123456789abcdef\/job_1"}',
        r'{"url":"https:\/\/name:deadbeef@host\/x"}',
        "HTTPS://cdn.x/a.png?sig=deadbeef",
    ],
)
def test_secrets_of_addresses_are_removed_however_json_writes_them(body: str) -> None:
    assert "deadbeef" not in redaction.kept(body, "")


def test_the_second_of_two_addresses_with_a_comma_between_has_no_signature() -> None:
    assert "deadbeef" not in redaction.kept("https://x/a?n=1,https://x/b?sig=deadbeef", "")


def test_a_key_as_the_name_of_a_header_is_removed() -> None:
    key = "sk-test-0123456789abcdef343e"
    assert key not in str(redaction.headers({key: "1"}, key))


def test_a_key_in_the_path_of_an_address_is_removed() -> None:
    key = "sk-test-0123456789abcdef343e"
    assert key not in redaction.kept(redaction.url(f"https://x/v1/{key}/status?a={key}"), key)


def test_a_status_that_there_is_not_has_no_calls_in_the_sums_either(ledger: Ledger) -> None:
    ledger.calls.record(replace(POST, id="req_s", account="a", http_status=None, error_kind="ConnectionFailed", job=""))
    wanted = replace(WANTED, http_status=("000",))
    assert not calls(ledger, wanted) and not ledger.history.sums.of(wanted, WHEN + timedelta(days=9)).lines
