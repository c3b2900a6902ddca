"""The application of `streamlit run app.py`: pages, routes and middleware; the lifespan runs dispatchers and trackers.

A host that runs this file as a page script gets the same pages; the first page then opens the services.
"""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy  # noqa: F401  # early: Streamlit needs it for the first page, while trackers ask about open tasks
import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import navigation
from components.parts import notices
from components.people.return_address import ReturnAddress
from components.served import routes, shutdown
from components.served.rate_limits import RateLimits
from components.served.security_headers import SecurityHeaders
from components.served.upload_guard import UploadGuard
from components.session import browser_id, services, url_prefix
from studio.core.errors import StudioError

log = logging.getLogger("studio")
# A page releases the GIL at each ledger query. With the default interval it would wait ten times as long to get it
# back from trackers and savers.
sys.setswitchinterval(0.0005)


def start_sandbox(folder: Path) -> str:
    """Start a sandbox of the WeryAI API in this process, and return its URL."""
    from sandbox.server import Sandbox

    return Sandbox(folder, credits=10_000).start().url


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Run the services from the start until the server stops; the first page waits a moment for the open tasks."""
    services.host.serves_routes = True
    shutdown.watch()
    try:
        await services.catch_up()
    except StudioError as error:  # the pages show the error, and try again
        log.error("%s %s", error.message, error.hint)
    yield
    services.stop()


# Streamlit warns about a missing run context each time a cached resource is opened outside a page run.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
services.host.start_sandbox = start_sandbox
st.set_option("client.showErrorDetails", "none")
st.set_option("client.showSidebarNavigation", True)
app = st.App(
    "components/navigation.py",
    routes=routes.all_routes(url_prefix.base_path()),
    middleware=[
        Middleware(one) for one in (SecurityHeaders, RateLimits, UploadGuard, ReturnAddress, browser_id.BrowserId)
    ],
    lifespan=lifespan,
    on_script_error=notices.unexpected,
)

if get_script_run_ctx():
    navigation.run()
