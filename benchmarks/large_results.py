"""Large results: memory while four pictures of 8K come in and get their previews, all at once (Linux).

    python -m benchmarks.large_results

Four PNGs of 7,680 × 4,320 pixels are saved and depicted by four threads, as savers and previews of several accounts
would. Beside it the same four are decoded by four threads of one process, as any program does that opens what it
was given. What is shown is the most that the studio's process and its workers held together above what they held
before; RSS, looked at every 20 ms.
"""

import io
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks import stage
from studio.archive.archive import Archive, Download
from studio.core.values import Kind, Output
from tests.examples import JOB

NUMBER, WIDTH, HEIGHT, MOST = 4, 7680, 4320, 500  # MB
OUTPUT = Output(id=1, task=1, position=0, kind=Kind.IMAGE, url="https://cdn.weryai.com/a.png")


def drawn() -> bytes:
    """A picture with a slope and some noise, as a photo has."""
    slope = np.linspace(0, 230, WIDTH, dtype=np.float32)[None, :, None]
    noise = np.random.default_rng(1).integers(0, 25, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray((slope + noise).astype(np.uint8)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def gives(file: Path) -> Download:
    @contextmanager
    def download(address: str, *, limit: int) -> Iterator[Iterator[bytes]]:
        assert address and file.stat().st_size < limit
        with file.open("rb") as stream:
            yield iter(lambda: stream.read(256 * 1024), b"")

    return download


def held() -> float:
    """Megabytes of this process and its children."""
    children = " ".join(file.read_text() for file in Path("/proc/self/task").glob("*/children")).split()
    return sum(map(_resident, ["self", *children])) / 1e6


def _resident(process: str) -> int:
    """Bytes; a process that has just ended holds none."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def most_while(work: Callable[[int], object]) -> float:
    """The most that is held while four threads do this, above what was held before."""
    before, peak, done = held(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.02):
            peak = max(peak, held())

    watching = threading.Thread(target=watch)
    watching.start()
    with ThreadPoolExecutor(NUMBER) as pool:
        list(pool.map(work, range(NUMBER)))
    done.set()
    watching.join()
    return peak - before


def ours(folder: str) -> float:
    kept, picture = Archive(Path(folder, "archive").as_uri()), Path(folder, "picture.png")

    def save(number: int) -> None:
        saved = kept.save(JOB, replace(OUTPUT, id=number), gives(picture))
        kept.make_preview(saved.key, f"{number}.webp")

    return most_while(save)


def beside(folder: str) -> float:
    def decode(_: int) -> None:
        with Image.open(Path(folder, "picture.png")) as picture:
            small = picture.convert("RGB")
            small.thumbnail((480, 480))

    return most_while(decode)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, multiprocessing.get_context("spawn").Pool(1) as another:
        Path(folder, "picture.png").write_bytes(another.apply(drawn))
        another.terminate()
        another.join()
        mine, theirs = ours(folder), beside(folder)
    print(f"four pictures of 8K, decoded in four threads: {theirs:.0f} MB")
    print(stage.verdict("saved and depicted by the studio", mine, MOST, " MB"))


if __name__ == "__main__":
    main()
