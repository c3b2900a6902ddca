"""The report: Markdown to read and send, JSON to compare. Neither has the key, an email address, or a signature."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from live_check.findings import Finding, Verdict, counts
from live_check.links import Link
from studio.core.calls import Call
from studio.core.errors import ArchiveError
from studio.core.redaction import REMOVED

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_QUERY = re.compile(r"""(https?://[^\s"'<>\\?]+)\?[^\s"'<>]+""")
_BODY = 4000  # characters of an answer
_TITLES = {
    Verdict.DIFFERS: "Differs from what is documented",
    Verdict.NEW: "Not known before",
    Verdict.SAME: "Same as documented",
    Verdict.SEEN: "Seen, with nothing documented",
    Verdict.UNSEEN: "Not seen",
}


@dataclass(frozen=True)
class Report:
    """One comparison. `spent` is whether the paid part ran."""

    at: datetime
    base_url: str
    models_base_url: str
    spent: bool
    findings: tuple[Finding, ...]
    calls: tuple[Call, ...]
    links: tuple[Link, ...]


def lines(report: Report, key: str) -> list[str]:
    """Return the findings as lines to print."""
    return _checked([clean(finding.line) for finding in _sorted(report.findings)], key)


def write(report: Report, folder: Path, key: str) -> Path:
    """Write both files and return the Markdown one. Errors: ArchiveError, also when a text contains the key."""
    file = folder / f"live-report-{report.at:%Y%m%dT%H%M%SZ}.md"
    markdown, data = clean("\n".join(_markdown(report))), clean(json.dumps(_json(report), ensure_ascii=False, indent=1))
    _checked([markdown, data], key)
    try:
        file.with_suffix(".json").write_text(data, "utf-8")
        file.write_text(markdown, "utf-8")
    except OSError as error:
        raise ArchiveError(f"The report could not be written: {error.strerror}.") from None
    return file


def summary(report: Report) -> str:
    """Return the number of lines of each verdict, as text."""
    found = counts(_sorted(report.findings))
    return ", ".join(f"{number} {verdict}" for verdict, number in found.items())


def clean(text: str) -> str:
    """Return a text without email addresses and without the queries of links."""
    return _EMAIL.sub(REMOVED, _QUERY.sub(rf"\1?{REMOVED}", text))


def _checked(texts: list[str], key: str) -> list[str]:
    if key and any(key in text for text in texts):
        raise ArchiveError("The report would hold the key, so it was neither shown nor written.")
    return texts


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    order = list(_TITLES)
    return sorted(dict.fromkeys(findings), key=lambda finding: order.index(finding.verdict))


def _markdown(report: Report) -> Iterator[str]:
    paid = "with one image and one video" if report.spent else "without the paid part"
    yield f"# {report.base_url} beside its documentation\n"
    yield f"{report.at:%Y-%m-%d %H:%M:%S} UTC, {paid}. Models: {report.models_base_url}. {summary(report)}."
    for verdict, title in _TITLES.items():
        listed = [f"- {finding.line}" for finding in _sorted(report.findings) if finding.verdict is verdict]
        yield from (f"\n## {title}\n", *listed) if listed else ()
    yield "\n## Requests\n\n| | path | HTTP | code | ms | request ID |\n|---|---|---|---|---|---|"
    for call in report.calls:
        status = call.http_status or call.error
        yield f"| {call.method} | `{call.path}` | {status} | {call.code} | {call.duration_ms} | {call.vendor_id} |"
    for call in report.calls:
        yield f"\n### {call.method} {call.path}\n\n````\n{_exchange(call)}\n````"


def _exchange(call: Call) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in call.response_headers.items())
    sent = f"{call.request_body}\n\n" if call.request_body else ""
    return f"{sent}{call.http_status or call.error}\n{headers}\n\n{call.response_body[:_BODY]}".replace("````", "```")


def _json(report: Report) -> dict[str, Any]:
    return {
        "at": report.at.isoformat(),
        "base_url": report.base_url,
        "models_base_url": report.models_base_url,
        "spent": report.spent,
        "findings": [asdict(finding) for finding in _sorted(report.findings)],
        "links": [asdict(link) for link in report.links],
        "calls": [_call(call) for call in report.calls],
    }


def _call(call: Call) -> dict[str, Any]:
    kept = ("method", "path", "http_status", "code", "duration_ms", "vendor_id", "error", "request_body")
    found = {name: getattr(call, name) for name in kept}
    return {**found, "headers": dict(call.response_headers), "body": call.response_body[:_BODY]}
