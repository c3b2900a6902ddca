"""Outputs are ours: from the sandbox's "succeed" to the file in the ledger, 200 tasks with a picture of 2 MB each.

    python -m benchmarks.outputs_ours

The pictures are PNGs of noise, each another one; the sandbox, a process of its own, hands them out as its tasks end,
at most 20 at once, each after ten seconds. Tracker and saver work as in the studio. Afterwards the same links are
fetched bare, by as many threads as the saver has, each at the moment at which the tracker had seen its task: from then
on both are timed. Twice: on loopback, where a picture comes in the time that a memory copy takes, beside a download
into a file that is synced; and over a line that gives each connection 20 Mbit/s, as a result host does, beside one that
keeps nothing: what the studio adds to the wait that nobody can avoid. The split is of the time in a saver's thread. A
preview is counted from the moment at which its file was named. Six minutes.
"""

import hashlib
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import requests
from PIL import Image

from benchmarks import stage
from benchmarks.line import served
from benchmarks.split import Split
from sandbox.tasks import Policy
from studio.archive.archive import Archive
from studio.client import Client
from studio.core import settings
from studio.core.values import Draft, Job, Kind, State
from studio.engine.accounts import Accounts
from studio.ledger.ledger import open_ledger
from tests.conftest import until

TASKS, SIDE, SECONDS, LONGEST = 200, 835, 10.0, 600.0  # 835 × 835 pixels of noise are 2.1 MB
THREADS, BITS, MOST, MOST_ON_LOOPBACK, SOON = 4, 20e6, 1.2, 2.0, 0.15


@dataclass
class Fetched:
    """One task: when it succeeded, when that was seen, when the file was in the ledger, and what it should be."""

    succeeded: datetime
    seen: datetime
    saved: datetime
    url: str
    whole: bool
    bare: float = 0.0

    @property
    def ours(self) -> float:
        return (self.saved - self.seen).total_seconds()


def draw(folder: Path) -> list[str]:
    """The pictures, by the numbers of their jobs; returns their checksums."""
    sums = []
    for number in range(TASKS):
        pixels = np.random.default_rng(number).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png", compress_level=1)
        sums.append(hashlib.sha256((folder / f"{number}.png").read_bytes()).hexdigest())
    return sums


def saved(url: str, folder: Path, split: Split) -> list[Fetched]:
    """Let all tasks be made, seen and saved, as in the studio; the pictures are put in place as tasks are accepted."""
    pictures, media = folder / "pictures", folder / "sandbox" / "media"
    pictures.mkdir()
    media.mkdir(parents=True)
    sums, given = draw(pictures), settings.read(stage.api_environment(url, folder))
    with closing(open_ledger(given.database_url)) as ledger, split:
        kept = Archive(given.archive_url)
        accounts = Accounts(given, ledger, kept)
        client = Client(accounts.shared(), ledger)

        def are_there() -> bool:
            for job in ledger.jobs.in_state(client.account.id, State.OPEN):
                with suppress(FileNotFoundError):  # in its place already
                    (pictures / f"{job.prompt}.png").rename(media / f"{job.tasks[0].task_id}.png")
            return not client.progress.is_moving()

        for number in range(TASKS):
            inputs = {"prompt": str(number), "aspect_ratio": "1:1", "image_number": 1}
            client.jobs.submit(Draft("text_to_image", "WERYAI_IMAGE_2_0", inputs), f"benchmark:{number}", wait=0)
            are_there()
        until(are_there, LONGEST)
        jobs = client.jobs.recent(Kind.IMAGE, TASKS)
        accounts.stop()
        done = [job for job in jobs if job.outputs and job.outputs[0].is_saved]
        return [_fetched(job, kept, sums[int(job.prompt)], split.named[job.outputs[0].id]) for job in done]


def _fetched(job: Job, kept: Archive, checksum: str, named: datetime) -> Fetched:
    (task,), (output,) = job.tasks, job.outputs
    assert task.accepted_at and task.finished_at
    file = kept.path(output.key).read_bytes()
    whole = hashlib.sha256(file).hexdigest() == output.sha256 == checksum
    done = task.accepted_at + timedelta(seconds=SECONDS)
    return Fetched(done, task.finished_at, named, output.url, whole)


def fetch_bare(files: list[Fetched], folder: Path | None) -> None:
    """Fetch the same links once more, each as long after the first as it was seen after the first.

    Into a folder each is written, and synced.
    """
    files.sort(key=lambda file: file.seen)
    began = time.monotonic()

    def fetch(file: Fetched, seen: float) -> None:
        content = requests.get(file.url, timeout=60).content
        if folder:
            with Path(folder, file.url.rpartition("/")[2]).open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        file.bare = time.monotonic() - seen

    with ThreadPoolExecutor(THREADS) as pool:
        for file in files:
            seen = began + (file.seen - files[0].seen).total_seconds()
            time.sleep(max(0.0, seen - time.monotonic()))
            pool.submit(fetch, file, seen)


def measure(name: str, bits: float) -> tuple[int, float, float]:
    """One series; returns how many files are ours and right, how much longer they took than bare, and the previews."""
    split = Split()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "sandbox", Policy(image=SECONDS), bits) as url:
        files = saved(url, Path(folder), split)
        fetch_bare(files, None if bits else Path(folder))
    right = sum(file.whole for file in files)
    ours, bare = [file.ours for file in files], [file.bare for file in files]
    ratio = statistics.mean(ours) / statistics.mean(bare)
    whole = statistics.mean((file.saved - file.succeeded).total_seconds() for file in files)
    print(f"{name}: {right} of {TASKS} saved and identical; from succeed to file {whole:.2f} s on average")
    shown = split.previews
    for what, values in (("seen to named", ours), ("bare download", bare), ("preview after it", shown)):
        spread = f"median {stage.percentile(values, 50):.3f} s, p95 {stage.percentile(values, 95):.3f} s"
        print(f"  {what:<18}{statistics.mean(values):.3f} s on average, {spread}")
    thread = split.seconds["save"] / TASKS
    parts = {"queue": statistics.mean(ours) - thread, "download, with fsync": split.seconds["download"] / TASKS}
    parts |= {"check": split.seconds["check"] / TASKS}
    parts["ledger and rest"] = thread - split.seconds["download"] / TASKS - split.seconds["check"] / TASKS
    print(f"  {ratio:.2f} × bare; a file: " + ", ".join(f"{part} {took * 1000:.0f} ms" for part, took in parts.items()))
    return right, ratio, stage.percentile(shown, 50)


def main() -> None:
    right, loopback, soon = measure("loopback", 0)
    more, ratio, _ = measure(f"a line of {BITS / 1e6:.0f} Mbit/s a connection", BITS)
    print(stage.verdict("files that are not there or not identical", 2 * TASKS - right - more, 0, ""))
    print(stage.verdict("seen to named on the line, by a bare download", ratio, MOST, " ×"))
    print(stage.verdict("seen to named on loopback, by a bare one with fsync", loopback, MOST_ON_LOOPBACK, " ×"))
    print(stage.verdict("the preview after it, on loopback, median", soon, SOON, " s"))


if __name__ == "__main__":
    main()
