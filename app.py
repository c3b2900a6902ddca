"""What `streamlit run app.py` serves: the pages, the routes beside them, and the life of dispatchers and trackers.

A host that runs this file as a page script gets the same pages; they then start what the lifespan would have started.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import navigation, services, shell
from components.routes import ROUTES
from studio.errors import StudioError

log = logging.getLogger("studio")


def start_sandbox(folder: Path) -> str:
    """A WeryAI of our own on this machine, for as long as the process lives; returns its address."""
    from sandbox.server import Sandbox

    return Sandbox(folder, credits=10_000).start().url


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Follow open tasks from the start, before anyone opens a page, until the server stops."""
    services.host.serves_routes = True
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
    routes=ROUTES,
    lifespan=lifespan,
    on_script_error=shell.unexpected,
)

if get_script_run_ctx():
    navigation.run()
