"""How the links of results behave: nothing is documented, so each likely way can be chosen."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

LINKS = {
    "open": "whoever has the address gets the file",
    "signed": "with an expiry and a signature in the address, and only with them",
    "expired": "signed, and at its end from the start",
    "with-key": "the key is asked for",
    "no-ranges": "the file comes whole, also when a part is asked for",
}


@dataclass(frozen=True)
class Links:
    """How links behave: one of LINKS; a signed one states that it is valid for so many `seconds`."""

    how: str = "open"
    seconds: float = 3600.0

    def __post_init__(self) -> None:
        if self.how not in LINKS or not isinstance(self.seconds, int | float):
            raise ValueError(f"how is one of {', '.join(LINKS)}; seconds is a number")

    def query(self) -> str:
        """Return the query of a link."""
        if self.how not in ("signed", "expired"):
            return ""
        ends = time.time() + (self.seconds if self.how == "signed" else -1)
        return f"?Expires={ends:.0f}&Signature=4fa1c09b"

    def refusal(self, query: Mapping[str, str], headers: Mapping[str, str]) -> Response | None:
        """Return the refusal of such a request; None when the file is served."""
        if self.how == "with-key" and "authorization" not in headers:
            return Response("unauthorized", status_code=401)
        if self.how == "expired" or (self.how == "signed" and "Signature" not in query):
            return Response("request has expired", status_code=403)
        return None
