"""The steps of a process that others can see: commits of its ledger, exchanges over HTTP, files of its archive.

They are found by instrumentation, not listed: a commit or a request that the studio makes some day is a step here.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from urllib3.connection import HTTPConnection

from studio.archive import archive, disk
from studio.weryai import transport

_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_ENDS = {"balance": "the balance", "status": "a status", "png": "a file"}
_FILES = (
    (disk, "write", "a download"),
    (os, "fsync", "the sync of a download"),
    (archive, "inspect", "the look into a file"),
    (os, "replace", "a file's own name"),
    (archive, "depict", "the look at its pixels"),
    (shutil, "rmtree", "the tidying up"),
)


class Steps:
    """Calls `at` with the name of each step that is about to be done."""

    def __init__(self, at: Callable[[str], None]) -> None:
        self._at = at
        self._now = threading.local()

    def watch(self, engine: sa.Engine) -> None:
        """From now on, for the rest of the life of this process."""
        sa.event.listen(engine, "begin", self._begun)
        sa.event.listen(engine, "before_cursor_execute", self._executed)
        self._before(engine.dialect, "do_commit", lambda *_: f"a commit of {', '.join(self._now.tables)}")
        self._before(HTTPConnection, "request", self._requested)
        self._before(HTTPConnection, "getresponse", lambda *_: f"the first byte of {self._now.asked}")
        self._before(transport, "_read", lambda *_: f"the last byte of {self._now.asked}")
        for owner, name, words in _FILES:
            self._before(owner, name, lambda *_, words=words: words)

    def _before(self, owner: Any, name: str, named: Callable[..., str]) -> None:
        act = getattr(owner, name)

        def watched(*args: Any, **words: Any) -> Any:
            self._at(named(*args))
            return act(*args, **words)

        setattr(owner, name, watched)

    def _begun(self, _connection: sa.Connection) -> None:
        self._now.tables = []

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if (found := _WRITES.match(statement)) and found[1] not in self._now.tables:
            self._now.tables.append(found[1])

    def _requested(self, _connection: HTTPConnection, method: str, url: str, *_: Any) -> str:
        end = re.split(r"[/.]", url)[-1]
        self._now.asked = "the POST" if method == "POST" else _ENDS.get(end, end)
        return f"the sending of {self._now.asked}"
