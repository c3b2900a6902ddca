"""The page that is being drawn: what the frame knows of it, for what is drawn in it."""

from contextvars import ContextVar
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator


@dataclass
class CurrentPage:
    """What the run in progress has drawn round the page, with the place of the sidebar's numbers, which change."""

    title: str
    rejected: str  # the key's rejection as the banner says it
    models_version: int  # of the lists that a form offers
    numbers: DeltaGenerator


_current: ContextVar[CurrentPage] = ContextVar("current page")


def begin(page: CurrentPage) -> None:
    """A full run draws this page from now on. A fragment's own run has none: pass it what it needs."""
    _current.set(page)


def current() -> CurrentPage:
    return _current.get()
