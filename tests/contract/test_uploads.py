"""Reference media on their way to WeryAI: once for each account and content, told as they go, and never by surprise."""

import io
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.faults import KINDS
from sandbox.server import Sandbox
from studio.core import errors
from studio.core.account import Account
from studio.core.calls import Call
from studio.core.errors import ArchiveError, LedgerError, StudioError
from studio.core.reference import Medium, Reference
from studio.core.values import State
from studio.engine import uploader
from studio.engine.runtime import build
from studio.engine.uploader import Progress
from studio.media.output_uses import from_output
from studio.weryai.api import UPLOAD
from tests.conftest import KEY, Desk, calls_of, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.contract.conftest import client
from tests.contract.flow import posts
from tests.contract.test_backup import finished
from tests.listening import begun, listening, says
from tests.matrix import fault, picture
from tests.references import given, upload

RED = picture(b"\xff\0\0" * 128 * 128, 128)


@pytest.fixture(autouse=True)
def _impatient(desk: Desk, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploader, "PAUSES", (0.0,) * len(uploader.PAUSES))
    if "hang" in request.node.name:
        desk.running.api._api.upload_seconds = 0.5


def uploads(desk: Desk, account: str = "test") -> list[Call]:
    return [call for call in calls_of(desk.ledger, account) if call.path == UPLOAD]


def kept(sandbox: Sandbox, address: str) -> bytes:
    found = sandbox.backend.known_media(address)
    assert found
    return found.read_bytes()


def test_a_file_is_uploaded_byte_for_byte_and_its_address_remembered(desk: Desk) -> None:
    reference = given(desk)
    assert desk.running.uploader.state(reference.sha256) == Progress()
    progress = upload(desk.running, reference)
    assert (progress.is_there, progress.is_under_way, progress.has_failed) == (True, False, False)
    raw = desk.archive.path(reference.key).read_bytes()
    assert kept(desk.sandbox, progress.url) == raw == requests.get(progress.url, timeout=5).content
    assert desk.ledger.references.of_url(progress.url) == replace(reference, name="")


def test_the_call_history_has_the_upload_without_bytes_key_or_the_persons_name_for_it(desk: Desk) -> None:
    reference = given(desk)
    progress = upload(desk.running, reference)
    (call,) = uploads(desk)
    name = f"{reference.sha256[:12]}.png"
    assert call.request_body == f"file: {name}, image/png, {reference.size:,} bytes\nfixed: false"
    assert (call.method, call.http_status, call.code, call.attempt) == ("POST", 200, "0", 1)
    assert call.request_headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert call.request_headers["Authorization"] == "[removed]"
    assert progress.url in call.response_body
    assert KEY not in repr(call) and "Grandma" not in repr(call)


def test_a_body_leaves_as_the_vendors_client_writes_it_with_the_key_and_no_name_of_the_persons(desk: Desk) -> None:
    reference = given(desk)
    with listening(says(b"")) as (address, seen):
        with pytest.raises(errors.ConnectionFailed):
            client(address, []).upload(desk.archive.path(reference.key), "abc.png", "image/png", sent=lambda *_: None)
    head = seen[0].partition(b"\x89PNG")[0].decode()
    assert 'Content-Disposition: form-data; name="fixed"\r\n\r\nfalse\r\n--' in head
    assert 'Content-Disposition: form-data; name="file"; filename="abc.png"\r\nContent-Type: image/png\r\n\r\n' in head
    assert f"Authorization: Bearer {KEY}" in head and "batch_no" not in head and "Transfer-Encoding" not in head


def test_a_redirect_is_not_followed_with_the_key_and_the_file(desk: Desk) -> None:
    moved = b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    file = desk.archive.path(given(desk).key)
    with listening(says(moved)) as (address, seen):
        with pytest.raises(errors.StudioError):
            client(address, []).upload(file, "abc.png", "image/png", sent=lambda *_: None)
    assert len(seen) == 1


