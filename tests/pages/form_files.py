"""A form in a test: files for it, and what was sent."""

from typing import Any

from streamlit.testing.v1 import AppTest

from sandbox.server import Sandbox
from tests.conftest import until
from tests.fault_matrix import picture
from tests.pages.driving import checked, elements, field, texts

UPLOAD = "/v1/generation/upload-file"


RED = picture(b"\xff\0\0" * 64, 8)


BLUE = picture(b"\0\0\xff" * 64, 8)


def started_from(at: AppTest, start: str) -> AppTest:
    return checked(field(at, "Start from").set_value(start).run())


def give(at: AppTest, *files: tuple[str, bytes], place: int = 0) -> AppTest:
    """Drop files on the first place that takes some, and wait until WeryAI has them."""
    given = [(name, content, "application/octet-stream") for name, content in files]
    elements(at, "file_uploader")[place].set_value(given)
    checked(at.run())
    until(lambda: "still uploading" not in texts(checked(at.run())), pause=0.3)
    return at


def sent(sandbox: Sandbox) -> dict[str, Any]:
    """The body of the newest submission."""
    return list(sandbox.backend.tasks.values())[-1].body
