"""The check of web addresses that a request may contain."""

import re
from urllib.parse import urlsplit

from studio.core.errors import DraftError

LONGEST = 2000  # characters


def check(address: str, field: str) -> None:
    """Check that WeryAI could fetch something from this URL. Errors: DraftError."""
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", address, re.IGNORECASE) or not _is_whole(address):
        raise DraftError("That is not a link. Links start with https:// and a host.", field=field)


def _is_whole(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname) and len(address) <= LONGEST
    except ValueError:  # brackets that hold no IP address
        return False
