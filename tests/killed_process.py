"""A job's whole life in a process of its own, which a test kills or starves at some step of it."""

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sandbox.server import Sandbox
from studio.core.errors import LedgerError
from studio.core.values import Job, Kind
from studio.ledger.ledger import open_ledger
from tests.conftest import Harness, open_harness, until
from tests.process_steps import Steps


@contextmanager
def opened(folder: Path, sandbox: Sandbox, timeout: float = 15) -> Iterator[Harness]:
    """A process of the studio on the ledger and archive of this folder; `timeout`: how long it waits for a lock."""
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}?timeout={timeout}")
    harness = open_harness(sandbox, ledger, folder)
    harness.runtime.catalogue._asked_at = (
        harness.clock()
    )  # not in the background, where it would be a step at any moment
    yield harness
    harness.runtime.stop()
    ledger.close()


def live(harness: Harness) -> None:
    """From the press of the button to the preview."""
    harness.submit()
    harness.send()
    harness.ask()
    harness.save()


def press(harness: Harness) -> Job:
    """Press the button; who has pressed it already, and saw nothing come of it, presses for the same job again."""
    harness.number = 0
    return harness.submit()


def live_on(harness: Harness) -> None:
    """As the workers and a person do: whatever the ledger says, everything is tried again."""
    for act in (press, Harness.send, Harness.ask, Harness.save):
        with suppress(LedgerError):
            act(harness)


def until_killed(step: int, folder: Path, address: str, told: Connection) -> None:
    """A life that ends before this step, which is told, without any farewell; or after all, and then nothing is."""
    left = iter(range(step - 1, -1, -1))

    def at(name: str) -> None:
        if next(left) == 0:
            told.send(name)
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(folder, _at(address)) as harness:
        Steps(at).watch(harness.ledger.database.engine)
        live(harness)
        told.send("")
        os.kill(os.getpid(), signal.SIGKILL)


def in_small_files(limit: int, folder: Path, address: str, told: Connection) -> None:
    """A life in which no file may become larger than so many bytes; then all may, and it goes on.

    It tells whether there was a whole file meanwhile.
    """
    with opened(folder, _at(address)) as harness:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
        for _ in range(3):
            live_on(harness)
        made = [output for job in harness.client.jobs.recent(Kind.IMAGE, 1) for output in job.outputs]
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        for _ in range(3):
            live_on(harness)
    told.send("whole" if any(output.is_saved for output in made) else "held up")


def only_sent(together: Barrier, folder: Path, address: str, told: Connection) -> None:
    """A studio that finds a queued job at the same moment as another one."""
    with opened(folder, _at(address)) as harness:
        together.wait()
        harness.send()
    told.send("")


def in_a_process(life: Callable[..., None], sandbox: Sandbox, *words: Any) -> str:
    """Run a life in a process of its own to its end, and let the sandbox finish what it asked for; returns its word.

    All are forked from one process that has the modules loaded and no threads.
    """
    state = sandbox._server.server_state
    known = set(state.connections)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=life, args=(*words, sandbox.url, theirs))
    child.start()
    theirs.close()
    try:
        return str(ours.recv())
    finally:
        child.join(20)
        child.kill()
        child.join()
        until(lambda: state.connections <= known and not state.tasks)


def _at(address: str) -> Sandbox:
    """The sandbox as it is seen from another process."""
    return SimpleNamespace(url=address)  # type: ignore[return-value]
