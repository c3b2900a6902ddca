"""JavaScript that several components consist of: each component gets the text, as a module of its own."""

from pathlib import Path

_FOLDER = Path(__file__).parent
ACTS = (_FOLDER / "acts.js").read_text("utf-8")  # sends what is pressed, one after the other, and again if it was lost
ELEMENTS = (_FOLDER / "elements.js").read_text("utf-8")  # makes elements of texts
MOUNTED = (_FOLDER / "mounted.js").read_text("utf-8")  # draws an element as long as it is on the page
STAGE = (_FOLDER / "stage.js").read_text("utf-8")  # shows one image or video large, with zoom
