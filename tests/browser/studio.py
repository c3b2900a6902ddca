"""The studio as people have it: a server process of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import requests

from tests.conftest import until

ROOT = Path(__file__).resolve().parents[2]
AS_APP = ["-m", "streamlit", "run", "app.py"]
QUICKLY = ["-m", "tests.browser.serve", "app.py"]  # the same with the pace of tests
# What a host does that knows nothing of st.App: app.py itself is the page script.
AS_PAGE_SCRIPT = [
    "-c",
    """import os
from streamlit.web import bootstrap
from tests import pace
names = ("PORT", "ADDRESS", "HEADLESS")
options = {f"server_{name.lower()}": os.environ[f"STREAMLIT_SERVER_{name}"] for name in names}
options["server_port"] = int(options["server_port"])
options["server_headless"] = True
bootstrap.load_config_options(options)
with pace.quick():
    bootstrap.run("app.py", False, [], options)
""",
]


@dataclass
class Studio:
    """One server process. `start` after `kill` is a restart on the same port with the same data."""

    all: ClassVar[list["Studio"]] = []  # those that run
    folder: Path
    environment: dict[str, str]
    arguments: list[str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it, below its base path if it has one."""
        base = self.environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
        return f"http://127.0.0.1:{self.port}{f'/{base}' if base else ''}"

    def start(self) -> "Studio":
        options = {
            "STREAMLIT_SERVER_PORT": str(self.port),
            "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
            "STREAMLIT_SERVER_HEADLESS": "true",
        }
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                cwd=ROOT,
                env={**os.environ, **options, **self.environment},
                stdout=log,
                stderr=log,
            )
        self.all.append(self)
        until(self._answers, 120)
        return self

    def kill(self, how: int = signal.SIGKILL) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None
            self.all.remove(self)

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text("utf-8", "replace")

    def _answers(self) -> bool:
        assert self.process and self.process.poll() is None, self.log
        try:
            return requests.get(f"{self.url}/_stcore/health", timeout=5).ok
        except requests.RequestException:
            return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


Start = Callable[..., Studio]  # the fixture `start`
