"""The client against the sandbox over a real socket: two readings of one page."""

import gc
import socket
import weakref

import pytest

from sandbox.server import Sandbox
from studio.core import errors
from studio.core.calls import Call
from studio.core.values import Kind, Status
from studio.weryai.adapter import Adapter, Session
from studio.weryai.api import WeryAI
from studio.weryai.modes import TEXT_TO_IMAGE, TEXT_TO_VIDEO
from studio.weryai.registry import read_registry, snapshot
from tests.conftest import KEY, VIDEO, order
from tests.flows.conftest import client
from tests.flows.flow import BODY
from tests.raw_server import listening, says


def test_a_submission_is_followed_to_its_image(api: WeryAI) -> None:
    accepted = api.submit(TEXT_TO_IMAGE, {**BODY, "image_number": 2}, job="job_1")
    assert len(accepted.task_ids) == 2 and accepted.batch_id
    assert [report.status for report in api.batch(accepted.batch_id)] == [Status.PROCESSING] * 2
    report = api.task(accepted.task_ids[0])
    assert report.status is Status.SUCCEEDED
    assert report.results[0].kind is Kind.IMAGE
    assert report.cost == 7


def test_a_video_is_read_in_the_other_shape(api: WeryAI) -> None:
    accepted = api.submit(TEXT_TO_VIDEO, {"model": "SEEDANCE_2_0", **VIDEO}, job="job_1")
    assert (accepted.batch_id, len(accepted.task_ids)) == ("", 1)


def test_the_balance_falls_by_what_was_spent(api: WeryAI) -> None:
    before = api.balance()
    api.submit(TEXT_TO_IMAGE, BODY, job="job_1")
    assert before - api.balance() == 7


@pytest.mark.parametrize("kind", list(Kind))
def test_the_registry_is_understood(api: WeryAI, kind: Kind) -> None:
    found = read_registry(api.models(kind), kind)
    mode = f"text_to_{kind}"
    assert {model.key for model in found[mode]} == {model.key for model in snapshot()[mode]}


@pytest.mark.parametrize(
    ("code", "http", "expected"),
    [
        (1011, 200, errors.OutOfCreditsError),
        (2003, 200, errors.ContentRejectedError),
        (6010, 200, errors.NoRoomError),
        (1002, 401, errors.AuthenticationError),
        (1002, 403, errors.AuthenticationError),
        (1006, 400, errors.InvalidInputError),
        (0, 429, errors.RateLimitError),
        (5000, 200, errors.ServerError),
        (0, 503, errors.ServerError),
    ],
)
def test_a_refusal_is_its_error_and_a_call(
    sandbox: Sandbox, api: WeryAI, calls: list[Call], code: int, http: int, expected: type[Exception]
) -> None:
    order(sandbox, "fault", kind="refuse", code=code, http=http, message="said no")
    with pytest.raises(expected):
        api.submit(TEXT_TO_IMAGE, BODY, job="job_1")
    (call,) = calls
    assert (call.http_status, call.code, call.error_kind) == (http, str(code), expected.__name__)
    assert call.job == "job_1" and call.model == BODY["model"]


def test_a_bad_key_is_rejected(sandbox: Sandbox, calls: list[Call]) -> None:
    order(sandbox, "reject-keys", keys=[KEY])
    with pytest.raises(errors.AuthenticationError):
        client(sandbox.url, calls).balance()


def test_an_unknown_task_is_not_found(api: WeryAI) -> None:
    with pytest.raises(errors.NotFoundError):
        api.task("task_nobody_knows")
    with pytest.raises(errors.NotFoundError):
        api.batch("1")


def test_a_call_has_what_a_developer_asks_for_and_no_key(api: WeryAI, calls: list[Call]) -> None:
    accepted = api.submit(TEXT_TO_IMAGE, BODY, job="job_1")
    api.task(accepted.task_ids[0], job="job_1")
    post, get = calls
    assert (post.method, post.path, post.http_status, post.code) == ("POST", TEXT_TO_IMAGE.path, 200, "0")
    assert '"prompt": "Two hills and a sun"' in post.request_body
    assert accepted.task_ids[0] in post.response_body
    assert get.task_id == accepted.task_ids[0] and get.duration_ms >= 0 and get.attempt == 1
    assert post.request_headers["Content-Type"] == "application/json"
    assert post.request_headers["Authorization"] == "[removed]"
    assert KEY not in repr(calls)


OK = b'{"status": 0, "data": {"task_id": "task_1"}}'
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(OK) + OK


