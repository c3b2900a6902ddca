"""What happens to requests and to the process that makes them, by plan: once to a step of a job, at one byte."""

import io
import json
import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeAlias

from PIL import Image

from benchmarks.line import Exchange
from sandbox.server import Sandbox
from tests.conftest import order

JOBS, WHOLE = 200, 10**6
STEPS = ("submit", "balance", "submit", "status", "submit", "file")
FAULTS = ("cut-before", "gateway", "cut-inside", "hang", "cut-after", "html", "no-ids")
LONGEST = 600.0


@dataclass(frozen=True)
class Mishap:
    """The connection ends after so many bytes of the reply, and with `kill` the process does, so many seconds later.

    After -1 bytes the request is not let through either. Or the sandbox answers with a fault of its own.
    """

    after: int = WHOLE
    kill: bool = False
    later: float = 0.0
    fault: str = ""


Plan: TypeAlias = dict[tuple[str, int], Mishap]


def cuts(first: int, length: int) -> Plan:
    """A cut after each byte from this one on; after the last byte come the sandbox's faults."""
    at = {number: first + number for number in range(JOBS)}
    faults = {number: Mishap(fault=FAULTS[number % len(FAULTS)]) for number in at}
    return {("submit", number): Mishap(byte) if byte <= length else faults[number] for number, byte in at.items()}


def kills(length: int) -> Plan:
    """One for each job: half of them while a reply comes, half while it is being written down."""
    chance = random.Random(7)
    when = [Mishap(number * (length + 2) // JOBS - 1, kill=True) for number in range(0, JOBS, 2)]
    when += [Mishap(kill=True, later=chance.uniform(0, 0.03)) for _ in when]
    chance.shuffle(when)
    return {(STEPS[number % len(STEPS)], number): mishap for number, mishap in enumerate(when)}


def both(length: int) -> Plan:
    """Some of the kills, and at the submissions that have none a cut or a fault, by a seed."""
    chance = random.Random(8)
    found = cuts(chance.randrange(length), length) | kills(length)
    return {where: mishap for where, mishap in found.items() if chance.random() < 0.7}


@dataclass
class Harness:
    """A sandbox, what happens on the line to it, and a process on the line that starts again when it was killed."""

    sandbox: Sandbox
    plan: Plan
    child: BaseProcess | None = None
    lives: int = 0
    last: int = 0
    longest: int = 0
    happened: int = 0
    posts: Counter[int] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, exchange: Exchange) -> None:
        """Pass an exchange on, as far as the plan allows."""
        (step, number), child = self._about(exchange), self.child
        with self._lock:
            mishap = self.plan.pop((step, number), Mishap())
            self.happened += mishap != Mishap()
        if mishap.fault:
            order(self.sandbox, "fault", kind=mishap.fault, seconds=0.2)
        reply = exchange.reply() if mishap.after >= 0 else b""
        if step == "submit":
            self.longest = max(self.longest, len(reply))
        with suppress(OSError):
            exchange.pass_on(reply[: max(0, mishap.after)])
        if mishap.kill and child:
            time.sleep(mishap.later)
            child.kill()

    def _about(self, exchange: Exchange) -> tuple[str, int]:
        """Which step of which job this is; a balance counts for the job that was sent last."""
        if exchange.verb == "POST":
            self.last = number_of(json.loads(exchange.request.partition(b"\r\n\r\n")[2])["prompt"])
            self.posts[self.last] += 1
            return "submit", self.last
        task = next((part for part in exchange.path.replace(".", "/").split("/") if part.startswith("task_")), "")
        if not task:
            return exchange.path.rpartition("/")[2], self.last
        number = number_of(self.sandbox.backend.tasks[task].body["prompt"])
        if exchange.path.endswith("/status"):
            return "status", number
        _make_file(self.sandbox.media / f"{task}.png")
        return "file", number

    def live(self, target: Callable[..., None], arguments: tuple[str, str], settled: Callable[[], bool]) -> None:
        """Start a process, and again whenever it was killed, until everything is settled."""
        context, end = multiprocessing.get_context("forkserver"), time.monotonic() + LONGEST
        while not settled():
            assert time.monotonic() < end, "it was not settled in time"
            if not self.child or not self.child.is_alive():
                self.lives += 1
                child = context.Process(target=target, args=arguments)
                child.start()
                self.child = child
            time.sleep(0.02)
        if self.child:
            self.child.kill()
            self.child.join()


def number_of(prompt: str) -> int:
    return int(prompt.removeprefix("Job "))


def _make_file(file: Path) -> None:
    """A small picture, so that drawing one does not hold up the rest."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        stream = io.BytesIO()
        Image.new("RGB", (64, 64), "teal").save(stream, "PNG")
        file.write_bytes(stream.getvalue())
