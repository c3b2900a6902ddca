"""Addresses of archive files: signed, since a route is outside sign-in, and the same for an hour.

A changed address would restart a playing video at each tick, so the expiry is rounded up to a full hour.
"""

import base64
import hashlib
import hmac
import mimetypes
import re
from datetime import datetime
from urllib.parse import quote, urlsplit

import streamlit as st

from components import places, services
from studio.media import Reference
from studio.values import Output, now

HOUR = 3600


def preview(kept: Output | Reference) -> str:
    """Where a browser finds the small picture of a file: by the route, else inside the page itself."""
    if services.host.serves_routes:
        return _signed(kept.preview)
    raw = services.shared().archive.path(kept.preview).read_bytes()
    return f"data:image/webp;base64,{base64.b64encode(raw).decode()}"


def original(output: Output) -> str:
    """Where Streamlit or a browser finds the file itself: by the route, else by its path on this machine."""
    return _signed(output.key) if services.host.serves_routes else str(services.shared().archive.path(output.key))


def attachment(output: Output, name: str) -> str:
    """An address that downloads the file under this name."""
    return f"{_signed(output.key)}&download={quote(name)}"


def is_valid(key: str, expiry: str, signature: str) -> bool:
    """The address was made here and has not run out."""
    if not re.fullmatch(r"[0-9]{1,12}", expiry) or int(expiry) < now().timestamp():
        return False
    return hmac.compare_digest(_signature(key, expiry).encode(), signature.encode())


def media_type(key: str) -> str:
    """The type under which a file is served, by the ending that our own check gave it."""
    return mimetypes.guess_type(key)[0] or "application/octet-stream"


def expiry_after(moment: datetime) -> int:
    """The end of the next full hour, in Unix seconds: an address is good for one to two hours."""
    return (int(moment.timestamp()) // HOUR + 2) * HOUR


def _signed(key: str) -> str:
    expiry = str(expiry_after(now()))
    return f"{_base()}/archive/{quote(key)}?expires={expiry}&signature={_signature(key, expiry)}"


def _signature(key: str, expiry: str) -> str:
    secret = services.shared().signing_key.encode()
    return hmac.new(secret, f"archive\n{key}\n{expiry}".encode(), hashlib.sha256).hexdigest()


def _base() -> str:
    """The studio's own address in this browser, without the page: a host may serve it below a path."""
    parts = urlsplit(st.context.url or "")
    path = parts.path.rstrip("/")
    for page in places.ALL:
        path = path.removesuffix(f"/{page.url_path}")
    return f"{parts.scheme}://{parts.netloc}{path}"
