"""The requests that cost nothing: balance, a wrong key, an unknown task and batch, the registries. No POST."""

from collections.abc import Iterator
from dataclasses import dataclass

from live_check import facts, registry
from live_check.findings import Fact, Finding, Verdict, compare
from live_check.recorder import Recorded, Recorder, answered, refusal
from studio.core.values import Kind
from studio.weryai.registry import Lists


@dataclass(frozen=True)
class Reading:
    """The answers to the requests that cost nothing."""

    balance: Recorded
    wrong_key: Recorded
    task: Recorded
    batch: Recorded
    registries: dict[Kind, Recorded]

    @property
    def models(self) -> Lists:
        """The live models by mode."""
        return {mode: found for kind in Kind for mode, found in registry.models(self.registries[kind], kind).items()}


def read(recorder: Recorder, balance: Recorded) -> Reading:
    """Make each request once; `balance` was requested before, to see whether the service answers."""
    return Reading(
        balance,
        recorder.ask_with_a_wrong_key(lambda api: api.balance()),
        recorder.ask(lambda api: api.task(facts.UNKNOWN_TASK)),
        recorder.ask(lambda api: api.batch(facts.UNKNOWN_BATCH)),
        {kind: _registry(recorder, kind) for kind in Kind},
    )


def _registry(recorder: Recorder, kind: Kind) -> Recorded:
    return recorder.ask(lambda api: api.models(kind))


def findings(reading: Reading) -> Iterator[Finding]:
    yield compare(facts.BALANCE, _balance(reading.balance))
    yield from refused(reading.wrong_key, facts.BAD_KEY, facts.BAD_KEY_WORDS, facts.BAD_KEY_READ)
    yield from _desc(reading.wrong_key)
    yield from refused(reading.task, facts.MISSING_TASK, facts.TASK_WORDS, facts.MISSING_READ)
    yield from refused(reading.batch, facts.MISSING_BATCH, facts.BATCH_WORDS, facts.MISSING_READ)
    for kind, asked in reading.registries.items():
        yield from registry.findings(asked, kind)


def refused(asked: Recorded, answer: Fact, words: Fact, read_as: Fact) -> Iterator[Finding]:
    """Compare an error answer, and the error that the studio reads from it, with the facts."""
    if asked.error is None:
        yield Finding(Verdict.NEW, answer.about, "a success", answer.usual)
    elif not asked.call or asked.call.http_status is None:
        yield Finding(Verdict.UNSEEN, answer.about, asked.error.message)
    else:
        yield compare(answer, refusal(asked.call))
        yield compare(words, asked.error.message)
        yield compare(read_as, asked.error.kind)


def _desc(asked: Recorded) -> Iterator[Finding]:
    """Compare `desc` with the message, where both are there."""
    for _, _, content in answered([asked.call] if asked.call else []):
        texts = {name: str(content.get(name) or "") for name in ("desc", "message")}
        if asked.error and all(texts.values()):
            same = texts["desc"] == texts["message"]
            yield compare(facts.BAD_KEY_DESC, facts.BAD_KEY_DESC.usual if same else texts["desc"])


def _balance(asked: Recorded) -> str:
    if isinstance(asked.data, dict):
        return (
            "an object with balance" if "balance" in asked.data else f"an object with {', '.join(sorted(asked.data))}"
        )
    if asked.error:
        return asked.error.message
    return "a text" if isinstance(asked.data, str) else "a number"
