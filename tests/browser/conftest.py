"""The studio as people have it: a server process, and a real Chromium that finds its way by accessible names."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.conftest import KEY, until

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--blink-settings=imageAnimationPolicy=2",  # a place that breathes costs a core where no graphics card draws it
    "--force-prefers-reduced-motion",
]
AS_APP = ["-m", "streamlit", "run", "app.py"]
# What a host does that knows nothing of st.App: app.py itself is the page script.
AS_PAGE_SCRIPT = [
    "-c",
    """import os
from streamlit.web import bootstrap
names = ("PORT", "ADDRESS", "HEADLESS")
options = {f"server_{name.lower()}": os.environ[f"STREAMLIT_SERVER_{name}"] for name in names}
options["server_port"] = int(options["server_port"])
options["server_headless"] = True
bootstrap.load_config_options(options)
bootstrap.run("app.py", False, [], options)
""",
]
# Nothing is still to come: widgets that load late, fonts, pictures, the first second of a video that plays.
THERE = """() => !document.querySelector('[data-testid=stSkeleton]')
    && document.fonts.status === 'loaded' && document.fonts.check('15px Geist')
    && [...document.images].every(one => one.complete && one.naturalWidth)
    && [...document.querySelectorAll('video[autoplay]')].every(one => one.currentTime > 0.5 || one.paused)"""
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"  # the next picture, whole
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What does not come in time is waited for once more, and listed as rerun; what is wrong is wrong at once."""
    late = ["TimeoutError", "Locator expected", "Page expected", "it did not happen in time"]
    for item in items:
        if item.get_closest_marker("browser") and not config.getoption("usepdb"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=late))


@dataclass
class Studio:
    """One server process. `restart` starts it again on the same port with the same data."""

    folder: Path
    environment: dict[str, str]
    arguments: list[str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Studio":
        options = {
            "STREAMLIT_SERVER_PORT": str(self.port),
            "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
            "STREAMLIT_SERVER_HEADLESS": "true",
        }
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                cwd=ROOT,
                env={**os.environ, **options, **self.environment},
                stdout=log,
                stderr=log,
            )
        until(self._answers, 60)
        return self

    def kill(self, how: int = signal.SIGKILL) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text("utf-8", "replace")

    def _answers(self) -> bool:
        assert self.process and self.process.poll() is None, self.log
        try:
            return requests.get(f"{self.url}/_stcore/health", timeout=5).ok
        except requests.RequestException:
            return False


Start = Callable[..., Studio]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a studio; with a sandbox given, its key is the team's; `called` by webhooks, it is its own PUBLIC_URL."""
    started: list[Studio] = []

    def begin(
        sandbox: Sandbox | None = None, arguments: list[str] = AS_APP, *, called: bool = False, **environment: str
    ) -> Studio:
        settings = {"DATA_FOLDER": str(tmp_path / "data"), "WERYAI_API_KEY": "", **environment}
        if sandbox:
            settings |= {
                "WERYAI_API_KEY": KEY,
                "WERYAI_BASE_URL": sandbox.url,
                "WERYAI_MODELS_BASE_URL": sandbox.url,
            }
        started.append(Studio(tmp_path, settings, arguments, free_port()))
        if called:
            settings["PUBLIC_URL"] = started[-1].url
        return started[-1].start()

    yield begin
    for studio in started:
        studio.kill(signal.SIGTERM)


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """Its tasks are done when they are asked about."""
    sandbox.backend.policy = Policy("once")
    return sandbox


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = chromium(playwright)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with _opened(browser) as found:
        yield found


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """One window for all tests of a module: a new one would load everything again."""
    with _opened(browser) as found:
        yield found


@contextmanager
def _opened(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="UTC")
    context.on("page", slow_down)
    yield context.new_page()
    context.close()


def slow_down(page: Page) -> None:
    """With SLOWER=8 in the environment a page has an eighth of its time: it finds tests that pass by luck."""
    if slower := os.environ.get("SLOWER"):
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": float(slower)})


def chromium(playwright: Playwright) -> Browser:
    """The Chromium of this machine, else the one that Playwright brought."""
    names = ("chromium", "chromium-browser", "google-chrome")
    installed = next(filter(None, map(shutil.which, names)), None)
    return playwright.chromium.launch(executable_path=installed, args=FLAGS)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def idle(page: Page) -> None:
    """The script has finished and the connection is up."""
    page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def there(page: Page) -> None:
    """The page shows all that it is going to show: idle is too early for that."""
    idle(page)
    page.wait_for_function(THERE)
    idle(page)


def type_into(field: Locator, text: str) -> None:
    """Into a choice. What scrolls closes its list: the focus may have, and its event comes with the next picture."""
    field.focus()
    field.page.evaluate(DRAWN)
    field.fill(text)


def click_row(table: Locator, x: int, y: int) -> None:
    """As a hand does, which comes over the table before: one that has moved learns where it is from that."""
    table.hover(position={"x": x, "y": y})
    table.page.evaluate(DRAWN)
    table.click(position={"x": x, "y": y})


def visit(page: Page, address: str, heading: str = "Image") -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    idle(page)


def go(page: Page, link: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=link, exact=True).click()
    expect(page.get_by_role("heading", name=link, exact=True)).to_be_visible()
    idle(page)


def generate(page: Page, prompt: str) -> None:
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("[class*=st-key-card-]").filter(has_text=prompt).first).to_be_visible()
