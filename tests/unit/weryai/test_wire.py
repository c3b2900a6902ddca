"""From data to values: every documented shape of a submission, a task, a batch, a balance, and nonsense."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from studio.core.errors import StudioError
from studio.core.values import Kind, Status
from studio.weryai import wire
from tests.examples import JOB
from tests.unit.weryai.strategies import anything

URL = "https://cdn.weryai.com/a.png"


@pytest.mark.parametrize(
    ("data", "batch", "ids"),
    [
        ({"batch_id": 123456789, "task_ids": ["a", "b"]}, "123456789", ("a", "b")),
        ({"task_id": "a", "task_status": "waiting"}, "", ("a",)),
        ({"taskId": "a"}, "", ("a",)),
        ([{"task_id": "a"}], "", ("a",)),
        ({"batch_id": 1, "task_ids": [], "task_id": "a"}, "1", ("a",)),
        ({"task_ids": ["a", "a", "b"]}, "", ("a", "b")),
        ({"task_ids": [None], "task_id": "a"}, "", ("a",)),
        ({"taskId": "a", "task_id": None}, "", ("a",)),
        ([{"task_id": "a"}, {"task_id": "b", "batch_id": 9}], "9", ("a", "b")),
    ],
)
def test_both_shapes_of_a_submission_are_read(data: Any, batch: str, ids: tuple[str, ...]) -> None:
    assert wire.accepted(data) == wire.Accepted(batch, ids)


@pytest.mark.parametrize("data", [None, {}, [], "ok", {"task_ids": []}, {"task_id": ""}, {"batch_id": 5}])
def test_a_yes_without_ids_may_have_acted(data: Any) -> None:
    with pytest.raises(StudioError) as raised:
        wire.accepted(data)
    assert raised.value.may_have_acted


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("waiting", Status.WAITING),
        ("PENDING", Status.WAITING),
        ("processing", Status.PROCESSING),
        ("Running", Status.PROCESSING),
        ("failed", Status.FAILED),
        ("fail", Status.FAILED),
        ("error", Status.FAILED),
        ("canceled", Status.FAILED),
        ("some new word", Status.PROCESSING),
        (None, Status.PROCESSING),
    ],
)
def test_every_word_becomes_a_status(word: Any, status: Status) -> None:
    assert wire.report({"task_id": "a", "task_status": word}).status is status


@pytest.mark.parametrize("word", ["succeed", "SUCCEED", "success", "SUCCESS", "completed", "Complete"])
@pytest.mark.parametrize(
    "results",
    [
        {"images": [URL]},
        {"images": [{"url": URL}]},
        {"images": [{"image_url": URL}]},
        {"output": {"images": [URL]}},
        {"task_result": {"images": [URL]}},
        {"images": [], "output": {"images": [URL]}},
    ],
)
def test_results_are_found_in_every_documented_place(word: str, results: dict[str, Any]) -> None:
    report = wire.report({"task_id": "a", "task_status": word, **results})
    assert report.status is Status.SUCCEEDED
    assert report.results == (wire.Result(Kind.IMAGE, URL),)


@pytest.mark.parametrize(
    "results",
    [
        {"videos": [URL]},
        {"videos": [{"video_url": URL, "cover_image_url": "https://x/c.png"}]},
        {"video_url": URL},
        {"video": URL},
        {"video_urls": [URL]},
        {"videos": [None], "video_url": URL},
        {"videos": [{}], "video_urls": [URL]},
        {"task_result": {"videos": [URL]}, "output": {"videos": None}},
        {"output": {"video_url": URL, "videoUrl": None}},
    ],
)
def test_videos_are_found_too(results: dict[str, Any]) -> None:
    report = wire.report({"taskId": "a", "taskStatus": "succeed", **results})
    assert report.results == (wire.Result(Kind.VIDEO, URL),)
    assert report.task_id == "a"


@pytest.mark.parametrize("name", ["output_url", "result_url", "outputUrl", "resultUrl"])
def test_results_under_a_name_that_does_not_say_what_they_are_are_of_the_jobs_kind(name: str) -> None:
    for address, guess in ((URL, Kind.IMAGE), ("https://cdn.weryai.com/a.mp4?x=1", Kind.VIDEO)):
        for told in (address, [address], {"output": None, "url": address}):
            (found,) = wire.report({"task_id": "a", "task_status": "completed", name: told}).results
            assert (found.kind, found.url) == (guess, address)
            assert [found.kind_for(replace(JOB, kind=kind)) for kind in Kind] == list(Kind)
            assert {found.kind_for(replace(JOB, kind=kind, model="")) for kind in Kind} == {guess}
    (image,) = wire.report({"task_id": "a", "task_status": "completed", "images": [URL]}).results
    assert image.kind_for(replace(JOB, kind=Kind.VIDEO)) is Kind.IMAGE, "the field says it"


@pytest.mark.parametrize("results", [{}, {"images": []}, {"images": None}, {"images": ["", "javascript:alert(1)"]}])
def test_done_without_an_output_is_failed_and_says_why(results: dict[str, Any]) -> None:
    report = wire.report({"task_id": "a", "task_status": "succeed", **results})
    assert report.status is Status.FAILED
    assert "no file" in report.reason


def test_a_failed_task_has_its_reason_and_cost() -> None:
    report = wire.report({"task_id": "a", "task_status": "failed", "msg": "too dark", "cost_credits": 0})
    assert (report.reason, report.cost) == ("too dark", 0.0)


def test_a_failed_task_keeps_its_reason_beside_a_picture() -> None:
    report = wire.report({"task_id": "a", "task_status": "failed", "msg": "too dark", "images": [URL]})
    assert (report.status, report.reason) == (Status.FAILED, "too dark")


def test_a_batch_is_an_array_or_a_lone_task() -> None:
    one = {"task_id": "a", "task_status": "waiting"}
    assert len(wire.reports([one, {**one, "task_id": "b"}, "odd"])) == 2
    assert wire.reports(one)[0].task_id == "a"


@pytest.mark.parametrize(("data", "credits"), [(1000, 1000.0), ("12.5", 12.5), ({"balance": 7}, 7.0)])
def test_the_balance_is_a_number_or_holds_one(data: Any, credits: float) -> None:
    assert wire.balance(data) == credits


@pytest.mark.parametrize("data", [None, True, "much", {"balance": None}, [], float("nan")])
def test_a_balance_that_is_none_is_an_error(data: Any) -> None:
    with pytest.raises(StudioError):
        wire.balance(data)


@given(
    anything | some.dictionaries(some.sampled_from(["task_id", "task_ids", "batch_id", "images", "output"]), anything)
)
@pytest.mark.parametrize("read", [wire.accepted, wire.report, wire.reports, wire.balance])
def test_nonsense_is_a_value_or_an_error_of_ours(read: Any, data: Any) -> None:
    try:
        read(data)
    except StudioError as error:
        assert error.message


@pytest.mark.parametrize(
    "data",
    [
        {"object_url_list": [URL, "https://cdn.weryai.com/b.png"]},
        {"objectUrlList": [URL]},
        {"object_url_list": URL},
        [{"object_url_list": [f" {URL} "]}],
    ],
)
def test_the_address_of_an_upload_is_the_first_of_its_list(data: Any) -> None:
    assert wire.uploaded(data) == URL


@pytest.mark.parametrize(
    "data",
    [
        *(None, [], {}, URL, {"url": URL}, {"object_url_list": []}, {"object_url_list": [None]}),
        *({"object_url_list": ["file:///etc/passwd"]}, {"object_url_list": ["https://x/\0"]}),
        *({"object_url_list": ["https://x/\ud800"]}, {"object_url_list": [URL.ljust(601, "a")]}),
    ],
)
def test_an_upload_without_an_address_that_can_be_kept_is_told(data: Any) -> None:
    with pytest.raises(StudioError, match="returned no address"):
        wire.uploaded(data)


@given(anything)
def test_a_nonsense_upload_is_an_address_or_an_error_of_ours(data: Any) -> None:
    for found in (data, {"object_url_list": data}):
        try:
            assert wire.uploaded(found).lower().startswith("http")
        except StudioError as error:
            assert error.message
