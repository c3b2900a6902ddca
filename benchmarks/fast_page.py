"""A fast page: from a click to the new DOM in Chromium, and a tick of eight open jobs, beside a page with one text.

    python -m benchmarks.fast_page

Click: on a link of the navigation, timed inside the browser from the click to the last thing that the new run sends:
the tab's title with the number of open jobs; on the other page its text. Streamlit's own mark for a running script is
no measure: a quick run never shows it. Tick: from the timer's request to the server's word that the run is finished,
by a websocket client, so that the timer's own wait is not in it. The other app has two pages of one text each, and
for the tick one text in a fragment, under the same settings. By turns.
"""

import asyncio
import os
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import stage
from benchmarks.many_people import ONE_TEXT
from benchmarks.sessions import Session
from tests.browser.driving import chromium, idle, new_context
from tests.browser.studio import Studio

TIMES, REPEATS, JOBS = 2.0, 30, 8
TICKS = 60.0
TWO_PAGES = """import streamlit as st

st.set_option("client.showSidebarNavigation", True)

def image():
    st.text("Image text")

def video():
    st.text("Video text")

st.navigation([st.Page(image, title="Image", default=True), st.Page(video, title="Video")]).run()
"""
PRESS = """([name, end]) => new Promise((done, failed) => {
    setTimeout(() => failed(`no end of ${name} was seen`), 20000)
    const link = [...document.querySelectorAll('a')].find(one => one.textContent.trim().endsWith(name))
    const last = () => document.querySelector('[data-testid=stMain] [data-testid=stText]')?.textContent
    const began = performance.now()
    const seen = new MutationObserver(() => {
        if (document.title.startsWith(end) || last() === end) { seen.disconnect(); done(performance.now() - began) }
    })
    seen.observe(document, {subtree: true, childList: true, characterData: true})
    link.click()
})"""
ENDS = {"one text": "{} text", "studio": "(8) {}"}


def opened(browser: Browser, server: Studio) -> Page:
    page = new_context(browser).new_page()
    page.goto(server.url)
    page.get_by_role("link", name="Video").first.wait_for()
    idle(page)
    return page


def click(page: Page, end: str) -> float:
    """To the other page and back; the way back is the one that is timed."""
    page.evaluate(PRESS, ["Video", end.format("Video")])
    idle(page)
    return float(page.evaluate(PRESS, ["Image", end.format("Image")]))


async def ticks(server: Studio) -> list[float]:
    session = Session(server.url)
    socket = await session.open()
    await session.watch(socket, TICKS)
    await socket.close()
    return [seconds * 1000 for seconds in session.ticks]


def line(name: str, values: Sequence[float]) -> float:
    middle, worst = stage.percentile(values, 50), stage.percentile(values, 95)
    print(f"{name:<32}{len(values):>6}{middle:>9.0f} ms{worst:>9.0f} ms", flush=True)
    return worst


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} before\n{'':<32}{'times':>6}{'median':>12}{'p95':>12}")
    with stage.plain(TWO_PAGES) as plain, stage.plain(ONE_TEXT) as timed, stage.studio(JOBS) as studio:
        with sync_playwright() as playwright:
            browser = chromium(playwright)
            there, here = opened(browser, plain), opened(browser, studio)
            pairs = [(click(there, ENDS["one text"]), click(here, ENDS["studio"])) for _ in range(REPEATS)]
            browser.close()
        beside = line("click, one text", [pair[0] for pair in pairs])
        ours = line("click, studio", [pair[1] for pair in pairs])
        print(stage.verdict("  p95 of a click", ours / beside, TIMES, " ×"))
        beside = line("tick, one text", asyncio.run(ticks(timed)))
        ours = line("tick, studio", asyncio.run(ticks(studio)))
        print(stage.verdict("  p95 of a tick", ours / beside, TIMES, " ×"))


if __name__ == "__main__":
    main()
