"""Prompts to start from, each with an image made in demo mode (`scripts/samples.py` makes them)."""

from dataclasses import dataclass
from pathlib import Path

from studio.core.values import Kind

_FOLDER = Path(__file__).parents[1] / "samples"


@dataclass(frozen=True)
class Sample:
    """A prompt with a short title and its image."""

    title: str
    prompt: str
    name: str

    @property
    def file(self) -> Path:
        return _FOLDER / f"{self.name}.webp"


SAMPLES = {
    Kind.IMAGE: (
        Sample(
            "Mountains at first light",
            "Layered mountains at first light, low fog in the valleys, a pale sun",
            "mountains",
        ),
        Sample(
            "Clay vases, soft daylight",
            "Three clay vases on a seamless backdrop, soft daylight from the left",
            "vases",
        ),
        Sample(
            "Night street, bokeh",
            "A narrow street at night after rain, neon reflections, shallow depth of field",
            "street",
        ),
    ),
    Kind.VIDEO: (
        Sample(
            "Sun over ridges",
            "The sun climbs behind the ridges, fog drifts slowly to the left, static camera",
            "ridges",
        ),
        Sample(
            "Waves of cloud",
            "Waves of cloud roll over a blue ridge at dawn, slow pan to the right",
            "clouds",
        ),
        Sample(
            "Rain on a window",
            "Rain runs down a window, a blurred city behind it, the camera moves slowly closer",
            "window",
        ),
    ),
}
