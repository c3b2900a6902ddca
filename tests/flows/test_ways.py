"""The way to the API: a proxy, its refusals, certificates. What never left goes back to the queue and says why."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from components.cards import status_box
from components.parts import markdown
from studio.core import errors
from studio.core.calls import Call
from studio.core.outages import Outages
from studio.core.values import Job, State
from studio.weryai import transport
from studio.weryai.downloads import download
from studio.weryai.modes import TEXT_TO_IMAGE
from tests.conftest import KEY, Harness, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.flows.conftest import client
from tests.flows.flow import BODY
from tests.raw_server import Does, listening, says, whole

API = "https://api.example.test"
PASSWORD = "s3cret-word"
YES = b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"status": 0, "data": {"task_ids": ["task_1234"]}}'


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own proxies and certificates."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def submit(address: str) -> tuple[errors.StudioError, list[Call]]:
    """What comes of a submission that does not work, and its call."""
    calls: list[Call] = []
    with pytest.raises(errors.StudioError) as raised:
        client(address, calls).submit(TEXT_TO_IMAGE, BODY, job="job_1")
    said = f"{raised.value.message} {raised.value.hint} {raised.value.detail} {calls}"
    assert PASSWORD not in said
    return raised.value, calls


def waits(error: errors.StudioError) -> None:
    """Nothing left: the job goes back to the queue."""
    assert isinstance(error, errors.NotConnected) and not error.may_have_acted
    assert error.hint.startswith("You weren't charged. ")
    assert "\u200b" not in markdown.escape(error.hint), "it is copied as it is"


TLS_IS_CUT = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", r"^The proxy 127.* wants a login \(407\)\.$"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", r"^The proxy .* refused to connect to api\.example\.test \(403\)\.$"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", r"^The proxy .* refused to connect to api\.example\.test \(502\)\.$"),
        (b"nonsense\r\n\r\n", r"^The proxy .* opened no connection to api\.example\.test\.$"),
        (b"", r"^The proxy .* opened no connection to api\.example\.test\.$"),
        (TLS_IS_CUT, r"^The proxy .* opened no connection to api\.example\.test\.$"),
    ],
)
def test_what_a_proxy_does_not_let_through_was_not_sent(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, message: str
) -> None:
    with listening(says(answer)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@{proxy.place}")
        error, calls = submit(API)
    waits(error)
    with pytest.raises(errors.NotConnected, match=message):
        raise error
    assert "HTTPS_PROXY" in error.hint or "the proxy's admin" in error.hint
    assert len(proxy.seen) == 1 and proxy.seen[0].startswith(b"CONNECT api.example.test:443 ")
    assert [call.error_kind for call in calls] == ["NotConnected"]


@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        ("http://127.0.0.1:1", "The proxy 127.0.0.1:1 could not be reached."),
        ("http://nobody.invalid:3128", "The proxy nobody.invalid:3128 could not be reached."),
        ("socks5://127.0.0.1:1", "HTTPS_PROXY names a SOCKS proxy, and PySocks is not installed."),
        ("socks5h://127.0.0.1:1", "HTTPS_PROXY names a SOCKS proxy, and PySocks is not installed."),
        *(
            (proxy, "HTTPS_PROXY is not the address of a proxy.")
            for proxy in (
                "127.0.0.1:1",
                "ftp://x:1",
                "http://",
                "http://x:99999",
                "http://x:port",
                "http://pröxy..x:1",
                "http://[x:1",
            )
        ),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str, message: str) -> None:
    head, _, tail = proxy.rpartition("//")
    monkeypatch.setenv("HTTPS_PROXY", f"{head}{'//' if head else ''}me:{PASSWORD}@{tail}")
    error, _ = submit(API)
    waits(error)
    assert error.message == message and "restart the studio" in error.hint


@pytest.mark.parametrize("sign", ["/", "?", "#"])
@pytest.mark.parametrize("begin", ["", "12345"])
def test_nothing_of_a_password_that_is_not_escaped_is_told(
    monkeypatch: pytest.MonkeyPatch, sign: str, begin: str
) -> None:
    """Its address is read as another host's, which a library repeats."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://alice:{begin}hunter{sign}two@127.0.0.1:1")
    error, calls = submit(API)
    waits(error)
    assert error.message == "HTTPS_PROXY is not the address of a proxy."
    said = f"{error.hint} {error.detail} {calls}"
    assert not [part for part in ("alice", "hunter", "12345") if part in said]


def test_a_proxy_without_a_scheme_is_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "127.0.0.1:1")
    error, _ = submit(API)
    assert error.message == "The proxy 127.0.0.1:1 could not be reached." and "https_proxy" in error.hint


