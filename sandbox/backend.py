"""The sandbox's rules: tasks, their progress, credits. Independent of HTTP.

Reading a task changes nothing. Only `observe` and `advance` move tasks on, by the current policy: at once, after some
reads, or after some seconds.
"""

import hashlib
import math
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sandbox import checks, facts
from sandbox.facts import Refusal
from sandbox.store import Store
from sandbox.tasks import Charging, Policy, SandboxTask

CREDITS = 1000


class Backend:
    """All accounts of one sandbox; keys are stored as hashes only. Safe to call from several threads."""

    def __init__(
        self,
        store: Store,
        policy: Policy | None = None,
        *,
        clock: Callable[[], float] = time.time,
        seed: int | None = None,
        credits: float = CREDITS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._credits_at_first = credits
        self._random = random.Random(seed)
        self._lock = threading.RLock()
        self.on_end: Callable[[SandboxTask], None] = lambda _: None
        # Returns the file of an upload or output by its URL.
        self.known_media: Callable[[str], Path | None] = lambda _: None
        self.policy = policy or Policy()
        self.tasks = {name: SandboxTask(**body) for name, body in store.all("task").items()}
        self._credits: dict[str, float] = store.all("credits")
        self._forget_orders()

    def reset(self) -> None:
        """Delete all tasks, credits and orders; the policy stays."""
        with self._lock:
            self._store.clear()
            self.tasks.clear()
            self._credits.clear()
            self._forget_orders()

    def owner(self, key: str) -> str:
        """Return the account of a key. Errors: Refusal for an invalid or rejected key."""
        if not key.startswith("sk-") or key in self.rejected_keys:
            # S8 quotes this answer; the guide gives it under HTTP 401, the skills under 403.
            raise Refusal(1002, facts.KEY_REJECTED, http=self.rejected_keys.get(key, 401))
        return hashlib.sha256(self.same_account.get(key, key).encode()).hexdigest()[:12]

    def balance(self, owner: str) -> float:
        return self._credits.get(owner, self._credits_at_first)

    def set_balance(self, owner: str, credits: float) -> None:
        with self._lock:
            self._credits[owner] = credits
            self._store.put("credits", {owner: credits})

    def submit(
        self, owner: str, path: str, body: Any, *, audio: str = "either", webhook: str = "taken"
    ) -> tuple[SandboxTask, ...]:
        """Start the tasks of one submission and charge for them. Errors: Refusal; nothing is charged then."""
        with self._lock:
            route = facts.PATHS[path]
            checked = checks.check(route, body, audio=audio, webhook=webhook, known=self.known_media)
            if "[moderated]" in checked.get("prompt", ""):
                raise Refusal(2003, "The prompt did not pass the content check")
            number = int(checked.get(route.number, 1))
            self._check_room_and_credits(owner, number, facts.cost(route, checked) * number)
            return self._start(owner, route, checked, number)

    def task(self, owner: str, name: str) -> SandboxTask:
        found = self.tasks.get(name)
        if not found or found.owner != owner or found.status == "forgotten":
            raise Refusal(1003, "task not exist")
        return found

    def batch(self, owner: str, name: str) -> tuple[SandboxTask, ...]:
        mine = (task for task in self.tasks.values() if task.batch == name and task.owner == owner)
        found = tuple(task for task in mine if task.status != "forgotten")
        if not found:
            raise Refusal(1003, "batch not exist")
        return found

    def observe(self, tasks: tuple[SandboxTask, ...]) -> tuple[SandboxTask, ...]:
        """Count one read of each task, move the tasks on by the policy, and return them."""
        with self._lock:
            return self._move_on(tuple(replace(task, reads=task.reads + 1) for task in tasks))

    def advance(self) -> None:
        """Move tasks with a webhook on as time passes, although nobody reads them."""
        with self._lock:
            watched = (task for task in self.tasks.values() if task.is_open and task.body.get("webhook_url"))
            self._move_on(tuple(task for task in watched if self._moved(task) != task))

    def _move_on(self, tasks: tuple[SandboxTask, ...]) -> tuple[SandboxTask, ...]:
        moved = tuple(map(self._moved, tasks))
        ended = [after for before, after in zip(tasks, moved, strict=True) if before.is_open and not after.is_open]
        for task in ended:
            self._settle(task)
        self._keep(moved)
        for task in ended:
            self.on_end(task)
        return moved

    def _settle(self, task: SandboxTask) -> None:
        """Settle the credits of a task that has ended: refund what was taken too early, take what is due."""
        due = 0 if task.status == "failed" and task.refunds else task.cost
        taken = task.cost if task.charged == "at-submit" else 0
        if due != taken:
            self.set_balance(task.owner, self.balance(task.owner) + taken - due)

    def _moved(self, task: SandboxTask) -> SandboxTask:
        if not task.is_open:
            return task
        share = self._share_done(task)
        if share < 0.3:
            return task
        if share < 1 or task.outcome == "stuck":
            return replace(task, status="processing")
        return replace(task, status="succeed" if task.outcome == "empty" else task.outcome)

    def _share_done(self, task: SandboxTask) -> float:
        if self.policy.after == "once":
            return 1.0
        amount = self.policy.video if task.group == "video" else self.policy.image
        if self.policy.after == "reads":
            return task.reads / amount if amount else 1.0
        return (self._clock() - task.made) / self._seconds(task, amount) if amount else 1.0

    def _seconds(self, task: SandboxTask, median: float) -> float:
        if self.policy.spread:
            return random.Random(task.id).lognormvariate(math.log(median), self.policy.spread)
        return median * (1 + 0.25 * task.position)  # later tasks of a batch take a little longer, as real ones do

    def _start(self, owner: str, route: facts.Route, body: dict[str, Any], number: int) -> tuple[SandboxTask, ...]:
        batch = str(self._random.randrange(10**8, 10**9))
        cost = facts.cost(route, body)
        started = tuple(
            SandboxTask(
                id=f"task_{self._random.getrandbits(48):012x}",
                batch=batch,
                owner=owner,
                group=route.group,
                reply=route.reply,
                body=body,
                position=position,
                made=self._clock(),
                cost=cost,
                outcome=self._outcome(body.get("prompt", ""), last=position == number - 1),
                charged=self.charging.when,
                refunds=self.charging.refund,
            )
            for position in range(number)
        )
        if self.charging.when == "at-submit":
            self.set_balance(owner, self.balance(owner) - cost * number)
        self._keep(started)
        return started

    def _outcome(self, prompt: str, *, last: bool) -> str:
        if self.next_outcomes:
            return self.next_outcomes.popleft()
        if "[fail]" in prompt and last:
            return "failed"
        return "stuck" if "[stuck]" in prompt else "succeed"

    def _check_room_and_credits(self, owner: str, number: int, cost: int) -> None:
        running = sum(task.is_open for task in self.tasks.values() if task.owner == owner)
        if running + number > facts.TASKS_AT_ONCE:
            raise Refusal(6010, f"concurrent task limit exceeded: {facts.TASKS_AT_ONCE}")
        if self.balance(owner) < cost:
            raise Refusal(1011, "insufficient credits")

    def _forget_orders(self) -> None:
        self.next_outcomes: deque[str] = deque()
        self.rejected_keys: dict[str, int] = {}  # each key with the HTTP status of its rejection
        self.same_account: dict[str, str] = {}  # each further key with the first key of its account
        self.charging = Charging()
        self.posts: Counter[str] = Counter()

    def _keep(self, tasks: tuple[SandboxTask, ...]) -> None:
        self.tasks.update({task.id: task for task in tasks})
        self._store.put("task", {task.id: asdict(task) for task in tasks})
