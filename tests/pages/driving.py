"""How tests open a page, find what is on it, and use it as AppTest lets them."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.runtime.state.common import user_key_from_element_id
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tests.conftest import until

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "Image": "../pages/image.py",
    "Video": "../pages/video.py",
    "Gallery": "../pages/gallery.py",
    "Compare": "../pages/compare.py",
    "Call history": "../pages/history.py",
}
ADMINS = {"Spending": "../pages/spending.py"}
MINE, OTHER = "m" * 43, "o" * 43  # names of browsers
As = Callable[[str], None]
Open = Callable[..., AppTest]


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

    def press(self, number: int, text: str, at: float = 0.0) -> AppTest:
        """Generate is pressed for this text, and the browser counts that, by its clock `at` these milliseconds."""
        return self.send(text, presses=[{"form": self.given["form"], "number": number, "text": text, "at": at}])

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


def pictures(at: AppTest | Block) -> list[str]:
    """The alternative texts of the results and references that are shown: each is a link to the viewer."""
    source = "".join(element.proto.body for element in elements(at, "html"))
    return [html.unescape(alt) for alt in re.findall(r'<a href="[^>]*><img [^>]*alt="([^"]*)"', source)]


def ticks_until(at: AppTest, true: Callable[[], Any]) -> None:
    """Let the timed fragment run (one run is one tick) until something is there."""
    until(lambda: checked(at.run()) and true(), pause=0.3)


def until_saved(at: AppTest) -> None:
    """Let the timed fragment run until a result is kept and shown."""
    ticks_until(at, lambda: "saved" in texts(at) and (pictures(at) or at.get("video")))


def generate(at: AppTest, prompt: str, **choices: object) -> AppTest:
    field(at, "Prompt").set_value(prompt)
    for label, value in choices.items():
        field(at, label.replace("_", " ")).set_value(value)
    return checked(field(at, "Generate").click().run())
