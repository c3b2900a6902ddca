"""A studio below a path, which the server itself knows or a proxy takes off: all that is served is found there."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.driving import PICTURE, cards, generate, go, has_pixels, idle, prompt, there, visit
from tests.browser.stripping_proxy import serving
from tests.browser.studio import Start, free_port

pytestmark = pytest.mark.browser
IS_LISTENING = "() => window.live?.socket?.readyState === WebSocket.OPEN"


def test_below_the_servers_base_path_everything_is_found(start: Start, page: Page) -> None:
    studio = start(called=True, STREAMLIT_SERVER_BASE_URL_PATH="studio")
    assert studio.url.endswith("/studio")
    all_is_found(page, studio.url)


def test_behind_a_proxy_that_takes_the_path_off_everything_is_found(start: Start, page: Page) -> None:
    port = free_port()
    studio = start(PUBLIC_URL=f"http://127.0.0.1:{port}/studio")
    with serving(port, "/studio", f"127.0.0.1:{studio.port}"):
        all_is_found(page, f"http://127.0.0.1:{port}/studio")
        page.context.close()


def all_is_found(page: Page, url: str) -> None:
    """In demo mode: a preview, the original, a download, the fonts, the events, a page by its link, a webhook."""
    below = urlsplit(url).path
    visit(page, url)
    watching = page.context.new_page()
    visit(watching, url)
    for one in (page, watching):
        one.wait_for_function(IS_LISTENING)
    generate(page, "Two hills and a sun")
    expect(cards(watching, "Two hills and a sun").first).to_be_visible()  # told by its socket alone
    watching.close()
    has_pixels(page)
    there(page)
    shown = page.locator(PICTURE).first
    assert urlsplit(shown.get_attribute("src") or "").path.startswith(f"{below}/archive/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    kept = Path(download.value.path()).read_bytes()
    address = page.locator("[class*=st-key-card-] a:has(img)").first.get_attribute("data-original") or ""
    original = requests.get(address, timeout=10)
    assert (original.headers["content-type"], original.content) == ("image/png", kept)
    go(page, "Call history")
    assert urlsplit(page.url).path == f"{below}/history"
    expect(page.get_by_role("button", name=re.compile(r"Webhooks: last at \d"))).to_be_visible()
    exported = page.get_by_role("link", name="Export").get_attribute("href") or ""
    assert requests.get(exported, timeout=10).headers["content-type"].startswith("text/csv")
    go(page, "Image")
    prompt(page).fill("Text of a page that is left")
    page.goto(f"{url}/history")
    visit(page, f"{url}/image")
    idle(page)
    expect(prompt(page)).to_have_value("Text of a page that is left")
