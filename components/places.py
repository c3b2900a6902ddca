"""The pages: file, title, icon, address. What links to a page, and what lists them, reads it here."""

from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Place:
    name: str
    title: str
    icon: str
    section: str
    url_path: str

    @property
    def file(self) -> Path:
        return PAGES / f"{self.name}.py"


IMAGE = Place("image", "Image", ":material/image:", "Create", "image")
VIDEO = Place("video", "Video", ":material/movie:", "Create", "video")
HISTORY = Place("history", "Call history", ":material/receipt_long:", "Look back", "history")
ALL = (IMAGE, VIDEO, HISTORY)
FIRST = IMAGE  # at the bare address
