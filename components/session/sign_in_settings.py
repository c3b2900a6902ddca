"""What the secrets say of sign-in, as it is now: who provides it, who may come in, and who may spend."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from studio.access import Role
from studio.core import secret_files
from studio.core.errors import SettingsError
from studio.core.settings import NAMES
from studio.ledger.ledger import Ledger
from studio.people import identity

_was_wanted = threading.Event()
_stamps: list[list[tuple[int, int, int] | None]] = []  # of the files, when they were looked at last


def is_wanted() -> bool:
    """The secrets ask for sign-in, if only with a half of what it takes.

    Errors: SettingsError, also when they do so no longer: a file that was lost must not open the studio to everybody.
    """
    secrets = _secrets()
    if "auth" in secrets or "access" in secrets:
        _was_wanted.set()
    elif _was_wanted.is_set():
        hint = "Put it back, or restart the studio to run without sign-in."
        raise SettingsError("Sign-in was removed from the secrets.", hint=hint)
    return _was_wanted.is_set()


def forget() -> None:
    """The process is about to end."""
    _was_wanted.clear()
    _stamps.clear()


def section(name: str) -> dict[str, Any]:
    """A section of the secrets. Errors: SettingsError."""
    found = _secrets().get(name, {})
    return dict(found) if isinstance(found, Mapping) else {}


def may_spend(ledger: Ledger, person: str) -> bool:
    """Whoever made a job may still spend, when its turn has come. Errors: StudioError when that cannot be told."""
    if not is_wanted():
        return True
    known = ledger.people.by_id().get(person)
    role = identity.guests(section("access")).role(known.email) if known else None
    return role in (Role.MEMBER, Role.ADMIN)


def _secrets() -> Mapping[str, Any]:
    """Errors: SettingsError: secrets that cannot be understood might ask for sign-in, or hold the team's key."""
    _read_anew()
    try:
        st.secrets.get("auth")  # reads them, if that was not done
    except (OSError, ValueError):  # of a file that is none of TOML, Streamlit says that there is none
        _check_secrets(is_read=False)
        return {}
    return st.secrets


def export_secrets() -> None:
    """Their top-level texts and numbers become environment variables. Errors: SettingsError."""
    _check_secrets()
    _check_secrets(is_read=st.secrets.load_if_toml_exists())


def _check_secrets(*, is_read: bool = True) -> None:
    """Errors: SettingsError, which names the file and the line, or a setting that would be ignored."""
    files = [Path(file) for file in st.get_option("secrets.files") or ()]
    secret_files.read(files, NAMES, os.environ)
    if not is_read and any(file.exists() for file in files):
        raise SettingsError("The secrets can't be read.", hint="Fix the secrets file.")


def _read_anew() -> None:
    """Who was just taken off the list is not on it: Streamlit looks at the files from time to time, by a thread."""
    stamps = [_stamp(Path(file)) for file in st.get_option("secrets.files") or ()]
    if _stamps and _stamps[-1] != stamps:
        st.secrets._reset()
    _stamps[:] = [stamps]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """Another one when the file is written, replaced or lost."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
