"""The pages with their file, title, icon and address: the one place for links and for the navigation."""

from dataclasses import dataclass
from pathlib import Path

from studio.core.values import Kind

TITLE = "WeryAI Studio"
PAGES = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True)
class PageLink:
    """A page of the navigation. `section` is the heading above it there."""

    name: str
    title: str
    icon: str
    section: str
    url_path: str
    is_for_admins: bool = False

    @property
    def file(self) -> Path:
        """The script of the page."""
        return PAGES / f"{self.name}.py"


IMAGE = PageLink("image", "Image", ":material/image:", "Create", "image")
VIDEO = PageLink("video", "Video", ":material/movie:", "Create", "video")
GALLERY = PageLink("gallery", "Gallery", ":material/photo_library:", "Look back", "gallery")
COMPARE = PageLink("compare", "Compare", ":material/compare:", "Look back", "compare")
HISTORY = PageLink("history", "Call history", ":material/receipt_long:", "Look back", "history")
SPENDING = PageLink("spending", "Spending", ":material/payments:", "Look back", "spending", is_for_admins=True)
OF_KIND = {Kind.IMAGE: IMAGE, Kind.VIDEO: VIDEO}  # the page that creates and shows jobs of a kind
ALL = (IMAGE, VIDEO, GALLERY, COMPARE, HISTORY, SPENDING)
JOB, UNTIL, SHARED = "job", "until", "shared"  # query parameters of the address of one job, and of a share link
COMPARISON = "comparison"  # query parameter of the page that compares: the ID of a comparison
RESULT = "result"  # query parameter that opens the viewer: a job and the number of its output
ACCOUNT, TEAM = "account", "team"  # query of the history of the team's account, for a person with their own key
FIRST = IMAGE  # the page at the root address
