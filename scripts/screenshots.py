"""Photographs the studio: the pictures of the README, and every page in every state, width and theme."""

import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from sandbox import media
from scripts import camera
from tests.browser import scenes
from tests.browser.axe import serious
from tests.browser.driving import TIMEOUT, chromium, give, idle, new_context, prompt, visit
from tests.conftest import KEY, order

PAGES = {
    "image": ("/", "Image"),
    "video": ("/video", "Video"),
    "gallery": ("/gallery", "Gallery"),
    "compare": ("/compare", "Compare"),
    "history": ("/history", "Call history"),
}
HEIGHTS = {1440: 900, 820: 1180, 390: 844}  # by width
README = {
    "image-day-1440-light": "image-light.png",
    "image-day-1440-dark": "image-dark.png",
    "image-day-390-light": "image-phone.png",
    "video-day-1440-light": "video-light.png",
    "video-frames-1440-light": "references-light.png",
    "gallery-day-1440-light": "gallery-light.png",
    "compare-opened-1440-light": "compare-light.png",
}
README_WHOLE = {"history-call-1440-light": "history-light.png"}

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Shoot:
    """Takes pages in each width and theme into `folder`; those of the README into `docs`, too."""

    page: Page
    docs: Path
    folder: Path
    found: list[str]  # what axe calls serious, by picture

    def take(self, url: str, state: str, names: tuple[str, ...] = tuple(PAGES), act: Act | None = None) -> None:
        for name, theme, width in product(names, ("light", "dark"), HEIGHTS):
            path, heading = PAGES[name]
            self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            self.page.context.clear_cookies()  # another browser: its form is empty
            visit(self.page, url + path, heading)
            if act:
                act(self.page)
            self._keep(f"{name}-{state}-{width}-{theme}", width)

    def _keep(self, picture: str, width: int) -> None:
        if picture in README:
            camera.first_screen(self.page, self.docs / README[picture])
        camera.whole(self.page, self.folder / f"{picture}.png", width, HEIGHTS[width])
        if picture in README_WHOLE:
            shutil.copyfile(self.folder / f"{picture}.png", self.docs / README_WHOLE[picture])
        self.found.extend(f"{picture}: {rule} {element}" for rule, element in serious(self.page))


def main(docs: Path, folder: Path) -> None:
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        shoot = Shoot(new_context(browser).new_page(), docs, folder, [])
        for part in (first_visit, day, compared, busy_then_rejected, ended_then_poor):
            began = time.monotonic()
            part(shoot)
            print(f"{part.__name__}: {time.monotonic() - began:.0f} s")
        browser.close()
    for name in (*README.values(), *README_WHOLE.values()):
        camera.shrink(docs / name)
    sys.exit("\n".join(["axe found:", *shoot.found]) if shoot.found else 0)


def first_visit(shoot: Shoot) -> None:
    with scenes.opened(key="") as (studio, _):
        shoot.take(studio.url, "first")
        shoot.take(studio.url, "nothing-written", ("image",), press_generate)
        shoot.take(studio.url, "nothing-found", ("history",), search_in_vain)


def day(shoot: Shoot) -> None:
    with scenes.opened(scenes.day, key="") as (studio, _):
        shoot.take(studio.url, "day")
        shoot.take(studio.url, "call", ("history",), open_a_call)
        shoot.take(studio.url, "frames", ("video",), give_frames)
        shoot.take(studio.url, "refused", ("image",), give_bad_files)


def compared(shoot: Shoot) -> None:
    with scenes.opened(scenes.compared, key="") as (studio, _):
        shoot.take(studio.url, "opened", ("compare",), open_a_comparison)


def busy_then_rejected(shoot: Shoot) -> None:
    with scenes.opened(scenes.busy) as (studio, sandbox):
        shoot.take(studio.url, "busy")
        order(sandbox, "reject-keys", keys=[KEY])
        visit(shoot.page, studio.url)
        expect(shoot.page.get_by_text("Key rejected")).to_be_visible(timeout=60_000)
        shoot.take(studio.url, "rejected")


def ended_then_poor(shoot: Shoot) -> None:
    with scenes.opened(scenes.ended) as (studio, sandbox):
        shoot.take(studio.url, "ended")
        order(sandbox, "balance", key=KEY, credits=3)
        shoot.take(studio.url, "poor", ("image", "video"), press_with_a_prompt)
        shoot.take(studio.url, "poor", ("history",))


def open_a_comparison(page: Page) -> None:
    page.get_by_role("button", name="Bake-off").click()
    expect(page.get_by_role("button", name="All comparisons")).to_be_visible()
    idle(page)


def press_generate(page: Page) -> None:
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_test_id("stMain").get_by_text("Write a prompt first.")).to_be_visible()


def press_with_a_prompt(page: Page) -> None:
    prompt(page).fill("One more, with nothing left to pay for it")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator(".st-key-inputs").get_by_text("Buy credits")).to_be_visible()


def give_frames(page: Page) -> None:
    page.get_by_role("radio", name="Frames").click()
    for name, shown in (("dawn", "A valley at dawn"), ("noon", "A valley at noon, a high sun")):
        give(page, f"{name}.png", media.picture(shown, "16:9", 1))
        expect(page.get_by_role("img", name=f"Reference: {name}")).to_be_visible()
        idle(page)
    prompt(page).fill("From dawn to noon, the sun climbs")
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()


def give_bad_files(page: Page) -> None:
    page.get_by_role("radio", name="Images").click()
    give(page, "holiday.gif", b"GIF89a" + bytes(60))
    expect(page.get_by_text("holiday.gif is broken or incomplete")).to_be_visible()


def search_in_vain(page: Page) -> None:
    page.get_by_role("searchbox", name="Search").fill("task_nobody_knows")
    page.get_by_role("searchbox", name="Search").press("Enter")
    expect(page.get_by_text("No results for")).to_be_visible()


def open_a_call(page: Page) -> None:
    table = page.get_by_test_id("stDataFrame").last
    expect(table).to_be_visible()
    table.click(position={"x": 200, "y": 80})
    expect(page.locator(".st-key-trace")).to_be_visible()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
