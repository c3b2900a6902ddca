"""Redacts requests before they are stored: removes keys and signed parts of URLs, and cuts long bodies."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

REMOVED = "[removed]"
LIMIT = 64 * 1024
MARGIN = 4 * 1024  # more characters than any key has

_SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "x-api-key", "proxy-authorization"})
_SECRET_PARAMETER = re.compile(r"sig|token|key|secret|credential|policy|auth", re.IGNORECASE)
_KEY = re.compile(r"sk-[A-Za-z0-9_\-]{8,}")
_LIKELY = re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_\-]{16,}")  # does not match desk-organizer
_FIGURE = re.compile(r"[0-9]")
_WEBHOOK = re.compile(r"(/webhooks\\?/weryai\\?/)[0-9a-f]{16,}", re.IGNORECASE)  # the secret in a webhook's URL
# The pattern does not look ahead for a "?": in a body of nothing but "http://" that takes seconds for 64 KB.
# JSON may write "/" and "&" as \/ and \u0026, as PHP and Go do.
_ADDRESS = re.compile(r"""https?:(?:\\?/){2}(?:[^\s"'<>\\,]|,(?!https?:)|\\/|\\u0026)+""", re.IGNORECASE)
_PASSWORD = re.compile(r"""(?<=:)(?:\\?/){2}[^\s"'<>\\/?#]*@""")  # and the user name before it
_CUT = re.compile(r"\n\[cut: [\d,]+ of [\d,]+ bytes\]\Z")


def holds_key(text: str) -> bool:
    """Whether the text contains an API key, pasted where something else belongs."""
    return any(_FIGURE.search(found.group()) for found in _LIKELY.finditer(text))


def headers(given: Mapping[str, str], secret: str) -> dict[str, str]:
    """Return the headers without secrets."""
    shown = {name: REMOVED if name.lower() in _SECRET_HEADERS else text(value, secret) for name, value in given.items()}
    return {text(name, secret): value for name, value in shown.items()}


def url(address: str) -> str:
    """Return the URL without its password and the values of signing parameters; REMOVED when it is not a URL."""
    try:
        parts = urlsplit(address)
        query = [
            (name, REMOVED if _SECRET_PARAMETER.search(name) else value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        ]
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, urlencode(query, safe="[]"), ""))
    except ValueError:  # also characters that UTF-8 cannot encode
        return REMOVED


def text(body: str, secret: str) -> str:
    """Return the text without the key, anything that looks like a key, and passwords and signed parts of URLs."""
    if secret:
        body = body.replace(secret, REMOVED)
    body = _WEBHOOK.sub(rf"\1{REMOVED}", _KEY.sub(REMOVED, body))
    return _ADDRESS.sub(lambda found: _shown(found.group()), _PASSWORD.sub("//", body))


def _shown(address: str) -> str:
    """Redact a URL inside a text; a URL without parameters stays exactly as it is."""
    fragment = address.partition("#")[2]
    plain = re.sub(r"\\u0026", "&", address, flags=re.IGNORECASE).replace("\\/", "/")
    return url(plain) if "?" in address or _SECRET_PARAMETER.search(fragment) else address


def kept(body: str, secret: str) -> str:
    """Return the text without its secrets, at most 64 KB, with a mark where it was cut.

    Of a long text, only a little more than 64 KB is searched.
    """
    head = body[: LIMIT + MARGIN]
    if len(head) == len(body):
        return cut(text(body, secret))
    # The end of the head may cut a key in two, and half a key would not be recognised as one.
    return cut(text(head, secret)[:-MARGIN], _size(body))


def cut(body: str, whole: int = 0) -> str:
    """Cut a text to 64 KB, with a mark; `whole` is its full size in bytes when part of it is already missing."""
    raw = body.encode(errors="replace")
    if len(raw) <= LIMIT and not whole:
        return raw.decode()
    shown, whole = raw[:LIMIT].decode(errors="ignore"), whole or len(raw)
    return f"{shown}\n[cut: {whole - _size(shown):,} of {whole:,} bytes]"


def is_cut(kept: str) -> bool:
    """Whether a stored text was cut."""
    return bool(_CUT.search(kept))


def _size(body: str) -> int:
    return len(body.encode(errors="replace"))
