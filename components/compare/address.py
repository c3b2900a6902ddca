"""The address of the Compare page: which comparison, and whether it is blind."""

from components.parts import file_urls, page_links
from components.session import page_address

_BLIND, _YES = "blind", "yes"


def comparison() -> str:
    """Return the ID in the address; empty if there is none."""
    return str(page_address.query().get(page_links.COMPARISON, ""))[:80]


def open_comparison(comparison_id: str) -> None:
    """Put a comparison into the address; an empty ID is the list."""
    page_address.update({page_links.COMPARISON: comparison_id, _BLIND: ""})


def is_blind() -> bool:
    """Whether models, times and credits are hidden until this person has voted."""
    return page_address.query().get(_BLIND) == _YES


def set_blind(is_blind: bool) -> None:
    """Switch it on or off."""
    page_address.update({_BLIND: _YES if is_blind else ""})


def link(comparison_id: str) -> str:
    """Return the URL that opens a comparison as it is shown now."""
    blind = {_BLIND: _YES} if is_blind() else {}
    return file_urls.page_url(page_links.COMPARE, {page_links.COMPARISON: comparison_id, **blind})
