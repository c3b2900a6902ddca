"""What a session has drawn: up to which change, which cards, and when a redraw is due without a change."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic

from components.parts import file_urls
from components.session import services, session
from studio.core.values import Kind, now

CARDS, NUMBERS, LISTENER = "cards", "numbers", "listener"  # the keys of fragments; each card has one of its own
ROWS, NEWER = "rows", "newer"  # of the history: the table, and the number of newer rows
GALLERY = "gallery-grid"  # the grid of the gallery
COMPARISON = "comparison-grid"
COST = "cost"  # the line at Generate
PAGE = "page"
TRANSIT_SECONDS = 2.0  # after which the browser has received what was drawn
_URL_SPREAD, _MARK_SPREAD = 3000, 5  # seconds over which tabs spread the renewal of URLs, and of marks on cards


def begin(account: str) -> None:
    """Begin a full run, which will draw all changes so far."""
    state = session.state()
    state.last_change = services.shared().ledger.changes.number(account)
    state.pending, state.kind, state.url_expiry = {PAGE}, None, file_urls.expiry_after(now())
    state.follows_rows = state.follows_gallery = False
    state.compared, state.has_cost_line = None, False
    state.shown_cards.clear()
    state.runs += 1


def begin_cards(kind: Kind) -> None:
    """Begin to draw all cards of a page."""
    state = session.state()
    state.kind, state.pending = kind, state.pending & {CARDS, NUMBERS, COST, LISTENER, PAGE}
    state.shown_cards.clear()


@contextmanager
def drawing(key: str) -> Iterator[None]:
    """Draw a fragment within; if that fails, the fragment stays pending and is drawn again."""
    session.state().pending.add(key)
    try:
        yield
    finally:
        if key in (CARDS, LISTENER):
            session.state().drawn_at[key] = monotonic()  # at its end: a long list takes a while on a busy machine
    end(key)


def was_just_drawn(key: str) -> bool:
    """Whether the drawing of a fragment ended so recently that the browser may not have received it yet."""
    return monotonic() - session.state().drawn_at.get(key, -math.inf) < TRANSIT_SECONDS


def end(key: str = PAGE) -> None:
    """Record that a fragment, or the page, is drawn; with the last pending one the tab is up to date."""
    state = session.state()
    state.pending.discard(key)
    if not state.pending:
        services.shared().tabs.record_drawn(state.token, state.last_change, _due())


def _due() -> datetime:
    """Return when the page needs a redraw without a change: for a mark on a card, or for URLs that expire."""
    state = session.state()
    offset = timedelta(seconds=int(state.token, 16) % _URL_SPREAD)  # tabs with the same jobs redraw one after another
    urls_due = datetime.fromtimestamp(state.url_expiry - file_urls.HOUR, UTC) + offset
    marks_due = (card.due + offset / _URL_SPREAD * _MARK_SPREAD for card in state.shown_cards.values() if card.due)
    return min([urls_due, *marks_due])
