"""Compares the model registry with the snapshot that ships with the studio."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from live_check import facts
from live_check.findings import Finding, Verdict, compare, unknown
from live_check.recorder import Recorded
from studio.core.values import Kind
from studio.weryai.model import Model
from studio.weryai.modes import MODES, Mode
from studio.weryai.registry import Lists, read_registry, snapshot

# The numbers of outputs and inputs of a model: no source has them (docs/weryai-api.md 12).
_MEASURED = ("numbers", "max_images")


def models(asked: Recorded, kind: Kind) -> Lists:
    """Return the live models of a kind by mode; empty when the registry gave no answer."""
    return {} if asked.error else read_registry(asked.value, kind)


def findings(asked: Recorded, kind: Kind) -> Iterator[Finding]:
    """Yield the findings about the form and the models of a registry's answer."""
    if asked.error:
        yield Finding(Verdict.UNSEEN, f"{kind} registry", asked.error.message)
        return
    yield from _grouping(asked.value, kind)
    yield from _fields(asked.value, kind)
    for mode, live in models(asked, kind).items():
        is_derived = isinstance(asked.value, dict) and mode not in asked.value  # from flags: there is no list
        if mode in MODES and not is_derived:
            yield from _beside(MODES[mode], snapshot()[mode], live)


def _grouping(data: Any, kind: Kind) -> Iterator[Finding]:
    fact = facts.GROUPING[kind]
    if not isinstance(data, dict):
        yield compare(fact, "a list" if isinstance(data, list) else "neither lists nor a list")
        return
    yield from unknown(f"group of the {kind} registry", facts.GROUPS[kind], map(str, data))
    gone = [name for name in facts.GROUPS[kind] if name not in data]
    for name in gone:
        yield Finding(Verdict.DIFFERS, f"{kind} registry", f"no {name}", fact.usual, fact.source)
    if not gone:
        yield Finding(Verdict.SAME, f"{kind} registry", fact.usual)


def _fields(data: Any, kind: Kind) -> Iterator[Finding]:
    lists = list(data.values()) if isinstance(data, dict) else [data]
    entries = [entry for one in lists if isinstance(one, list) for entry in one if isinstance(entry, dict)]
    seen, names = {str(name) for entry in entries for name in entry}, facts.KEY.known + facts.TITLE.known
    yield from unknown(f"field of a model ({kind})", facts.ENTRY_FIELDS + names, seen)
    for fact in (facts.KEY, facts.TITLE):
        found = next((name for name in (fact.usual, *fact.known) if name in seen), "none")
        yield compare(replace(fact, about=f"{fact.about} ({kind})"), found)
    if missing := [name for name in facts.ENTRY_FIELDS if name not in seen]:
        yield Finding(Verdict.UNSEEN, f"fields of a model ({kind})", ", ".join(missing))


def _beside(mode: Mode, documented: tuple[Model, ...], live: tuple[Model, ...]) -> Iterator[Finding]:
    ours, theirs = _by_key(documented), _by_key(live)
    lines = [Finding(Verdict.NEW, f"model of {mode.key}", key) for key in theirs if key not in ours]
    lines += [
        Finding(Verdict.DIFFERS, f"models of {mode.key}", "no such model", key, "10")
        for key in ours
        if key not in theirs
    ]
    for key in theirs:
        if key in ours:
            lines += _limits(mode, ours[key], theirs[key])
    yield from _measured(mode, ours, theirs)
    yield from lines or [Finding(Verdict.SAME, f"models of {mode.key}", f"{len(ours)} with their limits")]


def _by_key(models: tuple[Model, ...]) -> Mapping[str, Model]:
    return {model.key: model for model in models}


def _limits(mode: Mode, ours: Model, theirs: Model) -> Iterator[Finding]:
    """Compare the limits that this mode's fields use; a registry may state more for some models."""
    for name in (*(field.limits for field in mode.fields if field.limits), "prompt_max"):
        documented, seen = getattr(ours, name), getattr(theirs, name)
        if _as_set(documented) == _as_set(seen) or _is_measured(name, documented, seen):
            continue
        about = f"{name.replace('_', ' ')} of {ours.key} ({mode.key})"
        verdict = Verdict.NEW if documented is None else Verdict.DIFFERS
        yield Finding(verdict, about, _shown(seen), _shown(documented) if documented is not None else "", "10")


def _measured(mode: Mode, ours: Mapping[str, Model], theirs: Mapping[str, Model]) -> Iterator[Finding]:
    """Yield one line for each number that no source documents, with the number of models that have it."""
    names = [field.limits for field in mode.fields if field.limits]
    shared = [(ours[key], model) for key, model in theirs.items() if key in ours]
    for name in names:
        pairs = [(getattr(one, name), getattr(other, name)) for one, other in shared]
        found = Counter(_shown(seen) for documented, seen in pairs if _is_measured(name, documented, seen))
        for shown, number in found.items():
            about = f"{name.replace('_', ' ')} of models of {mode.key}"
            yield Finding(Verdict.SEEN, about, f"{shown} ({number} of {len(theirs)})")


def _is_measured(name: str, documented: Any, seen: Any) -> bool:
    """Whether no source has it, and it is a number of images, or says that an optional field is not accepted."""
    return documented is None and seen is not None and (name in _MEASURED or seen == ())


def _as_set(limit: Any) -> Any:
    return frozenset(limit) if isinstance(limit, tuple) else limit


def _shown(limit: Any) -> str:
    if isinstance(limit, bool):
        return "yes" if limit else "no"
    return (" ".join(map(str, limit)) or "none") if isinstance(limit, tuple) else str(limit)
