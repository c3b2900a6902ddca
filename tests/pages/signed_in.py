"""A studio with sign-in: its secrets, who is signed in, and a page as they get it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from tests.pages.driving import ADMINS, FILES, ROOT, checked

AUTH = {"redirect_uri": "http://127.0.0.1/oauth2callback", "cookie_secret": "x" * 32, "client_id": "studio"}


LIST: dict[str, Any] = {
    "emails": ["anna@team.example", "vera@team.example", "max@team.example"],
    "viewers": ["vera@team.example"],
    "admins": ["anna@team.example"],
}


SECRETS = {"auth": AUTH, "access": LIST}


def claims(email: str, *, verified: Any = True, sign_in: int = 1) -> dict[str, Any]:
    """What a provider says of who signed in."""
    about = {"email": email, "email_verified": verified, "name": email.partition("@")[0].capitalize()}
    return {"is_logged_in": True, "iss": "https://id.example", "sub": email or "7", "iat": sign_in, **about}


Enter = Callable[..., AppTest]


@pytest.fixture
def reachable(studio: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A studio that others can reach, as AppTest has no Host header."""
    monkeypatch.setenv("SPEND_WITHOUT_SIGN_IN", "no")
    services.shared.clear()


@pytest.fixture
def enter(reachable: None) -> Enter:
    """Open a page as somebody, at first as nobody."""

    def open_page(
        user: dict[str, Any] | None = None, secrets: dict[str, Any] | None = None, file: str = "components/navigation"
    ) -> AppTest:
        at = AppTest.from_file(str(ROOT / f"{file}.py"), default_timeout=20)
        at.user, at.secrets = user or {"is_logged_in": False}, SECRETS if secrets is None else secrets
        return checked(at.run())

    return open_page


def is_closed(at: AppTest) -> bool:
    """Only the door is there: no title of a page, no name of a file, nothing of a job, no account."""
    said = drawn(at)
    inside = [word for word in (*FILES, *ADMINS, "Prompt", "Balance", "343e", "99aa") if word in said]
    return [title.value for title in at.title] == ["WeryAI Studio"] and not inside


def drawn(at: AppTest) -> str:
    """All that the browser was told to draw, but for checksums, which hold any four signs by chance."""
    said = "\n".join(str(getattr(node, "proto", "")) for node in at._tree)
    return re.sub("[0-9a-f]{24,}", "", said)  # a key has 20


OWN = "sk-mine-0123456789abcdef99aa"
