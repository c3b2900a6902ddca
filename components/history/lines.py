"""The number of lines in the list, and of those left out: successful polls, and lines before its time span."""

from dataclasses import dataclass, replace

from components.history import address
from components.parts.markdown import counted
from studio.core.query import MOST_COUNTED, Query
from studio.history.history import History


@dataclass(frozen=True)
class Lines:
    """The query of the list, the number of its lines, and the numbers of hidden polls and of older lines.

    `polls` is None if unknown: when the list has more lines than are counted.
    """

    query: Query
    number: int
    polls: int | None = 0
    older: int = 0

    @property
    def noun(self) -> str:
        return "job" if address.shows_jobs() else "call"

    @property
    def number_text(self) -> str:
        """The number of lines in words: "12 jobs" or "10,000+ calls"."""
        return f"{_capped(self.number)} {self.noun}{'s' * (self.number != 1)}"

    @property
    def hidden_texts(self) -> list[str]:
        """The number of hidden polls in words; empty if there are none."""
        return [f"{_polls_text(self.polls)} hidden"] if self.polls != 0 else []

    @property
    def older_texts(self) -> list[str]:
        """The number of older lines in words; empty if there are none."""
        return [f"{_capped(self.older)} older"] if self.older else []

    @property
    def omitted_texts(self) -> list[str]:
        """All lines that are not listed, in words."""
        return [*self.hidden_texts, *self.older_texts]


def count_lines(history: History, query: Query) -> Lines:
    """Count the lines of this query, as the list shows them."""
    of_jobs, older = address.shows_jobs(), _count_older(history, query)
    listed = replace(query, until=address.listed_at(), without_polls=address.hides_polls())
    number = history.count(listed, jobs=of_jobs)
    if not listed.without_polls:
        return Lines(listed, number, older=older)
    is_counted = number <= MOST_COUNTED
    with_polls = history.count(replace(listed, without_polls=False), jobs=False) if is_counted else MOST_COUNTED + 1
    return Lines(listed, number, with_polls - number if with_polls <= MOST_COUNTED else None, older)


def _count_older(history: History, query: Query) -> int:
    if not query.since:
        return 0
    older = replace(query, since=None, until=query.since, without_polls=address.hides_polls())
    return history.count(older, jobs=address.shows_jobs())


def _polls_text(number: int | None) -> str:
    return "polls" if number is None else counted(number, "poll")


def _capped(number: int) -> str:
    return f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"
