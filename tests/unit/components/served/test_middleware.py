"""What every request meets: headers, cookies behind TLS, rates, and the way back from sign-in."""

from contextlib import ExitStack
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from components.people.return_address import ReturnAddress
from components.scripts.install import SCRIPTS
from components.served import rate_limits, routes, upload_guard
from components.served.rate_limits import RateLimits
from components.served.security_headers import SecurityHeaders
from components.served.upload_guard import UploadGuard
from components.session.visitor import NoAccess, Visitor
from studio.access import Visit
from studio.core.errors import SettingsError
from studio.people.rate_limit import RateLimit
from tests.conftest import Tally


def answer(request: Request) -> Response:
    """As Streamlit answers: a cookie of sign-in, and back to the first page."""
    if request.url.path.endswith("/oauth2callback"):
        back = RedirectResponse(request.url.path.removesuffix("oauth2callback"), 302)
        back.set_cookie("_streamlit_user", "x", httponly=True)
        return back
    if request.url.path.startswith("/archive/"):
        return PlainTextResponse("x", headers={"Content-Security-Policy": "sandbox"})
    return PlainTextResponse("x")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.receive_text()


def client(*middleware: Middleware, base: str = "http://studio.example", **options: Any) -> TestClient:
    routes = [
        WebSocketRoute("/_stcore/stream", stream),
        Route("/{path:path}", answer, methods=["GET", "POST", "PUT"]),
    ]
    stack = middleware or tuple(map(Middleware, (SecurityHeaders, RateLimits, ReturnAddress)))  # type: ignore[arg-type]
    app = Starlette(routes=routes, middleware=stack)
    return TestClient(app, base_url=base, follow_redirects=False, **options)


def test_every_answer_says_what_its_page_may() -> None:
    headers = client().get("/").headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN" and headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "object-src 'none'" in policy
    scripts = policy.partition("script-src ")[2]
    assert scripts.count("'sha256-") == 1 + SCRIPTS.count("<script>") and "unsafe" not in scripts
    assert "Strict-Transport-Security" not in headers
    assert client().get("/archive/a.png").headers["Content-Security-Policy"] == "sandbox", "its own is stricter"


def test_also_an_answer_that_went_wrong_is_safe_and_tells_nothing() -> None:
    def broken(_: Request) -> Response:
        raise RuntimeError("a secret")

    app = Starlette(routes=[Route("/", broken)], middleware=[Middleware(SecurityHeaders)])
    answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert answer.status_code == 500 and answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/archive/a.png", "/calls.csv", "/jobs.csv", "/outputs.zip"])
def test_a_stranger_does_not_learn_why_the_studio_is_shut(
    monkeypatch: pytest.MonkeyPatch, tally: Tally, path: str
) -> None:
    def broken(_: Request) -> Visitor:
        raise SettingsError("The ledger at 10.0.0.7 is not there.", hint="Look at /srv.")

    monkeypatch.setattr("components.session.visitor.of_request", broken)
    answer = TestClient(Starlette(routes=routes.all_routes(""))).get(f"{path}?expires=1&signature=x")
    assert (answer.status_code, answer.text) == (503, "The studio is not ready.")
    tally.note("10.0.0.7" in answer.text)


@pytest.mark.parametrize(
    ("base", "given", "secure"),
    [
        ("http://studio.example", {}, False),
        ("https://studio.example", {}, True),
        ("http://studio.example", {"X-Forwarded-Proto": "https"}, True),
        ("http://studio.example", {"X-Forwarded-Proto": "http, https"}, False),
    ],
)
def test_behind_tls_cookies_are_secure_and_the_browser_comes_by_tls(
    base: str, given: dict[str, str], secure: bool
) -> None:
    headers = client(base=base).get("/oauth2callback", headers=given).headers
    assert ("; Secure" in headers["set-cookie"]) is secure
    assert ("Strict-Transport-Security" in headers) is secure


def test_who_signs_in_by_tls_has_secure_cookies_where_the_proxy_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "secrets", {"auth": {"redirect_uri": "https://studio.example/oauth2callback"}})
    assert "; Secure" in client().get("/oauth2callback").headers["set-cookie"]


def test_sign_in_leads_back_to_the_page_that_was_asked_for() -> None:
    visitor = client()
    visitor.get("/auth/login?provider=x", headers={"Referer": "http://studio.example/history?search=a%20b"})
    first, second = visitor.get("/oauth2callback"), visitor.get("/oauth2callback")
    assert first.headers["location"] == "/history?search=a%20b"
    assert second.headers["location"] == "/", "once"


def test_sign_in_leads_back_below_a_path() -> None:
    below = client()
    below.get("/studio/auth/login", headers={"Referer": "http://studio.example/studio/history?search=a"})
    assert below.get("/studio/oauth2callback").headers["location"] == "/studio/history?search=a"
    behind = client()  # a proxy that takes the path off: the browser is at /studio/, and we are told of /
    behind.get("/auth/login", headers={"Referer": "http://studio.example/studio/history"})
    assert behind.get("/oauth2callback").headers["location"] == "/studio/history"


