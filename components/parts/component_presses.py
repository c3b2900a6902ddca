"""What is pressed in the viewer, the gallery and a comparison: each press is performed once, in order.

The browser sends all presses without an answer, so that none is lost with a message which a newer one overtakes.
"""

from collections.abc import Callable
from typing import Any

from components.session import session
from components.session.state import ComponentPresses
from studio.core.errors import StudioError

MOST = 200  # presses of one message; the browser sends the others again

Act = Callable[[dict[str, Any]], str]  # performs a press, and returns a problem as a text if that was not possible


def perform(key: str, act: Act) -> None:
    """Perform all new presses of a component; one may end this run, and the next one performs the others."""
    presses = _presses(key)
    if session.state().is_arrival:
        presses.waiting.clear()  # they were for a page that was left
    _receive(key, presses)
    while presses.waiting:
        one = presses.waiting.pop(0)
        presses.at = one["at"]  # first: the press may end this run
        try:
            problem = act(one)
        except StudioError as error:
            problem = f"{error.message} {error.hint}".strip()
        if problem:
            presses.problems[presses.at] = problem


def performed_at(key: str) -> int:
    """Return the time of the press that was performed last, by the browser's clock; 0 before the first one."""
    return _presses(key).at


def problems(key: str) -> dict[int, str]:
    """Return why presses of the newest message were not performed, by their times."""
    return _presses(key).problems


def new_problems(key: str) -> list[str]:
    """Return the problems that this function has not returned before."""
    presses = _presses(key)
    new = [problem for at, problem in presses.problems.items() if at > presses.told]
    presses.told = presses.at
    return new


def valid(sent: Any) -> list[dict[str, Any]]:
    """Return the presses of a message of the browser, at most `MOST`, without what is none."""
    return [press for press in sent[:MOST] if _is_press(press)] if isinstance(sent, list) else []


def redraw() -> None:
    """A change needs no callback, but Streamlit keeps only values that have one."""


def _presses(key: str) -> ComponentPresses:
    return session.state().component_presses.setdefault(key, ComponentPresses())


def _receive(key: str, presses: ComponentPresses) -> None:
    """Take the presses that were not received before, and forget the problems that the browser has seen."""
    if not (sent := valid((session.widget_value(key) or {}).get("acts"))):
        return
    presses.problems = {press["at"]: presses.problems.get(press["at"], "") for press in sent}
    presses.problems = {at: problem for at, problem in presses.problems.items() if problem}
    newest = presses.waiting[-1]["at"] if presses.waiting else presses.at
    presses.waiting += [press for press in sent if press["at"] > newest]


def _is_press(press: Any) -> bool:
    match press:
        case {"name": str(), "at": int()}:
            return True
    return False
