"""The history's page in a test: what is recorded for it, and its table."""

from dataclasses import replace
from typing import Any

from streamlit.testing.v1 import AppTest

from components.session import services
from studio.client import Client
from studio.core.calls import Call
from studio.core.values import now
from tests.pages.driving import Open, generate, texts, until_saved

POST = "/v1/generation/text-to-image"


def client() -> Client:
    return Client(services.shared().accounts.shared(), services.shared().ledger)


def made(page: Open, prompt: str = "Two hills") -> str:
    """Make a picture; returns the id of its job."""
    at = generate(page(), prompt)
    until_saved(at)
    return str(table(page("Call history"))["Job"].iloc[0])


def frame(at: AppTest, column: str) -> Any:
    """The table that has this column."""
    return next(one for one in at.dataframe if column in one.value)


def table(at: AppTest) -> Any:
    """The list."""
    return frame(at, "Status").value


def recorded(**facts: Any) -> Call:
    """A call that is in the history without having been made."""
    call = Call("req_recorded", client().account.id, now(), "POST", f"https://x{POST}", POST, 9)
    client().ledger.calls.record(call := replace(call, **facts))
    return call


def shown(at: AppTest) -> str:
    return "\n".join([texts(at), *(code.value for code in at.code), *(text.value for text in at.text)])
