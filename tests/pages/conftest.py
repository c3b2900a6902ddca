"""Pages as Streamlit runs them, with the sandbox behind the real client; dispatchers and trackers run for real."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.state.common import user_key_from_element_id
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from components.session import browser_id, services, sign_in_settings
from sandbox import media
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from tests import pace
from tests.conftest import KEY, until

ROOT = Path(__file__).resolve().parents[2]
FILES = {"Image": "../pages/image.py", "Video": "../pages/video.py", "Call history": "../pages/history.py"}
ADMINS = {"Spending": "../pages/spending.py"}


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


MINE, OTHER = "m" * 43, "o" * 43  # names of browsers
As = Callable[[str], None]


@pytest.fixture
def as_browser(monkeypatch: pytest.MonkeyPatch) -> As:
    """The pages that are opened from now on are in this browser."""

    def be(name: str) -> None:
        monkeypatch.setattr(type(st.context), "cookies", {browser_id.COOKIE: name})

    be(MINE)
    return be


Open = Callable[..., AppTest]


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


def checked(at: AppTest) -> AppTest:
    """A page that broke is no page."""
    assert not at.exception, at.exception
    return at


def elements(at: AppTest | Block, kind: str) -> Any:
    """All of a kind, in order. Streamlit's types do not say what each kind has."""
    return at.get(kind)


def prompts(at: AppTest) -> list[Any]:
    """The fields of a prompt on the page: one or none."""
    return [one.proto for one in elements(at, "bidi_component") if one.proto.component_name == "prompt"]


class Prompt:
    """The field of the prompt, which AppTest knows as a component only: what a browser would send for it."""

    label = "Prompt"

    def __init__(self, at: AppTest) -> None:
        (self.proto,) = prompts(at)
        self.at, self.given = at, json.loads(self.proto.mixed.json or self.proto.json)

    @property
    def value(self) -> str:
        return str(self.given["text"])

    @property
    def limit(self) -> int:
        return int(self.given["limit"])

    def set_value(self, text: str) -> AppTest:
        return self.send(text)

    def press(self, number: int, text: str) -> AppTest:
        """Generate is pressed for this text, and the browser counts that."""
        return self.send(text, presses=[{"form": self.given["form"], "number": number, "text": text}])

    def send(self, text: str, **more: Any) -> AppTest:
        draft = {"text": text, "version": self.given["version"] + 1, **more}
        self.at.session_state[str(user_key_from_element_id(self.proto.id))] = {"draft": draft}
        return self.at


def field(at: AppTest, label: str) -> Any:
    """A widget by the name that a screen reader says."""
    if label == "Prompt":
        return Prompt(at)
    fields = ("text_area", "text_input", "number_input", "selectbox", "toggle")
    kinds = (*fields, "button_group", "button", "pills", "segmented_control")
    found = [widget for kind in kinds for widget in at.get(kind) if getattr(widget, "label", "") == label]
    assert found, f"no field {label}"
    return found[0]


def choose(at: AppTest, option: str) -> AppTest:
    """Choose this from the first menu that has it."""
    menu = next(one for one in elements(at, "menu_button") if option in one.proto.options)
    return checked(menu.set_value(option).run())


def texts(at: AppTest | Block) -> str:
    """Everything that a page says."""
    kinds = ("title", "markdown", "caption", "error", "warning", "success", "info")
    return "\n".join(str(element.value) for kind in kinds for element in elements(at, kind))


def ticks_until(at: AppTest, true: Callable[[], Any]) -> None:
    """Let the timed fragment run (one run is one tick) until something is there."""
    until(lambda: checked(at.run()) and true(), pause=0.3)


def until_saved(at: AppTest) -> None:
    """Let the timed fragment run until a result is kept and shown."""
    ticks_until(at, lambda: "saved" in texts(at) and (at.image or at.get("video")))


def generate(at: AppTest, prompt: str, **choices: object) -> AppTest:
    field(at, "Prompt").set_value(prompt)
    for label, value in choices.items():
        field(at, label.replace("_", " ")).set_value(value)
    return checked(field(at, "Generate").click().run())
