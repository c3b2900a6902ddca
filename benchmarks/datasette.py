"""Datasette beside the studio: the same questions to the same file, over HTTP on this machine.

It is asked for the rows alone, without counting them and without suggesting facets, which is the quickest that it can.
It has packages of its own, so it is in an environment of its own: `make datasette`.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.browser.studio import free_port

PROGRAM = Path(sys.prefix) / "datasette" / "bin" / "datasette"
COLUMNS = [
    "id",
    "at",
    "model",
    "method",
    "endpoint",
    "http_status",
    "code",
    "error_kind",
    "person",
    "duration_ms",
    "job",
]
_LEAST = {"_shape": "objects", "_nocount": "1", "_nosuggest": "1"}
Ask = Callable[[str], Any]


@contextmanager
def served(file: str) -> Iterator[Ask | None]:
    """Something that answers a path of Datasette's with rows; nothing where it is not installed."""
    if not PROGRAM.exists() or not Path(file).exists():
        yield None
        return
    url = f"http://127.0.0.1:{free_port()}"
    options = ["--port", url.rpartition(":")[2], "--setting", "sql_time_limit_ms", "20000"]
    server = subprocess.Popen([PROGRAM, "serve", file, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=url, timeout=30) as client:
            _await(client)
            yield lambda path: client.get(f"/{Path(file).stem}/{path}").raise_for_status().json()
    finally:
        server.terminate()
        server.wait(10)


def page(account: str, *, table: str = "calls", **conditions: str) -> str:
    """The path of the newest 10 calls of an account under conditions, with the columns that our list has."""
    asked = {"account": account, "_sort_desc": "at", "_size": "10", **_LEAST, **conditions}
    columns = [("_col", column) for column in COLUMNS]
    return f"{table}.json?{urlencode([*asked.items(), *columns])}"


def words(word: str) -> str:
    """The path of the first 10 jobs or errors with a word."""
    return f"words.json?{urlencode({'_search': word, '_size': '10', **_LEAST})}"


def call(call_id: str) -> str:
    return f"calls/{call_id}.json?_shape=objects"


def _await(client: httpx.Client) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            client.get("/-/versions.json")
            return
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
