"""What the benchmarks share: a server process with jobs that stay open, a page with one text, and what is printed."""

import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sandbox import facts
from sandbox.server import Sandbox
from studio.archive.archive import Archive
from studio.client import Client
from studio.core import settings
from studio.core.values import Draft, State
from studio.engine import capacity
from studio.engine.accounts import Accounts
from studio.ledger.ledger import Ledger, open_ledger
from tests.browser.studio import AS_APP, Studio, free_port
from tests.conftest import IMAGE, KEY, until

ONE_TEXT = "import streamlit as st\n\nst.text('One text')\n"


@contextmanager
def studio(
    open_jobs: int = 0, core: int | None = None, *, sandbox: Sandbox | None = None, arguments: list[str] = AS_APP
) -> Iterator[Studio]:
    """The studio as a process, beside a sandbox in this one; so many jobs of one picture are open and stay so.

    With a core given, the process has this one for itself, as far as this one and its children are concerned. A
    sandbox that is given decides how the jobs end.
    """
    sandbox = sandbox or Sandbox().start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            environment = api_environment(sandbox.url, Path(folder))
            _open(open_jobs, environment)
            with _served(Path(folder), environment, arguments, core) as server:
                yield server
    finally:
        sandbox.stop()


@contextmanager
def plain(script: str = ONE_TEXT, core: int | None = None) -> Iterator[Studio]:
    """A Streamlit page of a few lines as a process, with the studio's own .streamlit/config.toml."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "plain.py"
        page.write_text(script, "utf-8")
        with _served(Path(folder), {}, ["-m", "streamlit", "run", str(page)], core) as server:
            yield server


def api_environment(url: str, folder: Path) -> dict[str, str]:
    """Settings for an API at this address, with everything kept in this folder."""
    return {
        "DATA_FOLDER": str(folder / "data"),
        "WERYAI_API_KEY": KEY,
        "WERYAI_BASE_URL": url,
        "WERYAI_MODELS_BASE_URL": url,
        "SUBMISSIONS_PER_MINUTE": "100000",  # one person presses for everybody
    }


def ledger_of(server: Studio) -> Ledger:
    """The ledger of a server, opened a second time: to look on."""
    return open_ledger(settings.read(server.environment).database_url)


def lay_out(sandbox: Sandbox, picture: bytes) -> None:
    """Put a picture in place for each task that has none: to draw each would keep this process from the rest."""
    sandbox.media.mkdir(parents=True, exist_ok=True)
    for task in list(sandbox.backend.tasks):
        file = sandbox.media / f"{task}.png"
        if not file.exists():
            file.write_bytes(picture)


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def megabytes(server: Studio) -> tuple[float, float]:
    """Memory of a server process: resident, and its own proportional share of it (Linux)."""
    assert server.process
    lines = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text("ascii").splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024


def resident() -> int:
    """Memory of this process as it is now, in MB (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024**2


def verdict(name: str, value: float, most: float, unit: str) -> str:
    return f"{name}: {value:.2f}{unit}, target at most {most:g}{unit}: {'met' if value <= most else 'MISSED'}"


@contextmanager
def _served(
    folder: Path, environment: dict[str, str], arguments: list[str], core: int | None = None
) -> Iterator[Studio]:
    server, cores = Studio(folder, environment, arguments, free_port()), _cores()
    try:
        _stay_on(cores if core is None else {core})
        server.start()
        _stay_on(cores - {core} or cores)
        yield server
    finally:
        server.kill()
        _stay_on(cores)


def _cores() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def _stay_on(cores: set[int]) -> None:
    """Let every thread of this process, and what it starts from now on, run on these cores alone (Linux)."""
    for thread in Path("/proc/self/task").iterdir() if cores else ():
        os.sched_setaffinity(int(thread.name), cores)


def _open(number: int, environment: dict[str, str]) -> None:
    """Submit jobs as a page would, and wait until the sandbox has them; the server finds them in its ledger."""
    facts.TASKS_AT_ONCE = capacity.TASKS_AT_ONCE = max(20, number)  # the room at the API is not what is measured
    given = settings.read(environment)
    with closing(open_ledger(given.database_url)) as ledger:
        accounts = Accounts(given, ledger, Archive(given.archive_url))
        client = Client(accounts.shared(), ledger)
        draft = Draft("text_to_image", "WERYAI_IMAGE_2_0", {**IMAGE, "prompt": "Two hills and a sun [stuck]"})
        for count in range(number):
            client.jobs.submit(draft, f"benchmark:{count}", wait=0)
        until(lambda: len(ledger.jobs.in_state(client.account.id, State.OPEN)) == number, 120)
        accounts.stop()
