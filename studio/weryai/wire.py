"""From a reply's data to our values: the only place that knows the vendor's words for a status. No I/O.

The service was described by several sources that differ; every documented variant is accepted
(docs/weryai-api.md 1.2, 3.3, 3.14, 11).
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.core.errors import ConnectionFailed
from studio.core.values import Job, Kind, Status
from studio.weryai import tolerant_json
from studio.weryai.envelope import first_text

log = logging.getLogger(__name__)

MOST_NAMED = 20
LONGEST_ADDRESS = 600  # characters; up to four bytes each, as much as every database can put into an index

_WORDS = {
    "waiting": Status.WAITING,
    "pending": Status.WAITING,
    "queued": Status.WAITING,
    "processing": Status.PROCESSING,
    "running": Status.PROCESSING,
    "succeed": Status.SUCCEEDED,
    "success": Status.SUCCEEDED,
    "succeeded": Status.SUCCEEDED,
    "completed": Status.SUCCEEDED,  # T5, another of the vendor's own clients
    "complete": Status.SUCCEEDED,
    "failed": Status.FAILED,
    "fail": Status.FAILED,
    "error": Status.FAILED,
    "canceled": Status.FAILED,
    "cancelled": Status.FAILED,
}
_NAMES = {
    Kind.IMAGE: ("images", "image_urls", "image_url"),
    Kind.VIDEO: ("videos", "video_urls", "video_url", "video"),
}
_NAMES_OF_ANY = ("output_url", "result_url")


@dataclass(frozen=True)
class Accepted:
    """What a submission brought: the batch, and its tasks in order."""

    batch_id: str
    task_ids: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """One file of a finished task, where the vendor keeps it; its kind `is_guessed` where no field says it."""

    kind: Kind
    url: str
    is_guessed: bool = False

    def kind_for(self, job: Job) -> Kind:
        """The kind, which a job knows where no field says it; an imported job knows nothing of its task."""
        return job.kind if self.is_guessed and not job.is_adopted else self.kind


@dataclass(frozen=True)
class Report:
    """What the API says of a task."""

    task_id: str
    status: Status
    results: tuple[Result, ...] = ()
    reason: str = ""
    cost: float | None = None


def accepted(data: Any) -> Accepted:
    """Batch and tasks of a submission, in either documented shape (section 1.2).

    Errors: ConnectionFailed when there is no id in it: nobody can say then what was started.
    """
    entries = [tolerant_json.entry(entry) for entry in tolerant_json.listed(data)]
    ids = [name for entry in entries for name in tolerant_json.ids(entry, "task_ids", "task_id")]
    if not ids:
        raise ConnectionFailed("WeryAI accepted the request but named no task.", may_have_acted=True)
    batch = next(
        (found for entry in entries if (found := tolerant_json.an_id(tolerant_json.get(entry, "batch_id")))), ""
    )
    return Accepted(batch, tuple(dict.fromkeys(ids)))


def report(data: Any) -> Report:
    """One task, from the reply of the task status."""
    found = tolerant_json.one(data)
    merged = tolerant_json.merged(
        tolerant_json.entry(found.get("task_result")), tolerant_json.entry(found.get("output")), found
    )
    # A picture beside a video is its cover.
    results = _results(merged, Kind.VIDEO) or _results(merged, Kind.IMAGE) or _of_any_kind(merged)
    status = _status(tolerant_json.get(merged, "task_status"))
    reason = first_text(merged, "msg", "message", "fail_reason") if status is Status.FAILED else ""
    if status is Status.SUCCEEDED and not results:
        status, reason = Status.FAILED, "WeryAI marked the task as done but returned no file."
    cost = tolerant_json.number(tolerant_json.get(merged, "cost_credits"))
    return Report(tolerant_json.an_id(tolerant_json.get(merged, "task_id")), status, results, reason[:500], cost)


def reports(data: Any) -> tuple[Report, ...]:
    """The tasks of a batch, from an array or a lone object."""
    return tuple(report(one) for one in tolerant_json.listed(data) if isinstance(one, dict))


def named_tasks(body: str) -> tuple[str, ...]:
    """The task ids that a callback names, whatever else it says; none when it is no callback (section 4)."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    data = envelope.get("data") if isinstance(envelope, dict) else None
    entries = [tolerant_json.entry(entry) for entry in tolerant_json.listed(data)]
    return tuple(dict.fromkeys(name for entry in entries for name in tolerant_json.ids(entry, "task_id")))[:MOST_NAMED]


def balance(data: Any) -> float:
    """Credits, from a number or an object that holds it.

    Errors: ConnectionFailed when there is no number in it.
    """
    value = tolerant_json.number(data.get("balance") if isinstance(data, dict) else data)
    if value is None:
        raise ConnectionFailed("WeryAI's answer has no balance.", may_have_acted=False)
    return value


def uploaded(data: Any) -> str:
    """The address of a file that was uploaded: the first of the list (T1, T2), or a lone one.

    Errors: ConnectionFailed when there is none that could be asked for.
    """
    found = tolerant_json.get(tolerant_json.one(data), "object_url_list")
    address = _web_address(next(iter(found), None) if isinstance(found, list) else found)
    if not 0 < len(address) <= LONGEST_ADDRESS:
        raise ConnectionFailed("WeryAI accepted the file but returned no address for it.", may_have_acted=False)
    return address


def _status(word: Any) -> Status:
    known = _WORDS.get(str(word).strip().lower())
    if known is None:
        log.warning("unknown task status %r, treated as processing", str(word)[:60])
        return Status.PROCESSING
    return known


def _results(found: Mapping[str, Any], kind: Kind) -> tuple[Result, ...]:
    told = (_addresses(found.get(name), f"{kind}_url") for name in _NAMES[kind])
    return tuple(Result(kind, address) for address in next(filter(None, told), ()))


def _of_any_kind(found: Mapping[str, Any]) -> tuple[Result, ...]:
    """Results under names that do not say what they are, in scripts of users (T5): their address may."""
    told = (_addresses(found.get(name), *_NAMES_OF_ANY) for name in _NAMES_OF_ANY)
    addresses = next(filter(None, told), ())
    return tuple(Result(_kind_by_ending(address), address, is_guessed=True) for address in addresses)


def _kind_by_ending(address: str) -> Kind:
    return Kind.IMAGE if re.search(r"\.(png|jpe?g|webp|gif)(\?|$)", address, re.IGNORECASE) else Kind.VIDEO


def _addresses(given: Any, *names: str) -> list[str]:
    """Of a lone address or a list, in which each may be an object that has it under `url` or one of these names."""
    return [address for entry in tolerant_json.listed(given) if (address := _address(entry, *names))]


def _address(entry: Any, *names: str) -> str:
    return _web_address(
        tolerant_json.get(tolerant_json.entry(entry), "url", *names) if isinstance(entry, dict) else entry
    )


def _web_address(value: Any) -> str:
    if not isinstance(value, str) or not re.match(r"https?://", value.strip(), re.IGNORECASE):
        return ""
    return value.strip() if tolerant_json.can_be_kept(value) else ""
