"""Texts for Markdown: text of a user or the API is escaped, so that it is shown as it is and loads nothing."""

import re

from studio.core.number_texts import credits

_AUTOMATIC_LINKS = re.compile(  # what Streamlit's Markdown turns into links: https://host, www.host, name@host.domain
    r"((?<=http:)|(?<=https:))(?=//[-.\w])|(?<=www)(?=\.)|(?<=@)(?=[-\w]+\.)", re.IGNORECASE
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@/])")


def escape(text: str, limit: int = 400) -> str:
    """Return a text as one line of at most `limit` characters, escaped for labels, captions, notices and toasts."""
    line = " ".join(text.split())
    short = line if len(line) <= limit else f"{line[: limit - 1]}…"
    # A bare URL becomes a link even when it is escaped; a zero-width space in it prevents that. The space is copied
    # along, so texts that people should copy must not contain such a URL.
    return _SPECIAL.sub(r"\\\1", _AUTOMATIC_LINKS.sub("\u200b", short))


def as_code(text: str) -> str:
    """Return an ID or an address as inline code, so that it is no link and is copied as it is."""
    return escape(text) if "`" in text else f"`{' '.join(text.split())[:254]}`"


def sentence(text: str) -> str:
    """Return a text of the API as an escaped sentence with a full stop; empty stays empty."""
    escaped = escape(text.rstrip(". "))
    return f"{escaped}." if escaped else ""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 job, 3 jobs."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def credits_with_unit(amount: float, *, sandbox: bool) -> str:
    """Return an amount with its unit: demo credits in the sandbox, else credits."""
    return f"{credits(amount)} {'demo credits' if sandbox else 'credits'}"


def short_duration(seconds: float) -> str:
    """Return a length of time for comparisons: 40 ms, 3.2 s, and from ten seconds on as `duration`."""
    if seconds < 0.1:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


def duration(seconds: float) -> str:
    """Return a length of time: 14 s, 1 min 12 s, 9 min, 2 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 and whole < 300 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
