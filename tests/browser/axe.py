"""What axe says about a page, without what Streamlit itself is to blame for."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.driving import there

# Rules and where Streamlit itself breaks them: the list markup of its navigation, the header without words of the
# column in which a row is selected.
STREAMLITS_OWN = {
    "list": "[data-testid=stSidebarNav]",
    "listitem": "[data-testid=stSidebarNav]",
    "empty-table-header": "[data-testid=stDataFrame]",
}
# Streamlit says that its toast is a dialog, gives it no name, and fades it in and out while axe looks.
OVERLOOKED = {"exclude": [["[data-testid=stToast]"]]}
# Streamlit fades what a run in progress has not drawn yet.
UNFADED = "[data-stale=true], [data-stale=true] * { opacity: 1 !important; transition: none !important }"
# What a run in progress has replaced since axe found it is not complained about.
GONE_OR_INSIDE = """([element, outer]) => {
  const found = document.querySelector(element);
  return !found || !!found.closest(outer);
}"""
# No page scrolls sideways.
FITS = "() => [...document.querySelectorAll('[data-testid=stMain]')].every(one => one.scrollWidth <= one.clientWidth)"
# The innermost elements that reach beyond the page's right edge.
BEYOND = """() => {
  const main = document.querySelector("[data-testid=stMain]"), edge = main.getBoundingClientRect().right;
  const wide = [...main.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > edge + 1);
  return wide.filter(one => !wide.some(other => other !== one && one.contains(other))).slice(0, 3)
    .map(one => one.outerHTML.slice(0, 200) + " in " + one.closest("[class*=st-key-]")?.className);
}"""


def serious(page: Page) -> list[tuple[str, str]]:
    """What axe calls serious or critical on the whole page, and is ours: the rule, and the element."""
    there(page)
    page.add_style_tag(content=UNFADED)
    return [
        (found["id"], str(node["html"])[:160])
        for found in Axe().run(page, OVERLOOKED).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
        if not page.evaluate(GONE_OR_INSIDE, [node["target"][0], STREAMLITS_OWN.get(found["id"], "no-such-element")])
    ]
