"""Pages as Streamlit runs them, with the sandbox behind the real client; dispatchers and trackers run for real."""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from components.session import browser_id, services, sign_in_settings
from sandbox import media
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests import pace
from tests.conftest import KEY, until
from tests.pages.driving import FILES, MINE, ROOT, As, Open, checked
from tests.pages.signed_in import enter, reachable  # noqa: F401


@pytest.fixture(autouse=True)
def started_anew() -> Iterator[None]:
    """A process remembers that sign-in was wanted; each test is one of its own."""
    yield
    sign_in_settings.forget()


@pytest.fixture(scope="session", autouse=True)
def packages_are_looked_through_once() -> Iterator[None]:
    """Each AppTest would read what every installed package says of itself, which takes as long as the test."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def small_media(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large files take most of the time to draw and to decode; a test whose subject they are is marked so."""
    if not request.node.get_closest_marker("large_media"):
        monkeypatch.setattr(media, "LARGEST", 256)


@pytest.fixture(autouse=True)
def quick_tasks() -> Iterator[None]:
    with pace.quick():
        yield


@pytest.fixture
def quick(sandbox: Sandbox) -> Sandbox:
    sandbox.backend.policy = Policy("once")
    return sandbox


@pytest.fixture
def studio(quick: Sandbox, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The services of a studio with the key of the test's sandbox, which it has asked for its models."""
    if "DATABASE_URL" not in os.environ:
        shutil.copy(made, tmp_path / "studio.db")
    monkeypatch.setenv("WERYAI_API_KEY", KEY)
    monkeypatch.setenv("WERYAI_BASE_URL", quick.url)
    monkeypatch.setenv("WERYAI_MODELS_BASE_URL", quick.url)
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("SPEND_WITHOUT_SIGN_IN", "yes")  # AppTest has no Host header
    services.shared.clear()
    catalogue = services.shared().accounts.shared().catalogue
    until(lambda: catalogue.version)
    yield
    services.stop()


@pytest.fixture
def as_browser(monkeypatch: pytest.MonkeyPatch) -> As:
    """The pages that are opened from now on are in this browser."""

    def be(name: str) -> None:
        monkeypatch.setattr(type(st.context), "cookies", {browser_id.COOKIE: name})

    be(MINE)
    return be


@pytest.fixture
def page(studio: None) -> Open:
    """Open a page in a new browser session, as somebody who clicks its link."""

    def open_page(title: str = "Image", **query: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "components" / "navigation.py"), default_timeout=60)
        for name, value in query.items():
            at.query_params[name] = value
        checked(at.run())
        return checked(at.switch_page(FILES[title]).run()) if title != "Image" else at

    return open_page
