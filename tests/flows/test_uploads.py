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
from studio.core.reference import Medium, Reference, UploadProgress
from studio.core.values import State
from studio.engine import uploader
from studio.engine.backoff import Backoff
from studio.engine.runtime import build
from studio.media.output_uses import from_output
from studio.weryai.api import UPLOAD
from tests.conftest import KEY, Harness, calls_of, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.fault_matrix import fault, picture
from tests.flows.conftest import client
from tests.flows.flow import finished, posts
from tests.raw_server import begun, listening, says
from tests.reference_files import add_reference, upload

RED = picture(b"\xff\0\0" * 128 * 128, 128)


@pytest.fixture(autouse=True)
def _impatient(harness: Harness, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploader, "RETRY", Backoff((0.0,)))
    if "hang" in request.node.name:
        harness.runtime.api._api.upload_seconds = 0.5


def uploads(harness: Harness, account: str = "test") -> list[Call]:
    return [call for call in calls_of(harness.ledger, account) if call.path == UPLOAD]


def kept(sandbox: Sandbox, address: str) -> bytes:
    found = sandbox.backend.known_media(address)
    assert found
    return found.read_bytes()


def test_a_file_is_uploaded_byte_for_byte_and_its_address_remembered(harness: Harness) -> None:
    reference = add_reference(harness)
    assert harness.runtime.uploader.state(reference.sha256) == UploadProgress()
    progress = upload(harness.runtime, reference)
    assert (progress.is_there, progress.is_under_way, progress.has_failed) == (True, False, False)
    raw = harness.archive.path(reference.key).read_bytes()
    assert kept(harness.sandbox, progress.url) == raw == requests.get(progress.url, timeout=5).content
    assert harness.ledger.references.of_url(progress.url) == replace(reference, name="")


def test_the_call_history_has_the_upload_without_bytes_key_or_the_persons_name_for_it(harness: Harness) -> None:
    reference = add_reference(harness)
    progress = upload(harness.runtime, reference)
    (call,) = uploads(harness)
    name = f"{reference.sha256[:12]}.png"
    assert call.request_body == f"file: {name}, image/png, {reference.size:,} bytes\nfixed: false"
    assert (call.method, call.http_status, call.code, call.attempt) == ("POST", 200, "0", 1)
    assert call.request_headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert call.request_headers["Authorization"] == "[removed]"
    assert progress.url in call.response_body
    assert KEY not in repr(call) and "Grandma" not in repr(call)


def test_a_body_leaves_as_the_vendors_client_writes_it_with_the_key_and_no_name_of_the_persons(
    harness: Harness,
) -> None:
    reference = add_reference(harness)
    with listening(says(b"")) as (address, seen):
        with pytest.raises(errors.ConnectionFailed):
            client(address, []).upload(
                harness.archive.path(reference.key), "abc.png", "image/png", sent=lambda *_: None
            )
    head = seen[0].partition(b"\x89PNG")[0].decode()
    assert 'Content-Disposition: form-data; name="fixed"\r\n\r\nfalse\r\n--' in head
    assert 'Content-Disposition: form-data; name="file"; filename="abc.png"\r\nContent-Type: image/png\r\n\r\n' in head
    assert f"Authorization: Bearer {KEY}" in head and "batch_no" not in head and "Transfer-Encoding" not in head


def test_a_redirect_is_not_followed_with_the_key_and_the_file(harness: Harness) -> None:
    moved = b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    file = harness.archive.path(add_reference(harness).key)
    with listening(says(moved)) as (address, seen):
        with pytest.raises(errors.StudioError):
            client(address, []).upload(file, "abc.png", "image/png", sent=lambda *_: None)
    assert len(seen) == 1


