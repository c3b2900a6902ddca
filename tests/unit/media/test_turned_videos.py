"""Videos whose matrix turns or mirrors them are shown as Chromium shows them; one that tells no length is measured."""

import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image

from studio.core.reference import Medium
from studio.core.values import Kind
from studio.media import last_frame, probe
from studio.media.screening import screen
from tests.unit.media.files import BLUE, RED, film, of_no_length, with_matrix

WHITE = (255, 255, 255)
AS_STORED = ((RED, WHITE), (BLUE, WHITE))
MATRICES = {  # the corners as Chromium 150 shows them, row by row
    (-1, 0, 0, 1): ((WHITE, RED), (WHITE, BLUE)),
    (1, 0, 0, -1): ((BLUE, WHITE), (RED, WHITE)),
    (-1, 0, 0, -1): ((WHITE, BLUE), (WHITE, RED)),
    (0, 1, 1, 0): ((RED, BLUE), (WHITE, WHITE)),
    (0, -1, -1, 0): ((WHITE, WHITE), (BLUE, RED)),
    (0, 1, -1, 0): ((BLUE, RED), (WHITE, WHITE)),
    (0, -1, 1, 0): ((WHITE, WHITE), (RED, BLUE)),
    (0, 0, 0, 0): AS_STORED,
    (2, 0, 0, 2): AS_STORED,
    (1, 1, 0, 1): AS_STORED,
}


def mp4(**options: Any) -> bytes:
    with TemporaryDirectory() as folder:
        return film(Path(folder), "mp4", **options)


def is_shown(picture: Image.Image, corners: Any) -> bool:
    """Whether the middles of its quarters have these colours, but for what compression does to them."""
    points = [(across, down) for down in (0.25, 0.75) for across in (0.25, 0.75)]
    wanted = [colour for row in corners for colour in row]
    for (across, down), colour in zip(points, wanted, strict=True):
        found: Any = picture.convert("RGB").getpixel((int(picture.width * across), int(picture.height * down)))
        if max(abs(one - other) for one, other in zip(found, colour, strict=True)) > 40:
            return False
    return True


@pytest.mark.parametrize("matrix", MATRICES)
def test_a_video_is_shown_as_a_browser_shows_it(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    (file := tmp_path / "film").write_bytes(with_matrix(mp4(), *matrix))
    size = (48, 64) if matrix[0] == 0 and any(matrix) else (64, 48)
    seen, taken = probe.depict(file), screen(file, "a.mp4", [Medium.VIDEO], tmp_path)
    assert (seen.width, seen.height) == (taken.width, taken.height) == size
    for preview in (seen.preview, taken.preview):
        assert is_shown(Image.open(io.BytesIO(preview)), MATRICES[matrix])
    with Image.open(last_frame.last_frame(file, tmp_path)) as still:
        assert still.size == size and is_shown(still, MATRICES[matrix])


@pytest.mark.parametrize(
    "make", [lambda: of_no_length(mp4()), lambda: of_no_length(mp4(movflags="faststart"))], ids=["behind", "in front"]
)
def test_a_video_that_tells_no_length_is_measured(tmp_path: Path, make: Callable[[], bytes]) -> None:
    (file := tmp_path / "film").write_bytes(make())
    asked = probe.inspect(file, Kind.VIDEO), probe.depict(file), screen(file, "a.mp4", list(Medium), tmp_path)
    assert [found.seconds for found in asked] == pytest.approx([2, 2, 2], abs=0.1)
