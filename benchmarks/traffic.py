"""Little traffic: status calls per task-minute, and how late an end is seen, beside a poller with a fixed 6 s.

    python -m benchmarks.traffic

200 tasks of each kind take log-normal times (image: median 20 s; video: median 105 s, p95 250 s) at the sandbox, whose
clock and the tracker's are moved by hand, 20 tasks at a time. The calls are those that the sandbox saw. Once with one
watcher, once with 50.
"""

import math
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.backend import Policy
from sandbox.server import Sandbox
from studio.archive import Archive
from studio.jobs import Client
from studio.ledger.ledger import open_ledger
from studio.running import build
from studio.values import Account, Draft, Job, Kind

TASKS, AT_ONCE = 200, 20
KEY = "sk-benchmark"
SETTINGS = {
    Kind.IMAGE: (
        "text_to_image",
        "WERYAI_IMAGE_2_0",
        {"prompt": "x", "aspect_ratio": "1:1"},
        Policy(image=20, spread=0.4),
    ),
    Kind.VIDEO: (
        "text_to_video",
        "SEEDANCE_2_0",
        {"prompt": "x", "aspect_ratio": "1:1", "duration": 5},
        Policy(video=105, spread=math.log(250 / 105) / 1.645),
    ),
}


@dataclass
class Figures:
    calls: int = 0
    minutes: float = 0.0
    late: list[float] = field(default_factory=list)

    def line(self, name: str) -> str:
        mean = sum(self.late) / len(self.late)
        worst = sorted(self.late)[int(0.95 * len(self.late))]
        return f"{name:<28}{self.calls / self.minutes:>10.1f}{mean:>12.1f} s{worst:>10.1f} s"


class Clock:
    time = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def timestamp(self) -> float:
        return self.time.timestamp()


def run(kind: Kind, watchers: int) -> tuple[Figures, Figures]:
    """The studio's figures, and those of a fixed 6 s on the same durations."""
    mode, model, inputs, policy = SETTINGS[kind]
    clock, ours, fixed = Clock(), Figures(), Figures()
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(policy=policy).start()
        sandbox.backend._clock = clock.timestamp
        sandbox.backend._random.seed(7)
        sandbox.backend.set_balance(sandbox.backend.owner(KEY), 1e6)
        ledger = open_ledger(f"sqlite:///{folder}/ledger.db")
        account = Account("benchmark", sandbox.url, "sk-…mark")  # not marked as the sandbox: the usual defaults
        ledger.accounts.introduce(account)
        running = build(account, KEY, sandbox.url, ledger, Archive(Path(folder).as_uri()), clock=clock)
        clients = [Client(running, ledger, clock=clock) for _ in range(watchers)]
        sent: list[Job] = []
        while True:
            while len(sent) < TASKS and clients[0].busy() < AT_ONCE:
                sent.append(clients[0].submit(Draft(mode, model, inputs), f"b:{len(sent)}", wait=0))
                running.dispatcher.step()
            wait = running.tracker.step()
            running.tracker.finish()
            for client in clients[1:]:
                client.recent(kind, 20)
            if len(sent) == TASKS and not clients[0].busy():
                break
            clock.time += timedelta(seconds=wait)
        for job in (clients[0].job(job.id) for job in sent):
            (task,) = job.tasks
            asked = sandbox.backend.tasks[task.task_id]
            took = sandbox.backend._seconds(asked, policy.image if kind is Kind.IMAGE else policy.video)
            seen = (task.finished_at - task.accepted_at).total_seconds()
            ours.calls += asked.reads
            ours.minutes += took / 60
            ours.late.append(seen - took)
            fixed.calls += math.ceil(took / 6)
            fixed.minutes += took / 60
            fixed.late.append(math.ceil(took / 6) * 6 - took)
        running.stop()
        ledger.close()
        sandbox.stop()
    return ours, fixed


def main() -> None:
    print(f"{'':<28}{'calls/min':>10}{'seen after':>14}{'p95':>12}")
    for kind in Kind:
        for watchers in (1, 50):
            ours, fixed = run(kind, watchers)
            print(ours.line(f"{kind}s, {watchers} watcher{'s' * (watchers > 1)}"))
        print(fixed.line(f"{kind}s, a fixed 6 s"))


if __name__ == "__main__":
    main()
