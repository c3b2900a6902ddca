"""An archive in a test: outputs to save, and what lies in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import media
from studio.archive.archive import Download
from studio.core.values import Kind, Output

OUTPUT = Output(id=7, task=1, position=0, kind=Kind.IMAGE, url="https://cdn.weryai.com/a.png")


PICTURE = media.picture("Two hills", "16:9", 3)


def gives(raw: bytes, cut: int | None = None) -> Download:
    @contextmanager
    def download(address: str, *, limit: int) -> Iterator[Iterator[bytes]]:
        assert limit > len(raw)
        yield iter([raw[:1000], raw[1000:cut]])

    return download


def files(place: Path) -> list[str]:
    return sorted(str(file.relative_to(place)) for file in place.rglob("*") if file.is_file())
