"""Which lines the list has, and how many it leaves out: polls that went well, and what is from before its time."""

from dataclasses import dataclass, replace

from components.history import address
from components.parts.markdown import counted
from studio.core.query import MOST_COUNTED, Query
from studio.history.history import History


@dataclass(frozen=True)
class Lines:
    """What is listed, how many lines that is, and how many polls and older lines there are besides.

    Where more lines are listed than are counted, it is not known how many polls there are.
    """

    wanted: Query
    number: int
    polls: int | None = 0
    older: int = 0

    @property
    def noun(self) -> str:
        return "job" if address.is_of_jobs() else "call"

    @property
    def many(self) -> str:
        """How many lines, as in "12 jobs" or "10,000+ calls"."""
        return f"{_up_to(self.number)} {self.noun}{'s' * (self.number != 1)}"

    @property
    def hidden(self) -> list[str]:
        """The polls, in words."""
        return [f"{_polls(self.polls)} hidden"] if self.polls != 0 else []

    @property
    def before(self) -> list[str]:
        """What is older, in words."""
        return [f"{_up_to(self.older)} older"] if self.older else []

    @property
    def left_out(self) -> list[str]:
        """What is not listed, in words."""
        return [*self.hidden, *self.before]


def lines(history: History, wanted: Query) -> Lines:
    """Count what is wanted, as the list shows it."""
    of_jobs, older = address.is_of_jobs(), _older(history, wanted)
    listed = replace(wanted, until=address.before(), without_polls=address.hides_polls())
    number = history.count(listed, jobs=of_jobs)
    if not listed.without_polls:
        return Lines(listed, number, older=older)
    is_counted = number <= MOST_COUNTED
    with_polls = history.count(replace(listed, without_polls=False), jobs=False) if is_counted else MOST_COUNTED + 1
    return Lines(listed, number, with_polls - number if with_polls <= MOST_COUNTED else None, older)


def _older(history: History, wanted: Query) -> int:
    if not wanted.since:
        return 0
    before = replace(wanted, since=None, until=wanted.since, without_polls=address.hides_polls())
    return history.count(before, jobs=address.is_of_jobs())


def _polls(number: int | None) -> str:
    return "polls" if number is None else counted(number, "poll")


def _up_to(number: int) -> str:
    return f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"
