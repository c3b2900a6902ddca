"""Presses of Generate: each is one job, however soon the next one follows, and a double click is one press."""

import math
import time
from typing import Any

from components.form import draft_state, kept_drafts, media
from components.session import session
from components.session.state import HIGHEST, Press, Presses, Sent
from studio.core.values import Draft, Kind
from studio.weryai.modes import MODES

ECHO_SECONDS = 0.8
UNSAID = "There's no prompt. Write one, or press Generate again to send only the files."
_LEFT = "Nothing was sent because you left the page. Press Generate again."
_ANOTHER_KEY = "Nothing was sent because the key changed. Press Generate again."
_CHANGED = (
    "Nothing was sent. WeryAI's model list changed, and the form changed with it. Check the form, then press Generate."
)


def note(kind: Kind) -> None:
    """Generate was pressed. A run that is cut off, here or anywhere, loses nothing: the next one sends.

    Where a browser counts its presses, what it counted is what is sent: when the server is slower than the person, two
    presses arrive as one.
    """
    known = of(kind)
    new = {one["number"]: one["text"] for one in _counted(kind) if one["number"] > known.taken}
    if not new and known.taken == 0 and not known.is_noted:
        new = {0: draft_state.text(kind).words}
    if new:
        account, name = session.state().account, session.next_submission(kind)
        known.open += [Press(words, account, f"{name}:{number}") for number, words in new.items()]
    known.taken, known.is_noted = max([known.taken, *new]), True


def of(kind: Kind) -> Presses:
    return session.state().presses[kind]


def _counted(kind: Kind) -> list[dict[str, Any]]:
    sent = session.widget_value(draft_state.key(kind, draft_state.PROMPT)) or {}
    found = (sent.get("draft") or {}).get("presses") or []
    return [one for one in found if _is_of(one, kept_drafts.form_id(kind))]


def _is_of(press: Any, form: str) -> bool:
    """It is a press of this session's form, and not one that was counted before the studio restarted."""
    match press:
        case {"form": str(of), "number": int(number), "text": str()}:
            return of == form and 0 < number < HIGHEST
    return False


def note_missed(kind: Kind, *, is_pressed: bool) -> None:
    """The button was drawn: in the first run after a restart the server does not know yet what a press is to call."""
    if is_pressed or _counted(kind):
        note(kind)
    of(kind).is_noted = False


def open_ones(kind: Kind) -> list[Press]:
    """The presses that are not sent yet; each is to be closed when it is."""
    return [*of(kind).open]


def close(kind: Kind, press: Press) -> None:
    """It was sent, or it is said why not."""
    of(kind).open.remove(press)


def why_not(kind: Kind, press: Press) -> str:
    """Why this press sends nothing, and what to do; empty when it does."""
    if press.is_late:
        return _LEFT
    if press.account != session.state().account:  # nobody's credits are spent unasked
        return _ANOTHER_KEY
    return _CHANGED if draft_state.of(kind).is_changed else ""


def is_to_ask(kind: Kind, draft: Draft) -> bool:
    """Files are about to be sent without a word of what is to become of them, and nobody has said yes to that."""
    field, asked = MODES[draft.mode].prompt, draft_state.complaint(kind)
    is_unsaid = not field.required and not str(draft.inputs["prompt"]).strip()
    return (
        is_unsaid
        and bool(media.of_mode(draft_state.of(kind), MODES[draft.mode]))
        and (not asked or asked.text != UNSAID)
    )


def is_echo(draft: Draft) -> bool:
    """The same draft again before the page was drawn, or just after, is a double click, not a wish for two."""
    before = session.state().sent
    return before is not None and before.draft == draft and time.monotonic() - before.drawn_at < ECHO_SECONDS


def note_sent(draft: Draft) -> None:
    """A press was taken for this draft; the page is not drawn with it yet."""
    session.state().sent = Sent(draft)


def note_drawn() -> None:
    """A form was drawn; a press that comes later may be for one more job of the same draft."""
    if (before := session.state().sent) and before.drawn_at == math.inf:
        session.state().sent = Sent(before.draft, time.monotonic())
