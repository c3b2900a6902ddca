"""Parses a reply's data into values: the only module that knows the vendor's words for a status. No I/O.

Several sources describe the service differently; every documented variant is accepted
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
LONGEST_ADDRESS = 600  # characters of up to four bytes each: as much as every database can put into an index

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
    """The answer to a submission: the batch, and its tasks in order."""

    batch_id: str
    task_ids: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """One file of a finished task, with its link; its kind `is_guessed` where no field names it."""

    kind: Kind
    url: str
    is_guessed: bool = False

    def kind_for(self, job: Job) -> Kind:
        """Return the kind; if it was guessed, the job's, unless the job was imported and does not know it."""
        return job.kind if self.is_guessed and not job.is_adopted else self.kind


@dataclass(frozen=True)
class Report:
    """The API's report of a task."""

    task_id: str
    status: Status
    results: tuple[Result, ...] = ()
    reason: str = ""
    cost: float | None = None


def accepted(data: Any) -> Accepted:
    """Return the batch and the tasks of a submission, in either documented shape (section 1.2).

    Errors: ConnectionFailed when there is no id: what was started is then unknown.
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
    """Return one task, from the reply of the task status."""
    found = tolerant_json.one(data)
    merged = tolerant_json.merged(
        tolerant_json.entry(found.get("task_result")), tolerant_json.entry(found.get("output")), found
    )
    # An image beside a video is its cover.
    results = _results(merged, Kind.VIDEO) or _results(merged, Kind.IMAGE) or _of_any_kind(merged)
    status = _status(tolerant_json.get(merged, "task_status"))
    reason = first_text(merged, "msg", "message", "fail_reason") if status is Status.FAILED else ""
    if status is Status.SUCCEEDED and not results:
        status, reason = Status.FAILED, "WeryAI marked the task as done but returned no file."
    cost = tolerant_json.number(tolerant_json.get(merged, "cost_credits"))
    return Report(tolerant_json.an_id(tolerant_json.get(merged, "task_id")), status, results, reason[:500], cost)


def reports(data: Any) -> tuple[Report, ...]:
    """Return the tasks of a batch, from an array or a single object."""
    return tuple(report(one) for one in tolerant_json.listed(data) if isinstance(one, dict))


def named_tasks(body: str) -> tuple[str, ...]:
    """Return the task ids that a callback names; empty when it is not a callback (section 4)."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    data = envelope.get("data") if isinstance(envelope, dict) else None
    entries = [tolerant_json.entry(entry) for entry in tolerant_json.listed(data)]
    return tuple(dict.fromkeys(name for entry in entries for name in tolerant_json.ids(entry, "task_id")))[:MOST_NAMED]


def balance(data: Any) -> float:
    """Return the credits, from a number or an object that contains it.

    Errors: ConnectionFailed when there is no number.
    """
    value = tolerant_json.number(data.get("balance") if isinstance(data, dict) else data)
    if value is None:
        raise ConnectionFailed("WeryAI's answer has no balance.", may_have_acted=False)
    return value


def uploaded(data: Any) -> str:
    """Return the URL of an uploaded file: the first of the list (T1, T2), or a single one.

    Errors: ConnectionFailed when there is none that can be requested.
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
    lists = (_addresses(found.get(name), f"{kind}_url") for name in _NAMES[kind])
    return tuple(Result(kind, address) for address in next(filter(None, lists), ()))


def _of_any_kind(found: Mapping[str, Any]) -> tuple[Result, ...]:
    """Return results under names that do not say their kind, seen in users' scripts (T5): the URL may say it."""
    lists = (_addresses(found.get(name), *_NAMES_OF_ANY) for name in _NAMES_OF_ANY)
    addresses = next(filter(None, lists), ())
    return tuple(Result(_kind_by_ending(address), address, is_guessed=True) for address in addresses)


def _kind_by_ending(address: str) -> Kind:
    return Kind.IMAGE if re.search(r"\.(png|jpe?g|webp|gif)(\?|$)", address, re.IGNORECASE) else Kind.VIDEO


def _addresses(given: Any, *names: str) -> list[str]:
    """Return the URLs of one value or a list, whose entries may be objects with `url` or one of these names."""
    return [address for entry in tolerant_json.listed(given) if (address := _address(entry, *names))]


def _address(entry: Any, *names: str) -> str:
    return _web_address(
        tolerant_json.get(tolerant_json.entry(entry), "url", *names) if isinstance(entry, dict) else entry
    )


def _web_address(value: Any) -> str:
    if not isinstance(value, str) or not re.match(r"https?://", value.strip(), re.IGNORECASE):
        return ""
    return value.strip() if tolerant_json.can_be_kept(value) else ""
