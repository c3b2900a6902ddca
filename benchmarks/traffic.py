"""Little traffic: status calls per task-minute, and how late an end is seen, beside a poller with a fixed 6 s.

    python -m benchmarks.traffic [seed …]

200 tasks of each kind take log-normal times (image: median 20 s; video: median 105 s, p95 250 s) at the sandbox, whose
clock and the tracker's are moved by hand, 20 tasks at a time. The calls are those that the sandbox saw. Once with one
watcher, once with 50 who each look every two seconds. The mean delay of 200 tasks is uncertain by 0.15 s, so several
seeds are put together, each of which takes 4 minutes on two busy cores."""

import math
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.server import Sandbox
from sandbox.tasks import Policy, SandboxTask
from studio.archive.archive import Archive
from studio.client import Client
from studio.core.account import Account
from studio.core.values import Draft, Inputs, Job, Kind
from studio.engine.runtime import Runtime, build
from studio.ledger.ledger import open_ledger

TASKS, AT_ONCE = 200, 20
SEEDS = (1, 2, 3, 4, 5)
WATCHERS_LOOK_EVERY = 2.0
FIXED = 6.0
KEY = "sk-benchmark"


@dataclass(frozen=True)
class Trial:
    """What is submitted, how long it takes, and how many calls a task-minute may cost."""

    kind: Kind
    mode: str
    model: str
    inputs: Inputs
    policy: Policy
    most: int

    @property
    def median(self) -> float:
        return self.policy.image if self.kind is Kind.IMAGE else self.policy.video


IMAGES = Trial(
    Kind.IMAGE,
    "text_to_image",
    "WERYAI_IMAGE_2_0",
    {"prompt": "x", "aspect_ratio": "1:1"},
    Policy(image=20, spread=0.4),
    most=12,
)
VIDEOS = Trial(
    Kind.VIDEO,
    "text_to_video",
    "SEEDANCE_2_0",
    {"prompt": "x", "aspect_ratio": "1:1", "duration": 5},
    Policy(video=105, spread=math.log(250 / 105) / 1.645),
    most=8,
)


@dataclass
class Figures:
    calls: int = 0
    minutes: float = 0.0
    late: list[float] = field(default_factory=list)

    def add(self, calls: int, took: float, late: float) -> None:
        self.calls += calls
        self.minutes += took / 60
        self.late.append(late)

    @property
    def rate(self) -> float:
        return self.calls / self.minutes

    @property
    def delay(self) -> float:
        return sum(self.late) / len(self.late)

    def line(self, name: str) -> str:
        worst = sorted(self.late)[int(0.95 * len(self.late))]
        return f"{name:<34}{self.rate:>10.2f}{self.delay:>12.2f} s{worst:>10.1f} s"


class Clock:
    time = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def timestamp(self) -> float:
        return self.time.timestamp()


@dataclass
class Harness:
    """A studio whose clock is moved by hand, with a sandbox and several people who watch."""

    sandbox: Sandbox
    runtime: Runtime
    clients: list[Client]
    clock: Clock
    looked: float = 0.0

    def submit(self, trial: Trial, number: int) -> Job:
        job = self.clients[0].jobs.submit(Draft(trial.mode, trial.model, trial.inputs), f"b:{number}", wait=0)
        self.runtime.dispatcher.step()
        return job

    def track(self) -> float:
        """Ask about what is due; return the seconds until more is."""
        pause = self.runtime.tracker.step()
        self.runtime.tracker.finish()
        return pause

    def watch(self, kind: Kind) -> None:
        if self.clock.timestamp() - self.looked >= WATCHERS_LOOK_EVERY:
            self.looked = self.clock.timestamp()
            for client in self.clients[1:]:
                client.jobs.recent(kind, 20)

    def task(self, job: Job) -> SandboxTask:
        found = self.clients[0].jobs.get(job.id)
        assert found
        return self.sandbox.backend.tasks[found.tasks[0].task_id]


@contextmanager
def harness(policy: Policy, watchers: int, seed: int) -> Iterator[Harness]:
    clock = Clock()
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory())
        sandbox = Sandbox(policy=policy).start()
        opened.callback(sandbox.stop)
        sandbox.backend._clock = clock.timestamp
        sandbox.backend._random.seed(seed)
        sandbox.backend.set_balance(sandbox.backend.owner(KEY), 1e6)
        ledger = opened.enter_context(closing(open_ledger(f"sqlite:///{folder}/ledger.db")))
        account = Account("benchmark", sandbox.url, "sk-…mark")  # not marked as the sandbox: the usual defaults
        ledger.accounts.add_if_new(account)
        runtime = build(account, KEY, sandbox.url, ledger, Archive(Path(folder).as_uri()), clock=clock)
        opened.callback(runtime.stop)
        runtime.tracker.chance.seed(seed)
        yield Harness(sandbox, runtime, [Client(runtime, ledger, clock=clock) for _ in range(watchers)], clock)


def run(trial: Trial, watchers: int, seed: int, ours: Figures, fixed: Figures) -> None:
    """Let 200 tasks be made and followed; adds the studio's figures, and those of a fixed 6 s on the same durations."""
    with harness(trial.policy, watchers, seed) as place:
        for job in everything_made(place, trial):
            count(place, trial, job, ours, fixed)


def everything_made(place: Harness, trial: Trial) -> list[Job]:
    """Submit whenever there is room, ask whenever something is due, until the last task is done."""
    sent: list[Job] = []
    while True:
        while len(sent) < TASKS and place.clients[0].jobs.busy() < AT_ONCE:
            sent.append(place.submit(trial, len(sent)))
        pause = place.track()
        place.watch(trial.kind)
        if len(sent) == TASKS and not place.clients[0].jobs.busy():
            return sent
        place.clock.time += timedelta(seconds=pause)


def count(place: Harness, trial: Trial, job: Job, ours: Figures, fixed: Figures) -> None:
    asked = place.task(job)
    took = place.sandbox.backend._seconds(asked, trial.median)
    found = place.clients[0].jobs.get(job.id)
    assert found
    (task,) = found.tasks
    assert task.finished_at and task.accepted_at
    ours.add(asked.reads, took, (task.finished_at - task.accepted_at).total_seconds() - took)
    fixed_calls = math.ceil(took / FIXED)
    fixed.add(fixed_calls, took, fixed_calls * FIXED - took)


def main(seeds: tuple[int, ...]) -> None:
    print(f"{f'{TASKS} tasks, seeds {seeds}':<34}{'calls/min':>10}{'seen after':>14}{'p95':>12}")
    for trial in (IMAGES, VIDEOS):
        for watchers in (1, 50):
            ours, fixed = Figures(), Figures()
            for seed in seeds:
                run(trial, watchers, seed, ours, fixed)
            print(ours.line(f"{trial.kind}s, {watchers} watcher{'s' * (watchers > 1)}"), flush=True)
        print(fixed.line(f"{trial.kind}s, a fixed 6 s"))
        print(f"  target: at most {trial.most} calls/min, seen sooner than with the fixed 6 s, the same for both")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SEEDS)
