"""The services that all sessions of the process share: settings, ledger, archive, accounts, key for signed addresses.

They are opened once, by the lifespan of `st.App`, or by the first page on a host without it. Opening them also starts
the dispatchers and trackers.
"""

import asyncio
import gc
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import streamlit as st

from components.session import sign_in_settings, url_prefix
from components.session.job_cache import JobCache
from components.session.tabs import Tabs
from studio.archive.archive import Archive
from studio.core import settings
from studio.core.errors import SettingsError
from studio.core.settings import Settings
from studio.engine.accounts import Accounts
from studio.ledger import file_lock
from studio.ledger.ledger import Ledger, open_ledger
from studio.maintenance.retention import RetentionSweep
from studio.people.rate_limit import RateLimit
from studio.webhooks.inbox import Inbox
from studio.webhooks.urls import WebhookUrls

COLLECT_SECONDS = 15.0
KEY_TRIES_PER_MINUTE = 10
CATCH_UP_SECONDS, CHECK_SECONDS = 2.5, 0.05  # of the wait for open tasks at the start, and between two checks


@dataclass
class Host:
    """What the process provides; app.py sets it. `start_sandbox` takes the folder for the tasks and returns a URL.

    `serves_routes` says whether this process serves the routes of components.served.routes.
    """

    start_sandbox: Callable[[Path], str] | None = None
    serves_routes: bool = False
    sandbox_url: str = ""


host = Host()


@dataclass(frozen=True)
class Services:
    """The services of the process, and the ends of all of them in `opened`."""

    settings: Settings
    ledger: Ledger
    archive: Archive
    accounts: Accounts
    webhooks: WebhookUrls
    callbacks: Inbox
    tabs: Tabs
    signing_key: str = field(repr=False)
    opened: ExitStack = field(repr=False)
    job_cache: JobCache = field(default_factory=JobCache)
    key_tries: RateLimit = field(
        default_factory=lambda: RateLimit(KEY_TRIES_PER_MINUTE, 60)
    )  # for each network of visitors

    def close(self) -> None:
        """Stop the workers and close the ledger."""
        self.opened.close()


@st.cache_resource(show_spinner=False, on_release=lambda services: services.close())
def shared() -> Services:
    """Return the services of this process, opened at the first call.

    Errors: SettingsError, LedgerError, ArchiveError.
    """
    sign_in_settings.export_secrets()
    given = settings.read(os.environ)
    with ExitStack() as opened:
        for file in given.lock_files:
            opened.enter_context(file_lock.hold(file))
        ledger = opened.enter_context(closing(open_ledger(given.database_url, alone=True)))
        archive = Archive(given.archive_url, given.output_limit)
        signing_key = ledger.database.ensure_setting("signing_key")
        webhook_key = ledger.database.ensure_setting("webhook_key")
        webhooks = WebhookUrls(url_prefix.with_base_path(given.public_url) if host.serves_routes else "", webhook_key)
        sandbox_url = "" if given.api_key else _sandbox_url(given.data)
        may_spend = partial(sign_in_settings.may_spend, ledger)
        accounts = Accounts(given, ledger, archive, sandbox_url, webhooks.address, may_spend=may_spend)
        opened.callback(accounts.stop)
        accounts.shared()
        callbacks = Inbox(ledger, accounts.get)
        callbacks.start()
        opened.callback(callbacks.stop)
        sweep = RetentionSweep(ledger, archive, given.keeping)
        sweep.worker.start()
        opened.callback(sweep.worker.stop)
        _collect_in_background()
        tabs = Tabs(ledger.changes)
        return Services(given, ledger, archive, accounts, webhooks, callbacks, tabs, signing_key, opened.pop_all())


async def catch_up(seconds: float = CATCH_UP_SECONDS) -> None:
    """Wait at most `seconds` seconds until the state of each open task is known: the first page then shows it.

    Errors: SettingsError, LedgerError, ArchiveError.
    """
    tracker = shared().accounts.shared().tracker
    for _ in range(round(seconds / CHECK_SECONDS)):
        if not tracker.is_catching_up:
            return
        await asyncio.sleep(CHECK_SECONDS)


def stop() -> None:
    """Stop all services before the process ends."""
    shared.clear()
    sign_in_settings.forget()


def _sandbox_url(data: Path) -> str:
    if host.start_sandbox is None:
        raise SettingsError(
            "WERYAI_API_KEY is not set, and demo mode isn't available here.", hint="Set it, or use make run."
        )
    host.sandbox_url = host.sandbox_url or host.start_sandbox(data / "sandbox")
    return host.sandbox_url


@st.cache_resource(show_spinner=False)
def _collect_in_background() -> threading.Thread:
    """Collect garbage in a thread: Streamlit's own collection after each run is off (config.toml).

    It frees ended sessions. Objects that exist at the start are never freed and are left out (`gc.freeze`): going
    through them would stop every session for a moment.
    """
    pause = threading.Event()
    gc.collect()
    gc.freeze()

    def collect() -> None:
        while not pause.wait(COLLECT_SECONDS):
            gc.collect()

    thread = threading.Thread(target=collect, name="garbage collection", daemon=True)
    thread.start()
    return thread