def test_progress_grows_to_the_whole_and_is_told_while_it_leaves(desk: Desk, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    file, size = tmp_path / "x.mp4", 3_000_001
    file.write_bytes(b"\0\0\0\x18ftypisom".ljust(size, b"x"))
    desk.running.api.upload(file, "x.mp4", "video/mp4", sent=lambda *so_far: told.append(so_far))
    done = [one for one, _ in told]
    assert done == sorted(set(done)) and len(done) > 100
    assert told[-1] == (size, size) and {total for _, total in told} == {size}


def test_the_bytes_that_have_left_are_seen_before_all_have(desk: Desk) -> None:
    """A server that reads slowly: what it has not room for has not left."""
    seen: list[Progress] = []
    go = threading.Event()
    file = desk.archive.path(given(desk).key).with_name("large.mp4")
    file.write_bytes(b"\0\0\0\x18ftypisom".ljust(30_000_000, b"x"))
    large = replace(given(desk), sha256="f" * 64, medium=Medium.VIDEO, key="references/large.mp4", size=30_000_000)

    with listening(lambda connection: go.wait(10), begun) as (address, _):
        running = build(Account("slow", address, "x", is_local=True), KEY, address, desk.ledger, desk.archive)
        running.uploader.start()
        running.uploader.begin(large)
        until(lambda: running.uploader.state(large.sha256).done > 100_000)
        seen.append(running.uploader.state(large.sha256))
        go.set()
        running.uploader.stop()
    assert seen[0].is_under_way and 0 < seen[0].done < seen[0].total == 30_000_000


def test_the_same_content_is_uploaded_once_also_after_a_restart(desk: Desk) -> None:
    reference = given(desk)
    first = upload(desk.running, reference)
    assert upload(desk.running, replace(reference, name="another name.png")) == first
    again = build(desk.client.account, KEY, desk.sandbox.url, desk.ledger, desk.archive)
    assert upload(again, reference) == first
    assert posts(desk, UPLOAD) == 1


def test_many_sessions_that_begin_the_same_upload_at_once_make_one(desk: Desk) -> None:
    references = [given(desk, number) for number in (1, 2, 3)]
    desk.running.uploader.start()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(desk.running.uploader.begin, references * 8))
    until(lambda: all(desk.running.uploader.state(reference.sha256).is_there for reference in references))
    for reference in references:
        desk.running.uploader.begin(reference)
    desk.running.uploader.stop()
    assert posts(desk, UPLOAD) == 3


def named(desk: Desk, person: str, name: str) -> Reference:
    """The same picture, as a person gives it."""
    return replace(desk.client, person=person).references.add(io.BytesIO(RED), name, [Medium.IMAGE])


def test_a_file_that_two_people_give_is_called_by_each_as_they_called_it_and_kept_once(desk: Desk) -> None:
    first, second = named(desk, "p_max", "The firing of Mia.png"), named(desk, "p_mia", "red.png")
    assert (first.sha256, first.key) == (second.sha256, second.key)
    max_, mia, vera = (replace(desk.client, person=person).references for person in ("p_max", "p_mia", "p_vera"))
    assert (first.name, second.name) == ("The firing of Mia.png", "red.png")
    said = [found.name for one in (max_, mia, vera) if (found := one.get(first.sha256))]
    assert said == [first.name, second.name, ""], "who uses it without having given it has no name for it"
    assert named(desk, "p_max", "red again.png").name == "red again.png"
    said = [found.name for one in (max_, mia) if (found := one.get(first.sha256))]
    assert said == ["red again.png", "red.png"]


def test_what_strangers_with_keys_of_their_own_call_a_file_is_not_told_either(desk: Desk) -> None:
    given = named(desk, "", "Mine.png")
    account = Account("other", desk.sandbox.url, "x", is_local=True)
    other = build(account, "sk-another-0123456789", desk.sandbox.url, desk.ledger, desk.archive)
    found = replace(desk.client, running=other).references.get(given.sha256)
    assert found and found.name == ""


def test_two_accounts_upload_separately_and_each_with_its_own_key(desk: Desk) -> None:
    reference = given(desk)
    account = Account("other", desk.sandbox.url, "x", is_local=True)
    other = build(account, "sk-another-0123456789", desk.sandbox.url, desk.ledger, desk.archive)
    first, second = upload(desk.running, reference), upload(other, reference)
    assert first.is_there and second.is_there and first.url != second.url
    assert [len(uploads(desk, account)) for account in ("test", "other")] == [1, 1]


