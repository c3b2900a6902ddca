"""Takes pictures of a page that is really there: its first screen, or the whole of it."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser.driving import there

# On a phone the sidebar is closed, and has no width to speak of.
HEIGHT = """() => Math.max(...['stMain', 'stSidebarContent'].map(name => {
    const part = document.querySelector(`[data-testid=${name}]`);
    return part?.clientWidth > 100 ? part.scrollHeight : 0;
}))"""


def first_screen(page: Page, file: Path) -> None:
    there(page)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)


def whole(page: Page, file: Path, width: int, height: int) -> None:
    """Down to its end: Streamlit scrolls a part of the page, so the window is made as high as that."""
    there(page)
    page.set_viewport_size({"width": width, "height": max(height, page.evaluate(HEIGHT))})
    first_screen(page, file)
    page.set_viewport_size({"width": width, "height": height})


def shrink(file: Path) -> None:
    """256 colours, chosen well: a third of the size, and it looks the same."""
    with Image.open(file) as image:
        few = image.convert("RGB").quantize(256, kmeans=4, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
