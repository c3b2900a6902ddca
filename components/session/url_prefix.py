"""The path below which the server itself serves the studio; empty where a proxy strips such a path."""

from urllib.parse import urlsplit

import streamlit as st


def base_path() -> str:
    """Return Streamlit's `server.baseUrlPath` with a leading slash (`/studio`), or an empty text."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def base_of(path: str) -> str | None:
    """Return a browser's path up to and including the base path, with a proxy's prefix; None if it has no base path."""
    base = base_path()
    found = f"{path.rstrip('/')}/".find(f"{base}/") if base else -1
    return path[: found + len(base)] if found >= 0 else None


def with_base_path(public_url: str) -> str:
    """Return the public URL of the routes: append the base path unless the URL ends with it. Empty stays empty."""
    base = base_path()
    return public_url if not public_url or urlsplit(public_url).path.endswith(base) else f"{public_url}{base}"