def test_progress_grows_to_the_whole_and_is_told_while_it_leaves(harness: Harness, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    file, size = tmp_path / "x.mp4", 3_000_001
    file.write_bytes(b"\0\0\0\x18ftypisom".ljust(size, b"x"))
    harness.runtime.api.upload(file, "x.mp4", "video/mp4", sent=lambda *so_far: told.append(so_far))
    done = [one for one, _ in told]
    assert done == sorted(set(done)) and len(done) > 100
    assert told[-1] == (size, size) and {total for _, total in told} == {size}


def test_the_bytes_that_have_left_are_seen_before_all_have(harness: Harness) -> None:
    """A server that reads slowly: what it has not room for has not left."""
    seen: list[UploadProgress] = []
    go = threading.Event()
    file = harness.archive.path(add_reference(harness).key).with_name("large.mp4")
    file.write_bytes(b"\0\0\0\x18ftypisom".ljust(30_000_000, b"x"))
    large = replace(
        add_reference(harness), sha256="f" * 64, medium=Medium.VIDEO, key="references/large.mp4", size=30_000_000
    )

    with listening(lambda connection: go.wait(10), begun) as (address, _):
        runtime = build(Account("slow", address, "x", is_local=True), KEY, address, harness.ledger, harness.archive)
        runtime.uploader.start()
        runtime.uploader.begin(large)
        until(lambda: runtime.uploader.state(large.sha256).done > 100_000)
        seen.append(runtime.uploader.state(large.sha256))
        go.set()
        runtime.uploader.stop()
    assert seen[0].is_under_way and 0 < seen[0].done < seen[0].total == 30_000_000


def test_the_same_content_is_uploaded_once_also_after_a_restart(harness: Harness) -> None:
    reference = add_reference(harness)
    first = upload(harness.runtime, reference)
    assert upload(harness.runtime, replace(reference, name="another name.png")) == first
    again = build(harness.client.account, KEY, harness.sandbox.url, harness.ledger, harness.archive)
    assert upload(again, reference) == first
    assert posts(harness, UPLOAD) == 1


def test_many_sessions_that_begin_the_same_upload_at_once_make_one(harness: Harness) -> None:
    references = [add_reference(harness, number) for number in (1, 2, 3)]
    harness.runtime.uploader.start()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(harness.runtime.uploader.begin, references * 8))
    until(lambda: all(harness.runtime.uploader.state(reference.sha256).is_there for reference in references))
    for reference in references:
        harness.runtime.uploader.begin(reference)
    harness.runtime.uploader.stop()
    assert posts(harness, UPLOAD) == 3


def named(harness: Harness, person: str, name: str) -> Reference:
    """The same picture, as a person gives it."""
    return replace(harness.client, person=person).references.add(io.BytesIO(RED), name, [Medium.IMAGE])


def test_a_file_that_two_people_give_is_called_by_each_as_they_called_it_and_kept_once(harness: Harness) -> None:
    first, second = named(harness, "p_max", "The firing of Mia.png"), named(harness, "p_mia", "red.png")
    assert (first.sha256, first.key) == (second.sha256, second.key)
    max_, mia, vera = (replace(harness.client, person=person).references for person in ("p_max", "p_mia", "p_vera"))
    assert (first.name, second.name) == ("The firing of Mia.png", "red.png")
    said = [found.name for one in (max_, mia, vera) if (found := one.get(first.sha256))]
    assert said == [first.name, second.name, ""], "who uses it without having given it has no name for it"
    assert named(harness, "p_max", "red again.png").name == "red again.png"
    said = [found.name for one in (max_, mia) if (found := one.get(first.sha256))]
    assert said == ["red again.png", "red.png"]


def test_what_strangers_with_keys_of_their_own_call_a_file_is_not_told_either(harness: Harness) -> None:
    given = named(harness, "", "Mine.png")
    account = Account("other", harness.sandbox.url, "x", is_local=True)
    other = build(account, "sk-another-0123456789", harness.sandbox.url, harness.ledger, harness.archive)
    found = replace(harness.client, runtime=other).references.get(given.sha256)
    assert found and found.name == ""


def test_two_accounts_upload_separately_and_each_with_its_own_key(harness: Harness) -> None:
    reference = add_reference(harness)
    account = Account("other", harness.sandbox.url, "x", is_local=True)
    other = build(account, "sk-another-0123456789", harness.sandbox.url, harness.ledger, harness.archive)
    first, second = upload(harness.runtime, reference), upload(other, reference)
    assert first.is_there and second.is_there and first.url != second.url
    assert [len(uploads(harness, account)) for account in ("test", "other")] == [1, 1]


def test_an_output_is_uploaded_from_where_it_is(harness: Harness) -> None:
    (output,) = finished(harness).outputs
    progress = upload(harness.runtime, from_output(output, "Two hills", person="", at=harness.clock()))
    assert kept(harness.sandbox, progress.url) == harness.archive.path(output.key).read_bytes()
    assert not (Path(harness.archive.path(output.key)).parents[3] / "references").exists()


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
    harness: Harness, code: int, http: int, kind: str, hint: str
) -> None:
    fault(harness, "refuse", on="upload", code=code, http=http, message="the server said no")
    progress = upload(harness.runtime, add_reference(harness))
    assert progress.has_failed and not progress.is_under_way and not progress.is_there
    assert progress.problem.startswith(f"the server said no. {hint}")
    (call,) = uploads(harness)
    assert (call.error_kind, call.http_status, call.code) == (kind, http, str(code))
    assert not harness.client.balance.standing().rejected, "the next balance says whether the key works"


def test_every_error_has_a_hint_for_who_uploads_and_none_speaks_of_a_submission() -> None:
    family = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, StudioError)]
    assert all(one.upload_hint for one in family)
    assert not [one for one in family if "Generate" in one.upload_hint or "charged twice" in one.upload_hint]


