"""A port in use, or none: one sentence, and an exit code that says no."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", [("scripts/port.py",), ("-m", "sandbox", "--port")])
def test_a_port_in_use_is_one_sentence(command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = run(*command, port)
    assert said.returncode != 0
    assert f"Port {port} cannot be used (Address already in use" in said.stderr
    assert len(said.stderr.splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "99999", "-1", "abc", "80 81", ""])
def test_what_is_no_port_is_one_sentence(port: str) -> None:
    said = run("scripts/port.py", port)
    assert said.returncode != 0 and "is not a port" in said.stderr
    assert len(said.stderr.splitlines()) == 1
