"""The runtime of one account: everything that works for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from studio.archive.archive import Archive
from studio.core.account import Account
from studio.core.values import Clock, now
from studio.engine.adoption import Adoption
from studio.engine.balance import BalanceFetcher
from studio.engine.context import Context
from studio.engine.dispatcher import Dispatcher, WebhookAddress, no_webhook
from studio.engine.saver import Saver
from studio.engine.tracker import Tracker
from studio.engine.uploader import Uploader
from studio.ledger.ledger import Ledger
from studio.weryai.api import WeryAI
from studio.weryai.catalogue import Catalogue


@dataclass(frozen=True)
class Runtime:
    """An account with its API and catalogue, and what works for it.

    Dispatcher, tracker and saver move its jobs; the uploader uploads references.
    """

    account: Account
    api: WeryAI
    balance: BalanceFetcher
    catalogue: Catalogue
    dispatcher: Dispatcher
    tracker: Tracker
    saver: Saver
    adoption: Adoption
    uploader: Uploader

    def start(self) -> None:
        """Start all workers, and refresh the list of models if it is old."""
        for part in (self.dispatcher, self.tracker, self.saver):
            part.worker.start()
        self.uploader.start()
        self.catalogue.refresh_when_old()  # so that the first page has the newest models

    def wake(self) -> None:
        """Wake the workers that move jobs: there is a new job, or a key works again."""
        for part in (self.dispatcher, self.tracker, self.saver):
            part.worker.wake()

    def stop(self) -> None:
        """Stop all workers after their step in progress, and wait for a request to the registry."""
        for part in (self.dispatcher, self.tracker, self.saver, self.uploader, self.catalogue):
            part.stop()


def build(
    account: Account,
    key: str,
    models_base_url: str,
    ledger: Ledger,
    archive: Archive,
    *,
    webhook: WebhookAddress = no_webhook,
    clock: Clock = now,
    may_spend: Callable[[str], bool] = lambda _person: True,
) -> Runtime:
    """Build the runtime of an account; nothing is started yet."""
    api = WeryAI(account, key, models_base_url, ledger.calls.record)
    context = Context(account, ledger, api, clock)
    saver = Saver(context, archive)
    tracker = Tracker(context, saver.worker.wake)
    dispatcher = Dispatcher(context, tracker.worker.wake, webhook, tracker.is_overdue, may_spend)
    adoption = Adoption(context, tracker.ask_now)
    catalogue = Catalogue(api.models, clock, partial(ledger.changes.publish, account.id))
    uploader = Uploader(context, archive)
    return Runtime(account, api, BalanceFetcher(context), catalogue, dispatcher, tracker, saver, adoption, uploader)
