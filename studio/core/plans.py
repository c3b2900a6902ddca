"""Plans: jobs to be sent together, shown as a table first. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from studio.core import redaction
from studio.core.costs import Estimate, together
from studio.core.expansion import MOST, count, expand
from studio.core.values import Draft, Inputs

MOST_CHARACTERS = 200_000  # of a list of prompts


@dataclass(frozen=True)
class Entry:
    """What somebody asks for: a prompt, which may have wildcards, and settings as text, by field.

    Without a model it is for each model of the plan. `place` names its row in a list.
    """

    prompt: str
    model: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    problem: str = ""

    @cached_property
    def number(self) -> int:
        """How many prompts it stands for, found out once: a form asks for it before it makes a plan."""
        return count(self.prompt)

    @cached_property
    def template(self) -> str:
        """The prompt if it has wildcards, unless an API key is among them: it is kept with each job."""
        return self.prompt if self.number > 1 and not redaction.holds_key(self.prompt) else ""

    @property
    def prompts(self) -> tuple[str, ...]:
        """The prompts; none if they are more than `MOST`."""
        return expand(self.prompt).prompts


@dataclass(frozen=True)
class Change:
    """A setting in which a line differs from the form: `before` is empty if the form has none, `now` if it is left out.

    With `is_asked`, the list asks for it; else it is what the model takes instead.
    """

    field: str
    before: Any = ""
    now: Any = ""
    is_asked: bool = False


@dataclass(frozen=True)
class Line:
    """One job of a plan. With a `problem`, a sentence, it cannot be sent; `at_fault` is the field, if it is one.

    `body` is the request that the table was made for: no other is sent. `template` is the prompt with wildcards that
    its prompt is one of.
    """

    number: int
    draft: Draft
    place: str = ""
    changes: tuple[Change, ...] = ()
    problem: str = ""
    at_fault: str = ""
    estimate: Estimate = field(default_factory=Estimate)
    body: Inputs = field(default_factory=dict)
    template: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a plan that was sent: the IDs of its jobs, and why others were refused, by line number.

    If it was `stopped`, a sentence says why; all other lines are left. Lines that would send something else than the
    table said are `changed`: as they are now, to be looked at before they are sent.
    """

    jobs: Mapping[int, str] = field(default_factory=dict)
    refused: Mapping[int, str] = field(default_factory=dict)
    stopped: str = ""
    changed: Mapping[int, Line] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The lines of a plan. If `number`, what was asked for, is more than `MOST`, there are none."""

    number: int
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()  # about the list that it was made of
    model: str = ""  # that of the form

    @property
    def is_too_large(self) -> bool:
        return self.number > MOST

    @property
    def ready(self) -> tuple[Line, ...]:
        """The lines that can be sent."""
        return tuple(line for line in self.lines if not line.problem)

    @property
    def estimate(self) -> Estimate:
        """What the lines that can be sent usually cost together, as far as that is known."""
        return together(line.estimate for line in self.ready if line.estimate.is_known)

    def after(self, outcome: Outcome) -> "Plan":
        """Return what is left of the plan, with lines that changed as they are now; those refused have a problem."""
        left = [outcome.changed.get(line.number, line) for line in self.lines if line.number not in outcome.jobs]
        lines = [replace(line, problem=outcome.refused.get(line.number, line.problem)) for line in left]
        return replace(self, number=len(lines), lines=tuple(lines))
