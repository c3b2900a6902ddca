"""Result links: how they answer without the key, and whether those of earlier reports still work."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from live_check import facts
from live_check.findings import Finding, Verdict, compare
from live_check.recorder import Recorder
from studio.core.errors import ArchiveError
from studio.core.values import Kind
from studio.weryai import downloads
from studio.weryai.downloads import Look

MOST = 10  # links of earlier reports that are requested again
_LIFE = "life of a result link"
_PART = "bytes=0-15"


@dataclass(frozen=True)
class Link:
    """A result link as stored in a report: without its query, which may contain a signature."""

    kind: str
    address: str
    signed: bool
    at: str  # ISO 8601, when WeryAI returned it


def kept(url: str, kind: Kind, at: datetime) -> Link:
    parts = urlsplit(url)
    return Link(kind, urlunsplit((*parts[:3], "", "")), bool(parts.query), at.isoformat())


def findings(url: str, kind: Kind, recorder: Recorder) -> Iterator[Finding]:
    """Request a fresh link without the key, as anybody could."""
    yield compare(facts.HOST, _host(url, recorder.settings.base_url))
    yield from _signature(url)
    try:
        whole = downloads.look(url, private=recorder.is_local)
        part = downloads.look(url, private=recorder.is_local, part=_PART)
    except ArchiveError as error:
        yield Finding(Verdict.UNSEEN, facts.LINK.about, error.message)
        return
    yield compare(facts.LINK, f"HTTP {whole.http_status}")
    if whole.http_status == 200:
        yield from _file(whole, part, kind)


def _file(whole: Look, part: Look, kind: Kind) -> Iterator[Finding]:
    yield compare(facts.TYPES[kind], whole.headers.get("content-type", "none"))
    yield compare(facts.LENGTH, "given" if "content-length" in whole.headers else "not given")
    yield compare(facts.RANGES, "given" if part.http_status == 206 else "not given")
    for name in ("content-length", "cache-control", "expires"):
        if name in whole.headers:
            yield Finding(Verdict.SEEN, f"{name} of the {kind}", whole.headers[name])


def _host(url: str, base_url: str) -> str:
    host = urlsplit(url).hostname or "none"
    return facts.HOST.usual if host in (*facts.HOSTS, urlsplit(base_url).hostname) else host


def _signature(url: str) -> Iterator[Finding]:
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    yield compare(facts.SIGNED, f"with {', '.join(query)}" if query else facts.SIGNED.usual)
    for name, value in query.items():
        if "expires" in name.lower():
            yield Finding(Verdict.SEEN, "a result link says that it ends", f"{name} {value}")


def earlier(folder: Path, recorder: Recorder, at: datetime) -> Iterator[Finding]:
    """Request the newest links of earlier reports on this service again."""
    found = sorted(_remembered(folder, recorder.settings.base_url), key=lambda link: link.at)[-MOST:]
    for link in found:
        yield Finding(Verdict.SEEN, f"link of {link.kind} {_name(link)}", f"{_life(link, recorder)} {_age(link, at)}")
    if not found:
        yield Finding(Verdict.UNSEEN, _LIFE, "no earlier report here has one; run this again later")


def _remembered(folder: Path, base_url: str) -> list[Link]:
    links: dict[str, Link] = {}
    for file in sorted(folder.glob("live-report-*.json")):
        report = _json(file)
        given = report.get("links") if report.get("base_url") == base_url else None
        for entry in given if isinstance(given, list) else []:
            link = Link(**entry)
            links.setdefault(link.address, link)
    return list(links.values())


def _json(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _life(link: Link, recorder: Recorder) -> str:
    try:
        status = downloads.look(link.address, private=recorder.is_local).http_status
    except ArchiveError as error:
        return f"not asked ({error.message.rstrip('.')})"
    unsigned = " (asked without its signature, which is not kept)" if link.signed else ""
    return ("alive" if status == 200 else f"dead, HTTP {status},") + unsigned


def _age(link: Link, at: datetime) -> str:
    hours = (at - datetime.fromisoformat(link.at)).total_seconds() / 3600
    return f"after {hours / 24:,.1f} days" if hours >= 48 else f"after {hours:,.1f} hours"


def _name(link: Link) -> str:
    return urlsplit(link.address).path.rpartition("/")[2]
