"""Signed URLs of archive files and exports, for one person: routes are outside sign-in. A URL is the same for an hour.

A changed URL would restart a playing video at each redraw, so the expiry is rounded up to a full hour. Links to shared
jobs are signed, too: they open a card for everybody with access to the studio.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from components.parts import page_links
from components.session import services, session, url_prefix
from studio import copies
from studio.core.query import Query
from studio.core.reference import Reference
from studio.core.settings import MEGABYTE
from studio.core.values import Job, Output, now
from studio.media import file_types

ARCHIVE, CALLS, JOBS, DRAFT, EVENTS = "archive", "calls", "jobs", "draft", "events"  # the kinds of signed URLs
WITH_SETTINGS = "with-settings"  # one more: of a file in a copy that carries prompt and settings
DRAFTS = "/drafts/"
HOUR = 3600
DAY = 24 * HOUR
SHARED_DAYS = 30
_MOST_DATA_BYTES = 16 * MEGABYTE  # of a file that is sent as a part of the page


def preview(file: Output | Reference) -> str:
    """Return the URL of the preview of a file."""
    return preview_of(file.preview)


def preview_of(name: str) -> str:
    """Return the URL of a preview by its name in the archive: of the route, else a data URL."""
    if services.host.serves_routes:
        return _signed(name)
    return _data_url(name)


def _data_url(name: str) -> str:
    raw = services.shared().archive.path(name).read_bytes()
    return f"data:{media_type(name)};base64,{base64.b64encode(raw).decode()}"


def thumbnail(output: Output) -> str:
    """Return the URL of an image of a file: its preview, else the file itself if browsers show it; else empty."""
    if output.preview:
        return preview(output)
    is_shown = file_types.is_shown(file_types.called(output.format, output.key))
    return original(output) if is_shown and services.host.serves_routes else ""


def original(file: Output | Reference) -> str:
    """Return where Streamlit or a browser finds the file itself: the URL of the route, else its local path."""
    return _signed(file.key) if services.host.serves_routes else str(services.shared().archive.path(file.key))


def in_browser(file: Output | Reference) -> str:
    """Return a URL of the file itself; on a host without routes a data URL.

    Empty if browsers do not show the file, or if it is too large for a data URL.
    """
    if not shown_as(file):
        return ""
    if services.host.serves_routes:
        return _signed(file.key)
    return _data_url(file.key) if file.size <= _MOST_DATA_BYTES else ""


def shown_as(file: Output | Reference) -> str:
    """Return as what browsers show the file: image, video or audio; empty if they don't."""
    called = file_types.called(file.format if isinstance(file, Output) else "", file.key)
    if file_types.is_shown(called):
        return "image"
    if file_types.is_played(called) or file_types.may_be_played(called):
        return "video"
    return "audio" if media_type(file.key).startswith("audio/") else ""


def page_url(link: page_links.PageLink, query: Mapping[str, str]) -> str:
    """Return the URL of a page with these query parameters."""
    return f"{_base_url()}/{'' if link is page_links.FIRST else link.url_path}?{urlencode(query)}"


def attachment(output: Output, name: str) -> str:
    """Return a URL that downloads the file under this name; with prompt and settings in it if this session asked."""
    wanted = session.state().with_settings and copies.can_carry(output)
    url = f"{_signed(output.key, WITH_SETTINGS)}&{WITH_SETTINGS}=yes" if wanted else _signed(output.key)
    return f"{url}&download={quote(name)}"


def export(query: Query) -> str:
    """Return a URL that downloads the jobs or calls of this query as CSV."""
    what = JOBS if query.of_jobs else CALLS
    return f"{_base_url()}/{what}.csv?{urlencode({'wanted': query.as_text, **_signed_params(what, query.as_text)})}"


def events(account: str) -> str:
    """Return the URL of the websocket on which this tab listens for changes of an account."""
    tab = session.state().token
    asked = {"account": account, "tab": tab, **_signed_params(EVENTS, events_subject(account, tab))}
    return f"{_base_url().replace('http', 'ws', 1)}/events?{urlencode(asked)}"


def events_subject(account: str, tab: str) -> str:
    """Return the text that is signed in the websocket URL of a tab."""
    return f"{account} {tab}"


def draft(form: str) -> str:
    """Return the URL to which the browser posts a form's text when the page is left; empty on a host without routes."""
    return (
        f"{_base_url()}{DRAFTS}{quote(form)}?{urlencode(_signed_params(DRAFT, form))}"
        if services.host.serves_routes
        else ""
    )


def signed_form(path: str, kind: str, subject: str) -> dict[str, str]:
    """Return the URL of a route, as "action", and the fields that sign a form for it."""
    return {"action": f"{_base_url()}{path}", **_signed_params(kind, subject)}


def is_valid(kind: str, subject: str, expiry: str, signature: str, person: str) -> bool:
    """Whether a URL of this kind and subject was signed here for this person, and has not expired."""
    return _is_signed(kind, subject, expiry, person, signature=signature, expiry=expiry)


def share_link(job: Job) -> str:
    """Return the link that shares a job and its results; the same for a day."""
    until = str((int(now().timestamp()) // DAY + SHARED_DAYS) * DAY)
    place = next(place for place in page_links.ALL if place.name == job.kind)
    named = {
        page_links.JOB: job.id,
        page_links.UNTIL: until,
        page_links.SHARED: _signature(*_share_subject(job), until),
    }
    return page_url(place, named)


def is_valid_share(job: Job, until: str, signature: str) -> bool:
    """Whether this share link of the job was signed here, and is neither revoked nor expired."""
    return _is_signed(*_share_subject(job), until, signature=signature, expiry=until)


def _share_subject(job: Job) -> tuple[str, ...]:
    return ("share", job.id, job.unshared_at.isoformat() if job.unshared_at else "")


def media_type(key: str) -> str:
    """Return the media type of a file by its ending, which our own check of the content chose."""
    return file_types.media_type(key.rpartition(".")[2])


def expiry_after(moment: datetime) -> int:
    """Return the end of the next full hour in Unix seconds: a URL is valid for one to two hours."""
    return (int(moment.timestamp()) // HOUR + 2) * HOUR


def _signed(key: str, kind: str = ARCHIVE) -> str:
    return f"{_base_url()}/archive/{quote(key)}?{urlencode(_signed_params(kind, key))}"


def _signed_params(kind: str, subject: str) -> dict[str, str]:
    expiry = str(expiry_after(now()))
    return {"expires": expiry, "signature": _signature(kind, subject, expiry, session.state().person)}


def _is_signed(*parts: str, signature: str, expiry: str) -> bool:
    if not re.fullmatch(r"[0-9]{1,12}", expiry) or int(expiry) < now().timestamp():
        return False
    return hmac.compare_digest(_signature(*parts).encode(), signature.encode())


def _signature(*parts: str) -> str:
    secret = services.shared().signing_key.encode()
    return hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def _base_url() -> str:
    """Return the URL of the studio in this browser, without the page: a host may serve it below a path."""
    parts = urlsplit(st.context.url or "")
    path = url_prefix.base_of(parts.path)
    if path is None:
        path = parts.path.rstrip("/")
        for page in page_links.ALL:
            path = path.removesuffix(f"/{page.url_path}")
    return f"{parts.scheme}://{parts.netloc}{path}"
