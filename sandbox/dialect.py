"""How the sandbox words its answers: every documented variant of one, chosen by name. Pure functions, no HTTP.

The sources contradict each other (README, "The sandbox"); the default is what most of the vendor's pages show.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sandbox.facts import Refusal
from sandbox.tasks import SandboxTask

ENVELOPES: Mapping[str, Mapping[str, Any]] = {
    "docs": {"status": 0, "desc": "success", "message": "success"},
    "podcast": {"status": 200, "desc": "Success", "message": "Success", "success": True},
    "msg": {"status": 0, "msg": "success"},
    "text-0": {"status": "0", "message": "success"},
    "text-200": {"status": "200", "message": "success"},
    "word": {"status": "success"},
    "ok": {"status": "ok"},
    "null": {"status": None, "message": "success"},
    "absent": {},
    "flag": {"success": True},
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "docs": {},
    "upper": {"waiting": "WAITING", "processing": "PROCESSING", "succeed": "SUCCEED", "failed": "FAILED"},
    "guide": {"waiting": "PENDING", "processing": "PROCESSING", "succeed": "SUCCESS", "failed": "FAILED"},
    "runtime": {"waiting": "pending", "processing": "running", "succeed": "success", "failed": "fail"},
    "users": {"failed": "error"},
    "canceled": {"failed": "canceled"},
    "scripts": {"succeed": "completed"},  # T5
    "unheard-of": {"waiting": "lining_up", "processing": "rendering"},
}
_CAMEL = re.compile(r"_(\w)")
GUIDE_CODES = {1002: 1001, 1011: 1004, 2003: 1005}  # where D-dev and S13 count differently from S1
CHOICES: Mapping[str, tuple[str, ...]] = {
    "envelope": tuple(ENVELOPES),
    "errors": ("both", "message", "desc", "msg"),
    "codes": ("server", "guide"),
    "submit": ("docs", "batch", "single", "both", "array"),
    "words": tuple(WORDS),
    "results": ("list", "objects", "named", "string", "url", "bare", "urls", "output_url", "result_url"),
    "place": ("data", "output", "task_result"),
    "names": ("snake", "camel"),
    "task": ("object", "array"),
    "batch": ("array", "lone"),
    "balance": ("number", "object"),
    "registry": ("groups", "list"),
    "audio": ("either", "boolean", "text", "documented"),
    "webhook": ("taken", "unknown"),
    "missing": ("1003", "1002", "1010", "404"),
    "request_id": ("none", "x-request-id", "x-trace-id", "x-log-id"),
}


@dataclass(frozen=True)
class Dialect:
    """One choice for each name of CHOICES. Errors: ValueError for what is none."""

    envelope: str = "docs"
    errors: str = "both"
    codes: str = "server"
    submit: str = "docs"
    words: str = "docs"
    results: str = "list"
    place: str = "data"
    names: str = "snake"
    task: str = "object"
    batch: str = "array"
    balance: str = "number"
    registry: str = "groups"
    audio: str = "either"
    webhook: str = "taken"
    missing: str = "1003"
    request_id: str = "none"

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) not in CHOICES[field.name]:
                raise ValueError(f"{field.name} is one of {', '.join(CHOICES[field.name])}")

    def success(self, body: Any) -> dict[str, Any]:
        """The envelope of a yes."""
        return {**ENVELOPES[self.envelope], "data": body}

    def refusal(self, refusal: Refusal) -> dict[str, Any]:
        """The envelope of a no; a guide's 1002 is about the key alone."""
        other = GUIDE_CODES if self.codes == "guide" and refusal.http not in (401, 403) else {}
        names = ("desc", "message") if self.errors == "both" else (self.errors,)
        flag = {"success": False} if "success" in ENVELOPES[self.envelope] else {}
        return {"status": other.get(refusal.code, refusal.code), **flag, **dict.fromkeys(names, refusal.message)}

    def heard(self, refusal: Refusal) -> Refusal:
        """A no as it is told: sources differ on the code of a task or batch that is not there (S1, S2)."""
        if refusal.code != 1003 or self.missing == "1003":
            return refusal
        found = (1003, 404) if self.missing == "404" else (int(self.missing), refusal.http)
        return Refusal(found[0], refusal.message, http=found[1])

    def headers(self, name: str) -> dict[str, str]:
        """The header with the id of a request; which one the API has was never seen."""
        return {} if self.request_id == "none" else {self.request_id: name}

    def submitted(self, tasks: Sequence[SandboxTask]) -> Any:
        """The ids of a submission. Of a lone video T4 reads the one id only; the pages name batch and ids."""
        batch = {"batch_id": int(tasks[0].batch), "task_ids": [task.id for task in tasks]}
        single = [{"task_id": task.id, "task_status": self._word("waiting")} for task in tasks]
        match self.submit:
            case "array":
                found: Any = single
            case "single":
                found = single[0] if len(single) == 1 else single
            case "both":
                found = {**batch, **single[0]}
            case "docs" if len(tasks) == 1 and (tasks[0].group == "video" or tasks[0].reply == "single"):
                found = single[0]
            case _:
                found = batch
        return self._named(found)

    def callback(self, task: SandboxTask, address: str) -> dict[str, Any]:
        """What is told of a task that has ended: the envelope, and the guide's words (D-dev, S13)."""
        told = {"task_id": task.id, "task_status": WORDS["guide"].get(task.status, task.status)}
        return {**ENVELOPES["docs"], "data": {**told, **self._outcome(task, address)}}

    def report(self, task: SandboxTask, address: str) -> Any:
        """One task as its status call tells it."""
        told = self._told(task, address)
        return [told] if self.task == "array" else told

    def reports(self, tasks: Sequence[SandboxTask], addresses: Sequence[str]) -> Any:
        """The tasks of a batch."""
        told = [self._told(task, address) for task, address in zip(tasks, addresses, strict=True)]
        return told[0] if self.batch == "lone" and len(told) == 1 else told

    def credits(self, amount: float) -> Any:
        return amount if self.balance == "number" else {"balance": amount}

    def models(self, groups: Mapping[str, Any]) -> Any:
        """The registry's lists by mode; or, as the grouping of images was never seen, the first list alone."""
        return groups if self.registry == "groups" else next(iter(groups.values()))

    def _told(self, task: SandboxTask, address: str) -> Any:
        outcome = self._outcome(task, address)
        inner = outcome if self.place == "data" else {self.place: outcome}
        return self._named({"task_id": task.id, "task_status": self._word(task.status), **inner})

    def _outcome(self, task: SandboxTask, address: str) -> dict[str, Any]:
        if task.status == "failed":
            name = "message" if self.place == "task_result" else "msg"
            end = "credits returned" if task.refunds else "credits kept"
            cost = 0 if task.refunds else task.cost
            return {name: f"A simulated failure, {end}", "cost_credits": cost}
        if task.status != "succeed":
            return {}
        made = self._files(task.group, address) if task.outcome != "empty" else {f"{task.group}s": []}
        return {**made, "cost_credits": task.cost}

    def _files(self, group: str, address: str) -> dict[str, Any]:
        named = {"url": address} if self.results == "objects" else {f"{group}_url": address}
        cover = {"cover_image_url": f"{address}.jpg"} if group == "video" else {}
        shapes: dict[str, dict[str, Any]] = {
            "list": {f"{group}s": [address]},
            "objects": {f"{group}s": [{**named, **cover}]},
            "named": {f"{group}s": [{**named, **cover}]},
            "string": {f"{group}s": address},
            "url": {"video_url": address},
            "bare": {"video": address},
            "urls": {"video_urls": [address]},
            "output_url": {"output_url": address},  # T5
            "result_url": {"result_url": address},
        }
        only_for_videos = self.results in ("url", "bare", "urls") and group != "video"  # T2
        return shapes["list" if only_for_videos else self.results]

    def _word(self, status: str) -> str:
        return WORDS[self.words].get(status, status)

    def _named(self, told: Any) -> Any:
        if self.names == "snake":
            return told
        if isinstance(told, list):
            return [self._named(one) for one in told]
        if not isinstance(told, dict):
            return told
        return {_CAMEL.sub(lambda found: found[1].upper(), name): self._named(one) for name, one in told.items()}
