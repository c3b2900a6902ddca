"""The path below which the server itself serves the studio, and nothing where a proxy takes such a path off."""

from urllib.parse import urlsplit

import streamlit as st


def base_path() -> str:
    """Streamlit's `server.baseUrlPath` as paths begin with it: `/studio`, or nothing."""
    named = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{named}" if named else ""


def base_of(path: str) -> str | None:
    """The part of a browser's path up to the base path, with what a proxy has before it; None where it is not in it."""
    base = base_path()
    found = f"{path.rstrip('/')}/".find(f"{base}/") if base else -1
    return path[: found + len(base)] if found >= 0 else None


def with_base_path(public_url: str) -> str:
    """A public address below which the routes are found: one that stops before the base path goes on to it."""
    base = base_path()
    return public_url if not public_url or urlsplit(public_url).path.endswith(base) else f"{public_url}{base}"
