"""No double charge: replies cut after every byte, processes killed at every step, 200 tasks a run.

    python -m benchmarks.no_double_charge

A process with an account's dispatcher, tracker and saver submits 200 jobs over a line on which something happens once
to each job (benchmarks/mishaps.py). In the runs "cuts" the reply to its submission ends after n bytes: n goes from -1
(the request is not let through either) to the whole reply, and then come the sandbox's own faults. In the run "kills"
the process gets SIGKILL, after n bytes of the reply to a submission, a balance, a status or a file, or up to 30 ms
after it, when it is written down; it is started again until everything has settled. "both" mixes them by a seed.
Beside it a naive client has the same mishaps of submissions: it sends again on any error, and after a kill whatever it
has not noted as done. Counted are the POSTs on the line and the tasks at the sandbox. Target: no second POST, and no
task that neither a job knows nor an unconfirmed job stands for. Some six minutes.
"""

import logging
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import requests

from benchmarks import stage
from benchmarks.line import Line
from benchmarks.mishaps import JOBS, WHOLE, Harness, Plan, both, cuts, kills
from sandbox import facts
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.archive.archive import Archive
from studio.client import Client
from studio.core import settings
from studio.core.values import Draft, Job, Kind, State
from studio.engine import capacity
from studio.engine.accounts import Accounts
from studio.ledger.ledger import Ledger, open_ledger
from tests.conftest import KEY

MODEL = "WERYAI_IMAGE_2_0"
ENDED = (State.FINISHED, State.UNCONFIRMED)


def studio(url: str, folder: str) -> None:
    """The process that is killed: what works for an account, and whatever of the jobs is not in the ledger yet."""
    given = settings.read(stage.api_environment(url, Path(folder)))
    capacity.TASKS_AT_ONCE = WHOLE  # the room at the API is not what is measured
    ledger = open_ledger(given.database_url)
    client = Client(Accounts(given, ledger, Archive(given.archive_url)).shared(), ledger)
    for number in range(len(client.jobs.recent(Kind.IMAGE, JOBS)), JOBS):
        client.jobs.submit(Draft("text_to_image", MODEL, _inputs(number)), f"benchmark:{number}", wait=0)
    threading.Event().wait()


def naive(url: str, folder: str) -> None:
    """Send until it goes well, note it, and go on with the next."""
    with Path(folder, "notes").open("a", encoding="ascii") as notes:
        for number in range(_noted(folder), JOBS):
            while not _sent(url, number):
                time.sleep(0.02)
            notes.write(f"{number}\n")
            notes.flush()
            os.fsync(notes.fileno())


def _sent(url: str, number: int) -> bool:
    body, headers = {"model": MODEL, **_inputs(number)}, {"Authorization": f"Bearer {KEY}"}
    try:
        answer = requests.post(f"{url}/v1/generation/text-to-image", json=body, headers=headers, timeout=30)
        return bool(answer.json()["data"]["task_ids"])
    except (requests.RequestException, ValueError, LookupError):
        return False


def _noted(folder: str) -> int:
    notes = Path(folder, "notes")
    return len(notes.read_text("ascii").split()) if notes.exists() else 0


def _inputs(number: int) -> dict[str, Any]:
    return {"prompt": f"Job {number}", "aspect_ratio": "1:1", "image_number": 1}


