"""The sample pictures of a first visit: small, and what the demo draws today."""

from itertools import chain

import numpy as np
import pytest
from PIL import Image

from components.cards.samples import SAMPLES, Sample
from scripts.samples import drawn

ALL = tuple(chain.from_iterable(SAMPLES.values()))


def test_they_are_small_and_no_others_lie_beside_them() -> None:
    sizes = [sample.file.stat().st_size for sample in ALL]
    assert max(sizes) < 25 * 1024 and sum(sizes) < 120 * 1024
    assert {file.name for file in ALL[0].file.parent.iterdir()} == {sample.file.name for sample in ALL}


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
def test_each_is_what_the_demo_draws_of_its_prompt(sample: Sample) -> None:
    """Where this fails, the scenes have changed: `make samples`."""
    with Image.open(sample.file) as kept:
        assert kept.format == "WEBP"
        pixels = np.asarray(kept.convert("RGB")).astype(int)
    made = np.asarray(drawn(sample)).astype(int)
    assert made.shape == pixels.shape and np.abs(made - pixels).mean() < 4
