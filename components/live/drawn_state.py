"""What a session has drawn: up to which change, which cards, and when they are to be drawn anew in any case."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic

from components.parts import file_urls
from components.session import services, session
from studio.core.values import Kind, now

CARDS, NUMBERS, LISTENER = "cards", "numbers", "listener"  # the keys of fragments; each card has one of its own
ROWS, NEWER = "rows", "newer"  # of the history: its lines, and how many have come since
PAGE = "page"
ON_ITS_WAY = 2.0  # seconds, at most, until the browser has what was drawn
_SPREAD, _LATE = 3000, 5  # seconds after an hour in which all tabs get new addresses, and a card its mark


def begin(account: str) -> None:
    """A full run begins: whatever happened so far will be in it."""
    state = session.state()
    state.last_change = services.shared().ledger.changes.number(account)
    state.pending, state.kind, state.follows_rows, state.url_expiry = {PAGE}, None, False, file_urls.expiry_after(now())
    state.shown_cards.clear()
    state.runs += 1


def begin_cards(kind: Kind) -> None:
    """All cards of a page are drawn."""
    state = session.state()
    state.kind, state.pending = kind, state.pending & {CARDS, NUMBERS, LISTENER, PAGE}
    state.shown_cards.clear()


@contextmanager
def drawing(key: str) -> Iterator[None]:
    """A fragment is drawn within; one that fails is still to be drawn, and is asked for again."""
    session.state().pending.add(key)
    if key in (CARDS, LISTENER):
        session.state().drawn_at[key] = monotonic()
    yield
    end(key)


def is_on_its_way(key: str) -> bool:
    """It was drawn just now, and the browser may not have it yet."""
    return monotonic() - session.state().drawn_at.get(key, -math.inf) < ON_ITS_WAY


def end(key: str = PAGE) -> None:
    """A fragment, or else the whole page, is drawn; the tab is up to date with the last of those that were to be."""
    state = session.state()
    state.pending.discard(key)
    if not state.pending:
        services.shared().tabs.record_drawn(state.token, state.last_change, _due())


def _due() -> datetime:
    """When something on the page becomes another without a change: a mark of a card, or the end of its addresses."""
    state = session.state()
    in_turn = timedelta(seconds=int(state.token, 16) % _SPREAD)  # who watches the same has it done one after another
    anew = datetime.fromtimestamp(state.url_expiry - file_urls.HOUR, UTC) + in_turn
    return min([anew, *(shown.due + in_turn / _SPREAD * _LATE for shown in state.shown_cards.values() if shown.due)])
