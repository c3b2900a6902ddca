"""A fast page: from a click to the new DOM in Chromium, and from a change in the ledger to the DOM of a page.

    python -m benchmarks.fast_page

Click: on a link of the navigation to the Image page with eight open jobs, timed inside the browser until all that the
new run sends is there: the title with the number of open jobs, and each card. Streamlit's own mark for a running script
is no measure: a quick run never shows it. Beside it an app with two pages of one text each, under the same settings, by
turns. Change: the server writes another status of one of the eight jobs every second, and the page notes when its
card says so.
"""

import os
import time
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import stage
from benchmarks.many_people import CHANGED, SERVER
from tests.browser.driving import chromium, idle, new_context
from tests.browser.studio import Studio

TIMES, REPEATS, JOBS = 2.0, 30, 8
CHANGES, MOST = 40, 300.0
TWO_PAGES = """import streamlit as st

st.set_option("client.showSidebarNavigation", True)

def image():
    st.text("Image text")

def video():
    st.text("Video text")

st.navigation([st.Page(image, title="Image", default=True), st.Page(video, title="Video")]).run()
"""
PRESS = """([name, end, cards]) => new Promise((done, failed) => {
    setTimeout(() => failed(`no end of ${name} was seen`), 20000)
    const link = [...document.querySelectorAll('a')].find(one => one.textContent.trim().endsWith(name))
    const last = () => document.querySelector('[data-testid=stMain] [data-testid=stText]')?.textContent
    const began = performance.now()
    const seen = new MutationObserver(() => {
        const drawn = document.querySelectorAll('[class*=st-key-card-]').length
        if ((document.title.startsWith(end) && drawn >= cards) || last() === end) {
            seen.disconnect()
            done(performance.now() - began)
        }
    })
    seen.observe(document, {subtree: true, childList: true, characterData: true})
    link.click()
})"""
SEEN = """() => {
    window.changes = []
    const words = {}
    const look = () => document.querySelectorAll('[class*=st-key-card-]').forEach(card => {
        const job = /st-key-card-(job_\\w+)/.exec(card.className)[1]
        const word = /(Waiting|Processing)/.exec(card.textContent)?.[1]
        if (word && word !== words[job]) { words[job] = word; changes.push([job, word, Date.now() / 1000]) }
    })
    look()
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true})
}"""
ENDS = {"one text": "{} text", "studio": "(8) {}"}


def opened(browser: Browser, server: Studio) -> Page:
    page = new_context(browser).new_page()
    page.goto(server.url)
    page.get_by_role("link", name="Video").first.wait_for()
    idle(page)
    return page


def click(page: Page, end: str, cards: int = 0) -> float:
    """To the other page and back; the way back is the one that is timed."""
    page.evaluate(PRESS, ["Video", end.format("Video"), 0])
    idle(page)
    return float(page.evaluate(PRESS, ["Image", end.format("Image"), cards]))


def changes(browser: Browser, server: Studio) -> list[float]:
    """The milliseconds from each change, once the ledger has it, until the page shows it."""
    page = opened(browser, server)
    page.evaluate(SEEN)
    began = time.time()
    page.wait_for_timeout(1000 * CHANGES)
    drawn = [(job, word, at) for job, word, at in page.evaluate("changes") if at > began]
    waits = []
    for job, word, at in CHANGED.findall(server.log):
        found = (when for whose, said, when in drawn if (whose, said) == (job, word) and when > float(at))
        waits += [1000 * (when - float(at)) for when in [next(found, None)] if when and float(at) > began]
    return waits


def line(name: str, values: Sequence[float]) -> float:
    middle, worst = stage.percentile(values, 50), stage.percentile(values, 95)
    print(f"{name:<32}{len(values):>6}{middle:>9.0f} ms{worst:>9.0f} ms", flush=True)
    return worst


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} before\n{'':<32}{'times':>6}{'median':>12}{'p95':>12}")
    server = SERVER.replace("time.sleep(5)", "time.sleep(1)")
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        with stage.plain(TWO_PAGES) as plain, stage.studio(JOBS) as studio:
            there, here = opened(browser, plain), opened(browser, studio)
            pairs = [(click(there, ENDS["one text"]), click(here, ENDS["studio"], JOBS)) for _ in range(REPEATS)]
        beside = line("click, one text", [pair[0] for pair in pairs])
        ours = line("click, studio", [pair[1] for pair in pairs])
        print(stage.verdict("  p95 of a click", ours / beside, TIMES, " ×"))
        with stage.studio(JOBS, arguments=["-c", server, "changing"]) as studio:
            print(stage.verdict("  p95 of a change", line("change", changes(browser, studio)), MOST, " ms"))
        browser.close()


if __name__ == "__main__":
    main()
