"""HTTP requests to the API, each one a row of the ledger.

Only GETs are repeated here, and only when no usable answer was received. A submission costs money, so it is sent once.
An upload takes so long that the uploader repeats it, because it can stop with the studio.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from studio.core import calls, ids, redaction
from studio.core.calls import Call
from studio.core.errors import ConnectionFailed, NotConnected, StudioError
from studio.core.hosts import is_loopback
from studio.core.outages import Outages
from studio.core.values import now
from studio.weryai import connection_errors, envelope, messages
from studio.weryai.adapter import Adapter, Session
from studio.weryai.multipart import FileForm

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
UPLOAD_SECONDS = 180.0  # until the answer to a file that was sent completely (T2)
SEND_SECONDS = 30.0  # urllib3 applies the connect timeout to each piece of a body, and an uplink may pause longer
REPLY_LIMIT = 8 * 1024 * 1024
OUTAGES = Outages()  # one per process: a problem of a proxy or a certificate is the same for every account
_ID_HEADERS = ("x-request-id", "request-id", "x-trace-id", "trace-id", "x-amzn-requestid", "cf-ray")


@dataclass(frozen=True)
class About:
    """What a request is about, for its row in the ledger."""

    job: str = ""
    task_id: str = ""
    batch_id: str = ""
    model: str = ""


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    about: About
    body: dict[str, Any] | None = None
    form: FileForm | None = None
    attempt: int = 1
    seconds: float | None = None


class _Bearer(AuthBase):
    """The key as an auth object: a .netrc on the machine could override a plain header."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


@dataclass
class Transport:
    """The connection of one account to the API. `record` gets every Call, also each failed one."""

    base_url: str
    key: str = field(repr=False)
    account: str
    record: Callable[[Call], None]
    pause: Callable[[float], None] = time.sleep
    read_seconds: float = READ_SECONDS
    upload_seconds: float = UPLOAD_SECONDS
    _local: threading.local = field(default_factory=threading.local, repr=False)

    def get(self, path: str, about: About, *, attempts: int = 1, seconds: float | None = None) -> Any:
        """Return the reply's data; ask up to `attempts` times when no usable answer is received."""
        for attempt in range(1, attempts):
            try:
                return self._ask(_Request("GET", path, about, attempt=attempt, seconds=seconds))
            except ConnectionFailed:
                self.pause(0.3 * attempt)
        return self._ask(_Request("GET", path, about, attempt=attempts, seconds=seconds))

    def post_once(self, path: str, body: dict[str, Any], about: About) -> Any:
        """Return the reply's data. Sent once; when the outcome is unclear, the error says `may_have_acted`."""
        # A pooled connection may break during the write, and then it is unknown whether the request arrived.
        self._session().close()
        return self._ask(_Request("POST", path, about, body))

    def post_file(self, path: str, form: FileForm, about: About, *, attempt: int = 1) -> Any:
        """Return the reply's data. Sent once, on a new connection, which the API is not about to close."""
        self._session().close()
        return self._ask(_Request("POST", path, about, None, form, attempt, self.upload_seconds))

    def _ask(self, request: _Request) -> Any:
        call = self._call(request)
        started = time.monotonic()
        try:
            reply = self._exchange(request)
            call = self._with_reply(call, reply)
            if reply.http_status == connection_errors.NEEDS_LOGIN:
                raise connection_errors.wants_login(self.base_url)
            OUTAGES.end(self.base_url)
            return envelope.parse(request.method, reply, messages.typed_in(request.body))
        except StudioError as error:
            error.message = self.kept(error.message)
            error.args = (error.message,)
            call = replace(call, error_kind=error.kind, error=f"{error.message} {self.kept(error.detail)}".strip())
            if isinstance(error, NotConnected):
                OUTAGES.record(self.base_url, error.explained)
            raise
        finally:
            self.record(replace(call, duration_ms=round((time.monotonic() - started) * 1000)))

    def _exchange(self, request: _Request) -> envelope.Reply:
        seconds, session = request.seconds or self.read_seconds, self._session()
        try:
            with session.request(
                request.method,
                self.base_url + request.path,
                json=request.body,
                data=request.form,
                headers={"Content-Type": request.form.content_type} if request.form else None,
                auth=_Bearer(self.key),
                timeout=(min(SEND_SECONDS if request.form else CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                body, sent = _read(response, 2 * seconds), dict(response.request.headers)
                return envelope.Reply(response.status_code, dict(response.headers), body, sent)
        except StudioError:
            raise
        except Exception as error:
            raise connection_errors.no_answer(error, self.base_url, has_sent=session.has_sent) from None

    def _call(self, request: _Request) -> Call:
        """Return the request's row for the ledger."""
        body = json.dumps(request.body, ensure_ascii=False, indent=1) if request.body is not None else ""
        return Call(
            id=ids.new("req"),
            account=self.account,
            at=now(),
            method=request.method,
            url=self.kept(redaction.url(self.base_url + request.path)),
            path=urlsplit(request.path).path,
            duration_ms=0,
            attempt=request.attempt,
            job=request.about.job,
            task_id=request.about.task_id,
            batch_id=request.about.batch_id,
            model=request.about.model,
            person=calls.person(),
            request_headers={"Authorization": f"Bearer {redaction.REMOVED}", "Accept": "application/json"},
            request_body=self.kept(request.form.text if request.form else body),
        )

    def _with_reply(self, call: Call, reply: envelope.Reply) -> Call:
        return replace(
            call,
            http_status=reply.http_status,
            code=self.kept(reply.code),
            request_headers=redaction.headers(reply.sent, self.key),
            vendor_id=self.kept(next((reply.header(name) for name in _ID_HEADERS if reply.header(name)), "")),
            response_headers=redaction.headers(reply.headers, self.key),
            response_body=self.kept(reply.text),
        )

    def kept(self, text: str) -> str:
        """Return the text as it may be stored and shown: without the key, and not too long."""
        return redaction.kept(text, self.key)

    def _session(self) -> Session:
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = Session(Adapter())
            session.headers["Accept"] = "application/json"
            session.trust_env = not is_loopback(self.base_url)
        return session


def _read(response: requests.Response, seconds: float) -> bytes:
    """Read the body; a reply that is too slow or endless is cut off, because every single read may succeed."""
    body, started = b"", time.monotonic()
    while chunk := response.raw.read1(65536, decode_content=True):
        body += chunk
        if time.monotonic() - started > seconds:
            raise ConnectionFailed("WeryAI's answer took too long.", may_have_acted=True)
        if len(body) > REPLY_LIMIT:
            raise ConnectionFailed("WeryAI's answer is too large.", may_have_acted=True)
    return body
