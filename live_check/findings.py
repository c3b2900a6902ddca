"""The findings of a comparison: one line for each fact."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How an observation relates to the documentation."""

    SAME = "same"
    DIFFERS = "differs"  # from the usual way; some source describes it
    NEW = "not known before"
    UNSEEN = "not seen"
    SEEN = "seen"  # nothing is documented: a measurement


@dataclass(frozen=True)
class Fact:
    """One documented fact: `usual` is what most sources say and the sandbox does, `known` what other sources say.

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
    """Compare a fact with an observation; `where` names the place if places differ."""
    return Finding(_verdict(fact, seen), fact.about, f"{seen} at {where}" if where else seen, fact.usual, fact.source)


def _verdict(fact: Fact, seen: str) -> Verdict:
    if seen == fact.usual:
        return Verdict.SAME
    return Verdict.DIFFERS if seen in fact.known else Verdict.NEW


def compare_places(fact: Fact, seen: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Compare a fact with pairs of place and observation: one line for each different observation."""
    places: dict[str, list[str]] = {}
    for place, value in seen:
        places.setdefault(value, []).append(place)
    if not places:
        yield Finding(Verdict.UNSEEN, fact.about)
    for value, names in places.items():
        yield compare(fact, value, ", ".join(dict.fromkeys(names)) if len(places) > 1 else "")


def unknown(about: str, documented: Iterable[str], seen: Iterable[str]) -> Iterator[Finding]:
    """Yield a line for each name that no source has."""
    for name in sorted(set(seen) - set(documented)):
        yield Finding(Verdict.NEW, about, name)


def counts(findings: Iterable[Finding]) -> Mapping[Verdict, int]:
    """Return the number of lines for each verdict."""
    found = [finding.verdict for finding in findings]
    return {verdict: found.count(verdict) for verdict in Verdict}
