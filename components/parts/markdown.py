"""Text for places that read Markdown: what a user or the API wrote is shown as it is, and fetches nothing."""

import re

from studio.core.number_texts import credits

_AUTOMATIC_LINKS = re.compile(  # what Streamlit's Markdown makes a link of: https://host, www.host, name@host.domain
    r"((?<=http:)|(?<=https:))(?=//[-.\w])|(?<=www)(?=\.)|(?<=@)(?=[-\w]+\.)", re.IGNORECASE
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@/])")


def escape(text: str, limit: int = 400) -> str:
    """One line of plain text, safe in any label, caption, notice or toast."""
    line = " ".join(text.split())
    short = line if len(line) <= limit else f"{line[: limit - 1]}…"
    # A bare address becomes a link whatever is escaped; a space of no width in it prevents that. It is copied along,
    # so what people are to write themselves is shown without such an address.
    return _SPECIAL.sub(r"\\\1", _AUTOMATIC_LINKS.sub("\u200b", short))


def as_code(text: str) -> str:
    """An id or an address that is copied as it is: as code it is no link."""
    return escape(text) if "`" in text else f"`{' '.join(text.split())[:254]}`"


def sentence(text: str) -> str:
    """A text of the API as a sentence: escaped, and with an end."""
    escaped = escape(text.rstrip(". "))
    return f"{escaped}." if escaped else ""


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 job, 3 jobs."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def with_unit(amount: float, *, sandbox: bool) -> str:
    """Credits with their word: those of the sandbox are no money."""
    return f"{credits(amount)} {'demo credits' if sandbox else 'credits'}"


def took(seconds: float) -> str:
    """A length of time that is compared with others: 40 ms, 3.2 s, and from ten seconds on as `duration`."""
    if seconds < 0.1:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


def duration(seconds: float) -> str:
    """A length of time in words: 14 s, 1 min 12 s, 9 min, 2 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 and whole < 300 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