ANSWERS = ("refuse", "gateway", "html", "empty", "odd", "no-ids")
BROKEN = [kind for kind in KINDS if kind not in ("slow", "cut-after", *ANSWERS)]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("kind", BROKEN)
def test_an_upload_is_sent_again_after_a_connection_that_broke(harness: Harness, kind: str, times: int) -> None:
    """It costs nothing, and over some networks TLS breaks now and then."""
    reference = add_reference(harness)
    fault(harness, kind, on="upload", times=times)
    progress = upload(harness.runtime, reference)
    assert progress.is_there and kept(harness.sandbox, progress.url) == harness.archive.path(reference.key).read_bytes()
    assert posts(harness, UPLOAD) == times + 1
    assert [call.attempt for call in uploads(harness)] == list(range(times + 1, 0, -1))


def test_a_submission_is_never_sent_again_after_a_connection_that_broke(harness: Harness) -> None:
    fault(harness, "cut-before", on="submit")
    job = harness.submit()
    for _ in range(3):
        harness.send()
    assert (posts(harness), harness.now(job).state) == (1, State.UNCONFIRMED)


def test_a_studio_that_stops_sends_no_file_again(harness: Harness) -> None:
    reference = add_reference(harness)
    fault(harness, "cut-before", on="upload", times=0)
    told = harness.runtime.api.upload

    def while_it_stops(*args: Any, **words: Any) -> str:
        try:
            return told(*args, **words)
        finally:
            harness.runtime.uploader.stop()

    harness.runtime.api.upload = while_it_stops  # type: ignore[method-assign]
    harness.runtime.uploader.begin(reference)
    harness.runtime.uploader.step()
    assert posts(harness, UPLOAD) == 1 and harness.runtime.uploader.state(reference.sha256).has_failed


@pytest.mark.parametrize(("kind", "times"), [*((kind, 1) for kind in ANSWERS), *((kind, 3) for kind in BROKEN)])
def test_whatever_goes_wrong_is_told_and_made_good_by_a_person(harness: Harness, kind: str, times: int) -> None:
    """An answer is the end at once, whatever it says; a connection that breaks at the third attempt."""
    reference = add_reference(harness)
    fault(harness, kind, on="upload", times=times)
    progress = upload(harness.runtime, reference)
    assert progress.has_failed and progress.problem.endswith("cost nothing.")
    assert harness.ledger.references.upload_of("test", reference.sha256) is None
    assert upload(harness.runtime, reference) == progress, "nothing is sent before a person says so"
    assert posts(harness, UPLOAD) == times
    harness.runtime.uploader.retry(reference.sha256)
    assert harness.runtime.uploader.state(reference.sha256).is_under_way
    assert upload(harness.runtime, reference).is_there
    assert posts(harness, UPLOAD) == times + 1


@pytest.mark.parametrize("kind", ["slow", "cut-after"])
def test_an_answer_that_is_late_or_the_last_one_is_an_answer(harness: Harness, kind: str) -> None:
    fault(harness, kind, on="upload")
    assert upload(harness.runtime, add_reference(harness)).is_there


def test_again_is_for_what_has_failed_alone(harness: Harness) -> None:
    reference = add_reference(harness)
    harness.runtime.uploader.retry(reference.sha256)
    harness.runtime.uploader.begin(reference)
    harness.runtime.uploader.retry(reference.sha256)
    upload(harness.runtime, reference)
    harness.runtime.uploader.retry(reference.sha256)
    harness.runtime.uploader.step()
    assert posts(harness, UPLOAD) == 1


def test_an_address_that_weryai_no_longer_takes_is_forgotten_and_the_file_uploaded_anew(harness: Harness) -> None:
    reference = add_reference(harness)
    first = upload(harness.runtime, reference)
    harness.runtime.uploader.forget(reference.sha256)
    assert harness.runtime.uploader.state(reference.sha256) == UploadProgress()
    second = upload(harness.runtime, reference)
    assert second.is_there and second.url != first.url
    found = [harness.ledger.references.of_url(one.url) for one in (first, second)]
    assert found == [replace(reference, name="")] * 2


def test_a_file_that_is_not_in_the_archive_is_told_and_nothing_is_sent(harness: Harness) -> None:
    reference = add_reference(harness)
    harness.archive.path(reference.key).unlink()
    assert "is not in the archive" in upload(harness.runtime, reference).problem
    assert posts(harness, UPLOAD) == 0


