"""How long clips and sounds may be, each and together. Seconds."""

from collections.abc import Sequence
from typing import Protocol

from studio.core.errors import DraftError

TOLERANCE = 0.1  # seconds, as containers round


class Timed(Protocol):
    """A clip or a sound, as far as its length is concerned; seconds."""

    @property
    def label(self) -> str: ...
    @property
    def seconds(self) -> float: ...


def check_lengths(clips: Sequence[Timed], each: tuple[float, float], in_all: float) -> None:
    """Errors: DraftError, which names the first that is too short or too long, or with which all are. Seconds."""
    shortest, longest = each
    together = 0.0
    for number, clip in enumerate(clips, 1):
        lasts = f"{clip.label} lasts {clip.seconds:.1f} seconds"
        if not shortest - TOLERANCE <= clip.seconds <= longest + TOLERANCE:
            raise DraftError(f"{lasts}; each must last {shortest:g} to {longest:g}.", field="")
        together += clip.seconds
        if together > in_all + TOLERANCE * number:
            raise DraftError(
                f"With {clip.label} the total is {together:.1f} seconds; the limit is {in_all:g}.", field=""
            )
