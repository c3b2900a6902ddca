"""The pages: file, title, icon, address. What links to a page, and what lists them, reads it here."""

from dataclasses import dataclass
from pathlib import Path

from studio.core.values import Kind

TITLE = "WeryAI Studio"
PAGES = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True)
class PageLink:
    name: str
    title: str
    icon: str
    section: str
    url_path: str
    is_for_admins: bool = False

    @property
    def file(self) -> Path:
        return PAGES / f"{self.name}.py"


IMAGE = PageLink("image", "Image", ":material/image:", "Create", "image")
VIDEO = PageLink("video", "Video", ":material/movie:", "Create", "video")
HISTORY = PageLink("history", "Call history", ":material/receipt_long:", "Look back", "history")
SPENDING = PageLink("spending", "Spending", ":material/payments:", "Look back", "spending", is_for_admins=True)
OF_KIND = {Kind.IMAGE: IMAGE, Kind.VIDEO: VIDEO}  # where jobs of this kind are made and shown
ALL = (IMAGE, VIDEO, HISTORY, SPENDING)
JOB, UNTIL, SHARED = "job", "until", "shared"  # the words of an address that names a job, or shows it to others
ACCOUNT, TEAM = "account", "team"  # and of one of the history of the team's account, beside a key of one's own
FIRST = IMAGE  # at the bare address