@pytest.mark.parametrize(
    "referer",
    [
        *("http://evil.example/history", "http://studio.example//evil.example", "http://studio.example/\\evil.example"),
        *("", "javascript:alert(1)", "http://studio.example/" + "x" * 600),
    ],
)
def test_sign_in_leads_nowhere_else(referer: str) -> None:
    visitor = client()
    visitor.get("/auth/login?provider=x", headers={"Referer": referer})
    assert visitor.get("/oauth2callback").headers["location"] == "/"


@pytest.mark.parametrize("cookie", ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil", "%2Fa%0d%0ab"])
def test_a_cookie_that_somebody_made_up_leads_nowhere_else(cookie: str) -> None:
    visitor = client(cookies={"studio_way_back": cookie})
    assert visitor.get("/oauth2callback").headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [
        ("sign_ins", "GET", "/auth/login"),
        ("sign_ins", "GET", "/oauth2callback"),
        ("uploads", "PUT", "/_stcore/upload_file/a/b"),
        ("calls", "POST", "/webhooks/weryai/a/b"),
        ("texts", "POST", "/drafts/a:image"),
        ("zips", "POST", "/outputs.zip"),
        ("zips", "GET", "/studio/outputs.zip"),
    ],
)
def test_who_knocks_too_often_is_told_to_wait(name: str, method: str, path: str) -> None:
    limits: dict[str, Any] = {name: RateLimit(2, 60)}
    visitor = client(Middleware(RateLimits, **limits))
    assert [visitor.request(method, path).status_code < 400 for _ in range(3)] == [True, True, False]
    last = visitor.request(method, path)
    assert last.status_code == 429 and 0 < int(last.headers["Retry-After"]) <= 61
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize("closed", [None, *NoAccess])
def test_files_are_taken_from_those_who_are_let_in(
    monkeypatch: pytest.MonkeyPatch, tally: Tally, closed: NoAccess | None
) -> None:
    monkeypatch.setattr("components.session.visitor.of_request", lambda _: Visitor(Visit(), no_access=closed))
    upload_guard.record("a", has_access=True)
    sent = client(Middleware(UploadGuard)).put("/_stcore/upload_file/a/b", content=b"x")
    assert sent.status_code == (403 if closed else 200)
    tally.note(closed and sent.status_code == 200)


def test_files_are_taken_from_nobody_while_that_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(_request: Request) -> Visitor:
        raise SettingsError("The secrets cannot be read.")

    monkeypatch.setattr("components.session.visitor.of_request", unread)
    upload_guard.record("a", has_access=True)
    visitor = client(Middleware(UploadGuard))
    assert visitor.put("/_stcore/upload_file/a/b").status_code == 403
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize("base", ["", "/team"])
def test_files_are_taken_for_sessions_that_were_let_in_and_for_no_others(
    monkeypatch: pytest.MonkeyPatch, tally: Tally, base: str
) -> None:
    monkeypatch.setattr("components.session.visitor.of_request", lambda _: Visitor(Visit()))
    visitor = client(Middleware(UploadGuard))

    def put(session: str) -> int:
        return int(visitor.put(f"{base}/_stcore/upload_file/{session}/file", content=b"x").status_code)

    upload_guard.record("inside", has_access=True)
    assert put("inside") == 200
    tally.note(put("at-the-door") == 200)
    assert put("at-the-door") == put("") == 403
    upload_guard.record("inside", has_access=False)
    assert put("inside") == 403, "it was sent back to the door"


def test_new_sessions_have_a_rate_and_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = client(Middleware(RateLimits, sessions=RateLimit(3, 60)))
    monkeypatch.setattr(rate_limits, "MAX_OPEN", 1)
    with visitor.websocket_connect("/_stcore/stream") as first:
        assert first.receive_text() == "hello"
        with pytest.raises(WebSocketDisconnect), visitor.websocket_connect("/_stcore/stream"):
            pass
        first.send_text("bye")
    with visitor.websocket_connect("/_stcore/stream") as again:
        again.send_text("bye")
    with pytest.raises(WebSocketDisconnect), visitor.websocket_connect("/_stcore/stream"):
        pass


def test_one_address_alone_does_not_keep_everybody_else_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_OPEN_PER_ADDRESS", 2)
    greedy = client(Middleware(RateLimits))
    other = TestClient(greedy.app, client=("203.0.113.5", 1))
    with ExitStack() as opened:
        held = [opened.enter_context(greedy.websocket_connect("/_stcore/stream")) for _ in range(2)]
        with pytest.raises(WebSocketDisconnect), greedy.websocket_connect("/_stcore/stream"):
            pass
        held.append(opened.enter_context(other.websocket_connect("/_stcore/stream")))
        assert held[-1].receive_text() == "hello"
        for one in held:
            one.send_text("bye")