def run(name: str, plan: Plan) -> tuple[Harness, int]:
    """The studio, then the naive client, with the same plan; prints a line of each, and returns what is wrong."""
    with ExitStack() as opened:
        harness, url, folder = _harness(opened, plan)
        ledger = opened.enter_context(
            closing(open_ledger(settings.read(stage.api_environment(url, folder)).database_url))
        )
        harness.live(studio, (url, str(folder)), _twice(lambda: _is_settled(ledger)))
        jobs, tasks = _jobs(ledger), {task.id: task.body["prompt"] for task in harness.sandbox.backend.tasks.values()}
    known = {task.task_id for job in jobs for task in job.tasks}
    unconfirmed = {job.prompt for job in jobs if job.state is State.UNCONFIRMED}
    charged = {task for task, prompt in tasks.items() if task not in known and prompt in unconfirmed}
    lost = len(tasks) - len(known & set(tasks)) - len(charged)
    saved = sum(output.is_saved for job in jobs for output in job.outputs)
    _print(name, harness, f"{len(unconfirmed):>13}{len(charged):>9}{saved:>7}{lost:>6}")
    again = harness.posts.total() - len(harness.posts)
    with ExitStack() as opened:
        beside, url, folder = _harness(opened, {where: what for where, what in plan.items() if where[0] == "submit"})
        beside.live(naive, (url, str(folder)), lambda: _noted(str(folder)) == JOBS)
    _print("  naive client", beside, "")
    return harness, again + lost


def _harness(opened: ExitStack, plan: Plan) -> tuple[Harness, str, Path]:
    sandbox = Sandbox(policy=Policy("once"), credits=1e6).start()
    opened.callback(sandbox.stop)
    harness = Harness(sandbox, dict(plan))
    line = Line(sandbox.url, harness.carry)
    opened.callback(line.shutdown)
    return harness, line.url, Path(opened.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))


def _jobs(ledger: Ledger) -> list[Job]:
    with ledger.database.read() as connection:
        account = connection.exec_driver_sql("SELECT min(account) FROM jobs").scalar()
    return ledger.jobs.recent(str(account), Kind.IMAGE, JOBS) if account else []


def _is_settled(ledger: Ledger) -> bool:
    jobs = _jobs(ledger)
    return len(jobs) == JOBS and all(job.state in ENDED and not job.unsaved for job in jobs)


def _twice(settled: Callable[[], bool]) -> Callable[[], bool]:
    """Looked at every half second, and settled when it was so a second before already: no answer is still to come."""
    seen: list[bool] = []

    def look() -> bool:
        time.sleep(0.5)
        seen.append(settled())
        return len(seen) > 2 and all(seen[-3:])

    return look


def _print(name: str, harness: Harness, more: str) -> None:
    tasks, posts = list(harness.sandbox.backend.tasks.values()), harness.posts
    twice = sum(task.cost for task in tasks) - sum({task.body["prompt"]: task.cost for task in tasks}.values())
    print(
        f"{name:<16}{harness.happened:>8}{harness.lives:>6}{posts.total():>7}{max(posts.values()):>9}"
        f"{posts.total() - len(posts):>8}{len(tasks):>7}{twice:>11}{more}",
        flush=True,
    )


def main() -> None:
    multiprocessing.get_context("forkserver").set_forkserver_preload(["benchmarks.stage", "benchmarks.mishaps"])
    logging.getLogger("uvicorn.error").addFilter(lambda _: False)  # the sandbox speaks of each answer that it cuts
    facts.TASKS_AT_ONCE = WHOLE
    print(f"{JOBS} jobs of one task a run; charged twice in credits")
    print(
        f"{'':<16}{'mishaps':>8}{'lives':>6}{'POSTs':>7}{'most/job':>9}{'second':>8}{'tasks':>7}{'twice':>11}"
        f"{'unconfirmed':>13}{'charged':>9}{'saved':>7}{'lost':>6}"
    )
    harness, wrong = run("cuts", cuts(-1, WHOLE))
    runs, length = 1, harness.longest
    for name, plan in [
        *((f"cuts from {first}", cuts(first, length)) for first in range(JOBS - 1, length + 1, JOBS)),
        ("kills", kills(length)),
        ("both", both(length)),
    ]:
        runs, wrong = runs + 1, wrong + run(name, plan)[1]
    print(f"{runs} runs; a reply to a submission has {length} bytes, each was the last one once")
    print(stage.verdict("second POSTs and lost tasks", wrong, 0, ""))


if __name__ == "__main__":
    main()
