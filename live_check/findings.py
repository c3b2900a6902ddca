"""What a comparison says: one line a fact."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How what was seen stands to what is documented."""

    SAME = "same"
    DIFFERS = "differs"  # from the usual, in a way that some source describes
    NEW = "not known before"
    UNSEEN = "not seen"
    SEEN = "seen"  # nothing is documented: a measurement


@dataclass(frozen=True)
class Fact:
    """One documented fact: the `usual` way is what most sources say and the sandbox does, others say the `known` ones.

    `source` is a section of docs/weryai-api.md.
    """

    about: str
    usual: str
    known: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    verdict: Verdict
    about: str
    seen: str = ""
    documented: str = ""
    source: str = ""

    @property
    def line(self) -> str:
        if self.verdict is Verdict.DIFFERS:
            return f"differs: {self.about}: documented {self.documented}, seen {self.seen}"
        there = f" (documented: {self.documented})" if self.verdict is Verdict.NEW and self.documented else ""
        return f"{self.verdict}: {self.about}{f': {self.seen}' if self.seen else ''}{there}"


def compare(fact: Fact, seen: str, where: str = "") -> Finding:
    """A fact beside what was seen; `where` is said when places differ."""
    return Finding(_verdict(fact, seen), fact.about, f"{seen} at {where}" if where else seen, fact.usual, fact.source)


def _verdict(fact: Fact, seen: str) -> Verdict:
    if seen == fact.usual:
        return Verdict.SAME
    return Verdict.DIFFERS if seen in fact.known else Verdict.NEW


def compare_places(fact: Fact, seen: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """A fact that shows at several places, as (place, what was seen there): one line for each different way."""
    places: dict[str, list[str]] = {}
    for place, value in seen:
        places.setdefault(value, []).append(place)
    if not places:
        yield Finding(Verdict.UNSEEN, fact.about)
    for value, names in places.items():
        yield compare(fact, value, ", ".join(dict.fromkeys(names)) if len(places) > 1 else "")


def unknown(about: str, documented: Iterable[str], seen: Iterable[str]) -> Iterator[Finding]:
    """A line for each name that no source has."""
    for name in sorted(set(seen) - set(documented)):
        yield Finding(Verdict.NEW, about, name)


def counts(findings: Iterable[Finding]) -> Mapping[Verdict, int]:
    """How many lines each verdict has."""
    found = [finding.verdict for finding in findings]
    return {verdict: found.count(verdict) for verdict in Verdict}
