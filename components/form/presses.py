"""Presses of Generate: each is one job, however soon the next one follows, and a double click is one press."""

import math
import time

from components import session
from components.form import form_memory
from components.remembered import Press, Sent
from studio.values import Draft, Kind

ECHO_SECONDS = 0.8


def note(kind: Kind) -> None:
    """Generate was pressed. A run that is cut off before it comes to the form loses nothing: the next one sends."""
    form = form_memory.of(kind)
    form.presses.append(Press(form_memory.text(kind).words, session.state().account))
    form.is_press_noted = True


def take(kind: Kind, *, is_pressed: bool) -> list[Press]:
    """The presses that no drawing has sent yet; from now on there are none.

    In the first run after a restart the server does not know yet what a press is to call.
    """
    form = form_memory.of(kind)
    if is_pressed and not form.is_press_noted:
        note(kind)
    presses, form.presses, form.is_press_noted = form.presses, [], False
    return presses


def is_echo(draft: Draft) -> bool:
    """The same draft again before the page was drawn, or just after, is a double click, not a wish for two."""
    before = session.state().sent
    return before is not None and before.draft == draft and time.monotonic() - before.drawn_at < ECHO_SECONDS


def sent(draft: Draft) -> None:
    """A press was taken for this draft; the page is not drawn with it yet."""
    session.state().sent = Sent(draft)


def drawn() -> None:
    """A form was drawn; a press that comes later may be for one more job of the same draft."""
    if (before := session.state().sent) and before.drawn_at == math.inf:
        session.state().sent = Sent(before.draft, time.monotonic())
