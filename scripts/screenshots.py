"""Makes the pictures of the README: a studio with its sandbox inside is used as a person would, and photographed."""

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import AS_APP, Studio, chromium, free_port, generate, go, idle, visit
from tests.conftest import until

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with studio() as (url, ledger), sync_playwright() as playwright:
        browser = chromium(playwright)
        page = window(browser, DESKTOP, "light")
        image(page, url)
        page.screenshot(path=folder / "image-light.png")
        go(page, "Video")
        video(page)
        page.screenshot(path=folder / "video-light.png")
        all_done(page)
        go(page, "Call history")
        page.set_viewport_size({"width": 1440, "height": 1500})
        row(page, newest_post(ledger))
        page.screenshot(path=folder / "history-light.png")
        for name, size, scheme in (("image-dark", DESKTOP, "dark"), ("image-phone", PHONE, "light")):
            other = window(browser, size, scheme)
            visit(other, url)
            until(lambda page=other: pictures(page) >= 4)
            other.screenshot(path=folder / f"{name}.png")
        browser.close()


@contextmanager
def studio() -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = {"DATA_FOLDER": f"{folder}/data", "WERYAI_API_KEY": ""}
        server = Studio(Path(folder), settings, AS_APP, free_port())
        try:
            yield server.start().url, Path(folder) / "data" / "studio.db"
        finally:
            server.kill(15)


def window(browser: Browser, size: dict[str, int], scheme: str) -> Page:
    context = browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=1)  # type: ignore[arg-type]
    return context.new_page()


def image(page: Page, url: str) -> None:
    visit(page, url)
    page.get_by_role("radio", name="4", exact=True).click()
    generate(page, "Layered mountains at first light, low fog in the valleys, a pale sun")
    expect(page.get_by_text("saved")).to_have_count(1)
    generate(page, "Dunes with long morning shadows, one line of footprints")
    until(lambda: pictures(page) >= 5, 30)


def video(page: Page) -> None:
    generate(page, "The sun climbs behind the ridges, fog drifts slowly to the left")
    expect(page.get_by_text("saved").first).to_be_visible(timeout=40_000)
    until(lambda: page.locator("video").first.evaluate("v => v.currentTime > 1.2"))
    generate(page, "Waves of cloud roll over a blue ridge at dawn, slow pan")
    expect(page.get_by_text("Processing").first).to_be_visible()


def all_done(page: Page) -> None:
    expect(page.get_by_text("saved")).to_have_count(2, timeout=40_000)


def newest_post(ledger: Path) -> int:
    """Which row of the call history is the newest submission."""
    with closing(sqlite3.connect(ledger)) as database:
        methods = [method for (method,) in database.execute("SELECT method FROM calls ORDER BY at DESC, id")]
    return methods.index("POST")


def row(page: Page, number: int) -> None:
    """Open the call in this row."""
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    idle(page)
    table.click(position={"x": 400, "y": 50 + 33 * number})
    expect(page.locator(".st-key-call").get_by_text("text-to-video").first).to_be_visible()
    expect(page.get_by_text('"prompt"').first).to_be_visible()
    idle(page)


def pictures(page: Page) -> int:
    """Pictures that have come, not the places that wait for one."""
    return page.locator("[class*=st-key-card-] img:not([src^='data:image/svg'])").count()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
