"""The limits on the length of clips and audio, for each one and in total. Seconds."""

from collections.abc import Sequence
from typing import Protocol

from studio.core.errors import DraftError

TOLERANCE = 0.1  # seconds, because containers round durations


class Timed(Protocol):
    """A clip or an audio file with a name and a length in seconds."""

    @property
    def label(self) -> str: ...
    @property
    def seconds(self) -> float: ...


def check_lengths(clips: Sequence[Timed], each: tuple[float, float], in_all: float) -> None:
    """Check each length and the total, in seconds.

    Errors: DraftError, which names the first clip that is too short or too long, or that makes the total too long.
    """
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
