"""How the sandbox writes its answers, in variants that are chosen by name. Pure functions, no HTTP.

The sources contradict each other (docs/weryai-api.md 11); the default is what most of the vendor's pages show.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sandbox import facts
from sandbox.facts import Refusal
from sandbox.tasks import SandboxTask
from sandbox.variants import CHOICES, ENVELOPES, GUIDE_CODES, REASONS, WORDS

_CAMEL = re.compile(r"_(\w)")


@dataclass(frozen=True)
class Dialect:
    """One choice for each name of CHOICES. Errors: ValueError for an unknown choice."""

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
    keys: str = "model_key"
    titles: str = "title"
    rejected: str = "message"
    cost: str = "given"
    reason: str = "own"
    calls: str = "guide"
    request_id: str = "none"

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) not in CHOICES[field.name]:
                raise ValueError(f"{field.name} is one of {', '.join(CHOICES[field.name])}")

    def success(self, body: Any) -> dict[str, Any]:
        """Return the envelope of a success."""
        return {**ENVELOPES[self.envelope], "data": body}

    def refusal(self, refusal: Refusal) -> dict[str, Any]:
        """Return the envelope of a refusal; in the guide's codes, 1002 is about the key only."""
        other = GUIDE_CODES if self.codes == "guide" and refusal.http not in (401, 403) else {}
        names = ("desc", "message") if self.errors == "both" else (self.errors,)
        flag = {"success": False} if "success" in ENVELOPES[self.envelope] else {}
        texts = dict.fromkeys(names, refusal.message)
        if self.rejected == "desc" and refusal.message == facts.KEY_REJECTED and "message" in names:
            texts["desc"] = "Authentication failed"  # S8
        return {"status": other.get(refusal.code, refusal.code), **flag, **texts}

    def in_this_dialect(self, refusal: Refusal) -> Refusal:
        """Return the refusal in this dialect: sources differ on the code of an unknown task or batch (S1, S2)."""
        if refusal.code != 1003 or self.missing == "1003":
            return refusal
        found = (1003, 404) if self.missing == "404" else (int(self.missing), refusal.http)
        return Refusal(found[0], refusal.message, http=found[1])

    def headers(self, name: str) -> dict[str, str]:
        """Return the header with the id of a request; the name of the API's header is unknown."""
        return {} if self.request_id == "none" else {self.request_id: name}

    def submitted(self, tasks: Sequence[SandboxTask]) -> Any:
        """Return the ids of a submission. For a single video from text, T4 reads one id; the pages have a batch."""
        batch = {"batch_id": int(tasks[0].batch), "task_ids": [task.id for task in tasks]}
        single = [{"task_id": task.id, "task_status": self._word("waiting")} for task in tasks]
        match self.submit:
            case "array":
                found: Any = single
            case "single":
                found = single[0] if len(single) == 1 else single
            case "both":
                found = {**batch, **single[0]}
            case "docs" if len(tasks) == 1 and tasks[0].reply != "batch":
                found = single[0]
            case _:
                found = batch
        return self._named(found)

    def callback(self, task: SandboxTask, address: str) -> dict[str, Any]:
        """Return a callback about an ended task: the envelope, with the words of the guide (D-dev) or of S13."""
        words = WORDS["guide" if self.calls == "guide" else "docs"]
        content = {"task_id": task.id, "task_status": words.get(task.status, task.status)}
        return {**ENVELOPES["docs"], "data": {**content, **self._outcome(task, address)}}

    def report(self, task: SandboxTask, address: str) -> Any:
        """Return one task as the status endpoint reports it."""
        content = self._task(task, address)
        return [content] if self.task == "array" else content

    def reports(self, tasks: Sequence[SandboxTask], addresses: Sequence[str]) -> Any:
        """Return the tasks of a batch."""
        content = [self._task(task, address) for task, address in zip(tasks, addresses, strict=True)]
        return content[0] if self.batch == "lone" and len(content) == 1 else content

    def credits(self, amount: float) -> Any:
        return amount if self.balance == "number" else {"balance": amount}

    def models(self, groups: Mapping[str, Any]) -> Any:
        """Return the registry's lists by mode; or only the first list, as the grouping of images is not documented.

        Entries may use other names for key and title, and the list for several images may be missing (S10).
        """
        names = {"model_key": self.keys, "title": self.titles}
        content = {
            mode: [{names.get(name, name): value for name, value in entry.items()} for entry in entries]
            for mode, entries in groups.items()
            if self.registry != "no-multi" or mode != "multi_image_to_video"
        }
        return next(iter(content.values())) if self.registry == "list" else content

    def _task(self, task: SandboxTask, address: str) -> Any:
        outcome = self._outcome(task, address)
        inner = outcome if self.place == "data" else {self.place: outcome}
        return self._named({"task_id": task.id, "task_status": self._word(task.status), **inner})

    def _outcome(self, task: SandboxTask, address: str) -> dict[str, Any]:
        if task.status == "failed":
            name = "message" if self.place == "task_result" else "msg"
            end = "credits returned" if task.refunds else "credits kept"
            return {name: f"{REASONS[self.reason]}, {end}", **self._cost(0 if task.refunds else task.cost)}
        if task.status != "succeed":
            return {}
        made = self._files(task.group, address) if task.outcome != "empty" else {f"{task.group}s": []}
        return {**made, **self._cost(task.cost)}

    def _cost(self, credits: int) -> dict[str, int]:
        return {"cost_credits": credits} if self.cost == "given" else {}

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

    def _named(self, content: Any) -> Any:
        if self.names == "snake":
            return content
        if isinstance(content, list):
            return [self._named(one) for one in content]
        if not isinstance(content, dict):
            return content
        return {_CAMEL.sub(lambda found: found[1].upper(), name): self._named(one) for name, one in content.items()}