def test_an_output_is_uploaded_from_where_it_is(desk: Desk) -> None:
    (output,) = finished(desk).outputs
    progress = upload(desk.running, from_output(output, "Two hills", person="", at=desk.clock()))
    assert kept(desk.sandbox, progress.url) == desk.archive.path(output.key).read_bytes()
    assert not (Path(desk.archive.path(output.key)).parents[3] / "references").exists()


REFUSALS: list[tuple[int, int, str, str]] = [
    (1014, 200, "InvalidInputError", "You weren't charged. Choose a different or smaller file."),
    (1015, 200, "DailyLimitError", "You weren't charged. Upload the file again tomorrow, or ask WeryAI"),
    (1102, 200, "ServerError", "Upload the file again in a minute. Uploads cost nothing."),
    (1017, 200, "PermissionDenied", "WeryAI accepts files from paid accounts only. Continue without this file,"),
    (1009, 403, "PermissionDenied", "WeryAI accepts files from paid accounts only. Continue without this file,"),
    (2001, 200, "ContentRejectedError", "You weren't charged. Choose another file."),
    (1001, 429, "RateLimitError", "Wait a minute, then upload the file again. Uploads cost nothing."),
    (
        1002,
        401,
        "AuthenticationError",
        "Add a key in the sidebar that WeryAI accepts from this IP address, then upload",
    ),
    (1004, 200, "OutOfCreditsError", "You weren't charged. Buy credits, then upload the file again."),
    (6010, 200, "NoRoomError", "Wait a minute, then upload the file again"),
    (0, 503, "ServerError", "Upload the file again in a minute. Uploads cost nothing."),
]


@pytest.mark.parametrize(("code", "http", "kind", "hint"), REFUSALS)
def test_a_refusal_is_told_in_a_sentence_that_fits_an_upload(
    desk: Desk, code: int, http: int, kind: str, hint: str
) -> None:
    fault(desk, "refuse", on="upload", code=code, http=http, message="the server said no")
    progress = upload(desk.running, given(desk))
    assert progress.has_failed and not progress.is_under_way and not progress.is_there
    assert progress.problem.startswith(f"the server said no. {hint}")
    (call,) = uploads(desk)
    assert (call.error_kind, call.http_status, call.code) == (kind, http, str(code))
    assert not desk.client.standing().rejected, "the next balance says whether the key works"


def test_every_error_has_a_hint_for_who_uploads_and_none_speaks_of_a_submission() -> None:
    family = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, StudioError)]
    assert all(one.upload_hint for one in family)
    assert not [one for one in family if "Generate" in one.upload_hint or "charged twice" in one.upload_hint]


ANSWERS = ("refuse", "gateway", "html", "empty", "odd", "no-ids")
BROKEN = [kind for kind in KINDS if kind not in ("slow", "cut-after", *ANSWERS)]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("kind", BROKEN)
def test_an_upload_is_sent_again_after_a_connection_that_broke(desk: Desk, kind: str, times: int) -> None:
    """It costs nothing, and over some networks TLS breaks now and then."""
    reference = given(desk)
    fault(desk, kind, on="upload", times=times)
    progress = upload(desk.running, reference)
    assert progress.is_there and kept(desk.sandbox, progress.url) == desk.archive.path(reference.key).read_bytes()
    assert posts(desk, UPLOAD) == times + 1
    assert [call.attempt for call in uploads(desk)] == list(range(times + 1, 0, -1))


def test_a_submission_is_never_sent_again_after_a_connection_that_broke(desk: Desk) -> None:
    fault(desk, "cut-before", on="submit")
    job = desk.submit()
    for _ in range(3):
        desk.send()
    assert (posts(desk), desk.now(job).state) == (1, State.UNCONFIRMED)


def test_a_studio_that_stops_sends_no_file_again(desk: Desk) -> None:
    reference = given(desk)
    fault(desk, "cut-before", on="upload", times=0)
    told = desk.running.api.upload

    def while_it_stops(*args: Any, **words: Any) -> str:
        try:
            return told(*args, **words)
        finally:
            desk.running.uploader.stop()

    desk.running.api.upload = while_it_stops  # type: ignore[method-assign]
    desk.running.uploader.begin(reference)
    desk.running.uploader.step()
    assert posts(desk, UPLOAD) == 1 and desk.running.uploader.state(reference.sha256).has_failed