@pytest.mark.parametrize("length", range(0, len(REPLY), 7))
def test_a_reply_that_is_cut_anywhere_may_have_acted_and_the_post_left_once(calls: list[Call], length: int) -> None:
    with listening(says(REPLY[:length])) as (url, seen):
        with pytest.raises(errors.StudioError) as raised:
            client(url, calls).submit(TEXT_TO_IMAGE, BODY, job="job_1")
    assert raised.value.may_have_acted
    assert len([request for request in seen if request.startswith(b"POST")]) == 1
    assert calls[0].error_kind == raised.value.kind


def test_a_post_goes_out_on_a_fresh_connection(calls: list[Call]) -> None:
    """A kept connection may be closed by the server in that very moment, and the outcome would be unknown."""
    connections: list[int] = []

    def keep_open(connection: socket.socket) -> None:
        connections.append(connection.fileno())
        connection.sendall(REPLY)
        if len(connections) == 1 and connection.recv(65536):
            connections.append(-1)  # a second request came on the same connection
            connection.sendall(REPLY)

    with listening(keep_open) as (url, _):
        api = client(url, calls)
        api.task("task_1")
        api.submit(TEXT_TO_IMAGE, BODY, job="job_1")
    assert -1 not in connections and len(connections) == 2


def test_a_key_in_an_answer_is_in_no_error_and_no_reason(calls: list[Call]) -> None:
    said = b'{"status": 1009, "message": "key %s may not"}' % KEY.encode()
    with listening(says(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said)) as (url, _):
        with pytest.raises(errors.PermissionDenied) as raised:
            client(url, calls).submit(TEXT_TO_IMAGE, BODY, job="job_1")
    assert KEY not in raised.value.message + str(raised.value) + repr(calls)
    failed = b'{"status": 0, "data": {"task_id": "t", "task_status": "failed", "msg": "for %s"}}' % KEY.encode()
    with listening(says(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(failed) + failed)) as (url, _):
        assert client(url, calls).task("t").reason == "for [removed]"


def test_a_404_page_of_a_proxy_says_nothing_about_a_task(calls: list[Call]) -> None:
    page = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n<html>404"
    with listening(says(page)) as (url, _), pytest.raises(errors.ConnectionFailed):
        client(url, calls).task("task_1")


@pytest.mark.parametrize(
    "prompt", ["参考https://weryai.com：好看吗?谢谢", "http://[abc?x", "\ud800 lone", "https://x/?a=\udfff"]
)
def test_no_prompt_can_break_the_recording(api: WeryAI, calls: list[Call], prompt: str) -> None:
    assert api.submit(TEXT_TO_IMAGE, {**BODY, "prompt": prompt}, job="job_1").task_ids
    assert calls[0].request_body


def test_nobody_there_has_surely_not_acted(calls: list[Call]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(errors.ConnectionFailed) as raised:
        client(f"http://127.0.0.1:{port}", calls).submit(TEXT_TO_IMAGE, BODY, job="job_1")
    assert not raised.value.may_have_acted
    assert calls[0].http_status is None and calls[0].error_kind == "NotConnected"


def test_a_host_that_does_not_exist_has_surely_not_acted(calls: list[Call]) -> None:
    with pytest.raises(errors.ConnectionFailed) as raised:
        client("http://nobody.invalid", calls).submit(TEXT_TO_IMAGE, BODY, job="job_1")
    assert not raised.value.may_have_acted


def test_a_get_is_asked_again_after_a_broken_connection(calls: list[Call]) -> None:
    balance = b'{"status": 0, "data": 5}'
    answers = iter([b"", b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(balance) + balance])
    with listening(lambda connection: connection.sendall(next(answers))) as (url, seen):
        assert client(url, calls).balance() == 5
    assert [call.attempt for call in calls] == [1, 2]
    assert len(seen) == 2


def test_a_redirect_is_not_followed_with_the_key(calls: list[Call]) -> None:
    moved = b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with listening(says(moved)) as (url, seen), pytest.raises(errors.ServerError):
        client(url, calls).submit(TEXT_TO_IMAGE, BODY, job="job_1")
    assert len(seen) == 1


def test_an_endless_answer_is_cut_off(calls: list[Call]) -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            for _ in range(200):
                connection.sendall(b"x" * 1024 * 1024)
        except OSError:
            pass

    with listening(flood) as (url, _), pytest.raises(errors.ConnectionFailed, match="too large"):
        client(url, calls).balance()


def test_a_session_that_is_let_go_closes_its_sockets_at_once(sandbox: Sandbox) -> None:
    """And not when somebody collects garbage, which the studio does now and then only."""
    gc.disable()
    try:
        session = Session(Adapter())
        session.get(f"{sandbox.url}/v1/generation/balance", timeout=5).close()
        gone = weakref.ref(session.get_adapter(sandbox.url))  # which holds them
        del session
        assert gone() is None
    finally:
        gc.enable()
