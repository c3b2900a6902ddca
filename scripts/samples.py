"""Draws the sample pictures of a first visit anew, with the sandbox: `make samples`."""

import io

from PIL import Image

from components.cards.samples import SAMPLES, Sample
from sandbox import media
from sandbox.scenes import caption

WIDTH = 480  # pixels; they are shown at about half of it
SEEDS = {"mountains": 12, "vases": 13, "street": 11, "ridges": 16, "clouds": 15, "window": 13}  # chosen by eye


def drawn(sample: Sample) -> Image.Image:
    """As the demo draws it, without the band that repeats the prompt."""
    raw = media.picture(sample.prompt, "16:9", SEEDS[sample.name])
    with Image.open(io.BytesIO(raw)) as image:
        scene = caption.without(image)
    return scene.resize((WIDTH, round(scene.height * WIDTH / scene.width)), Image.Resampling.LANCZOS)


def main() -> None:
    for sample in (sample for samples in SAMPLES.values() for sample in samples):
        sample.file.parent.mkdir(parents=True, exist_ok=True)
        drawn(sample).save(sample.file, "WEBP", quality=84, method=6)
        print(f"{sample.file.name}: {sample.file.stat().st_size / 1024:.1f} KB")


if __name__ == "__main__":
    main()
