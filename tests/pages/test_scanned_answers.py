"""A key is planted in every header, text, code and error that WeryAI answers, and then looked for everywhere."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from components.parts.markdown import escape
from components.session import services
from sandbox import faults
from sandbox.server import Sandbox
from studio.client import Client
from studio.core.calls import Call
from studio.core.redaction import REMOVED
from studio.core.values import Job, Kind, State, Status
from tests.conftest import KEY, calls_of, order, until
from tests.fault_matrix import picture
from tests.pages.driving import FILES, Open, checked, elements, field, generate, texts, ticks_until
from tests.pages.signed_in import drawn
from tests.pages.word_scan import PLANTED, Scan, look_at_what_is_kept, look_at_what_is_opened

WORDS = f"Bearer {KEY}, {PLANTED}, https://me:{PLANTED}@x.example/a?token={PLANTED}#key={KEY}"
HEADERS = {"X-Request-Id": PLANTED, "Server": f"for {KEY}", "Location": f"https://x.example/{PLANTED}?key={KEY}"}
ODD = 4242  # a business code in whose place a key comes
FAULTS: tuple[dict[str, Any], ...] = (
    {},  # its task fails
    {},
    {"kind": "refuse", "code": 1002},
    {"kind": "gateway"},
    {"kind": "refuse", "code": ODD, "retry_after": PLANTED},
)
SAID = ("desc", "message", "msg")


class Told(JSONResponse):
    """An answer of the API with keys in it."""

    def __init__(self, content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        status = PLANTED if content["status"] == ODD else content["status"]
        told = {**planted(content), "status": status, "echo": WORDS, WORDS: "as a name"}
        super().__init__(told, status_code, {**(headers or {}), **HEADERS})


def planted(told: Any) -> Any:
    """Each text that is for people has the keys in it."""
    if isinstance(told, list):
        return [planted(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {name: f"{one} {WORDS}" if name in SAID else planted(one) for name, one in told.items()}


def client() -> Client:
    return Client(services.shared().accounts.shared(), services.shared().ledger, is_admin=True)


def made() -> list[Call]:
    return calls_of(client().ledger, client().account.id)


def ended(page: Open, number: int) -> None:
    """So many jobs have been made by now, and none of them goes on."""
    at = generate(page(), f"Hills {number}")
    ticks_until(at, lambda: len(found := jobs()) == number and not any(map(goes_on, found)))


def goes_on(job: Job) -> bool:
    return job.state.is_busy or client().queue.is_sending(job.id)


def jobs() -> list[Job]:
    return client().jobs.recent(Kind.IMAGE, 99)


@pytest.mark.slow
def test_a_key_in_whatever_is_answered_is_found_nowhere(
    page: Open, quick: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("sandbox.api.JSONResponse", Told)
    monkeypatch.setattr(faults, "_PAGE", f"<html>{WORDS}</html>")
    scan = Scan((PLANTED, KEY))
    order(quick, "outcomes", outcomes=["failed"])
    order(quick, "fault", kind="refuse", on="file", http=403, message=WORDS)
    for number, fault in enumerate(FAULTS, start=1):
        if fault:
            order(quick, "fault", **fault)
        ended(page, number)
    order(quick, "fault", kind="refuse", on="upload", message=WORDS)
    at = checked(field(page(), "Start from").set_value("image_to_image").run())
    elements(at, "file_uploader")[0].set_value([("a.png", picture(b"\xff\0\0" * 64, 8), "image/png")])
    scan.look("the form", drawn(checked(at.run())))
    until(lambda: not quick.orders.faults.waiting and any(call.path.endswith("upload-file") for call in made()))
    for title in FILES:
        scan.look(title, drawn(checked(page(title).run())))
    assert escape(REMOVED) in texts(page()), "a person is told what was answered"
    all_of_it_came(made())
    look_at_what_is_opened(scan, page("Call history"))
    look_at_what_is_kept(scan, tmp_path)
    scan.look("the log", caplog.text)
    assert not scan.found, "\n".join(scan.found)


def all_of_it_came(calls: list[Call]) -> None:
    """Each place where a key was planted has been written down without it."""
    for place in ("response_headers", "response_body", "error", "vendor_id", "code"):
        assert [call for call in calls if REMOVED in str(getattr(call, place))], place
    assert {State.REFUSED, State.UNCONFIRMED, State.FINISHED} == {job.state for job in jobs()}
    assert {REMOVED in task.reason for job in jobs() for task in job.tasks if task.status is Status.FAILED} == {True}
