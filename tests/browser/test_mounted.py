"""A component's object lasts as long as its element is on the page."""

import pytest
from playwright.sync_api import Page

from components.parts import component_scripts

SCRIPT = """
window.told = [];
class Drawer {
  constructor(root) { told.push(`made for ${root.id}`); }
  draw(data) { told.push(`drew ${data}`); }
  end() { told.push("ended"); }
}
const component = mounted(root => new Drawer(root));
const call = data => component({parentElement: one, data});
"""


@pytest.fixture
def component(page: Page) -> Page:
    page.set_content("<div id=one></div>")
    page.add_script_tag(content=component_scripts.MOUNTED + SCRIPT)
    return page


def told(page: Page, script: str) -> list[str]:
    """Run a script, which calls the component as Streamlit does; what its object was told then."""
    return page.evaluate(f"() => {{ {script}; return told.splice(0); }}")  # type: ignore[no-any-return]


def test_a_call_that_newer_data_overtook_ends_nothing(component: Page) -> None:
    assert told(component, "call('old')(); call('new')") == ["made for one", "drew old", "drew new"]


def test_it_ends_once_when_its_element_has_left_the_page(component: Page) -> None:
    assert told(component, "window.last = call('old')") == ["made for one", "drew old"]
    assert told(component, "one.remove(); last(); last()") == ["ended"]
