"""The sandbox's storage for tasks and credits: one SQLite file, so that they survive a restart."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Store:
    """JSON documents by kind and id. Without a file they are in memory."""

    def __init__(self, file: Path | None) -> None:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        # The backend's lock serialises all access, from any thread.
        self._db = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("CREATE TABLE IF NOT EXISTS documents (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id))")

    def all(self, kind: str) -> dict[str, Any]:
        rows = self._db.execute("SELECT id, body FROM documents WHERE kind = ? ORDER BY rowid", (kind,))
        return {name: json.loads(body) for name, body in rows}

    def put(self, kind: str, documents: Mapping[str, Any]) -> None:
        """Write all of these documents, or none."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                [(kind, name, json.dumps(body)) for name, body in documents.items()],
            )

    def clear(self) -> None:
        self._db.execute("DELETE FROM documents")

    def close(self) -> None:
        self._db.close()
