"""Which files WeryAI takes as references: one list, which the names, the endings and the sandbox agree with."""

from sandbox.checks import TYPES
from studio.core.reference import Medium
from studio.media import file_types
from studio.media.file_types import PICTURES, Format


def test_the_formats_to_use_are_those_whose_endings_are_taken() -> None:
    assert file_types.formats(Medium.IMAGE) == "JPG, PNG or WebP"
    assert file_types.formats(*Medium) == "JPG, PNG, WebP, MP4, MOV, MP3 or WAV"
    assert file_types.endings(Medium.IMAGE) == {"jpg", "jpeg", "png", "webp"}
    assert file_types.endings(*Medium) == {"jpg", "jpeg", "png", "webp", "mp4", "mov", "mp3", "wav"}


def test_a_format_is_taken_as_what_it_is_a_file_of() -> None:
    assert {found.called for found in PICTURES.values() if found.is_taken} == {"JPG", "PNG", "WebP"}
    assert Format("MP4", Medium.VIDEO, "mp4").is_taken
    assert not Format("MP4", Medium.AUDIO, "mp4").is_taken and not Format("MP4", None, "mp4").is_taken


def test_the_sandbox_takes_the_same() -> None:
    assert {f"{medium}s": file_types.endings(medium) for medium in Medium} == {
        field: set(endings) for field, endings in TYPES.items()
    }
