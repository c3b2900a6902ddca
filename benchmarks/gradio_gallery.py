"""Gradio beside the studio: a gallery of the same pictures, in its own server.

It has packages of its own, so it is in an environment of its own: `make gradio`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.browser.studio import free_port
from tests.conftest import until

PYTHON = Path(sys.prefix) / "gradio" / "bin" / "python"
IMAGES = "button img"  # what a browser finds them by
SCRIPT = """import sys
from pathlib import Path

import gradio

folder = Path(sys.argv[1])
with gradio.Blocks() as page:
    gradio.Gallery(value=sorted(str(file) for file in folder.glob("*.jpg")), columns=6, height="auto")
page.launch(server_name="127.0.0.1", server_port=int(sys.argv[2]), allowed_paths=[sys.argv[1]], quiet=True)
"""
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}


@dataclass(frozen=True)
class Server:
    url: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def served(folder: Path) -> Iterator[Server | None]:
    """A page with the pictures of a folder; nothing where Gradio is not installed."""
    if not PYTHON.exists():
        yield None
        return
    port = free_port()
    command = [str(PYTHON), "-c", SCRIPT, str(folder), str(port)]
    environment = {**os.environ, **QUIET, "GRADIO_TEMP_DIR": str(folder / "gradio")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: _answers(url), 120)
        yield Server(url, process)
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.ConnectionError:
        return False
