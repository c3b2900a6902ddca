"""The WeryAI API, one account's: submit, ask about tasks and batches, balance, models."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from studio.errors import InvalidInputError
from studio.values import Account, Call, Kind
from studio.weryai import wire
from studio.weryai.modes import Mode
from studio.weryai.transport import About, Transport

REGISTRY_SECONDS = 2.0
AUDIO = "generate_audio"
_NOT_AT_ALL = re.compile(r"not support", re.IGNORECASE)


class WeryAI:
    """Each verb returns a value or raises a StudioError; each request, also a failed one, is recorded as a Call."""

    def __init__(self, account: Account, key: str, models_base_url: str, record: Callable[[Call], None]) -> None:
        self._api = Transport(account.base_url, key, account.id, record)
        self._registry = Transport(models_base_url, key, account.id, record)
        self._audio_as_text = False

    @property
    def key(self) -> str:
        return self._api.key

    @key.setter
    def key(self, key: str) -> None:
        # New ones: a request that is under way knows which key is to be kept out of its record.
        self._api, self._registry = replace(self._api, key=key), replace(self._registry, key=key)

    def submit(self, mode: Mode, body: dict[str, Any], *, job: str) -> wire.Accepted:
        """Start a paid generation. Errors: see errors.py; look at `may_have_acted`.

        One POST, and a second one only when the first was refused for how it says `generate_audio`, which started
        nothing: some pages have it as a boolean, some as a text (weryai-api.md 3.2).
        """
        about = About(job=job, model=str(body.get("model", "")))
        try:
            return wire.accepted(self._api.post_once(mode.path, self._worded(body), about))
        except InvalidInputError as error:
            if error.field != AUDIO or _NOT_AT_ALL.search(error.message) or not isinstance(body.get(AUDIO), bool):
                raise
            self._audio_as_text = not self._audio_as_text
        try:
            return wire.accepted(self._api.post_once(mode.path, self._worded(body), about))
        except InvalidInputError:
            self._audio_as_text = not self._audio_as_text  # it was not for the spelling
            raise

    def task(self, task_id: str, *, job: str = "") -> wire.Report:
        """GET /v1/generation/{taskId}/status: free, safe to repeat."""
        path = f"/v1/generation/{quote(task_id, safe='')}/status"
        return self._kept(wire.report(self._api.get(path, About(job=job, task_id=task_id))))

    def batch(self, batch_id: str, *, job: str = "") -> tuple[wire.Report, ...]:
        """GET /v1/generation/batch/{batchId}/status: all tasks of one submission (S10)."""
        path = f"/v1/generation/batch/{quote(batch_id, safe='')}/status"
        found = wire.reports(self._api.get(path, About(job=job, batch_id=batch_id)))
        return tuple(map(self._kept, found))

    def balance(self, *, job: str = "") -> float:
        """GET /v1/generation/balance: credits (S8, T3)."""
        return wire.balance(self._api.get("/v1/generation/balance", About(job=job), attempts=2, seconds=10.0))

    def _worded(self, body: dict[str, Any]) -> dict[str, Any]:
        given = body.get(AUDIO)
        return {**body, AUDIO: str(given).lower()} if self._audio_as_text and isinstance(given, bool) else body

    def _kept(self, report: wire.Report) -> wire.Report:
        """A reason is the vendor's free text, and is kept and shown like one."""
        return replace(report, reason=self._api.kept(report.reason))

    def models(self, kind: Kind) -> Any:
        """The model registry's data for images or videos (S10, S11); the service works without it."""
        path = f"/growthai/v1/{kind}/models"
        return self._registry.get(path, About(), seconds=REGISTRY_SECONDS)
