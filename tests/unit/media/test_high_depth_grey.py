"""Greys of many shades are seen as they are meant, in a preview and in a copy; what is odd in them breaks nothing."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.core.reference import Medium
from studio.media import high_depth_grey, probe
from studio.media.screening import screen
from tests.unit.media.rare_pictures import RAMP, WHITE_IS_ZERO, floats, tiff

ORDERS = pytest.mark.parametrize("order", ["<", ">"], ids=["little end first", "big end first"])
FROM_BLACK_TO_WHITE: dict[str, Any] = {
    "16 bits": RAMP,
    "32 bits, of which 16 are used": RAMP.astype(np.int32),
    "signed numbers": RAMP.astype(np.int32) * 20_000 - 70_000,
    "floats to 1": floats(),
    "floats to 255": floats() * np.float32(255),
    "floats of heights": floats() * np.float32(8_000) - np.float32(400),
    "floats with what is no number": floats(np.nan, -np.inf),
}


def put(folder: Path, content: bytes) -> Path:
    (file := folder / "given").write_bytes(content)
    return file


def shades(picture: bytes | Path) -> tuple[float, float, float]:
    """The first, the middle and the last shade, from 0 to 1."""
    with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture) as opened:
        values = np.asarray(opened if opened.mode == "I;16" else opened.convert("L")).astype(float)
    found = values / (high_depth_grey.WHITE if values.max() > 255 else 255)
    return float(found[0, 2]), float(found[found.shape[0] // 2, found.shape[1] // 2]), float(found[-1, -1])


@ORDERS
@pytest.mark.parametrize("kind", FROM_BLACK_TO_WHITE)
def test_every_shade_is_seen_in_a_preview_and_in_a_copy(tmp_path: Path, kind: str, order: str) -> None:
    file = put(tmp_path, tiff(FROM_BLACK_TO_WHITE[kind], order=order))
    copy = screen(file, "a.tif", [Medium.IMAGE], tmp_path)
    assert copy.ending == "png"
    for picture in (probe.depict(file).preview, copy.preview, copy.file):
        assert shades(picture) == pytest.approx((0, 0.5, 1), abs=0.03)


@pytest.mark.parametrize("values", [RAMP, floats(), (RAMP >> 8).astype(np.uint8)], ids=["16", "float", "8"])
def test_where_0_is_white_it_is_shown_so(tmp_path: Path, values: Any) -> None:
    file = put(tmp_path, tiff(values, WHITE_IS_ZERO))
    copy = screen(file, "a.tif", [Medium.IMAGE], tmp_path)
    for picture in (probe.depict(file).preview, copy.preview, copy.file):
        assert shades(picture) == pytest.approx((1, 0.5, 0), abs=0.03)


def test_a_copy_of_floats_has_more_than_256_shades(tmp_path: Path) -> None:
    copy = screen(put(tmp_path, tiff(floats())), "a.tif", [Medium.IMAGE], tmp_path)
    with Image.open(copy.file) as picture:
        assert len(np.unique(np.asarray(picture))) > 3_000


@pytest.mark.parametrize("number", [0.0, 0.5, 7.0, -3.0, 1e30, np.nan, np.inf, -np.inf])
def test_one_shade_alone_is_shown(tmp_path: Path, number: float) -> None:
    file = put(tmp_path, tiff(np.full((48, 64), number, np.float32)))
    assert probe.depict(file).preview.startswith(b"RIFF")
    assert screen(file, "a.tif", [Medium.IMAGE], tmp_path).ending == "png"


def test_the_shades_of_a_large_picture_are_the_same_in_all_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(high_depth_grey, "_STRIP", 64 * 5)
    whole = high_depth_grey.deep(Image.fromarray(floats()), negative=False)
    assert whole and np.abs(np.asarray(whole).astype(int) - RAMP).max() <= 1
