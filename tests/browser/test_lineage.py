"""The lineage of a result: a tree of what it came from and what became of that, on every width."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from sandbox.server import Sandbox
from tests.browser import scenes
from tests.browser.axe import serious
from tests.browser.driving import idle, visit
from tests.browser.studio import Studio

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Studio, Sandbox]]:
    with scenes.opened(scenes.family) as found:
        yield found


def test_the_tree_says_what_each_branch_cost_and_leads_to_every_result(
    opened: tuple[Studio, Sandbox], wide: Page
) -> None:
    visit(wide, f"{opened[0].url}/gallery", "Gallery")
    wide.get_by_role("link", name="The same at night").click()
    viewer, tree = wide.get_by_role("dialog"), wide.get_by_role("region", name="Lineage")
    viewer.get_by_role("button", name="Lineage").click()
    expect(tree.get_by_text("5 jobs, 118 credits in all")).to_be_visible()
    root = tree.get_by_role("listitem").first
    expect(root).to_contain_text("118 credits in this branch")
    expect(root.get_by_role("listitem")).to_have_count(4)
    expect(root.get_by_role("listitem").filter(has_text="The lamp turns")).to_have_count(2)  # itself, and the one above
    expect(tree.get_by_role("listitem").filter(has_text="With a ship").last).to_contain_text("Failed")
    expect(tree.get_by_role("listitem").filter(has_text="in a storm").last).to_contain_text("Deleted")
    expect(tree.locator("[aria-current]")).to_have_count(1)
    assert not serious(wide)
    assert wide.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide.reload()
    expect(tree.get_by_text("5 jobs, 118 credits in all")).to_be_visible()
    tree.get_by_role("link", name="The lamp turns").press("Delete")  # is not for the result behind the tree
    tree.get_by_role("link", name="The lamp turns").press("Enter")
    expect(tree).to_be_hidden()
    expect(viewer.get_by_text("Image to video")).to_be_visible()
    expect(viewer.get_by_role("button", name="Undo")).to_be_hidden()
    expect(wide).not_to_have_url(re.compile("lineage"))
    viewer.get_by_role("button", name="Lineage").click()
    tree.get_by_role("link", name="in a storm").click()
    expect(viewer.get_by_role("button", name="Restore")).to_be_visible()
    viewer.get_by_role("button", name="Lineage").click()
    expect(tree.get_by_role("button", name="Back to the result")).to_be_focused()
    wide.keyboard.press("Escape")
    expect(tree).to_be_hidden()
    expect(viewer).to_be_visible()
    wide.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_closing_the_viewer_from_the_tree_leaves_the_page_as_it_was(opened: tuple[Studio, Sandbox], wide: Page) -> None:
    visit(wide, f"{opened[0].url}/gallery", "Gallery")
    wide.get_by_role("link", name="The same at night").click()
    viewer, tree = wide.get_by_role("dialog"), wide.get_by_role("region", name="Lineage")
    for _ in range(2):
        viewer.get_by_role("button", name="Lineage").click()
        expect(tree.get_by_text("5 jobs, 118 credits in all")).to_be_visible()
        viewer.get_by_role("button", name="Close").click()
        expect(viewer).to_be_hidden()
        idle(wide)
        wide.get_by_role("link", name="The same at night").click()
    expect(viewer.get_by_role("button", name="Lineage")).to_be_visible()
    wide.keyboard.press("Escape")
    wide.get_by_role("searchbox", name="Search").fill("night")
    wide.keyboard.press("Enter")
    expect(wide.get_by_text("1 result", exact=True)).to_be_visible()
    expect(wide.get_by_role("dialog")).to_be_hidden()
