"""What axe says about a page, without what Streamlit itself is to blame for."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Rules and where Streamlit itself breaks them: the list markup of its navigation, the header without words of the
# column in which a row is selected.
STREAMLITS_OWN = {
    "list": "[data-testid=stSidebarNav]",
    "listitem": "[data-testid=stSidebarNav]",
    "empty-table-header": "[data-testid=stDataFrame]",
}
INSIDE = "([element, outer]) => !!document.querySelector(element)?.closest(outer)"
# No page scrolls sideways.
FITS = "() => [...document.querySelectorAll('[data-testid=stMain]')].every(one => one.scrollWidth <= one.clientWidth)"


def serious(page: Page) -> list[tuple[str, str]]:
    """What axe calls serious or critical on this page and is ours: the rule, and the element."""
    return [
        (found["id"], str(node["html"])[:160])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
        if not page.evaluate(INSIDE, [node["target"][0], STREAMLITS_OWN.get(found["id"], "no-such-element")])
    ]
