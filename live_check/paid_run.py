"""The part that costs credits: an empty body to each path, which should be refused, then one image and one video.

The cheapest model is not documented. The rule: the first documented model with verified limits that the live list has;
one image of 1:1, or one video of the shortest duration and lowest resolution. Each is submitted once, whatever
happens.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from live_check.recorder import Pace, Recorded, Recorder
from studio.core.errors import AuthenticationError, PermissionDenied
from studio.engine import polling
from studio.weryai import request_body
from studio.weryai.fields import ChoiceField
from studio.weryai.model import Model
from studio.weryai.modes import MODES, TEXT_TO_IMAGE, TEXT_TO_VIDEO, Mode
from studio.weryai.registry import Lists, snapshot

PAID = (TEXT_TO_IMAGE, TEXT_TO_VIDEO)
DEADLINE = 15 * 60.0
MOST_POLLS = 120
SETTLING = 5.0  # seconds to wait for a late charge or refund before the last request for the balance
JOB = "check-live"
CHOSEN = ("aspect_ratio", "duration", "resolution")  # nothing else that may cost credits is asked for
PROMPT = "A grey pebble on white paper"


@dataclass(frozen=True)
class PaidRun:
    """The record of one submission; the balances are from before it, right after its POST, and after its end."""

    mode: Mode
    submission: Recorded
    polls: tuple[Recorded, ...] = ()
    batch: Recorded | None = None
    before: float | None = None
    sent: float | None = None
    ended: float | None = None
    seconds: float = 0.0

    @property
    def last(self) -> Recorded:
        """The last answer about the task."""
        return self.polls[-1] if self.polls else Recorded()

    @property
    def is_over(self) -> bool:
        return _is_over(self.last)


def empty_bodies(recorder: Recorder) -> tuple[Recorded, ...]:
    """Send an empty body to each path, up to the first one that may have been accepted."""
    asked: list[Recorded] = []
    for mode in MODES.values():
        asked.append(_submit(recorder, mode, {}))
        if may_have_acted(asked[-1]):
            break
    return tuple(asked)


def _submit(recorder: Recorder, mode: Mode, body: dict[str, Any]) -> Recorded:
    return recorder.ask(lambda api: api.submit(mode, body, job=JOB))


def may_have_acted(asked: Recorded) -> bool:
    """Whether it was accepted, or the outcome is unknown."""
    return asked.error is None or asked.error.may_have_acted


def pay(recorder: Recorder, mode: Mode, live: Lists, pace: Pace, say: Callable[[str], None]) -> PaidRun:
    """Submit one cheap job, follow its task to the end, and ask for the balance three times.

    It says what it is about to send, and the task's id as soon as it has one, so that a user who stops it knows both.
    """
    model = choose(mode, live)
    say(f"Submitting one {mode.kind}, once, with {model.key}.")
    before = _balance(recorder)
    submission = recorder.ask(
        lambda api: api.submit(mode, request_body.body(mode, model, _inputs(mode, model)), job=JOB)
    )
    sent, started = _balance(recorder), pace.seconds()
    run = PaidRun(mode, submission, before=before, sent=sent)
    if submission.error:
        return run
    say(f"Accepted as task {submission.value.task_ids[0]}; waiting for its end, up to {DEADLINE / 60:.0f} minutes.")
    polls = _follow(recorder, submission.value.task_ids[0], mode, pace)
    seconds, batch = pace.seconds() - started, _batch(recorder, submission.value.batch_id)
    pace.sleep(SETTLING)
    return replace(run, polls=polls, batch=batch, ended=_balance(recorder), seconds=seconds)


def choose(mode: Mode, live: Lists) -> Model:
    """Return the model to try, with its live limits."""
    listed = {model.key: model for model in live.get(mode.key, ())}
    documented = [model for model in snapshot()[mode.key] if model.verified]
    return next((listed[model.key] for model in documented if model.key in listed), documented[0])


def _inputs(mode: Mode, model: Model) -> dict[str, Any]:
    found: dict[str, Any] = {"prompt": PROMPT, mode.count.name: 1}
    for field in mode.fields:
        if field.name in CHOSEN and isinstance(field, ChoiceField) and (listed := field.choices(model)):
            is_image_size = field.name == "resolution" and mode is TEXT_TO_IMAGE
            found[field.name] = None if is_image_size else _least(listed)
    return found


def _least(listed: Sequence[str | int]) -> str | int:
    """Return 1:1 where there are ratios, else the smallest number; 4k is larger than 1080p."""
    return "1:1" if "1:1" in listed else min(listed, key=_size)


def _size(value: str | int) -> float:
    number = float((re.findall(r"\d+", str(value)) or ["0"])[0])
    return number * 1000 if str(value).lower().endswith("k") else number


def _follow(recorder: Recorder, task_id: str, mode: Mode, pace: Pace) -> tuple[Recorded, ...]:
    """Poll a task like the tracker, until it ends, the key is refused, or a quarter of an hour is over."""
    started, chance, polls = pace.seconds(), Random(), list[Recorded]()
    usual = (polling.SANDBOX_DEFAULTS if recorder.is_local else polling.DEFAULTS)[mode.kind]
    while len(polls) < MOST_POLLS and (age := pace.seconds() - started) < DEADLINE:
        pace.sleep(polling.pause(age, usual, chance))
        polls.append(recorder.ask(lambda api: api.task(task_id, job=JOB)))
        if _is_over(polls[-1]) or isinstance(polls[-1].error, AuthenticationError | PermissionDenied):
            break
    return tuple(polls)


def _is_over(asked: Recorded) -> bool:
    return bool(asked.value) and not asked.value.status.is_open


def _batch(recorder: Recorder, batch_id: str) -> Recorded | None:
    return recorder.ask(lambda api: api.batch(batch_id, job=JOB)) if batch_id else None


def _balance(recorder: Recorder) -> float | None:
    asked = recorder.ask(lambda api: api.balance(job=JOB))
    return float(asked.value) if asked.error is None else None
