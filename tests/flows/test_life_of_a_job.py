"""A machine that lets anything happen to jobs in any order, and looks after each step whether the promises hold.

Every move of a state is written down by the database itself; none may be off the table. At the end every fault is over,
and every job has to come to an end with all that was paid for.
"""

import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sandbox import drawing, facts
from sandbox.server import Sandbox
from sandbox.tasks import OUTCOMES, Policy
from studio.archive.archive import Archive
from studio.client import Client
from studio.core import job_states
from studio.core.account import Account
from studio.core.errors import DraftError, NotFoundError, StudioError
from studio.core.values import Job, State, Status
from studio.engine import keys
from studio.engine.runtime import build
from studio.ledger.ledger import open_ledger
from studio.webhooks.inbox import Inbox
from tests.conftest import IMAGE, KEY, Harness, ManualClock, order
from tests.fault_matrix import BRIEF, tiny_picture

ENDS = {State.FINISHED, State.REFUSED, State.CANCELLED, State.DISMISSED}
FAULTS = [
    *(
        ("submit", kind)
        for kind in ("gateway", "cut-before", "cut-inside", "cut-after", "empty", "odd", "no-ids", "html")
    ),
    *(("task", kind) for kind in ("gateway", "cut-inside", "odd")),
    *(("batch", kind) for kind in ("refuse", "empty")),
    *(("file", kind) for kind in ("gateway", "cut-inside")),
    ("balance", "cut-before"),
]
LOST = ["gateway", "", "cut-before", "", "cut-inside"]
REFUSALS = [(429, 0), (200, 6010), (200, 1011), (200, 2003), (200, 1002), (503, 5000)]
TRIGGERS = """CREATE TABLE moves (job TEXT, start TEXT, "end" TEXT);
CREATE TRIGGER moved AFTER UPDATE OF state ON jobs WHEN old.state <> new.state
BEGIN INSERT INTO moves VALUES (new.id, old.state, new.state); END"""
some_job = st.integers(min_value=0, max_value=50)