@pytest.mark.parametrize(("kind", "times"), [*((kind, 1) for kind in ANSWERS), *((kind, 3) for kind in BROKEN)])
def test_whatever_goes_wrong_is_told_and_made_good_by_a_person(desk: Desk, kind: str, times: int) -> None:
    """An answer is the end at once, whatever it says; a connection that breaks at the third attempt."""
    reference = given(desk)
    fault(desk, kind, on="upload", times=times)
    progress = upload(desk.running, reference)
    assert progress.has_failed and progress.problem.endswith("cost nothing.")
    assert desk.ledger.references.upload_of("test", reference.sha256) is None
    assert upload(desk.running, reference) == progress, "nothing is sent before a person says so"
    assert posts(desk, UPLOAD) == times
    desk.running.uploader.again(reference.sha256)
    assert desk.running.uploader.state(reference.sha256).is_under_way
    assert upload(desk.running, reference).is_there
    assert posts(desk, UPLOAD) == times + 1


@pytest.mark.parametrize("kind", ["slow", "cut-after"])
def test_an_answer_that_is_late_or_the_last_one_is_an_answer(desk: Desk, kind: str) -> None:
    fault(desk, kind, on="upload")
    assert upload(desk.running, given(desk)).is_there


def test_again_is_for_what_has_failed_alone(desk: Desk) -> None:
    reference = given(desk)
    desk.running.uploader.again(reference.sha256)
    desk.running.uploader.begin(reference)
    desk.running.uploader.again(reference.sha256)
    upload(desk.running, reference)
    desk.running.uploader.again(reference.sha256)
    desk.running.uploader.step()
    assert posts(desk, UPLOAD) == 1


def test_an_address_that_weryai_no_longer_takes_is_forgotten_and_the_file_uploaded_anew(desk: Desk) -> None:
    reference = given(desk)
    first = upload(desk.running, reference)
    desk.running.uploader.forget(reference.sha256)
    assert desk.running.uploader.state(reference.sha256) == Progress()
    second = upload(desk.running, reference)
    assert second.is_there and second.url != first.url
    found = [desk.ledger.references.of_url(one.url) for one in (first, second)]
    assert found == [replace(reference, name="")] * 2


def test_a_file_that_is_not_in_the_archive_is_told_and_nothing_is_sent(desk: Desk) -> None:
    reference = given(desk)
    desk.archive.path(reference.key).unlink()
    assert "is not in the archive" in upload(desk.running, reference).problem
    assert posts(desk, UPLOAD) == 0


