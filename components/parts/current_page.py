"""The page that is being drawn: values that the frame knows, for the parts of the page."""

from contextvars import ContextVar
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator


@dataclass
class CurrentPage:
    """What the frame of this run holds, with the container of the sidebar's numbers, which change."""

    title: str
    rejected: str  # why WeryAI rejected the key, as in the banner; empty if it did not
    models_version: int  # of the lists of models that a form offers
    numbers: DeltaGenerator


_current: ContextVar[CurrentPage] = ContextVar("current page")


def begin(page: CurrentPage) -> None:
    """Set the page of this full run. A fragment's own run has none: pass it what it needs."""
    _current.set(page)


def current() -> CurrentPage:
    """Return the page of this run. Errors: LookupError in a fragment's own run."""
    return _current.get()
