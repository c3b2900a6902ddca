"""Addresses of archive files and exports: signed for one person, as a route is outside sign-in, and alike for an hour.

A changed address would restart a playing video at each tick, so the expiry is rounded up to a full hour. Addresses of
jobs that their owner shares are signed, too: they open a card for whoever is let in.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from components.parts import page_links
from components.session import services, session, url_prefix
from studio.core.query import Query
from studio.core.reference import Reference
from studio.core.values import Job, Output, now
from studio.media import file_types

ARCHIVE, CALLS, JOBS, DRAFT, EVENTS = "archive", "calls", "jobs", "draft", "events"  # what an address is signed for
DRAFTS = "/drafts/"
HOUR = 3600
DAY = 24 * HOUR
SHARED_DAYS = 30


def preview(kept: Output | Reference) -> str:
    """Where a browser finds the small picture of a file."""
    return preview_of(kept.preview)


def preview_of(name: str) -> str:
    """Where a browser finds a small picture by its name: by the route, else inside the page itself."""
    if services.host.serves_routes:
        return _signed(name)
    raw = services.shared().archive.path(name).read_bytes()
    return f"data:image/webp;base64,{base64.b64encode(raw).decode()}"


def still(output: Output) -> str:
    """Where a browser finds a picture of a file: its small one, else the file itself if it is a picture; or nothing."""
    if output.preview:
        return preview(output)
    is_shown = file_types.is_shown(file_types.called(output.format, output.key))
    return original(output) if is_shown and services.host.serves_routes else ""


def original(kept: Output | Reference) -> str:
    """Where Streamlit or a browser finds the file itself: by the route, else by its path on this machine."""
    return _signed(kept.key) if services.host.serves_routes else str(services.shared().archive.path(kept.key))


def attachment(output: Output, name: str) -> str:
    """An address that downloads the file under this name."""
    return f"{_signed(output.key)}&download={quote(name)}"


def export(wanted: Query) -> str:
    """An address that downloads the jobs or calls that are wanted as CSV."""
    what = JOBS if wanted.of_jobs else CALLS
    return f"{_base()}/{what}.csv?{urlencode({'wanted': wanted.as_text, **_proof(what, wanted.as_text)})}"


def events(account: str) -> str:
    """Where this tab listens for changes of an account, by a websocket."""
    tab = session.state().token
    asked = {"account": account, "tab": tab, **_proof(EVENTS, about_events(account, tab))}
    return f"{_base().replace('http', 'ws', 1)}/events?{urlencode(asked)}"


def about_events(account: str, tab: str) -> str:
    """What the address is signed for at which a tab listens."""
    return f"{account} {tab}"


def draft(form: str) -> str:
    """An address that takes the text of a form whose page is left; nothing on a host without routes."""
    return f"{_base()}{DRAFTS}{quote(form)}?{urlencode(_proof(DRAFT, form))}" if services.host.serves_routes else ""


def is_valid(kind: str, about: str, expiry: str, signature: str, person: str) -> bool:
    """The address of this file or of these calls was made here for this person, and has not run out."""
    return _is_signed(kind, about, expiry, person, signature=signature, expiry=expiry)


def shared(job: Job) -> str:
    """Where others find a job that its owner shows them, and its results; the same for a day."""
    until = str((int(now().timestamp()) // DAY + SHARED_DAYS) * DAY)
    place = next(place for place in page_links.ALL if place.name == job.kind)
    named = {page_links.JOB: job.id, page_links.UNTIL: until, page_links.SHARED: _signature(*_share_of(job), until)}
    return f"{_base()}/{'' if place is page_links.FIRST else place.url_path}?{urlencode(named)}"


def is_shared(job: Job, until: str, signature: str) -> bool:
    """The owner of this job was given its address here, has not taken it back, and it has not run out."""
    return _is_signed(*_share_of(job), until, signature=signature, expiry=until)


def _share_of(job: Job) -> tuple[str, ...]:
    return ("share", job.id, job.unshared_at.isoformat() if job.unshared_at else "")


def media_type(key: str) -> str:
    """The type under which a file is served, by the ending that our own check gave it."""
    return file_types.media_type(key.rpartition(".")[2])


def expiry_after(moment: datetime) -> int:
    """The end of the next full hour, in Unix seconds: an address is good for one to two hours."""
    return (int(moment.timestamp()) // HOUR + 2) * HOUR


def _signed(key: str) -> str:
    return f"{_base()}/archive/{quote(key)}?{urlencode(_proof(ARCHIVE, key))}"


def _proof(kind: str, about: str) -> dict[str, str]:
    expiry = str(expiry_after(now()))
    return {"expires": expiry, "signature": _signature(kind, about, expiry, session.state().person)}


def _is_signed(*parts: str, signature: str, expiry: str) -> bool:
    if not re.fullmatch(r"[0-9]{1,12}", expiry) or int(expiry) < now().timestamp():
        return False
    return hmac.compare_digest(_signature(*parts).encode(), signature.encode())


def _signature(*parts: str) -> str:
    secret = services.shared().signing_key.encode()
    return hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def _base() -> str:
    """The studio's own address in this browser, without the page: a host may serve it below a path."""
    parts = urlsplit(st.context.url or "")
    path = url_prefix.base_of(parts.path)
    if path is None:
        path = parts.path.rstrip("/")
        for page in page_links.ALL:
            path = path.removesuffix(f"/{page.url_path}")
    return f"{parts.scheme}://{parts.netloc}{path}"