def test_a_file_that_is_cut_short_while_it_leaves_is_told_at_once(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "x.mp4"
    file.write_bytes(b"\0\0\0\x18ftypisom".ljust(9_000_000, b"x"))

    def cut(done: int, _total: int) -> None:
        if done < 20_000:
            with file.open("r+b") as stream:
                stream.truncate(5_000_000)

    with pytest.raises(ArchiveError, match="cut short") as raised:
        desk.running.api.upload(file, "x.mp4", "video/mp4", sent=cut)
    assert raised.value.hint == "Choose the file again."
    assert uploads(desk)[0].error_kind == "ArchiveError"


def test_a_ledger_that_fails_after_the_upload_is_told_and_the_file_uploaded_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise LedgerError("The ledger cannot be written: its disk is full.", hint="Free some space.")

    reference = given(desk)
    with monkeypatch.context() as broken:
        broken.setattr(desk.ledger.references, "remember", full)
        assert upload(desk.running, reference).problem == (
            "The ledger cannot be written: its disk is full. Free some space."
        )
    desk.running.uploader.again(reference.sha256)
    assert upload(desk.running, reference).is_there


def test_a_defect_is_a_sentence_and_holds_up_no_other_upload(desk: Desk) -> None:
    send, odd = desk.running.api.upload, given(desk, 1)

    def defective(file: Any, name: str, *rest: Any, **words: Any) -> str:
        return send(file, name, *rest, **words) if odd.sha256[:12] not in name else str(1 // 0)

    desk.running.api.upload = defective  # type: ignore[method-assign]
    desk.running.uploader.begin(odd)
    assert upload(desk.running, given(desk, 2)).is_there
    assert desk.running.uploader.state(odd.sha256).problem.startswith("The studio couldn't upload this file.")


def test_a_studio_that_stops_cuts_an_upload_off(desk: Desk) -> None:
    file = desk.archive.path(given(desk).key).with_name("large.mp4")
    file.write_bytes(b"\0\0\0\x18ftypisom".ljust(40_000_000, b"x"))
    large = replace(given(desk), sha256="f" * 64, key="references/large.mp4", size=40_000_000)

    def read_slowly(connection: socket.socket) -> None:
        while connection.recv(65536):
            threading.Event().wait(0.01)

    with listening(read_slowly, begun) as (address, _):
        running = build(Account("test", address, "x", is_local=True), KEY, address, desk.ledger, desk.archive)
        running.uploader.start()
        running.uploader.begin(large)
        until(lambda: running.uploader.state(large.sha256).done)
        running.uploader.stop()
    assert running.uploader.state(large.sha256).problem.startswith("The studio was stopped.")
    assert uploads(desk)[0].error_kind == "ConnectionFailed"


def test_what_the_api_would_not_take_the_sandbox_does_not_take(desk: Desk, tmp_path: Path) -> None:
    def refused(name: str, raw: bytes) -> str:
        (tmp_path / "file").write_bytes(raw)
        with pytest.raises(errors.InvalidInputError) as raised:
            desk.running.api.upload(tmp_path / "file", name, "image/png", sent=lambda *_: None)
        return f"{raised.value.code} {raised.value.message}"

    png, mp4 = b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypisom"
    assert refused("a.txt", b"hello") == "1002 only image, video and audio files are supported"
    assert refused("a.jpg", png) == "1002 file content does not match the extension or is unsupported"
    assert refused("a.png", b"") == "1002 file empty"
    assert refused("a.png", png.ljust(10 * 1024**2, b"x")) == "1014 upload limit exceeded: an image has at most 10 MB"
    too_large = "1014 upload limit exceeded: a video or audio file has at most 50 MB"
    assert refused("a.mp4", mp4.ljust(50 * 1024**2, b"x")) == too_large
    assert refused("a.mp4", mp4.ljust(60 * 1024**2, b"x")) == too_large


def test_a_rejected_key_uploads_nothing(desk: Desk) -> None:
    order(desk.sandbox, "reject-keys", keys=[KEY])
    assert upload(desk.running, given(desk)).problem.startswith("Invalid API Key. Add a key in the sidebar")
    assert not list(desk.sandbox.media.parent.glob("uploads/*"))


def test_uploads_and_their_addresses_outlast_a_restart_of_the_sandbox_on_another_port(
    desk: Desk, tmp_path: Path
) -> None:
    first = Sandbox(tmp_path / "own").start()
    file = desk.archive.path(given(desk).key)
    address = client(first.url, []).upload(file, "a.png", "image/png", sent=lambda *_: None)
    first.stop()
    second = Sandbox(tmp_path / "own")
    assert kept(second, address) == file.read_bytes()
    second._socket.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/sandbox/uploads/0123456789abcdef.png",
        "http://127.0.0.1:1/sandbox/uploads/../sandbox.db",
        "http://127.0.0.1:1/sandbox/uploads/..%2fsandbox.db",
        "http://127.0.0.1:1/sandbox/media/task_none.png",
        "https://example.com/a.png",
        "http://[",
        "",
    ],
)
def test_an_address_that_is_not_the_sandboxs_own_is_unknown_to_it(sandbox: Sandbox, address: str) -> None:
    assert sandbox.backend.known_media(address) is None


def test_an_output_of_the_sandbox_is_known_to_it_by_its_address(desk: Desk) -> None:
    (output,) = finished(desk).outputs
    assert kept(desk.sandbox, output.url) == desk.archive.path(output.key).read_bytes()
    assert desk.sandbox.backend.known_media(output.url.replace("127.0.0.1", "example.com")) is None
