"""A ZIP under way ends with its visitor, also while somebody else still holds it."""

from collections.abc import Generator
from typing import Any

import pytest

from components.served.zip_route import ZipResponse
from tests.conftest import awaited


def endless() -> Generator[bytes, None, None]:
    while True:
        yield b"x"


@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_the_work_ends_when_the_visitor_has_gone(version: str) -> None:
    """By a message that says so, or, from version 2.4 of ASGI on, by an error of what is sent."""
    work, sent = endless(), list[Any]()

    async def send(message: Any) -> None:
        sent.append(message)
        if version == "2.4" and len(sent) == 3:
            raise OSError

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "asgi": {"spec_version": version}}
    try:
        awaited(ZipResponse(b"PK", work, "a.zip")(scope, receive, send))
    except Exception as error:
        assert version == "2.4" and type(error).__name__ == "ClientDisconnect"
    with pytest.raises(StopIteration):
        next(work)
