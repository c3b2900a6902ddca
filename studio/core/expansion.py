"""Wildcards of a prompt: `{a|b}` and `{1..9..2}` make a list of prompts; `\\{`, `\\|`, `\\}` are plain characters."""

import math
import re
from dataclasses import dataclass, field
from itertools import chain, product
from typing import NamedTuple

MOST = 200  # prompts of one text, and jobs that are sent together
MOST_COUNTED = 1_000_000_000
MOST_CHARACTERS = 20_000  # a longer text, which no model takes, is left as it is
_TOKEN = re.compile(r"\\([{|}])|([{|}])|[^\\{|}]+|\\")
_RANGE = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.([1-9]\d{0,8}))?", re.ASCII)


@dataclass(frozen=True)
class Expansion:
    """The number of prompts, counted up to `MOST_COUNTED`, and the prompts themselves if they are at most `MOST`."""

    number: int
    prompts: tuple[str, ...] = ()


def expand(text: str) -> Expansion:
    """Return the prompts that a text with wildcards stands for, the first wildcard varying slowest.

    Braces without `|` or a range between them stay as they are. More than `MOST` prompts are counted, not built.
    """
    if len(text) > MOST_CHARACTERS:
        return Expansion(1, (text,))
    whole = _parse(text)
    return Expansion(min(whole.number, MOST_COUNTED), whole.texts())


def escape(text: str) -> str:
    """Return a text that expands to the given one alone."""
    return text if expand(text).prompts == (text,) else re.sub(r"[{|}]", r"\\\g<0>", text)


class _Part(NamedTuple):
    """Alternatives, built if they are at most `MOST`."""

    number: int
    texts: tuple[str, ...]


@dataclass
class _Sequence:
    """Parts in a row; texts beside each other are one part."""

    parts: list[_Part] = field(default_factory=list)

    @property
    def number(self) -> int:
        return math.prod(part.number for part in self.parts)

    def add(self, *parts: _Part) -> None:
        for part in parts:
            if part.number == 1 and self.parts and self.parts[-1].number == 1:
                self.parts[-1] = _Part(1, (self.parts[-1].texts[0] + part.texts[0],))
            else:
                self.parts.append(part)

    def add_text(self, text: str) -> None:
        self.add(_Part(1, (text,)))

    def texts(self) -> tuple[str, ...]:
        built = product(*(part.texts for part in self.parts)) if self.number <= MOST else ()
        return tuple("".join(chosen) for chosen in built)


def _parse(text: str) -> _Sequence:
    """Return the parts of a text. Braces that are open have a list of branches each; a loop, as they can be many."""
    opened = [[_Sequence()]]
    for token in _TOKEN.finditer(text):
        mark = token[2] or ""
        if mark == "{":
            opened.append([_Sequence()])
        elif mark == "|" and len(opened) > 1:
            opened[-1].append(_Sequence())
        elif mark == "}" and len(opened) > 1:
            branches = opened.pop()
            opened[-1][-1].add(*_closed(branches))
        else:
            opened[-1][-1].add_text(token[1] or token[0])
    while len(opened) > 1:  # without an end: plain text
        branches = opened.pop()
        opened[-1][-1].add(*_plain(branches, "{", ""))
    return opened[0][0]


def _closed(branches: list[_Sequence]) -> list[_Part]:
    """Return what stands for a pair of braces: one part, or plain text and the parts that it contains."""
    if len(branches) > 1:
        number = sum(branch.number for branch in branches)
        built = chain.from_iterable(branch.texts() for branch in branches) if number <= MOST else ()
        return [_Part(number, tuple(built))]
    inner = branches[0]
    found = _RANGE.fullmatch(inner.texts()[0]) if len(inner.parts) == 1 and inner.number == 1 else None
    return [_range(*found.groups())] if found else _plain(branches, "{", "}")


def _range(first: str, last: str, step: str | None) -> _Part:
    start, end, pace = int(first), int(last), int(step or 1)
    numbers = range(start, end + 1, pace) if start <= end else range(start, end - 1, -pace)
    return _Part(len(numbers), tuple(map(str, numbers)) if len(numbers) <= MOST else ())


def _plain(branches: list[_Sequence], before: str, after: str) -> list[_Part]:
    """Return branches with the characters between them, which are no wildcard."""
    whole = _Sequence()
    whole.add_text(before)
    for number, branch in enumerate(branches):
        if number:
            whole.add_text("|")
        whole.add(*branch.parts)
    whole.add_text(after)
    return whole.parts
