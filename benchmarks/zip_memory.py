"""A ZIP of any size: memory of the server while it is downloaded, at full speed and by a slow reader (Linux).

    python -m benchmarks.zip_memory

A ZIP of 40 outputs of 50 MB is downloaded at full speed, then by a reader who takes some 10 MB/s and leaves after 20
seconds; then one of 10,000 outputs of 20 KB. Beside it the same 40 files are downloaded one by one, without a ZIP.
Equal files are on the disk once, under many names. What is shown is the most that the server's process held above
what it held before; RSS, looked at every 20 ms.
"""

import hashlib
import hmac
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import requests

from benchmarks import stage
from components.parts import zip_urls
from components.parts.file_urls import ARCHIVE
from studio.core import settings
from studio.core.account import Account
from studio.core.values import Job, Output, State, Status, Task, now
from studio.ledger.ledger import Ledger
from studio.ledger.mapping import row_of
from studio.ledger.tables import jobs, outputs, tasks
from tests.browser.studio import Studio
from tests.examples import JOB

ACCOUNT, EACH = "zip", 4  # outputs of a job
LARGE, SMALL = (40, 50 * 10**6), (10_000, 20_000)  # files, and bytes of each
PIECE, PAUSE, SECONDS, MOST = 10**6, 0.05, 20.0, 50  # of the slow reader; MB


@dataclass(frozen=True)
class Source:
    """A studio with outputs, and the key with which it signs."""

    server: Studio
    key: str

    def zipped(self, ids: list[int]) -> requests.Response:
        fields = {"account": ACCOUNT, "ids": ",".join(map(str, ids))}
        form = {**fields, **self._signed(zip_urls.KIND, zip_urls.subject(fields))}
        return requests.post(f"{self.server.url}{zip_urls.PATH}", data=form, stream=True, timeout=60)

    def file(self, key: str) -> requests.Response:
        address = f"{self.server.url}/archive/{quote(key)}"
        return requests.get(address, params=self._signed(ARCHIVE, key), stream=True, timeout=60)

    def _signed(self, kind: str, subject: str) -> dict[str, str]:
        expires = str(int(time.time()) + 3600)
        text = f"{kind}\n{subject}\n{expires}\n"
        return {"expires": expires, "signature": hmac.new(self.key.encode(), text.encode(), hashlib.sha256).hexdigest()}


def lay_out(ledger: Ledger, archive: Path, first: int, number: int, size: int) -> list[Output]:
    """Put so many equal files into archive and ledger, as outputs with numbers from `first` on."""
    content = os.urandom(size)
    one = Output(0, 0, 0, JOB.kind, "", size=size, sha256=hashlib.sha256(content).hexdigest(), saved_at=now())
    made = [replace(one, id=first + at, task=first + at // EACH, position=at % EACH) for at in range(number)]
    made = [replace(output, key=f"zip/{output.id}.png") for output in made]
    (archive / "zip").mkdir(parents=True, exist_ok=True)
    (archive / made[0].key).write_bytes(content)
    for output in made[1:]:
        (archive / output.key).hardlink_to(archive / made[0].key)
    _write_down(ledger, made)
    return made


def _write_down(ledger: Ledger, made: list[Output]) -> None:
    owners = sorted({output.task for output in made})
    with ledger.database.write() as connection:
        connection.execute(jobs.insert(), [row_of(_job(owner), jobs) for owner in owners])
        connection.execute(tasks.insert(), [row_of(_task(owner), tasks) for owner in owners])
        connection.execute(outputs.insert(), [row_of(output, outputs) for output in made])


def _job(number: int) -> Job:
    return replace(
        JOB, id=f"job_{number}", submission=f"zip:{number}", account=ACCOUNT, count=EACH, state=State.FINISHED
    )


def _task(number: int) -> Task:
    return Task(number, f"job_{number}", f"task_{number}", 0, Status.SUCCEEDED, finished_at=now())


def at_full_speed(answer: requests.Response) -> int:
    """Download all; return the bytes."""
    with answer:
        answer.raise_for_status()
        return sum(len(piece) for piece in answer.iter_content(PIECE))


def slowly(answer: requests.Response) -> int:
    """Download some 10 MB/s for a while, and leave; return the bytes."""
    until, taken = time.monotonic() + SECONDS, 0
    with answer:
        answer.raise_for_status()
        for piece in answer.iter_content(PIECE):
            taken += len(piece)
            time.sleep(PAUSE)
            if time.monotonic() > until:
                break
    return taken


def growth(name: str, server: Studio, download: Callable[[], int]) -> float:
    """Return the most MB of the server above what it held before, and say what was downloaded and how fast."""
    with watched(server) as held:
        start = time.monotonic()
        taken = download()
        rate = taken / (time.monotonic() - start)
    after = _resident(server)
    print(
        f"{name}: {taken / 1e6:,.0f} MB at {rate / 1e6:.0f} MB/s; "
        f"RSS {held[0]:.0f} MB before, {max(held):.0f} MB at most, {after:.0f} MB after",
        flush=True,
    )
    return max(held) - held[0]


@contextmanager
def watched(server: Studio) -> Iterator[list[float]]:
    held, done = [_resident(server)], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            held.append(_resident(server))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield held
    finally:
        done.set()
        watching.join()


def _resident(server: Studio) -> float:
    """Megabytes."""
    assert server.process
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    with stage.studio() as server, closing(stage.ledger_of(server)) as ledger:
        archive = Path(settings.read(server.environment).archive_url.removeprefix("file://"))
        ledger.accounts.add_if_new(Account(ACCOUNT, "https://api.weryai.com", "sk-…zip"))
        large, small = lay_out(ledger, archive, 1, *LARGE), lay_out(ledger, archive, 10**6, *SMALL)
        source = Source(server, str(ledger.database.ensure_setting("signing_key")))
        at_full_speed(source.zipped([small[0].id]))  # what the first one imports
        at_full_speed(source.file(small[0].key))
        all_large, all_small = [one.id for one in large], [one.id for one in small]
        beside = growth("files one by one", server, lambda: sum(at_full_speed(source.file(one.key)) for one in large))
        fast = growth("ZIP of 40", server, lambda: at_full_speed(source.zipped(all_large)))
        slow = growth("ZIP of 40, slowly", server, lambda: slowly(source.zipped(all_large)))
        many = growth("ZIP of 10,000", server, lambda: at_full_speed(source.zipped(all_small)))
    print(f"files one by one: {beside:.2f} MB more")
    for name, more in (("a ZIP at full speed", fast), ("by a slow reader", slow), ("of 10,000 files", many)):
        print(stage.verdict(name, more, MOST, " MB"))


if __name__ == "__main__":
    main()
