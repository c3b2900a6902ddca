"""A fast page: from a click to the new DOM in Chromium, and a tick of eight open jobs, beside a page with one text.

    python -m benchmarks.fast_page

Click: a press that makes a full run (another number of pictures; on the other page a button), timed inside the browser
from the click to the moment when Streamlit's own mark, set with the new DOM, says again that no script runs. Tick: from
the timer's request to the server's word that the run is finished, by a websocket client, so that the timer's own wait
is not in it. The other page is one text with a button, in a fragment with a timer, under the same settings. By turns.
"""

import asyncio
import os
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import stage
from benchmarks.many_people import ONE_TEXT
from benchmarks.sessions import Session
from tests.browser.conftest import Studio, chromium, idle

TIMES, REPEATS, JOBS = 2.0, 40, 8
TICKS = 40.0
NUMBERS = ("2", "3")
BUTTON = f"{ONE_TEXT}\nst.button('Again')\n"
PRESS = """name => new Promise((done, failed) => {
    setTimeout(() => failed('no run was seen'), 20000)
    const app = document.querySelector('[data-testid=stApp]')
    const button = [...document.querySelectorAll('button')].find(one => one.textContent.trim() === name)
    let ran = false
    const began = performance.now()
    const seen = new MutationObserver(() => {
        const state = app.getAttribute('data-test-script-state')
        ran = ran || state === 'running'
        if (ran && state === 'notRunning') { seen.disconnect(); done(performance.now() - began) }
    })
    seen.observe(app, {attributes: true, attributeFilter: ['data-test-script-state']})
    button.click()
})"""


def opened(browser: Browser, server: Studio) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(server.url)
    page.get_by_role("button").first.wait_for()
    idle(page)
    return page


def clicks(page: Page, button: str) -> float:
    idle(page)
    return float(page.evaluate(PRESS, button))


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
    with stage.plain(BUTTON) as plain, stage.studio(JOBS) as studio:
        with sync_playwright() as playwright:
            browser = chromium(playwright)
            there, here = opened(browser, plain), opened(browser, studio)
            pairs = [(clicks(there, "Again"), clicks(here, NUMBERS[turn % 2])) for turn in range(REPEATS)]
            browser.close()
        beside = line("click, one text", [pair[0] for pair in pairs])
        ours = line("click, studio", [pair[1] for pair in pairs])
        print(stage.verdict("  p95 of a click", ours / beside, TIMES, " ×"))
        beside = line("tick, one text", asyncio.run(ticks(plain)))
        ours = line("tick, studio", asyncio.run(ticks(studio)))
        print(stage.verdict("  p95 of a tick", ours / beside, TIMES, " ×"))


if __name__ == "__main__":
    main()
