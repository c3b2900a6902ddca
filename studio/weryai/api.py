"""The WeryAI API, one account's: submit, ask about tasks and batches, balance, models."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from studio.core.account import Account
from studio.core.calls import Call
from studio.core.errors import APIError, ConnectionFailed, InvalidInputError, StudioError
from studio.core.values import Kind
from studio.weryai import wire
from studio.weryai.modes import Mode
from studio.weryai.multipart import FileForm
from studio.weryai.transport import About, Transport

REGISTRY_SECONDS = 2.0
UPLOAD = "/v1/generation/upload-file"
MOST_WORDINGS = 3
AUDIO, WEBHOOK = "generate_audio", "webhook_url"
_NOT_AT_ALL = re.compile(r"not support", re.IGNORECASE)


class WeryAI:
    """Each verb returns a value or raises a StudioError; each request, also a failed one, is recorded as a Call."""

    def __init__(self, account: Account, key: str, models_base_url: str, record: Callable[[Call], None]) -> None:
        self._api = Transport(account.base_url, key, account.id, record)
        self._registry = Transport(models_base_url, key, account.id, record)
        self._audio_respelt: set[str] = set()  # paths that take it the other way
        self._without_webhook: set[str] = set()  # paths that do not take its address
        self.no_balance = ""  # why the balance was not told when it was last asked for, in sentences

    @property
    def key(self) -> str:
        return self._api.key

    @key.setter
    def key(self, key: str) -> None:
        # New ones: a request that is under way knows which key is to be kept out of its record.
        self._api, self._registry = replace(self._api, key=key), replace(self._registry, key=key)

    def submit(self, mode: Mode, body: dict[str, Any], *, job: str) -> wire.Accepted:
        """Start a paid generation. Errors: see errors.py; look at `may_have_acted`.

        One POST, and another one only when the one before was refused, which started nothing, for what the sources do
        not agree on: whether `generate_audio` is a boolean or a text (docs/weryai-api.md 3.2), and whether every mode
        takes a `webhook_url` (section 4). No wording is sent twice.
        """
        about = About(job=job, model=str(body.get("model", "")))
        tried: list[dict[str, Any]] = []
        while True:
            tried.append(self._worded(mode, body))
            try:
                return wire.accepted(self._api.post_once(mode.path, tried[-1], about))
            except InvalidInputError as error:
                # Also at the last one: when it was not for the spelling of the audio, that goes back to the first one.
                if field := _badly_worded(body, error):
                    self._reword(mode, field)
                if not field or len(tried) == MOST_WORDINGS or self._worded(mode, body) in tried:
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
        try:
            told = wire.balance(self._api.get("/v1/generation/balance", About(job=job), attempts=2, seconds=10.0))
        except (APIError, ConnectionFailed) as error:
            self.no_balance = error.explained
            raise
        self.no_balance = ""
        return told

    def upload(
        self, file: Path, name: str, media_type: str, *, sent: Callable[[int, int], None], attempt: int = 1
    ) -> str:
        """POST /v1/generation/upload-file: free; the address that the file then has there (docs/weryai-api.md 3.5).

        `sent` is told the bytes that have left, and all. `batch_no` is left out, as its effect is unclear.
        Errors: StudioError with a hint for who uploads; whatever `sent` raises, which ends it.
        """
        form = FileForm(file, name, media_type, sent, {"fixed": "false"})
        try:
            return wire.uploaded(self._api.post_file(UPLOAD, form, About(), attempt=attempt))
        except StudioError as error:
            error.hint = error.upload_hint
            raise

    def _worded(self, mode: Mode, body: dict[str, Any]) -> dict[str, Any]:
        if AUDIO in body and mode.path in self._audio_respelt:
            body = {**body, AUDIO: _respelt(body[AUDIO])}
        dropped = {WEBHOOK} if mode.path in self._without_webhook else set()
        return {name: value for name, value in body.items() if name not in dropped}

    def _reword(self, mode: Mode, field: str) -> None:
        """From now on requests of this mode say this field otherwise, or leave it out."""
        if field == WEBHOOK:
            self._without_webhook.add(mode.path)
        else:
            self._audio_respelt ^= {mode.path}

    def _kept(self, report: wire.Report) -> wire.Report:
        """A reason is the vendor's free text, and is kept and shown like one."""
        return replace(report, reason=self._api.kept(report.reason))

    def models(self, kind: Kind) -> Any:
        """The model registry's data for images or videos (S10, S11); the service works without it."""
        path = f"/growthai/v1/{kind}/models"
        return self._registry.get(path, About(), seconds=REGISTRY_SECONDS)


def _badly_worded(body: dict[str, Any], error: InvalidInputError) -> str:
    """The field that was refused for how it is said, and can be said otherwise; empty when it was for none."""
    is_audio_unknown = error.field == AUDIO and _NOT_AT_ALL.search(error.message)
    return error.field if error.field in (AUDIO, WEBHOOK) and error.field in body and not is_audio_unknown else ""


def _respelt(audio: bool | str) -> bool | str:
    """A boolean as a text, and a text as a boolean."""
    return str(audio).lower() if isinstance(audio, bool) else audio == "true"