def test_a_file_that_is_cut_short_while_it_leaves_is_told_at_once(harness: Harness, tmp_path: Path) -> None:
    file = tmp_path / "x.mp4"
    file.write_bytes(b"\0\0\0\x18ftypisom".ljust(9_000_000, b"x"))

    def cut(done: int, _total: int) -> None:
        if done < 20_000:
            with file.open("r+b") as stream:
                stream.truncate(5_000_000)

    with pytest.raises(ArchiveError, match="cut short") as raised:
        harness.runtime.api.upload(file, "x.mp4", "video/mp4", sent=cut)
    assert raised.value.hint == "Choose the file again."
    assert uploads(harness)[0].error_kind == "ArchiveError"


def test_a_ledger_that_fails_after_the_upload_is_told_and_the_file_uploaded_again(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise LedgerError("The ledger cannot be written: its disk is full.", hint="Free some space.")

    reference = add_reference(harness)
    with monkeypatch.context() as broken:
        broken.setattr(harness.ledger.references, "add_upload", full)
        assert upload(harness.runtime, reference).problem == (
            "The ledger cannot be written: its disk is full. Free some space."
        )
    harness.runtime.uploader.retry(reference.sha256)
    assert upload(harness.runtime, reference).is_there


def test_a_defect_is_a_sentence_and_holds_up_no_other_upload(harness: Harness) -> None:
    send, odd = harness.runtime.api.upload, add_reference(harness, 1)

    def defective(file: Any, name: str, *rest: Any, **words: Any) -> str:
        return send(file, name, *rest, **words) if odd.sha256[:12] not in name else str(1 // 0)

    harness.runtime.api.upload = defective  # type: ignore[method-assign]
    harness.runtime.uploader.begin(odd)
    assert upload(harness.runtime, add_reference(harness, 2)).is_there
    assert harness.runtime.uploader.state(odd.sha256).problem.startswith("The studio couldn't upload this file.")


def test_a_studio_that_stops_cuts_an_upload_off(harness: Harness) -> None:
    file = harness.archive.path(add_reference(harness).key).with_name("large.mp4")
    file.write_bytes(b"\0\0\0\x18ftypisom".ljust(40_000_000, b"x"))
    large = replace(add_reference(harness), sha256="f" * 64, key="references/large.mp4", size=40_000_000)

    def read_slowly(connection: socket.socket) -> None:
        while connection.recv(65536):
            threading.Event().wait(0.01)

    with listening(read_slowly, begun) as (address, _):
        runtime = build(Account("test", address, "x", is_local=True), KEY, address, harness.ledger, harness.archive)
        runtime.uploader.start()
        runtime.uploader.begin(large)
        until(lambda: runtime.uploader.state(large.sha256).done)
        runtime.uploader.stop()
    assert runtime.uploader.state(large.sha256).problem.startswith("The studio was stopped.")
    assert uploads(harness)[0].error_kind == "ConnectionFailed"


def test_what_the_api_would_not_take_the_sandbox_does_not_take(harness: Harness, tmp_path: Path) -> None:
    def refused(name: str, raw: bytes) -> str:
        (tmp_path / "file").write_bytes(raw)
        with pytest.raises(errors.InvalidInputError) as raised:
            harness.runtime.api.upload(tmp_path / "file", name, "image/png", sent=lambda *_: None)
        return f"{raised.value.code} {raised.value.message}"

    png, mp4 = b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypisom"
    assert refused("a.txt", b"hello") == "1002 only image, video and audio files are supported"
    assert refused("a.jpg", png) == "1002 file content does not match the extension or is unsupported"
    assert refused("a.png", b"") == "1002 file empty"
    assert refused("a.png", png.ljust(10 * 1024**2, b"x")) == "1014 upload limit exceeded: an image has at most 10 MB"
    too_large = "1014 upload limit exceeded: a video or audio file has at most 50 MB"
    assert refused("a.mp4", mp4.ljust(50 * 1024**2, b"x")) == too_large
    assert refused("a.mp4", mp4.ljust(60 * 1024**2, b"x")) == too_large


def test_a_rejected_key_uploads_nothing(harness: Harness) -> None:
    order(harness.sandbox, "reject-keys", keys=[KEY])
    assert upload(harness.runtime, add_reference(harness)).problem.startswith(
        "Invalid API Key. Add a key in the sidebar"
    )
    assert not list(harness.sandbox.media.parent.glob("uploads/*"))


def test_uploads_and_their_addresses_outlast_a_restart_of_the_sandbox_on_another_port(
    harness: Harness, tmp_path: Path
) -> None:
    first = Sandbox(tmp_path / "own").start()
    file = harness.archive.path(add_reference(harness).key)
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


def test_an_output_of_the_sandbox_is_known_to_it_by_its_address(harness: Harness) -> None:
    (output,) = finished(harness).outputs
    assert kept(harness.sandbox, output.url) == harness.archive.path(output.key).read_bytes()
    assert harness.sandbox.backend.known_media(output.url.replace("127.0.0.1", "example.com")) is None
