"""Video and audio files to upload: complete and decodable."""

from dataclasses import replace
from pathlib import Path

from studio.core.errors import DraftError
from studio.core.reference import Medium
from studio.media import clips, completeness
from studio.media.conversion import check_pixels
from studio.media.facts import Facts
from studio.media.file_types import Format


def look(file: Path, name: str, found: Format) -> Facts:
    """Return the facts of a video or audio file.

    Errors: DraftError when the content is not suitable; also whatever PyAV raises about damaged bytes.
    """
    if found.medium is Medium.AUDIO:
        with clips.opened(file) as container:
            return Facts(found.ending, seconds=clips.audio_seconds(container))
    facts = _video(file, name, found)
    packets = clips.packets(file)
    if not packets.are_whole or completeness.of(file, found.called) is False:
        raise EOFError
    facts = replace(facts, seconds=facts.seconds or packets.seconds)
    if facts.seconds <= 0:
        raise DraftError(f"{name} does not state its length. Export it as MP4.", field="")
    return facts


def _video(file: Path, name: str, found: Format) -> Facts:
    with clips.opened(file) as container:
        stream = clips.moving(container)
        if stream is None:
            raise EOFError
        check_pixels(name, stream.width, stream.height)
        frame = clips.first_frame(container, stream)
        size = clips.shown_size(stream, frame)
        return Facts(found.ending, *size, clips.poster(stream, frame), clips.seconds_of(container))
