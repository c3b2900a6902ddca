"""axe finds nothing serious of ours on any page, light and dark."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from sandbox.server import Sandbox
from tests.browser.conftest import Start, generate, visit
from tests.conftest import order, until

pytestmark = pytest.mark.browser
# Streamlit's own: the list markup of the sidebar navigation, and the empty header of the row-selection column.
STREAMLITS_OWN = {"list", "listitem", "empty-table-header", "aria-required-children"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_on_any_page(
    start: Start, browser: Browser, sandbox: Sandbox, scheme: str, tmp_path: Path
) -> None:
    studio = start(sandbox)
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1440, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    visit(page, studio.url)
    generate(page, "Two hills and a sun")
    order(sandbox, "fault", kind="gateway")
    generate(page, "A lost reply")
    generate(page, "A refused one [moderated]")
    until(lambda: page.get_by_text("Unconfirmed").count())
    found = []
    for path, heading in (("/", "Image"), ("/video", "Video"), ("/history", "Call history")):
        visit(page, studio.url + path, heading)
        result = Axe().run(page)
        found += [
            (heading, one["id"], [node["html"][:160] for node in one["nodes"]])
            for one in result.response["violations"]
            if one["impact"] in ("serious", "critical") and one["id"] not in STREAMLITS_OWN
        ]
    context.close()
    assert not found
