"""What becomes of each file of the corpus: as a result of a job, and as a reference. Printed as a table at the end."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.core.errors import ArchiveError, DraftError, Undecodable
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.media import file_types, probe, screening
from tests import result_tables
from tests.unit.media import odd_outcomes, rare_outcomes
from tests.unit.media.odd_files import FILES


def as_result(file: Path) -> str:
    try:
        kept = probe.inspect(file, Kind.IMAGE)
    except ArchiveError as error:
        return f"no result: {error.message}"
    played = {file_types.is_played: "played", file_types.may_be_played: "played by some", file_types.is_shown: "shown"}
    does = next((does for is_so, does in played.items() if is_so(kept.format)), "downloaded")
    try:
        seen = probe.depict(file)
    except Undecodable:
        return f"{kept.format}.{kept.ending}, {does}, no preview"
    return f"{kept.format}.{kept.ending}, {does}, {seen.width} × {seen.height}"


def as_reference(file: Path, folder: Path) -> str:
    try:
        taken = screening.screen(file, "file", list(Medium), folder)
    except DraftError as error:
        return f"refused: {error.message}"
    if taken.converted:
        return f"converted to {taken.ending}"
    return f"taken, {taken.ending}" if taken.file == file else f"turned, {taken.ending}"


EXPECTED = {**odd_outcomes.USUAL, **rare_outcomes.RARE}


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says of odd EXIF that it is odd
@pytest.mark.parametrize("name", FILES)
def test_what_becomes_of_it(name: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    (file := tmp_path / "file").write_bytes(FILES[name]())
    found = as_result(file), as_reference(file, tmp_path)
    record_property(result_tables.ODD_FILES, (name, *found))
    assert found == EXPECTED[name]


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="of Linux")
def test_no_sample_gives_the_tests_precedence_over_all_other_processes() -> None:
    FILES["MP4 of AV1"]()
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
