"""Driving a real Chromium as a person does, who finds the way by roles and names and waits until a page has settled."""

import os
import re
import shutil

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Playwright, expect

from scripts.chromium import NAMES

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--blink-settings=imageAnimationPolicy=2",  # a place that breathes costs a core where no graphics card draws it
    "--force-prefers-reduced-motion",
]
TIMEOUT = 60_000  # milliseconds that only a defect uses up
# Numbers what the browser sends to Streamlit; `heard` is the newest after which something came back.
WATCH = """(() => {
  const traffic = window.traffic = {sent: 0, heard: 0}, watched = new WeakSet(), send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...given) {
    if (!this.url.includes("/_stcore/stream")) return send.apply(this, given);
    if (!watched.has(this)) this.addEventListener("message", () => { traffic.heard = traffic.sent; });
    watched.add(this);
    traffic.sent += 1;
    return send.apply(this, given);
  };
})()"""
# Two pictures later what was clicked or typed has been taken in, and has been sent if it is sent at all.
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Streamlit's own marks on the page, and nothing on its way to the server or back.
SETTLED = """() => {
  const app = document.querySelector("[data-testid=stApp]")?.dataset;
  return app?.testConnectionState === "CONNECTED" && app.testScriptState === "notRunning"
    && traffic.sent > 0 && traffic.heard === traffic.sent;
}"""
# Nothing is still to come: widgets that load late, fonts, pictures, the first second of a video that plays.
COMPLETE = """() => !document.querySelector("[data-testid=stSkeleton]")
    && document.fonts.status === "loaded" && document.fonts.check("15px Geist")
    && [...document.images].every(one => one.complete && one.naturalWidth)
    && [...document.querySelectorAll("video[autoplay]")].every(one => one.currentTime > 0.5 || one.paused)"""


def chromium(playwright: Playwright, *flags: str) -> Browser:
    """The Chromium of this machine, else the one that Playwright brought."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    return playwright.chromium.launch(executable_path=installed, args=[*FLAGS, *flags])


def new_context(browser: Browser, *, width: int = 1440, touch: bool = False) -> BrowserContext:
    """Somebody's browser, in which every page knows what it waits for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, timezone_id="UTC", has_touch=touch)
    context.set_default_timeout(TIMEOUT)
    context.add_init_script(WATCH)
    context.on("page", _slow_down)
    return context


def _slow_down(page: Page) -> None:
    """With SLOWER=8 in the environment a page has an eighth of its time: it finds tests that pass by luck."""
    if slower := os.environ.get("SLOWER"):
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": float(slower)})


def errors(page: Page) -> list[Error]:
    """What a script of the page throws from now on."""
    thrown: list[Error] = []

    def note(error: Error) -> None:
        thrown.append(error)

    page.on("pageerror", note)
    return thrown


def idle(page: Page) -> None:
    """The run of the page has ended, and the browser has nothing more to send."""
    page.evaluate(DRAWN)
    page.wait_for_function(SETTLED)


def there(page: Page) -> None:
    """The page shows all that it is going to show: idle is too early for that."""
    idle(page)
    page.wait_for_function(COMPLETE)
    idle(page)


def visit(page: Page, address: str, heading: str = "Image") -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    idle(page)


def go(page: Page, link: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=link, exact=True).click()
    expect(page.get_by_role("heading", name=link, exact=True)).to_be_visible()
    idle(page)


def open_sidebar(page: Page) -> None:
    """A phone has the sidebar folded."""
    unfold = page.get_by_test_id("stExpandSidebarButton")
    if unfold.count():
        unfold.click()
        idle(page)


def prompt(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Prompt", exact=True)


def generate(page: Page, text: str) -> None:
    prompt(page).fill(text)
    page.get_by_role("button", name="Generate").click()
    expect(cards(page, text).first).to_be_visible()
    idle(page)


def give(page: Page, name: str, content: bytes) -> None:
    """Choose a picture for the first place that has room."""
    place = page.locator("[class*=st-key-files-] input[type=file]").first
    place.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})


def cards(page: Page, text: str = "") -> Locator:
    """The cards of jobs, or those with this text somewhere."""
    return page.locator("[class*=st-key-card-]").filter(has_text=text)


def form(page: Page) -> Locator:
    """The form: the live region says for a while what stands in it."""
    return page.locator(".st-key-inputs")


# The models that WeryAI lists have come, which draws the page once more; in demo mode they are there at once.
LISTED = re.compile(r"Model list updated|WeryAI's list is unavailable|Demo mode")


# Until they have ended, and the form is drawn anew.
UPLOADS = re.compile(r"^(Uploading|Checking files)")


def choose(page: Page, label: str, typed: str) -> None:
    """As `pick`, of a form, which is drawn anew when the models have come, and when a file has been uploaded."""
    expect(page.get_by_text(LISTED).first).to_be_visible()
    expect(form(page).get_by_text(UPLOADS)).to_have_count(0)
    there(page)  # a picture that comes late moves the page, and what scrolls closes the list
    pick(page, label, typed)


def pick(page: Page, label: str, typed: str) -> None:
    """Type into a choice and press Enter, as somebody who goes by keyboard and looks at what is offered first."""
    field = page.get_by_role("combobox", name=label, exact=True)
    idle(page)  # a run in progress closes the list
    field.focus()
    page.evaluate(DRAWN)  # what scrolls closes the list: the focus may have, and its event comes with the next picture
    field.fill(typed)
    first = page.get_by_role("option").first
    expect(first).to_contain_text(typed)
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")  # Enter takes that one
    field.press("Enter")
    idle(page)


def click_row(table: Locator, x: int, y: int) -> None:
    """As a hand does, which comes over the table before: one that has moved learns where it is from that.

    Rows are drawn on a canvas and have no names.
    """
    table.hover(position={"x": x, "y": y})
    table.page.evaluate(DRAWN)
    table.click(position={"x": x, "y": y})


PICTURE = "[class*=st-key-card-] img:not([src^='data:image/svg'])"  # not the place that waits for it
VIDEO = "[class*=st-key-card-] video"


def has_pixels(page: Page, which: str = PICTURE) -> None:
    """Wait until the first picture or video of the cards has come, as large as a preview at least."""
    size = (
        "which => { const one = document.querySelector(which); return (one?.naturalWidth || one?.videoWidth) > 200; }"
    )
    page.wait_for_function(size, arg=which)


def is_playing(page: Page) -> None:
    """Wait until the first video of the cards has got on."""
    page.wait_for_function("which => document.querySelector(which)?.currentTime > 0.3", arg=VIDEO)
