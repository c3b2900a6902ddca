"""What demo pictures show: another subject, light and palette for another prompt, and where they came from."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sandbox import media
from sandbox.scenes import caption
from sandbox.scenes.subject import name

ROOT = Path(__file__).parents[3]
SUBJECTS = ("vases", "flower", "street", "window", "clouds", "skyline", "dunes", "forest", "sea", "mountains", "hills")


def drawn(prompt: str, seed: int = 3, backdrop: Path | None = None, ratio: str = "16:9") -> Image.Image:
    return Image.open(io.BytesIO(media.picture(prompt, ratio, seed, backdrop)))


def above(image: Image.Image) -> NDArray[np.float64]:
    """The part of a picture that has never any words, small and grey."""
    part = image.convert("L").crop((0, 0, image.width, int(image.height * 0.7)))
    return np.asarray(part.resize((64, 28))).astype(float)


def alike(one: Image.Image, other: Image.Image) -> float:
    return float(np.corrcoef(above(one).ravel(), above(other).ravel())[0, 1])


@pytest.fixture
def vases(tmp_path: Path) -> Path:
    file = tmp_path / "vases.png"
    file.write_bytes(media.picture("Three vases, soft daylight", "16:9", 3))
    return file


def test_another_prompt_is_another_subject_in_the_same_light() -> None:
    pictures = [drawn(f"{subject} at dusk") for subject in ("Vases", "Dunes", "A street", "The sea")]
    for number, one in enumerate(pictures):
        for other in pictures[number + 1 :]:
            assert np.abs(above(one) - above(other)).mean() > 10


def test_the_light_is_the_one_of_the_prompt() -> None:
    assert above(drawn("Hills at noon")).mean() > above(drawn("Hills at dusk")).mean() + 20
    assert above(drawn("Hills at dusk")).mean() > above(drawn("Hills at night")).mean() + 20


def test_a_colour_that_is_named_is_seen() -> None:
    red, blue = (np.asarray(drawn(f"A {colour} rose at noon")).mean(axis=(0, 1)) for colour in ("red", "blue"))
    assert red[0] > blue[0] + 5 and blue[2] > red[2] + 5


def test_the_same_task_is_the_same_picture_and_another_one_of_its_job_a_variant() -> None:
    prompt = "Nothing that is known by name"
    one, again, other = (media.picture(prompt, "16:9", seed) for seed in (8, 8, 10))
    assert one == again != other
    assert np.abs(above(Image.open(io.BytesIO(one))) - above(Image.open(io.BytesIO(other)))).max() > 10


def test_the_subject_of_unknown_words_is_the_same_in_every_process() -> None:
    program = "from sandbox.scenes.subject import name; print([name(f'Thing {n}') for n in range(20)])"
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1 and len(set(said.pop().split())) > 5


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("Layered mountains at first light", "mountains"),
        ("Waves of cloud roll over a blue ridge", "clouds"),
        ("Rain runs down a window, a blurred city behind it", "window"),
        ("A skyline", "skyline"),
        ("A single peony, macro", "flower"),
        ("Two HILLS", "hills"),
    ],
)
def test_words_name_a_subject_whole_and_not_by_their_beginning(prompt: str, subject: str) -> None:
    assert name(prompt) == subject


@pytest.mark.parametrize("long_side", [16, 256])
@pytest.mark.parametrize("ratio", ["16:9", "9:16", "21:9"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_scene_fits_each_shape_and_moves_above_its_caption(
    monkeypatch: pytest.MonkeyPatch, subject: str, ratio: str, long_side: int
) -> None:
    monkeypatch.setattr(media, "LARGEST", long_side)
    scene = media.Scene(f"{subject} " * 30, *media.size(ratio, 1024), seed=5)
    canvas = media._canvas(scene)
    first, last = np.asarray(canvas.at(0)).astype(int), np.asarray(canvas.at(0.8)).astype(int)
    assert first.shape == (scene.height, scene.width, 3) and canvas.height >= scene.height // 2
    assert (first[canvas.height :] == last[canvas.height :]).all(), "the caption stays"
    assert long_side == 16 or np.abs(first - last).max() > 15


def test_older_words_are_not_in_what_is_made_from_a_picture(tmp_path: Path, vases: Path) -> None:
    image = Image.open(vases)
    words = np.asarray(image.convert("L")).astype(int)[-image.height // 12 :]
    assert words.max() - words.min() > 150, "there are words at the bottom of the input"
    ImageDraw.Draw(image).rectangle((0, image.height - 30, image.width, image.height), fill=image.getpixel((1, 570)))
    wordless = tmp_path / "wordless.png"
    image.save(wordless)
    for ratio in ("16:9", "9:16"):
        assert media.picture("New", ratio, 4, vases) == media.picture("New", ratio, 4, wordless)


def test_what_is_made_from_a_picture_is_that_picture_in_another_light(vases: Path) -> None:
    made = drawn("The same at night", 4, vases)
    assert alike(made, Image.open(vases)) > 0.7
    assert above(made).mean() < above(Image.open(vases)).mean() - 30
    assert alike(drawn("The same at night", 4), Image.open(vases)) < 0.7, "without it, it is another scene"


def test_the_input_stands_beside_the_words(vases: Path) -> None:
    corner = np.asarray(drawn("New", 4, vases).crop((30, 520, 80, 560)))
    assert corner.mean() > 120, "the vases, on their light backdrop"


def test_a_caption_is_found_in_a_jpeg_and_nothing_is_cut_from_other_pictures(tmp_path: Path, vases: Path) -> None:
    file = io.BytesIO()
    Image.open(vases).save(file, "JPEG", quality=60)
    assert Image.open(vases).height - 60 < caption.without(Image.open(file)).height < Image.open(vases).height - 25
    for other in (
        Image.new("RGB", (80, 60), caption.BAND),
        Image.new("RGB", (80, 60)),
        Image.new("RGB", (1, 1), "red"),
    ):
        assert caption.without(other).size == other.size
    frame = Image.new("RGB", (80, 60), "red")
    frame.paste(caption.BAND, (0, 0, 4, 60))
    assert caption.without(frame).size == frame.size, "a dark edge is no caption"


def test_a_reference_that_is_no_picture_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"no picture")
    assert media.picture("New", "16:9", 4, file) == media.picture("New", "16:9", 4)
