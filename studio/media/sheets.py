"""What is on a contact sheet: images with texts in rows and cells. Values only."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Tile:
    """An image with a line of text; without a file a grey place. `ratio` is width / height."""

    file: str
    text: str
    ratio: float = 1.0


@dataclass(frozen=True)
class Cell:
    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Line:
    """A row: a heading above its cells."""

    heading: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    title: str
    lines: tuple[Line, ...]

    @property
    def as_dict(self) -> dict[str, Any]:
        """The sheet as JSON can carry it; `of` reads it."""
        return asdict(self)

    @classmethod
    def of(cls, given: dict[str, Any]) -> "Sheet":
        """Return a sheet from what `as_dict` made of it."""
        lines = (
            (line["heading"], [(cell["title"], cell["tiles"]) for cell in line["cells"]]) for line in given["lines"]
        )
        made = (
            Line(heading, tuple(Cell(title, tuple(Tile(**tile) for tile in tiles)) for title, tiles in cells))
            for heading, cells in lines
        )
        return cls(given["title"], tuple(made))
