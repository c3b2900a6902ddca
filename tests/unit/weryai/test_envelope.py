"""From a reply to its data or its error: every documented envelope, and nonsense."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from studio.core import errors
from studio.weryai.envelope import Reply, parse
from tests.unit.weryai.strategies import anything


def reply(body: Any, http: int = 200, **headers: str) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(http, headers, raw)


@pytest.mark.parametrize(
    "said",
    [
        {"status": 0},
        {"status": "0"},
        {"status": 200},
        {"status": "200"},
        {"status": "success"},
        {"status": "OK"},
        {"success": True},
        {"status": 200, "success": True},
        {"status": None},
        {},
    ],
)
def test_every_documented_yes_is_a_yes(said: dict[str, Any]) -> None:
    assert parse("GET", reply({**said, "data": {"x": 1}})) == {"x": 1}


@pytest.mark.parametrize(
    ("method", "http", "body", "expected"),
    [
        ("POST", 401, {"status": 1002, "message": "Invalid API Key"}, errors.AuthenticationError),
        ("POST", 200, {"status": 1002, "desc": "Authentication failed"}, errors.AuthenticationError),
        ("POST", 403, {}, errors.AuthenticationError),
        ("POST", 200, {"status": 1002, "message": "model is not exist"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "Too many requests"}, errors.RateLimitError),
        ("POST", 200, {"status": 1001, "msg": "请求频率过高"}, errors.RateLimitError),
        ("POST", 200, {"status": 1001, "msg": "parameter error"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001}, errors.RateLimitError),
        ("POST", 200, {"status": 1001, "msg": "The model is busy, try later"}, errors.RateLimitError),
        ("POST", 200, {"status": 1001, "msg": "系统繁忙"}, errors.RateLimitError),
        ("GET", 200, {"status": 1001, "msg": "request limit exceeded"}, errors.RateLimitError),
        ("POST", 200, {"status": 1001, "msg": "参数错误"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "提示词不能为空"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "duration 3 is not supported"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "images exceeds the limit 3"}, errors.InvalidInputError),
        ("POST", 400, {"status": 1001, "msg": "no"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": 'prompt "at a frame rate of 24" is invalid'}, errors.InvalidInputError),
        ("POST", 200, {"status": 1002, "msg": "Content moderation failed"}, errors.ContentRejectedError),
        ("POST", 200, {"status": 1002, "desc": "parameter error", "msg": "敏感内容"}, errors.ContentRejectedError),
        ("POST", 200, {"status": 1001, "msg": "Image asset audit failed"}, errors.ContentRejectedError),
        ("POST", 400, {"msg": "The prompt contains sensitive words"}, errors.ContentRejectedError),
        ("POST", 400, {"msg": "no"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1002, "msg": "Content-Type must be JSON"}, errors.InvalidInputError),
        ("POST", 401, {"status": 1002, "msg": "content review"}, errors.AuthenticationError),
        ("POST", 429, {}, errors.RateLimitError),
        ("POST", 429, {"status": 6101}, errors.DailyLimitError),
        ("POST", 200, {"status": 1001, "msg": "generate_audio is not supported"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "unsupported aspect ratio"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "duration out of range"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "does not support multiple images"}, errors.InvalidInputError),
        ("POST", 400, {"status": 6001, "msg": "workflow system exception"}, errors.ServerError),
        ("POST", 422, {"status": 6004, "msg": "try later"}, errors.ServerError),
        ("POST", 200, {"status": 1001, "msg": "model not found"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "too long prompt"}, errors.InvalidInputError),
        ("POST", 200, {"status": 1001, "msg": "frame rate is not supported"}, errors.InvalidInputError),
        (
            "POST",
            200,
            {"status": 1001, "desc": "REQUEST_RATE_LIMIT", "message": "error"},
            errors.RateLimitError,
        ),
        (
            "GET",
            200,
            {"status": 1002, "desc": "Authentication failed", "msg": "no"},
            errors.AuthenticationError,
        ),
        ("GET", 404, b"<html>", errors.ConnectionFailed),
        ("POST", 200, {"status": 6002}, errors.RateLimitError),
        ("POST", 200, {"status": 6010}, errors.NoRoomError),
        ("POST", 200, {"status": 1007}, errors.NoRoomError),
        ("POST", 200, {"status": 6101}, errors.DailyLimitError),
        ("POST", 200, {"status": 1011}, errors.OutOfCreditsError),
        ("POST", 200, {"status": "1004"}, errors.OutOfCreditsError),
        ("POST", 200, {"status": 2003}, errors.ContentRejectedError),
        ("POST", 200, {"status": 1005}, errors.ContentRejectedError),
        ("POST", 200, {"status": 1017}, errors.PermissionDenied),
        ("POST", 403, {"status": 1017}, errors.PermissionDenied),
        ("POST", 200, {"status": 1014}, errors.InvalidInputError),
        ("POST", 200, {"status": 1015}, errors.DailyLimitError),
        ("POST", 200, {"status": 1102}, errors.ServerError),
        ("POST", 404, {}, errors.InvalidInputError),
        ("GET", 404, {"message": "no Route matched"}, errors.ConnectionFailed),
        ("GET", 404, {"status": 1003}, errors.NotFoundError),
        ("GET", 200, {"status": 1003}, errors.NotFoundError),
        ("GET", 200, {"status": 1002, "message": "task not exist"}, errors.NotFoundError),
        ("POST", 503, {"status": 6010}, errors.ServerError),
        ("POST", 200, {"status": 9999}, errors.ServerError),
        ("POST", 200, {"success": False}, errors.ServerError),
        ("POST", 302, {}, errors.ServerError),
        ("POST", 200, b"<html>gateway</html>", errors.ConnectionFailed),
        ("POST", 200, b"", errors.ConnectionFailed),
        ("POST", 502, b"<html>gateway</html>", errors.ServerError),
    ],
)
def test_every_documented_no_has_its_error(method: str, http: int, body: Any, expected: type[Exception]) -> None:
    with pytest.raises(errors.StudioError) as raised:
        parse(method, reply(body, http))
    assert type(raised.value) is expected


@pytest.mark.parametrize(
    ("http", "body", "acted"),
    [
        (500, {}, True),
        (200, b"<html>", True),
        (200, {"status": 6004}, True),
        (200, {"status": 1011}, False),
        (429, {}, False),
    ],
)
def test_only_an_unclear_answer_may_have_acted(http: int, body: Any, acted: bool) -> None:
    with pytest.raises(errors.StudioError) as raised:
        parse("POST", reply(body, http))
    assert raised.value.may_have_acted is acted


def test_a_refusal_carries_its_facts() -> None:
    with pytest.raises(errors.APIError) as raised:
        parse("POST", reply({"status": 1002, "message": "aspect ratio 7:1 is not supported"}))
    assert (raised.value.code, raised.value.field) == (1002, "aspect_ratio")
    assert "7:1" in raised.value.message


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": 2001, "message": "flagged"}, "image"),
        ({"status": 2001, "message": "The first frame was flagged"}, "first_pic_url"),
        ({"status": 2003, "message": "no"}, "prompt"),
        ({"status": 2003, "message": "The negative prompt did not pass"}, "negative_prompt"),
        ({"status": 1002, "message": "The audio did not pass content review"}, "audios"),
        ({"status": 1002, "message": "Image asset audit failed"}, "image"),
        ({"status": 1002, "message": "The model's content review said no"}, "prompt"),
    ],
)
def test_the_content_check_names_what_it_is_about(body: Any, field: str) -> None:
    with pytest.raises(errors.ContentRejectedError) as raised:
        parse("POST", reply(body))
    assert raised.value.field == field


def test_what_a_person_typed_does_not_make_a_refusal_a_content_check() -> None:
    prompt = "A sensitive audit of a content moderation team, under review"
    said = f"prompt is bad: {prompt}"
    for typed, error in ((("x", prompt), errors.InvalidInputError), ((), errors.ContentRejectedError)):
        with pytest.raises(errors.APIError) as raised:
            parse("POST", reply({"status": 1002, "message": said}), typed)
        assert type(raised.value) is error and raised.value.message == said


@pytest.mark.parametrize(
    ("value", "seconds"), [("20", 20.0), ("0", 0.0), ("99999", 3600.0), ("soon", None), ("", None)]
)
def test_retry_after_is_read_and_bounded(value: str, seconds: float | None) -> None:
    with pytest.raises(errors.RateLimitError) as raised:
        parse("GET", reply({}, 429, **{"Retry-After": value}))
    assert raised.value.retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    with pytest.raises(errors.RateLimitError) as raised:
        parse("GET", reply({}, 429, **{"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}))
    assert raised.value.retry_after == 0.0


def test_all_errors_have_one_base_and_a_hint() -> None:
    family = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert all(issubclass(one, errors.StudioError) for one in family)
    leaves = [one for one in family if issubclass(one, errors.APIError) and one is not errors.APIError]
    assert len(leaves) == 10
    assert all(one.default_hint for one in leaves)


@given(some.sampled_from(["GET", "POST"]), some.integers(100, 599), some.binary() | anything, some.text())
def test_nonsense_is_a_value_or_an_error_of_ours(method: str, http: int, body: Any, wait: str) -> None:
    try:
        parse(method, reply(body, http, **{"retry-after": wait}))
    except errors.StudioError as error:
        assert error.message


@given(
    some.fixed_dictionaries({"status": anything}, optional={"data": anything, "success": anything, "message": anything})
)
def test_an_odd_envelope_is_a_value_or_an_error_of_ours(body: dict[str, Any]) -> None:
    try:
        parse("POST", reply(body))
    except errors.StudioError as error:
        assert error.message
