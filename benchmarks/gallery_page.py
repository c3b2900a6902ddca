"""The Gallery page with 100, 10,000 and 100,000 outputs in Chromium, beside an empty page and a Gradio gallery.

    python -m benchmarks.gallery_page [largest number of outputs]

First paint: from the navigation until each picture in sight is there, timed inside the browser, by turns with a page of
one text under the same settings. One round before has an empty cache (cold), and tells what is transferred. Then the
page is scrolled to its middle. Memory: resident, of the server and of the tab's process, and the tab's JavaScript heap
(Linux).
The 500 pictures are 1 to 2 megapixels; more outputs share them. Gradio shows the same 500 files (`make gradio`).
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from benchmarks import gradio_gallery, pictures, stage
from benchmarks.gallery_queries import fill
from benchmarks.history_page import served
from tests.browser.driving import chromium, new_context
from tests.browser.studio import Studio

NUMBERS, ROUNDS = (100, 500, 10_000, 100_000), 10
MOST_SECONDS, MOST_PREVIEWS, MOST_MB = 1.0, 60, 2.5
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
TILES, TEXT = ".studio-grid .tile", "[data-testid=stText]"
PAINTED = """([selector, least]) => new Promise(done => {
    const isInSight = one => {
        const {bottom, top, width} = one.getBoundingClientRect()
        return width && bottom > 0 && top < innerHeight
    }
    const picture = one => one.matches("img") ? one : one.querySelector("img")
    const isThere = one => least === 1 || (picture(one)?.complete && picture(one).naturalWidth > 0)
    const look = () => {
        const seen = [...document.querySelectorAll(selector)].filter(isInSight)
        if (seen.length >= least && seen.every(isThere)) done(performance.now())
        else requestAnimationFrame(look)
    }
    look()
})"""
TO_MIDDLE = """selector => {
    let box = document.querySelector(selector)
    while (box && !(box.scrollHeight > box.clientHeight + 100 && getComputedStyle(box).overflowY !== "visible"))
        box = box.parentElement
    box = box ?? document.scrollingElement
    box.scrollTop = box.scrollHeight / 2
    return performance.now()
}"""
TRANSFERRED = """() => performance.getEntriesByType("resource")
    .filter(({name}) => /\\/archive\\/|file=/.test(name)).map(({encodedBodySize}) => encodedBodySize)"""


@dataclass
class Subject:
    """A page, its server's process, and what was measured: milliseconds, bytes of pictures, megabytes."""

    name: str
    url: str
    process: int
    selector: str
    least: int  # pictures in sight
    paints: list[float] = field(default_factory=list)
    transferred: list[int] = field(default_factory=list)
    cold: float = 0.0  # milliseconds of the first paint with an empty cache
    scrolled: float = 0.0
    tab: float = 0.0
    heap: float = 0.0

    @property
    def median(self) -> float:
        """Milliseconds of a first paint with a full cache."""
        return stage.percentile(self.paints, 50)


def measure(subject: Subject, page: Page, *, is_first: bool) -> None:
    """Load the page; the first time it fills the browser's cache."""
    page.goto(subject.url, wait_until="commit")
    taken = page.evaluate(PAINTED, [subject.selector, subject.least])
    if is_first:
        subject.cold, subject.transferred = taken, page.evaluate(TRANSFERRED)
    else:
        subject.paints.append(taken)


def scroll(subject: Subject, page: Page) -> None:
    """Scroll to the middle, and wait for what is in sight there."""
    began = page.evaluate(TO_MIDDLE, subject.selector)
    subject.scrolled = page.evaluate(PAINTED, [subject.selector, subject.least]) - began


def weigh(subject: Subject, browser: Browser, page: Page) -> None:
    """Note the memory of the tab, after a collection of what it no longer needs."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    subject.heap = page.evaluate("() => performance.memory.usedJSHeapSize") / 1e6
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    subject.tab = max(_resident(int(one["id"])) for one in found if one["type"] == "renderer")


def _resident(process: int) -> float:
    """Megabytes of a process."""
    return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def gallery(folder: Path, number: int, shared: Path) -> Iterator[Studio]:
    """The studio with so many outputs."""
    with served(folder) as server:
        archive = folder / "data" / "archive" / "p"
        archive.mkdir(parents=True, exist_ok=True)
        for file in shared.iterdir():
            (archive / file.name).hardlink_to(file)
        with closing(stage.ledger_of(server)) as ledger:
            fill(ledger, number, names=pictures.names)
        yield server


def subjects(stack: ExitStack, folder: Path, most: int) -> Iterator[Subject]:
    """Every page with its server; the empty one first."""
    (shared := folder / "pictures").mkdir()
    pictures.draw(shared)
    empty = stack.enter_context(stage.plain())
    yield Subject("one text", empty.url, _process(empty), TEXT, 1)
    for number in (number for number in NUMBERS if number <= most):
        server = stack.enter_context(gallery(folder / str(number), number, shared))
        yield Subject(f"{number:,} outputs", f"{server.url}/gallery", _process(server), TILES, 10)
    if beside := stack.enter_context(gradio_gallery.served(shared)):
        yield Subject(f"Gradio, {pictures.NUMBER} pictures", beside.url, beside.process.pid, gradio_gallery.IMAGES, 10)


def _process(server: Studio) -> int:
    assert server.process
    return server.process.pid


def visit_all(playwright: Playwright, everything: list[Subject]) -> None:
    """Measure by turns; each page has a browser of its own."""
    browsers = [chromium(playwright, NOWHERE_ELSE, "--enable-precise-memory-info") for _ in everything]
    pages = [new_context(browser).new_page() for browser in browsers]
    for place in range(ROUNDS + 1):
        for subject, page in zip(everything, pages, strict=True):
            measure(subject, page, is_first=place == 0)
    for subject, browser, page in zip(everything, browsers, pages, strict=True):
        if subject.selector != TEXT:
            scroll(subject, page)
        weigh(subject, browser, page)
    for browser in browsers:
        browser.close()


def show(subject: Subject) -> None:
    """Print a line."""
    worst = stage.percentile(subject.paints, 95)
    print(
        f"{subject.name:24}{subject.median:8.0f} ms{worst:8.0f} ms{subject.scrolled:8.0f} ms"
        f"{subject.cold:8.0f} ms{len(subject.transferred):7}{sum(subject.transferred) / 1e6:9.2f} MB"
        f"{_resident(subject.process):7.0f} MB{subject.tab:7.0f} MB{subject.heap:7.1f} MB",
        flush=True,
    )


def main(most: int) -> None:
    print(f"load {os.getloadavg()[0]:.1f} before; first paint of {ROUNDS} rounds")
    print(
        f"{'':24}{'median':>11}{'p95':>11}{'middle':>11}{'cold':>11}{'files':>7}{'pictures':>12}{'server':>10}{'tab':>10}{'heap':>10}"
    )
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack, sync_playwright() as playwright:
        everything = list(subjects(stack, Path(folder), most))
        visit_all(playwright, everything)
        for subject in everything:
            show(subject)
    empty, *ours = everything
    for subject in (one for one in ours if one.selector == TILES):
        longer = (subject.median - empty.median) / 1000
        print(stage.verdict(f"  {subject.name}: beside an empty page", longer, MOST_SECONDS, " s"))
        print(stage.verdict(f"  {subject.name}: previews", len(subject.transferred), MOST_PREVIEWS, ""))
        print(stage.verdict(f"  {subject.name}: bytes", sum(subject.transferred) / 1e6, MOST_MB, " MB"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBERS[-1])
