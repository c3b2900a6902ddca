"""The current sign-in settings in the secrets: the providers, who has access, and who may spend."""

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

_was_required = threading.Event()
_file_stamps: list[list[tuple[int, int, int] | None]] = []  # of the secrets files, at the last check


def check_required() -> bool:
    """Return whether the secrets require sign-in, and remember it if they do; one of `[auth]` and `[access]` is enough.

    Errors: SettingsError, also if they required it before and do not any more: a lost file must not open the studio to
    everybody.
    """
    secrets = _secrets()
    if "auth" in secrets or "access" in secrets:
        _was_required.set()
    elif _was_required.is_set():
        hint = "Put it back, or restart the studio to run without sign-in."
        raise SettingsError("Sign-in was removed from the secrets.", hint=hint)
    return _was_required.is_set()


def forget() -> None:
    """Reset this module before the process ends."""
    _was_required.clear()
    _file_stamps.clear()


def section(name: str) -> dict[str, Any]:
    """Return a section of the secrets; empty if there is none. Errors: SettingsError."""
    found = _secrets().get(name, {})
    return dict(found) if isinstance(found, Mapping) else {}


def may_spend(ledger: Ledger, person: str) -> bool:
    """Whether the owner of a job may still spend when it is to be sent. Errors: StudioError when that is unknown."""
    if not check_required():
        return True
    known = ledger.people.by_id().get(person)
    role = identity.guests(section("access")).role(known.email) if known else None
    return role in (Role.MEMBER, Role.ADMIN)


def _secrets() -> Mapping[str, Any]:
    """Return the secrets. Errors: SettingsError: secrets that cannot be parsed might require sign-in, or hold a key."""
    _reload_changed()
    try:
        st.secrets.get("auth")  # reads the files, if that was not done
    except (OSError, ValueError):  # Streamlit reports a file that is not TOML as missing
        _check_secrets(is_read=False)
        return {}
    return st.secrets


def export_secrets() -> None:
    """Export top-level texts and numbers of the secrets as environment variables. Errors: SettingsError."""
    _check_secrets()
    _check_secrets(is_read=st.secrets.load_if_toml_exists())


def _check_secrets(*, is_read: bool = True) -> None:
    """Check the secrets files. Errors: SettingsError with file and line, or with a setting that would be ignored."""
    files = [Path(file) for file in st.get_option("secrets.files") or ()]
    secret_files.read(files, NAMES, os.environ)
    if not is_read and any(file.exists() for file in files):
        raise SettingsError("The secrets can't be read.", hint="Fix the secrets file.")


def _reload_changed() -> None:
    """Reload changed secrets at once: Streamlit's thread checks only from time to time, and access may be revoked."""
    stamps = [_stamp(Path(file)) for file in st.get_option("secrets.files") or ()]
    if _file_stamps and _file_stamps[-1] != stamps:
        st.secrets._reset()
    _file_stamps[:] = [stamps]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """Return a stamp that differs after the file is written, replaced or lost; None if there is no file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
