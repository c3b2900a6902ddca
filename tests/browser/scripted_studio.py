"""A studio in which jobs change when a test says so."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from sandbox.server import Sandbox
from tests.browser.studio import Start, Studio

# A studio in which nothing changes by itself, and whose pages poll never or rarely: what they show came by the socket.
# Lines of a file say what it is to do: submit a job of this number, give its task a status, ask for the models
# again, or take this for the balance.
SCRIPTED = [
    "-c",
    """import json, os, sys, threading, time
from pathlib import Path
from unittest.mock import patch
from streamlit.web.cli import main
from components.cards import job_list
from components.session import services
from studio.engine.tracker import Tracker
from studio.client import Client
from studio.ledger.reports import TaskAnswer
from studio.core.values import Draft, Kind, Status, now

def obey(line):
    shared, (what, status) = services.shared(), json.loads(line)
    if what == "models":
        return shared.accounts.shared().catalogue.refresh()
    if what == "balance":
        return shared.ledger.accounts.set_balance(shared.accounts.shared().account.id, float(status), now())
    client = Client(shared.accounts.shared(), shared.ledger)
    named = {job.prompt.split()[1]: job for job in client.jobs.recent(Kind.IMAGE, 100)}
    if not status:
        inputs = {"prompt": f"Number {what} [stuck]", "aspect_ratio": "16:9"}
        client.jobs.submit(Draft("text_to_image", "WERYAI_IMAGE_2_0", inputs), f"told:{what}", wait=10)
    else:
        answer = TaskAnswer(named[what].tasks[0].id, Status(status))
        shared.ledger.jobs.report(named[what].id, [answer], now())

def follow(file):
    done = len(file.read_text().splitlines()) if file.exists() else 0
    while True:
        lines = file.read_text().splitlines() if file.exists() else []
        for line in lines[done:]:
            obey(line)
        done = len(lines)
        time.sleep(0.02)

pause = float(os.environ["LOOKS_EVERY"])
patch.object(Tracker, "_query_due", lambda _tracker: 5.0).start()  # fails when there is no such name
patch.multiple(job_list, POLL_SECONDS=pause, IDLE_SECONDS=pause).start()
threading.Thread(target=follow, args=[Path(os.environ["DATA_FOLDER"]) / "orders"], daemon=True).start()
sys.argv = ["streamlit", "run", "app.py"]
main()
""",
]


NEVER = "100000"


class ScriptedStudio:
    """A studio that carries out the orders of a test, which are lines of a file."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.orders = Path(studio.environment["DATA_FOLDER"]) / "orders"

    def order(self, *lines: tuple[str, str]) -> None:
        with self.orders.open("a") as file:
            file.writelines(f"{json.dumps(line)}\n" for line in lines)

    def submit(self, *numbers: str) -> None:
        self.order(*((number, "") for number in numbers))


@pytest.fixture
def scripted(start: Start, sandbox: Sandbox) -> ScriptedStudio:
    return ScriptedStudio(start(sandbox, SCRIPTED, LOOKS_EVERY=NEVER))


def frames(page: Page) -> list[ForwardMsg]:
    """What Streamlit sends to the page, from now on."""
    found: list[ForwardMsg] = []

    def keep(raw: bytes | str) -> None:
        found.append(ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode()))

    page.on("websocket", lambda opened: opened.on("framereceived", keep) if "/_stcore/stream" in opened.url else None)
    return found
