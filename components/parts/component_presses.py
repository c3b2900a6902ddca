"""What the components of the viewer and the gallery send: each press is performed once."""

from typing import Any

from components.session import session


def new_press(key: str) -> Any:
    """Return the action that was pressed in a component; None if it has been performed.

    The rerun that follows an action brings it again. Each action has a time of its own.
    """
    pressed, performed = (session.widget_value(key) or {}).get("act"), session.state().performed
    if pressed is None or pressed == performed.get(key):
        return None
    performed[key] = pressed
    return pressed


def performed_at(key: str) -> Any:
    """Return the time of the action that was performed last, by the browser's clock; None before the first one."""
    return (session.state().performed.get(key) or {}).get("at")


def redraw() -> None:
    """A change needs no callback, but Streamlit keeps only values that have one."""
