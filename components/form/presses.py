"""Presses of Generate: each makes one job, however fast they follow; a double click counts as one press."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from components.form import draft_state, kept_drafts, media
from components.session import session
from components.session.form_state import HIGHEST, Press, Presses, Refused, Sent
from studio.core.values import Draft, Kind
from studio.weryai.modes import MODES

DOUBLE_CLICK_SECONDS = 0.8
NO_PROMPT = "There's no prompt. Write one, or press Generate again to send only the files."
_LATE = "Nothing was sent: you left the page, or the studio took too long. Press Generate again."
_KEY_CHANGED = "Nothing was sent because the key changed. Press Generate again."
_CHANGED = (
    "Nothing was sent. WeryAI's model list changed, and the form changed with it. Check the form, then press Generate."
)


def record(kind: Kind) -> None:
    """Record the new presses of Generate. A run that is stopped at any point loses none: the next run sends them.

    If the browser counts its presses, its count is used: when the server is slower than the person, Streamlit delivers
    two presses as one.
    """
    presses = get_presses(kind)
    counted = {press["number"]: press for press in _counted_by_browser(kind)}
    new = {number: press for number, press in counted.items() if number > presses.last_number}
    if not new and presses.last_number == 0 and not presses.is_recorded:
        new = {0: {"text": draft_state.prompt_text(kind).words}}
    if new:
        account, name = session.state().account, session.next_submission(kind)
        presses.open += [
            Press(press["text"], account, f"{name}:{number}", clicked_at=press.get("at", 0.0))
            for number, press in new.items()
        ]
    presses.last_number, presses.is_recorded = max([presses.last_number, *new]), True


def get_presses(kind: Kind) -> Presses:
    """Return the session's presses on the page of this kind of job."""
    return session.state().presses[kind]


def _counted_by_browser(kind: Kind) -> list[dict[str, Any]]:
    sent = session.widget_value(draft_state.key(kind, draft_state.PROMPT)) or {}
    found = (sent.get("draft") or {}).get("presses") or []
    return [press for press in found if _is_of_form(press, kept_drafts.form_id(kind))]


def _is_of_form(press: Any, form: str) -> bool:
    """Whether a press is valid and of this session's form, not one from before a restart of the studio."""
    match press:
        case {"form": str(form_id), "number": int(number), "text": str()}:
            return form_id == form and 0 < number < HIGHEST and isinstance(press.get("at", 0), int | float)
    return False


def record_missed(kind: Kind, *, is_pressed: bool) -> None:
    """Record a press whose callback did not run: in the first run after a restart the server does not know it yet."""
    if is_pressed or _counted_by_browser(kind):
        record(kind)
    get_presses(kind).is_recorded = False


def open_presses(kind: Kind) -> list[Press]:
    """Return the presses that are not sent yet; `close` each of them."""
    return [*get_presses(kind).open]


def close(kind: Kind, press: Press) -> None:
    """Remove a press that was sent, or refused with a reason."""
    get_presses(kind).open.remove(press)


def reason_not_sent(kind: Kind, press: Press) -> str:
    """Return why this press is not sent, and what to do; empty if it is sent."""
    if press.is_late:
        return _LATE
    if press.account != session.state().account:  # nobody chose to spend this account's credits
        return _KEY_CHANGED
    return _CHANGED if draft_state.get_form(kind).is_changed else ""


def needs_confirmation(kind: Kind, draft: Draft) -> bool:
    """Whether files would be sent without a prompt, and the person has not confirmed that by a second press."""
    field, complaint = MODES[draft.mode].prompt, draft_state.complaint(kind)
    lacks_prompt = not field.required and not str(draft.inputs["prompt"]).strip()
    return (
        lacks_prompt
        and bool(media.in_mode(draft_state.get_form(kind), MODES[draft.mode]))
        and (not complaint or complaint.text != NO_PROMPT)
    )


def is_double_click(draft: Draft, press: Press) -> bool:
    """Whether this press is part of a double click: the same draft before the page was drawn, or just after.

    "Just after" is by the clock of the server, and by that of the browser, as the second press may arrive late.
    """
    previous = session.state().sent
    if previous is None or previous.draft != draft:
        return False
    is_counted = press.clicked_at and previous.clicked_at
    is_close = is_counted and abs(press.clicked_at - previous.clicked_at) < 1000 * DOUBLE_CLICK_SECONDS
    return bool(is_close) or time.monotonic() - previous.drawn_at < DOUBLE_CLICK_SECONDS


def record_sent(draft: Draft, press: Press) -> None:
    """Record that this press sent this draft; the page is not drawn since."""
    session.state().sent = Sent(draft, clicked_at=press.clicked_at)


def record_drawn() -> None:
    """Record that the form was drawn: a later press may ask for one more job of the same draft."""
    if (previous := session.state().sent) and previous.drawn_at == math.inf:
        session.state().sent = replace(previous, drawn_at=time.monotonic())


def record_jobs(kind: Kind, jobs: Sequence[str], at: datetime | None, *, is_plan: bool = False) -> None:
    """Record that the form made these jobs `at` this time, None if it was refused, and clear what was said before."""
    form = draft_state.get_form(kind)
    form.replaced, form.refused, form.before, form.has_only_prompt = {}, Refused(), None, False
    form.offer = None
    form.sent_at, form.sent_job, form.sent_plan = at, jobs[-1], tuple(jobs) if is_plan else ()
