"""Wildcards of a prompt: `{a|b}` and `{1..9..2}` make a list of prompts; `\\{`, `\\|`, `\\}` are plain characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, product
from typing import NamedTuple

MOST = 200  # prompts of one text, and jobs that are sent together
MOST_COUNTED = 1_000_000_000
_MOST_FIGURES = 18  # of a number in a range; with more of them there are too many prompts in any case
MOST_CHARACTERS = 20_000  # a longer text, which no model takes, is left as it is
_TOKEN = re.compile(
    r"\\(?P<plain>[{|}])"
    r"|\{(?P<first>-?\d+)\.\.(?P<last>-?\d+)(?:\.\.(?P<step>[1-9]\d*))?\}"
    r"|(?P<mark>[{|}])"
    r"|[^\\{|}]+|\\",
    re.ASCII,
)


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
    return Expansion(whole.number, whole.texts())


def count(text: str) -> int:
    """Return the number of prompts that a text stands for, without building them, up to `MOST_COUNTED`."""
    return _parse(text).number if len(text) <= MOST_CHARACTERS else 1


def escape(text: str) -> str:
    """Return a text that expands to the given one alone."""
    return text if expand(text).prompts == (text,) else re.sub(r"[{|}]", r"\\\g<0>", text)


class _Part(NamedTuple):
    """Alternatives, built if they are at most `MOST`."""

    number: int
    texts: tuple[str, ...]


@dataclass
class _Sequence:
    """Parts in a row, and the number of prompts that they make."""

    parts: list[_Part] = field(default_factory=list)
    number: int = 1

    def add(self, part: _Part) -> None:
        self.parts.append(part)
        self.number = min(self.number * part.number, MOST_COUNTED)

    def texts(self) -> tuple[str, ...]:
        if self.number > MOST:
            return ()
        choices = list[Sequence[str]]()
        for is_text, parts in groupby(self.parts, key=lambda part: part.number == 1):
            texts = [part.texts for part in parts]
            choices += [["".join(chain.from_iterable(texts))]] if is_text else texts
        return tuple(map("".join, product(*choices)))


def _parse(text: str) -> _Sequence:
    """Return the parts of a text. Braces that are open have a list of branches each; a loop, as they can be many."""
    tokens = list(_TOKEN.finditer(text))
    marks, opened = _marks(tokens), [[_Sequence()]]
    for place, token in enumerate(tokens):
        mark = token["mark"] if place in marks else ""
        if mark == "{":
            opened.append([_Sequence()])
        elif mark == "|":
            opened[-1].append(_Sequence())
        elif mark == "}":
            part = _choice(opened.pop())
            opened[-1][-1].add(part)
        else:
            opened[-1][-1].add(_plain(token))
    return opened[0][0]


def _marks(tokens: Sequence[re.Match[str]]) -> set[int]:
    """Return the places of the characters that make wildcards: pairs of braces with `|` between them, and the `|`.

    Others are plain text. Known first, so that nothing within braces is copied when they turn out to be plain.
    """
    found, opened = set[int](), list[list[int]]()
    for place, token in enumerate(tokens):
        if token["mark"] == "{":
            opened.append([place])
        elif opened and token["mark"] == "|":
            opened[-1].append(place)
        elif opened and token["mark"] == "}":
            places = opened.pop()
            found.update([*places, place] if len(places) > 1 else ())
    return found


def _choice(branches: Sequence[_Sequence]) -> _Part:
    number = min(sum(branch.number for branch in branches), MOST_COUNTED)
    built = chain.from_iterable(branch.texts() for branch in branches) if number <= MOST else ()
    return _Part(number, tuple(built))


def _plain(token: re.Match[str]) -> _Part:
    """Return what stands for a token that is no part of a choice: a range or text."""
    if token["first"]:
        return _range(token["first"], token["last"], token["step"])
    return _Part(1, (token["plain"] or token[0],))


def _range(first: str, last: str, step: str | None) -> _Part:
    if max(len(number.lstrip("-0")) for number in (first, last, step or "")) > _MOST_FIGURES:
        return _Part(MOST_COUNTED, ())
    start, end, pace = int(first), int(last), int(step or 1)
    numbers = range(start, end + 1, pace) if start <= end else range(start, end - 1, -pace)
    return _Part(min(len(numbers), MOST_COUNTED), tuple(map(str, numbers)) if len(numbers) <= MOST else ())
