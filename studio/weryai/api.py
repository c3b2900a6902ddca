"""The WeryAI API with one account: submit, ask for tasks and batches, upload, balance, models."""

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
MOST_VARIANTS = 3
AUDIO, WEBHOOK = "generate_audio", "webhook_url"
_NOT_AT_ALL = re.compile(r"not support", re.IGNORECASE)


class WeryAI:
    """One account at the API. Methods return a value or raise StudioError; each request is recorded as a Call."""

    def __init__(self, account: Account, key: str, models_base_url: str, record: Callable[[Call], None]) -> None:
        self._api = Transport(account.base_url, key, account.id, record)
        self._registry = Transport(models_base_url, key, account.id, record)
        self._other_audio_type: set[str] = set()  # paths that expect the audio field in the other type
        self._without_webhook: set[str] = set()  # paths that do not accept the webhook's URL
        self.no_balance = ""  # why the last request for the balance failed, in sentences; empty when it succeeded

    @property
    def key(self) -> str:
        return self._api.key

    @key.setter
    def key(self, key: str) -> None:
        # New transports: a request in flight still needs the old key, to redact it from its record.
        self._api, self._registry = replace(self._api, key=key), replace(self._registry, key=key)

    def submit(self, mode: Mode, body: dict[str, Any], *, job: str) -> wire.Accepted:
        """Start a paid generation. Errors: see errors.py; check `may_have_acted`.

        It sends one POST, and another one only after a refusal, which started nothing, about a field on which the
        sources disagree: whether `generate_audio` is a boolean or a text (docs/weryai-api.md 3.2), and whether every
        mode accepts a `webhook_url` (section 4). No variant of the body is sent twice.
        """
        about = About(job=job, model=str(body.get("model", "")))
        tried: list[dict[str, Any]] = []
        while True:
            tried.append(self._adapted(mode, body))
            try:
                return wire.accepted(self._api.post_once(mode.path, tried[-1], about))
            except InvalidInputError as error:
                # Also after the last try: if the audio's type was not the reason, the first type is used again.
                if field := _with_another_variant(body, error):
                    self._use_other_variant(mode, field)
                if not field or len(tried) == MOST_VARIANTS or self._adapted(mode, body) in tried:
                    raise

    def task(self, task_id: str, *, job: str = "") -> wire.Report:
        """GET /v1/generation/{taskId}/status: costs nothing, safe to repeat."""
        path = f"/v1/generation/{quote(task_id, safe='')}/status"
        return self._kept(wire.report(self._api.get(path, About(job=job, task_id=task_id))))

    def batch(self, batch_id: str, *, job: str = "") -> tuple[wire.Report, ...]:
        """GET /v1/generation/batch/{batchId}/status: all tasks of one submission (S10)."""
        path = f"/v1/generation/batch/{quote(batch_id, safe='')}/status"
        found = wire.reports(self._api.get(path, About(job=job, batch_id=batch_id)))
        return tuple(map(self._kept, found))

    def balance(self, *, job: str = "") -> float:
        """GET /v1/generation/balance: the credits (S8, T3)."""
        try:
            credits = wire.balance(self._api.get("/v1/generation/balance", About(job=job), attempts=2, seconds=10.0))
        except (APIError, ConnectionFailed) as error:
            self.no_balance = error.explained
            raise
        self.no_balance = ""
        return credits

    def upload(
        self, file: Path, name: str, media_type: str, *, sent: Callable[[int, int], None], attempt: int = 1
    ) -> str:
        """POST /v1/generation/upload-file: return the file's URL at WeryAI. Costs nothing (docs/weryai-api.md 3.5).

        `sent` is called with the number of bytes sent and the total. `batch_no` is left out, as its effect is unclear.
        Errors: StudioError with a hint about uploads; whatever `sent` raises, which ends the upload.
        """
        form = FileForm(file, name, media_type, sent, {"fixed": "false"})
        try:
            return wire.uploaded(self._api.post_file(UPLOAD, form, About(), attempt=attempt))
        except StudioError as error:
            error.hint = error.upload_hint
            raise

    def _adapted(self, mode: Mode, body: dict[str, Any]) -> dict[str, Any]:
        if AUDIO in body and mode.path in self._other_audio_type:
            body = {**body, AUDIO: _as_other_type(body[AUDIO])}
        dropped = {WEBHOOK} if mode.path in self._without_webhook else set()
        return {name: value for name, value in body.items() if name not in dropped}

    def _use_other_variant(self, mode: Mode, field: str) -> None:
        """From now on send this field of this path in its other variant, or leave it out."""
        if field == WEBHOOK:
            self._without_webhook.add(mode.path)
        else:
            self._other_audio_type ^= {mode.path}

    def _kept(self, report: wire.Report) -> wire.Report:
        """Return the report with its reason redacted and shortened: the reason is free text of the vendor."""
        return replace(report, reason=self._api.kept(report.reason))

    def models(self, kind: Kind) -> Any:
        """Return the model registry's data for images or videos (S10, S11); the service works without the registry."""
        path = f"/growthai/v1/{kind}/models"
        return self._registry.get(path, About(), seconds=REGISTRY_SECONDS)


def _with_another_variant(body: dict[str, Any], error: InvalidInputError) -> str:
    """The refused field if it can be sent in another variant; empty if none was refused for its type."""
    is_audio_unknown = error.field == AUDIO and _NOT_AT_ALL.search(error.message)
    return error.field if error.field in (AUDIO, WEBHOOK) and error.field in body and not is_audio_unknown else ""


def _as_other_type(audio: bool | str) -> bool | str:
    """Return a boolean as text, and a text as boolean."""
    return str(audio).lower() if isinstance(audio, bool) else audio == "true"
