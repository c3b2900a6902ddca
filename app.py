"""What `streamlit run app.py` serves: the pages, the archive's route, and the life of dispatchers and trackers.

A host that runs this file as a page script gets the same pages; they then start what the lifespan would have started.
"""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import addresses, navigation, services, shell
from studio.errors import StudioError

log = logging.getLogger("studio")


def start_sandbox(folder: Path) -> str:
    """A WeryAI of our own on this machine, for as long as the process lives; returns its address."""
    from sandbox.server import Sandbox

    return Sandbox(folder, credits=10_000).start().url


def archive(request: Request) -> Response:
    """One file of the archive, in ranges, for whoever has an address that the pages made."""
    key, given = request.path_params["key"], request.query_params
    try:
        if not addresses.is_valid(key, given.get("expires", ""), given.get("signature", "")):
            return Response("This address is not valid any more. Reload the page.", status_code=403)
        file = services.shared().archive.path(key)
    except StudioError as error:
        return Response(error.message, status_code=404)
    return FileResponse(
        file,
        media_type=addresses.media_type(key),
        filename=re.sub(r"[^A-Za-z0-9._-]", "", given.get("download", ""))[:120] or file.name,
        content_disposition_type="attachment" if "download" in given else "inline",
        headers={
            "Cache-Control": "private, max-age=3600, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Follow open tasks from the start, before anyone opens a page, until the server stops."""
    services.host.serves_archive = True
    try:
        services.shared()
    except StudioError as error:  # the pages say it, and try again
        log.error("%s %s", error.message, error.hint)
    yield
    services.stop()


# Outside a page run Streamlit says that there is none, each time something shared is opened there.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
services.host.start_sandbox = start_sandbox
st.set_option("client.showErrorDetails", "none")
app = st.App(
    "components/navigation.py",
    routes=[Route("/archive/{key:path}", archive)],
    lifespan=lifespan,
    on_script_error=shell.unexpected,
)

if get_script_run_ctx():
    navigation.run()
