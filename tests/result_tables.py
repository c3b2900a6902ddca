"""Tables at the end of a run: of the fault matrix, what became of the job of every case; of odd files, each of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

PROPERTY, ODD_FILES = "fault matrix", "odd files"
COLUMNS = ("fault", "cases", "POSTs a job", "ended as", "tasks lost", "outputs whole")


@dataclass(frozen=True)
class Row:
    """One case. `posts`: as the sandbox saw them; `made`: tasks in the sandbox; `whole`: of so many `files`."""

    group: str
    fault: str
    posts: int
    ended: str
    made: int
    lost: int
    files: int
    whole: int

    def as_property(self) -> tuple[str, dict[str, Any]]:
        """As it travels from a worker of pytest-xdist."""
        return PROPERTY, asdict(self)


def rows(reports: Iterable[Any]) -> list[Row]:
    """What the tests of a run have recorded."""
    told = (found for report in reports if report.when == "call" for found in report.user_properties)
    return [Row(**words) for name, words in told if name == PROPERTY]


def lines(found: list[Row]) -> Iterator[str]:
    """The table in lines: one a kind of fault, under the name of its group."""
    table: list[tuple[str, ...]] = [COLUMNS]
    for group, cases in groupby(sorted(found, key=lambda row: row.group), lambda row: row.group):
        kinds: dict[str, list[Row]] = {}
        for row in cases:
            kinds.setdefault(row.fault, []).append(row)
        table += [(group, *[""] * 5), *(_line(fault, same) for fault, same in kinds.items())]
    widths = [max(len(line[column]) for line in table) for column in range(len(COLUMNS))]
    for line in table:
        yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()


def _line(fault: str, same: list[Row]) -> tuple[str, ...]:
    ends = Counter(row.ended for row in same)
    return (
        f"  {fault}",
        str(len(same)),
        " or ".join(str(posts) for posts in sorted({row.posts for row in same})),
        ", ".join(ends) if len(ends) == 1 else ", ".join(f"{count} {end}" for end, count in sorted(ends.items())),
        f"{sum(row.lost for row in same)} of {sum(row.made for row in same)}",
        f"{sum(row.whole for row in same)} of {sum(row.files for row in same)}",
    )


def odd_files(reports: Iterable[Any]) -> Iterator[str]:
    """The corpus in lines: each file, what became of it as a result and as a reference."""
    told = [found for report in reports if report.when == "call" for found in report.user_properties]
    found = [("file", "as a result", "as a reference"), *(words for name, words in told if name == ODD_FILES)]
    widths = [max(len(line[column]) for line in found) for column in range(3)]
    for line in found if len(found) > 1 else ():
        yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