@pytest.mark.parametrize(
    ("answer", "is_sure"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", False),
        (b"", False),
    ],
)
def test_a_proxy_that_has_the_whole_request_may_have_passed_it_on(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, is_sure: bool
) -> None:
    with listening(says(answer)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        error, _ = submit("http://api.example.test")
    assert error.may_have_acted is not is_sure
    assert isinstance(error, errors.NotConnected) is is_sure


@pytest.fixture
def certified(tmp_path: Path) -> Path:
    """A certificate for the API's name, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, at = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api.example.test")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("api.example.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    written = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "api.pem"
    file.write_bytes(written + made.public_bytes(encoding))
    return file


def tunnel(certificate: Path, then: Does) -> Does:
    """A proxy that lets through, with the API behind it."""

    def does(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        try:
            with context.wrap_socket(connection, server_side=True) as api:
                whole(api)
                then(api)
        except OSError:
            pass  # the client did not like the certificate

    return does


def test_what_went_through_a_proxy_arrives_and_a_cut_after_it_is_unclear(
    monkeypatch: pytest.MonkeyPatch, certified: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certified))
    with listening(tunnel(certified, says(YES))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert client(API, []).submit(TEXT_TO_IMAGE, BODY, job="job_1").task_ids == ("task_1234",)
    for answer in (b"", YES[:30], YES[:-5]):
        with listening(tunnel(certified, says(answer))) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            error, _ = submit(API)
        assert error.may_have_acted and not isinstance(error, errors.NotConnected)


def test_a_certificate_that_is_not_trusted_is_told_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, certified: Path
) -> None:
    with listening(tunnel(certified, says(YES))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error, _ = submit(API)
    waits(error)
    assert error.message.startswith("The certificate of api.example.test was not accepted: self")
    assert "REQUESTS_CA_BUNDLE" in error.hint


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "names a file that is not there."), ("no certificate", "names a file without valid certificates.")],
)
def test_a_file_of_certificates_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, certified: Path, name: str, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    monkeypatch.setenv(name, str(tmp_path / "ca.pem"))
    with listening(tunnel(certified, says(YES))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error, _ = submit(API)
        waits(error)
        assert error.message == f"{name} {message}" and f"Correct or remove {name}" in error.hint
        with pytest.raises(errors.ArchiveError, match=f"^{name} {message}$"):
            download("https://cdn.example.test/a.png", limit=9, private=False).__enter__()


@pytest.mark.parametrize(
    "address",
    ["https://a..b", f"https://{'a' * 70}.test", "https://*.x", "http://[zz]", "http://h:99999", "nope://x", "http://"],
)
def test_an_address_that_cannot_be_used_was_not_asked(address: str) -> None:
    error, calls = submit(address)
    waits(error)
    assert error.message == "The web address cannot be used." and "WERYAI_BASE_URL" in error.hint
    assert len(calls) == 1


def test_what_nobody_has_heard_of_is_an_error_of_ours_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("unheard of")

    monkeypatch.setattr("requests.adapters.HTTPAdapter.build_connection_pool_key_attributes", broken)
    error, _ = submit(API)
    waits(error)
    assert "unheard of" in error.detail and "unheard-of" in caplog.text


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "REQUESTS_CA_BUNDLE"])
def test_a_job_that_never_left_waits_says_why_and_leaves_once_the_way_is_free(
    monkeypatch: pytest.MonkeyPatch, harness: Harness, variable: str
) -> None:
    monkeypatch.setenv(variable, "/not/there" if variable != "HTTPS_PROXY" else "http://127.0.0.1:1")
    there, harness.runtime.api._api.base_url = harness.runtime.api._api.base_url, API
    job = harness.submit()
    harness.send()
    job = harness.now(job)
    assert (job.state, job.error_kind, job.sent_at) == (State.QUEUED, "NotConnected", None)
    assert said(harness, job).startswith(
        "The proxy 127.0.0.1:1 could not be reached. You weren't charged. Check that it runs, or correct HTTPS_PROXY"
        if variable == "HTTPS_PROXY"
        else "REQUESTS_CA_BUNDLE names a file that is not there. You weren't charged."
    )
    assert "Retrying in" in said(harness, job)
    harness.runtime.api._api.base_url = there
    harness.clock.pass_by(61)
    harness.send()
    assert harness.now(job).state is State.OPEN and harness.sandbox.backend.posts[TEXT_TO_IMAGE.path] == 1


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log of a process that has just been started."""
    monkeypatch.setattr(transport, "OUTAGES", Outages())
    return caplog


def lead(harness: Harness, address: str) -> None:
    """All requests of the account go there from now on."""
    harness.runtime.api._api.base_url = harness.runtime.api._registry.base_url = address


def begin(harness: Harness) -> None:
    """The first step of a studio that has just been started, which also asks for the list of models."""
    harness.runtime.dispatcher._readiness._is_prepared = False
    harness.send()
    harness.runtime.catalogue.refresh()


CAUSES = [
    ("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:1", "The proxy 127.0.0.1:1 could not be reached. Check that it"),
    ("HTTPS_PROXY", f"socks5://me:{PASSWORD}@127.0.0.1:1", "HTTPS_PROXY names a SOCKS proxy, and PySocks is not"),
    ("HTTPS_PROXY", f"http://me:{PASSWORD}/x@127.0.0.1:1", "HTTPS_PROXY is not the address of a proxy. Write it like"),
    ("REQUESTS_CA_BUNDLE", "/not/there", "REQUESTS_CA_BUNDLE names a file that is not there. Correct or remove"),
]


@pytest.mark.parametrize(("variable", "value", "cause"), CAUSES)
def test_why_nothing_leaves_is_in_the_log_once_and_beside_the_balance_from_the_start(
    monkeypatch: pytest.MonkeyPatch,
    harness: Harness,
    log: pytest.LogCaptureFixture,
    variable: str,
    value: str,
    cause: str,
) -> None:
    monkeypatch.setenv(variable, value)
    lead(harness, API)
    for _ in range(3):
        begin(harness)
        harness.clock.pass_by(61)
    standing = harness.client.balance.standing()
    assert standing.balance is None and standing.no_balance.startswith(cause)
    assert [line for line in log.messages if cause in line] == [standing.no_balance]
    assert PASSWORD not in log.text and KEY not in log.text


def test_a_cause_that_comes_back_is_in_the_log_again(
    monkeypatch: pytest.MonkeyPatch, harness: Harness, log: pytest.LogCaptureFixture
) -> None:
    lead(harness, "http://api.example.test")
    cause = "The proxy 127.0.0.1:1 could not be reached."
    balance = b'HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{"status": 0, "data": 9}'
    with listening(says(balance)) as proxy:
        for there, times in (("127.0.0.1:1", 1), (proxy.place, 1), ("127.0.0.1:1", 2)):
            monkeypatch.setenv("HTTP_PROXY", f"http://{there}")
            begin(harness)
            assert len([line for line in log.messages if cause in line]) == times
            assert (harness.client.balance.standing().no_balance == "") is (there == proxy.place)
    assert harness.client.balance.standing().balance == 9


@pytest.mark.parametrize("status", [407, 403, 502])
def test_what_a_proxy_says_to_each_host_is_in_the_log_once(
    monkeypatch: pytest.MonkeyPatch, harness: Harness, log: pytest.LogCaptureFixture, status: int
) -> None:
    with listening(says(b"HTTP/1.1 %d No\r\n\r\n" % status)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@{proxy.place}")
        lead(harness, API)
        for _ in range(2):
            begin(harness)
    standing = harness.client.balance.standing()
    assert f"({status})" in standing.no_balance and log.messages.count(standing.no_balance) == 1
    assert PASSWORD not in log.text


def test_a_balance_that_is_not_told_for_another_reason_says_it_too_and_open_pages_are_told_once(
    harness: Harness,
) -> None:
    order(harness.sandbox, "fault", kind="refuse", on="balance", code=5000, message="Not today", times=0)
    harness.runtime.catalogue.refresh()
    before = harness.ledger.changes.number("test")
    for _ in range(2):
        begin(harness)
    assert harness.client.balance.standing().no_balance == "Not today"
    assert harness.ledger.changes.number("test") == before + 1


def said(harness: Harness, job: Job) -> str:
    return status_box._why_queued(harness.client, job, paused=False).replace("\\", "")


def test_results_come_through_a_proxy_where_this_machine_finds_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(says(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with download("http://nobody.invalid/a.png", limit=9, private=False) as pieces:
            assert b"".join(pieces) == b"abc"
        with pytest.raises(errors.ArchiveError, match="private network"):
            download("http://10.0.0.8/a.png", limit=9, private=False).__enter__()
    assert len(proxy.seen) == 1


def test_a_file_that_never_left_says_what_to_do_before_it_is_uploaded_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    (tmp_path / "red.png").write_bytes(b"x")
    with pytest.raises(errors.NotConnected, match=r"^The proxy 127\.0\.0\.1:1 could not be reached") as raised:
        client(API, []).upload(tmp_path / "red.png", "red.png", "image/png", sent=lambda *_: None)
    assert raised.value.hint.startswith("Check that it runs, or correct HTTPS_PROXY")
    assert raised.value.hint.endswith("Then upload the file again. Uploads cost nothing.")