class LifeOfJobs(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(drawing, "draw", tiny_picture)
        self.patch.setattr(facts, "TASKS_AT_ONCE", 1000)
        self.folder = tempfile.TemporaryDirectory()
        self.jobs: list[Job] = []

    @initialize()
    def open(self) -> None:
        sandbox, clock = Sandbox(policy=Policy("reads", image=2)).start(), ManualClock()
        sandbox.backend.set_balance(sandbox.backend.owner(KEY), 10_000)
        self.ledger = open_ledger(f"sqlite:///{self.folder.name}/ledger.db")
        with self.ledger.database.write() as connection:
            for statement in TRIGGERS.split(";\n", 1):
                connection.exec_driver_sql(statement)
        account = Account("test", sandbox.url, keys.shown(KEY), is_local=True)
        self.ledger.accounts.add_if_new(account)
        self.account, self.archive = account, Archive(Path(self.folder.name, "archive").as_uri())
        self.harness = self._harness(sandbox, clock)
        self.submit(2)

    def _harness(self, sandbox: Sandbox, clock: ManualClock, number: int = 0) -> Harness:
        runtime = build(self.account, KEY, sandbox.url, self.ledger, self.archive, clock=clock)
        self.callbacks = Inbox(self.ledger, lambda _: runtime, clock)
        client = Client(runtime, self.ledger, clock=clock)
        return Harness(client, runtime, self.ledger, self.archive, sandbox, clock, number)

    # What people do

    @rule(outcomes=st.permutations(OUTCOMES), count=st.integers(1, 3), lost=st.sampled_from(LOST))
    def send_at_once(self, outcomes: list[str], count: int, lost: str) -> None:
        """A job whose tasks end in these ways; its answer may be lost."""
        order(self.harness.sandbox, "outcomes", outcomes=outcomes[:count])
        self.submit(count)
        if lost:
            order(self.harness.sandbox, "fault", kind=lost)
        self.harness.send()

    @rule(count=st.integers(1, 3))
    def submit(self, count: int) -> None:
        self.jobs.append(self.harness.submit({**IMAGE, "prompt": f"job {len(self.jobs)}", "image_number": count}))

    @rule(number=some_job, what=st.sampled_from(["cancel", "dismiss", "hide", "ask_now"]))
    def press(self, number: int, what: str) -> None:
        getattr(self.harness.client.jobs, what)(self._job(number).id)

    @rule(number=some_job)
    def fetch_again(self, number: int) -> None:
        self.harness.client.jobs.fetch_again(self._job(number))

    @rule(number=some_job, of=some_job)
    def link_tasks(self, number: int, of: int) -> None:
        """A person pastes an id of a task, be it the right one or not."""
        if not (tasks := [*self.harness.sandbox.backend.tasks]):
            return
        job = self._job(number)
        right = [name for name in tasks if self._prompt(name) == job.prompt]
        if job.state is State.UNCONFIRMED and right:
            self._survived(lambda: self.harness.client.tasks.link(job, " ".join(right)))
        elif not right and (owned := self.ledger.jobs.with_task("test", tasks[of % len(tasks)])):
            with pytest.raises(DraftError):
                self.harness.client.tasks.link(job, owned.tasks[0].task_id)

    # What works by itself

    @rule()
    def send(self) -> None:
        self.harness.send()

    @rule(seconds=st.sampled_from([1, 20, 400]), save=st.booleans())
    def track(self, seconds: int, save: bool) -> None:
        self.harness.clock.pass_by(seconds)
        self.harness.track()
        if save:
            self.harness.save()

    @rule(number=some_job, twice=st.booleans(), made_up=st.booleans())
    def call(self, number: int, twice: bool, made_up: bool) -> None:
        """WeryAI calls about a job: with a task of it, with nothing, with one that is not there."""
        job = self._job(number)
        right = [name for name in self.harness.sandbox.backend.tasks if self._prompt(name) == job.prompt]
        for name in ["task_made_up"] if made_up else (right or ["task_0"]) * (1 + twice):
            self.callbacks.receive(job.id, f'{{"status": 0, "data": {{"task_id": "{name}"}}}}'.encode())
        self.callbacks.step()

    # What goes wrong

    @rule(fault=st.sampled_from(FAULTS), acts=st.booleans())
    def fault(self, fault: tuple[str, str], acts: bool) -> None:
        on, kind = fault
        order(self.harness.sandbox, "fault", kind=kind, on=on, **{"acts": acts, **BRIEF.get(kind, {})})

    @rule(refusal=st.sampled_from(REFUSALS))
    def refuse(self, refusal: tuple[int, int]) -> None:
        http, code = refusal
        order(self.harness.sandbox, "fault", kind="refuse", http=http, code=code, message="no")

    @rule(http=st.sampled_from([0, 0, 0, 401, 403, 200]))
    def key(self, http: int) -> None:
        order(self.harness.sandbox, "reject-keys", keys=[KEY] if http else [], http=http or 401)
        if not http:
            self._survived(self.harness.client.balance.refresh)

    @rule(seconds=st.sampled_from([-86_400, -3600, 86_400, 400 * 86_400]))
    def jump(self, seconds: int) -> None:
        self.harness.clock.pass_by(seconds)

    @rule()
    def restart(self) -> None:
        self.harness.runtime.stop()
        self.harness = self._harness(self.harness.sandbox, self.harness.clock, self.harness.number)

    # What holds at every moment

    @invariant()
    def nothing_is_off_the_table_or_paid_twice(self) -> None:
        with self.ledger.database.read() as connection:
            moves = {tuple(map(State, row)) for row in connection.execute(sa.text('SELECT start, "end" FROM moves'))}
        assert all(job_states.may_move(start, end) for start, end in moves)
        found, backend = [self.harness.now(job) for job in self.jobs], self.harness.sandbox.backend
        made = Counter(task.body["prompt"] for task in backend.tasks.values())
        for job in found:
            assert made[job.prompt] in (0, job.count), "each was made once"
            assert self.harness.client.jobs.word(job)
            for task in job.tasks:
                assert self._prompt(task.task_id) == job.prompt, "each has its own"
                assert task.status.is_open or self._is_true(task.task_id, task.status)

    def teardown(self) -> None:
        try:
            self._let_all_faults_end()
            self._everything_ends()
            self.nothing_is_off_the_table_or_paid_twice()
        finally:
            self.harness.runtime.stop()
            self.harness.sandbox.stop()
            self.ledger.close()
            self.folder.cleanup()
            self.patch.undo()

    def _let_all_faults_end(self) -> None:
        backend = self.harness.sandbox.backend
        self.harness.sandbox.orders.faults.clear()
        backend.next_outcomes.clear()
        self.key(0)
        for task in list(backend.tasks.values()):
            if task.outcome == "stuck":
                backend.tasks[task.id] = replace(task, outcome="succeed")

    def _everything_ends(self) -> None:
        self._rounds(12)
        for job in map(self.harness.now, self.jobs):
            assert job.state in {*ENDS, State.UNCONFIRMED}, "nothing is stuck"
            while self.harness.now(job).state is State.UNCONFIRMED:
                self._link_or_dismiss(job)
        self._rounds(8)
        for job in map(self.harness.now, self.jobs):
            assert job.state in ENDS
            assert not job.unsaved, "what was paid for is here"
            if job.state is State.FINISHED and not any(task.status is Status.GONE for task in job.tasks):
                assert len(job.tasks) == job.count

    def _link_or_dismiss(self, job: Job) -> None:
        """A person links the tasks that WeryAI shows. It may forget one just when it is asked about it."""
        tasks = [task for task in self.harness.sandbox.backend.tasks.values() if task.body["prompt"] == job.prompt]
        if known := [task.id for task in tasks if task.status != "forgotten"]:
            with suppress(NotFoundError):
                self.harness.client.tasks.link(job, " ".join(known))
        else:
            self.harness.client.jobs.dismiss(job.id)

    def _rounds(self, number: int) -> None:
        for _ in range(number):
            for _ in self.jobs:  # one a step
                self.harness.send()
            self.harness.ask()
            self.harness.save()
            self.callbacks.step()
            for job in map(self.harness.now, self.jobs):
                if job.unsaved and not any(output.try_at for output in job.unsaved):
                    self.harness.client.jobs.fetch_again(job)
            if all(not job.state.is_busy and not job.unsaved for job in map(self.harness.now, self.jobs)):
                return

    def _job(self, number: int) -> Job:
        return self.harness.now(self.jobs[number % len(self.jobs)])

    def _prompt(self, task_id: str) -> str:
        return str(self.harness.sandbox.backend.tasks[task_id].body["prompt"])

    def _is_true(self, task_id: str, status: Status) -> bool:
        """The API has said so; our clock has not."""
        task = self.harness.sandbox.backend.tasks[task_id]
        words = {"succeed": Status.FAILED if task.outcome == "empty" else Status.SUCCEEDED, "forgotten": Status.GONE}
        return words.get(task.status, Status.FAILED) is status

    def _survived(self, act: Any) -> None:
        with suppress(StudioError):
            act()


LifeOfJobs.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=30,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to shrink an example takes minutes
    suppress_health_check=list(HealthCheck),
)
TestLifeOfJobs = LifeOfJobs.TestCase
