"""Studios and browsers for the tests, and what a test that failed leaves behind."""

import re
import shutil
import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests.browser.driving import TIMEOUT, chromium, new_context
from tests.browser.scripted_studio import scripted  # noqa: F401
from tests.browser.sign_in import place, visitor  # noqa: F401
from tests.browser.studio import QUICKLY, ROOT, Start, Studio, free_port
from tests.conftest import KEY

RESULTS = ROOT / "test-results"
REPEATED = 2
expect.set_options(timeout=TIMEOUT)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A browser test that failed is repeated, and listed at the end of the run."""
    for item in items:
        if item.get_closest_marker("browser") and not config.getoption("usepdb"):
            item.add_marker(pytest.mark.flaky(reruns=REPEATED))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed leaves its pages and its server's log in `test-results/`, and says where."""
    report = yield
    if report.failed and item.get_closest_marker("browser"):
        folder = RESULTS / re.sub(r"[^\w.-]+", "-", item.nodeid.removeprefix("tests/browser/"))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{report.when}.txt").write_text(report.longreprtext, "utf-8")
        with suppress(Exception):  # a browser that hangs leaves less
            _leave(folder, getattr(item, "funcargs", {}))
        report.sections.append(("What it left", str(folder.relative_to(ROOT))))
    return report


def _leave(folder: Path, given: dict[str, Any]) -> None:
    for number, studio in enumerate(Studio.all):
        shutil.copy(studio.folder / "server.log", folder / f"server-{number}.log")
    contexts = given["browser"].contexts if "browser" in given else []
    for number, page in enumerate(page for context in contexts for page in context.pages):
        (folder / f"page-{number}.html").write_text(f"<!-- {page.url} -->\n{page.content()}", "utf-8")
        page.screenshot(path=folder / f"page-{number}.png", timeout=10_000)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a studio; with a sandbox given, its key is the team's; `called` by webhooks, it is its own PUBLIC_URL."""
    started: list[Studio] = []

    def begin(
        sandbox: Sandbox | None = None, arguments: list[str] = QUICKLY, *, called: bool = False, **environment: str
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
    """A tab in a browser of its own."""
    with _opened(browser) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for a module whose tests share a studio: it keeps what every page loads."""
    with _opened(browser) as context:
        yield context


@pytest.fixture
def window(shared_context: BrowserContext) -> Iterator[Page]:
    """A tab of its own in the browser of the module."""
    page = shared_context.new_page()
    yield page
    for left in shared_context.pages:
        left.close()


@contextmanager
def _opened(browser: Browser) -> Iterator[BrowserContext]:
    context = new_context(browser)
    yield context
    context.close()


@pytest.fixture(params=[1440, 820, 390])
def wide(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of a desktop, a tablet and a phone."""
    context = new_context(browser, width=request.param, touch=request.param < 1000)
    yield context.new_page()
    context.close()
