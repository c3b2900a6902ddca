"""What a studio may find when it is opened: jobs in every state, made by the real flow on a clock moved by hand."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.archive.archive import Archive
from studio.client import Client
from studio.core.account import Account
from studio.core.settings import read
from studio.core.values import Draft, Job, Kind, now
from studio.engine import accounts, keys
from studio.engine.runtime import Runtime, build
from studio.ledger.ledger import open_ledger
from tests.browser.studio import QUICKLY, Studio, free_port
from tests.conftest import KEY, ManualClock, order
from tests.reference_files import upload

MODELS = {"text_to_image": "WERYAI_IMAGE_2_0", "image_to_image": "WERYAI_IMAGE_2_0", "text_to_video": "SEEDANCE_2_0"}
LONG = (
    "A very long prompt about one small lighthouse that stands on a rock, and about every wave that comes to it. " * 6
)
ODD = "<b>HTML</b> & **stars**, 山に朝の光 🌄, سماء فوق التلال, https://example.com/" + "unbroken" * 18


@dataclass
class Past:
    """What happened here before the studio is opened."""

    runtime: Runtime
    client: Client
    sandbox: Sandbox
    clock: ManualClock
    number: int = 0

    def job(self, prompt: str, *, ago: float, took: float = 14, outcomes: Sequence[str] = (), **inputs: Any) -> Job:
        """Send a job so many minutes ago, and ask about it once when it took so many seconds."""
        if outcomes:
            order(self.sandbox, "outcomes", outcomes=list(outcomes))
        job = self.submit(prompt, ago=ago, **inputs)
        self.runtime.dispatcher.step()
        self.clock.pass_by(took)
        self._follow(job)
        return self.client.jobs.get(job.id) or job

    def submit(self, prompt: str, *, ago: float, mode: str = "text_to_image", model: str = "", **inputs: Any) -> Job:
        """Write a job down, and do not send it yet."""
        self.number += 1
        self.clock.time = now() - timedelta(minutes=ago)
        shape = {"aspect_ratio": "16:9"} | ({"duration": 5, "resolution": "480p"} if mode == "text_to_video" else {})
        draft = Draft(mode, model or MODELS[mode], {"prompt": prompt, **shape, **inputs})
        return self.client.jobs.submit(draft, f"past:{self.number}", wait=0)

    def url(self, job: Job) -> str:
        """Use the first result of a job as a reference: where the service has it then."""
        return upload(self.runtime, self.client.references.add_output(job, job.outputs[0])).url

    def forget(self, job: Job) -> None:
        """The service loses the tasks of this job, and says so for a while."""
        for task in job.tasks:
            self.sandbox.backend.tasks.pop(task.task_id)
        for _ in range(3):
            self.clock.pass_by(400)
            self._follow(job)

    def _follow(self, job: Job) -> None:
        known = self.client.jobs.get(job.id)
        if known and known.tasks:
            self.runtime.tracker.follow(known)
        self.runtime.saver.step()
        self.runtime.saver.finish()


@contextmanager
def past(data: Path, sandbox: Sandbox, *, key: str = KEY) -> Iterator[Past]:
    """Open the ledger and the archive of a studio that is not running; without a key it is the one that has its own."""
    settings = read({"DATA_FOLDER": str(data), "WERYAI_API_KEY": key, "WERYAI_BASE_URL": sandbox.url})
    account = (
        replace(keys.account(sandbox.url, key), is_shared=True)
        if key
        else Account("sandbox", sandbox.url, "", is_local=True)
    )
    data.mkdir(parents=True, exist_ok=True)
    clock, ledger = ManualClock(), open_ledger(settings.database_url)
    ledger.accounts.add_if_new(account)
    archive = Archive(settings.archive_url)
    runtime = build(account, key or accounts.SANDBOX_KEY, sandbox.url, ledger, archive, clock=clock)
    sandbox.backend.policy = Policy("once")
    yield Past(runtime, Client(runtime, ledger, clock=clock), sandbox, clock)
    runtime.stop()
    ledger.close()


def history(past: Past) -> None:
    """Enough for a usual time and a usual cost, and the first cards of a day."""
    for number, seconds in enumerate((12, 15, 25)):
        past.job("Three clay vases on a seamless backdrop", ago=60 - number, took=seconds, aspect_ratio="1:1")
        past.job("Blue hour over the valley", ago=60 - number, took=70 + number, mode="text_to_video")


def day(past: Past) -> None:
    """An ordinary moment: on each page one job is under way, and others are done."""
    history(past)
    clay = "Three clay vases on a seamless backdrop, soft daylight from the left"
    past.job(clay, ago=4, aspect_ratio="1:1", image_number=4)
    past.job(
        "The sun climbs behind the ridges, static camera", ago=4, took=91, mode="text_to_video", generate_audio=True
    )
    ridges = "Layered mountains at first light, low fog in the valleys, a pale sun"
    past.job(ridges, ago=0.3, took=16, outcomes=["succeed", "succeed", "stuck", "stuck"], image_number=4)
    past.job("Waves of cloud roll over a blue ridge at dawn", ago=1, outcomes=["stuck"], mode="text_to_video")


SOME_MODELS = ("WERYAI_IMAGE_2_0", "SEEDREAM_4_5", "CHATBOT_GEMINI_3_PRO_IMAGE_PREVIEW")
DUNES, PEONY, SEA = (
    "Dunes with long morning shadows",
    "A single peony, dark background, macro",
    "The sea at night, a slow pan",
)


def bake_off(past: Past) -> None:
    """Two prompts by three models, one of which failed once; two videos; and one image that is under way."""
    for prompt in (DUNES, PEONY):
        for number, model in enumerate(SOME_MODELS):
            outcomes = ["failed"] if (prompt, number) == (PEONY, 2) else []
            past.job(prompt, ago=30 - number, took=12 + 7 * number, model=model, outcomes=outcomes)
    past.job(DUNES, ago=20, took=14, model=SOME_MODELS[0], aspect_ratio="1:1", image_number=2)
    for number, seconds in enumerate((5, 10)):
        past.job(SEA, ago=10 - number, took=60 + number, mode="text_to_video", duration=seconds)
    past.sandbox.backend.policy = Policy("reads", image=10_000)
    past.job(DUNES, ago=0.3, took=5, model=SOME_MODELS[1], aspect_ratio="1:1")


def compared(past: Past) -> None:
    """The same, in a comparison."""
    bake_off(past)
    jobs = [job for kind in Kind for job in past.client.jobs.recent(kind, 50)]
    past.client.comparisons.create("Bake-off", [job.id for job in sorted(jobs, key=lambda job: job.created_at)])


VARIANTS = [f"A {colour} vase on a table" for colour in ("red", "blue", "green", "white")]


def variants(past: Past) -> None:
    """A comparison of variants of a prompt, all by one model."""
    jobs = [past.job(prompt, ago=30 - number, took=12) for number, prompt in enumerate(VARIANTS)]
    past.client.comparisons.create("Vases", [job.id for job in jobs])


def family(past: Past) -> None:
    """An image, what was made from it, and what was thrown away on the way."""
    edit: dict[str, Any] = {"mode": "image_to_image"}
    film: dict[str, Any] = {"mode": "image_to_video", "duration": 5, "resolution": "480p"}
    root = past.job("A lighthouse on a cliff", ago=50, image_number=2)
    night = past.job("The same at night", ago=40, images=[past.url(root)], **edit)
    past.job("The lamp turns, slow zoom", ago=30, image=past.url(night), model=MODELS["text_to_video"], **film)
    storm = past.job("The same in a storm, waves over the rocks", ago=20, images=[past.url(root)], **edit)
    past.job("With a ship", ago=15, images=[past.url(night)], outcomes=["failed"], **edit)
    past.client.gallery.delete([storm.outputs[0].id])


def busy(past: Past) -> None:
    """Besides, jobs that wait, and one that may not leave yet."""
    day(past)
    past.sandbox.backend.policy = Policy("seconds", image=10**6, video=10**6)
    past.job("Dunes with long morning shadows", ago=0.2, took=1, image_number=4)
    past.job("Rain on a window", ago=0.2, took=1, mode="text_to_video", aspect_ratio="9:16")
    order(past.sandbox, "fault", kind="refuse", code=6002, message="too many requests", http=429, times=1000)
    past.job("A narrow street at night after rain", ago=0.1, took=1)


def half_done(past: Past) -> None:
    """One job under way for as long as it takes, one that is done, one of which nobody knows."""
    past.job("Four that are done", ago=9, image_number=4)
    past.job("Half of it is done", ago=0.3, took=16, outcomes=["succeed", "stuck"], image_number=2)
    order(past.sandbox, "fault", kind="gateway")
    past.job("Nobody knows", ago=5)


def ended(past: Past) -> None:
    """Every end that a job can come to, and what is stuck."""
    history(past)
    video, succeed = "text_to_video", ["succeed"] * 3
    past.job("Layered mountains at first light", ago=20, image_number=4)
    past.job("The sun climbs behind the ridges", ago=20, took=80, mode=video)
    past.job(ODD, ago=19, model="CHATBOT_GEMINI_3_PRO_IMAGE_PREVIEW", aspect_ratio="9:16")
    past.job(LONG, ago=18, aspect_ratio="1:1", image_number=2)
    past.job(LONG, ago=18, took=60, mode=video, aspect_ratio="9:16")
    past.job("Three of these four come out", ago=17, outcomes=[*succeed, "failed"], image_number=4)
    past.job("A famous actor drinking tea in the rain", ago=16, took=6, outcomes=["failed"])
    past.job("A famous actor on a boat", ago=16, took=6, outcomes=["failed"], mode=video)
    past.forget(past.job("A job of which nobody knows any more", ago=40, outcomes=["stuck"]))
    past.job("A picture whose file is not there [moderated]", ago=14)
    past.job("A film that the check refuses [moderated]", ago=14, mode=video)
    past.client.jobs.cancel(past.submit("Nobody wanted this one", ago=13).id)
    past.job("Dunes that take far too long", ago=12, outcomes=["stuck"], aspect_ratio="3:4", model="SEEDREAM_4_5")
    past.job("A film that takes far too long", ago=25, outcomes=["stuck"], mode=video, model="KLING_V3_0_PRO")
    order(past.sandbox, "fault", kind="gateway", times=2)
    past.job("A single peony, dark background, macro", ago=11, aspect_ratio="9:16")
    past.job("A peony that opens", ago=11, mode=video)


Scene = Callable[[Past], None]


@contextmanager
def opened(scene: Scene | None = None, *, key: str = KEY) -> Iterator[tuple[Studio, Sandbox]]:
    """A studio that finds this past, with the sandbox whose key is the team's; without a key it has one of its own."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        sandbox = Sandbox(data / "sandbox", credits=5000).start()
        if scene:
            with past(data, sandbox, key=key) as before:
                scene(before)
        where = {"WERYAI_API_KEY": key, "WERYAI_BASE_URL": sandbox.url, "WERYAI_MODELS_BASE_URL": sandbox.url}
        studio = Studio(Path(folder), {"DATA_FOLDER": str(data), **where}, QUICKLY, free_port())
        try:
            yield studio.start(), sandbox
        finally:
            studio.kill(signal.SIGTERM)
            sandbox.stop()
