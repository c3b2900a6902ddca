"""The address that WeryAI calls: over a real socket, with the sandbox as the caller, in every way that it may call."""

import select
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request

from components.served import request_checks, routes
from components.served.routes import LARGEST_CALL
from components.session import services
from sandbox.orders import HOW
from sandbox.server import Sandbox
from studio.client import Client
from studio.core.values import Draft, Job, State
from studio.webhooks.urls import TEST
from tests.conftest import IMAGE, KEY, awaited, order, until
from tests.pages.driving import Open, texts

DRAFT = Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE)
POST = "/v1/generation/text-to-image"


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The studio's routes on a socket of their own, as its PUBLIC_URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    monkeypatch.setenv("PUBLIC_URL", url)
    monkeypatch.setattr(services.host, "serves_routes", True)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes.all_routes("")), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield url
    server.should_exit = True
    thread.join(5)
    listening.close()


@pytest.fixture
def client(address: str, studio: None) -> Client:
    shared = services.shared()
    return Client(shared.accounts.shared(), shared.ledger)


@pytest.mark.slow
def test_a_call_brings_home_a_job_whose_reply_was_lost_and_its_picture_is_kept(
    client: Client, quick: Sandbox, page: Open
) -> None:
    order(quick, "callbacks", how="late", seconds=1.5)
    order(quick, "fault", kind="cut-before")
    job = client.jobs.submit(DRAFT, "s:1", wait=10)
    assert job.state is State.UNCONFIRMED
    assert "its webhook will update this card" in texts(page())
    found = until(lambda: _saved(client, job))
    assert found and quick.backend.posts[POST] == 1
    last = client.calls.last_callback()
    assert last and (last.job, last.outcome) == (job.id, "job recovered")


@pytest.mark.parametrize("how", [how for how in HOW if how != "late"])
def test_however_it_calls_the_job_ends_once_and_well(client: Client, quick: Sandbox, how: str) -> None:
    order(quick, "callbacks", how=how)
    jobs = [client.jobs.submit(DRAFT, f"s:{number}") for number in range(2)]
    assert all(until(partial(_saved, client, job)) for job in jobs)
    expected = {"never": [], "twice": [200] * 4, "out-of-order": [200] * 4, "forged": [404, 200] * 2}
    wanted = expected.get(how, [200] * 2)
    until(lambda: sorted(_answers(quick)) == sorted(wanted))
    until(lambda: not client.ledger.callbacks.waiting(client.clock().replace(year=2000)))
    assert [client.jobs.get(job.id).state for job in jobs] == [State.FINISHED] * 2  # type: ignore[union-attr]
    assert (quick.backend.posts[POST], len(quick.backend.tasks)) == (2, 2)


def test_only_the_right_secret_is_let_in_and_only_so_much(client: Client, quick: Sandbox, address: str) -> None:
    job = client.jobs.submit(DRAFT, "s:1")
    right = services.shared().webhooks.address(job.id, client.account)
    secret, name = right.split("/")[-2:]
    for wrong in (
        right.replace(secret, "0" * 32),
        right.replace(secret, secret.upper() + "x"),
        right.replace(secret, "%C3%A9"),
        right.replace(name, "job_another"),
        f"{address}/webhooks/weryai//{name}",
        f"{address}/webhooks/weryai/{name}",
    ):
        assert requests.post(wrong, json={}, timeout=10).status_code == 404
    assert requests.get(right, timeout=10).status_code == 405
    assert requests.post(right, data=b"x" * (LARGEST_CALL + 1), timeout=10).status_code == 413
    assert requests.post(right, data=(b"x" for _ in range(LARGEST_CALL + 1)), timeout=10).status_code == 413
    assert requests.post(right, data=b"\xff not JSON", timeout=10).status_code == 200


def test_it_is_answered_at_once_whatever_happens_inside(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    test, goes_on = services.shared().webhooks.test_address(), threading.Event()

    def held_up(*_: object) -> None:
        assert goes_on.wait(30)
        raise ZeroDivisionError

    monkeypatch.setattr(type(client.ledger.callbacks), "record", held_up)
    try:
        for _ in range(3):
            assert requests.post(test, timeout=5).status_code == 200
    finally:
        goes_on.set()


@pytest.mark.parametrize("pieces", [1, 100])
def test_a_body_that_does_not_come_to_an_end_is_given_up_and_holds_up_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    """It stops half-way, or trickles for ever."""
    monkeypatch.setattr(request_checks, "BODY_SECONDS", 0.5)
    test = urlsplit(services.shared().webhooks.test_address())
    head = f"POST {test.path} HTTP/1.1\r\nHost: {test.netloc}\r\nContent-Length: 60000\r\n\r\n"
    with socket.create_connection((str(test.hostname), test.port or 0), timeout=10) as slow:
        slow.sendall(head.encode())
        for _ in range(pieces):
            slow.sendall(b"x")
            if select.select([slow], [], [], 0.02)[0]:
                break
        assert requests.post(test.geturl(), data=b"whole", timeout=10).status_code == 200
        assert b" 408 " in slow.recv(100)
    until(client.calls.last_callback)
    with client.ledger.database.read() as connection:
        assert [row.body for row in connection.exec_driver_sql("SELECT body FROM callbacks")] == ["whole"]


def test_who_hangs_up_in_the_middle_of_a_call_leaves_nothing_behind(client: Client) -> None:
    secret = services.shared().webhooks.test_address().split("/")[-2]
    said = [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return said.pop(0)

    scope = {"type": "http", "method": "POST", "headers": [], "path_params": {"secret": secret, "job": TEST}}
    assert awaited(routes.webhook(Request(scope, receive))).status_code == 408
    services.shared().callbacks.step()
    assert client.calls.last_callback() is None


def test_a_studio_that_could_not_open_asks_to_be_called_again(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WERYAI_API_KEY", "no key")
    services.shared.clear()
    assert requests.post(f"{address}/webhooks/weryai/{'0' * 32}/job_1", timeout=10).status_code == 503


def test_the_page_says_whether_they_are_on_and_what_the_last_one_led_to(client: Client, page: Open) -> None:
    at = page("Call history")
    assert "No webhooks yet" in texts(at)
    (command,) = [code.value for code in at.code if "curl" in code.value]
    assert requests.post(command.split()[-1], timeout=10).status_code == 200
    until(lambda: (last := client.calls.last_callback()) and last.outcome)
    said = texts(page("Call history"))
    assert "a test: arrived" in said and KEY not in said


def test_without_an_address_the_page_says_that_they_are_off(page: Open) -> None:
    assert "is not set" in texts(page("Call history"))


def test_a_host_that_serves_no_routes_is_called_by_nobody(
    address: str, monkeypatch: pytest.MonkeyPatch, quick: Sandbox, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(services.host, "serves_routes", False)
    request.getfixturevalue("studio")
    page: Open = request.getfixturevalue("page")
    assert "this host serves only the pages" in texts(page("Call history"))
    shared = services.shared()
    job = Client(shared.accounts.shared(), shared.ledger).jobs.submit(DRAFT, "s:1")
    assert until(lambda: _saved(Client(shared.accounts.shared(), shared.ledger), job))
    assert not any("webhook_url" in task.body for task in quick.backend.tasks.values())


def _saved(client: Client, job: Job) -> Job | None:
    found = client.jobs.get(job.id)
    return found if found and found.outputs and not found.unsaved else None


def _answers(sandbox: Sandbox) -> list[int]:
    told = requests.get(f"{sandbox.url}/sandbox/state", timeout=10).json()["callbacks"]["called"]
    return [call["http"] for call in told]
