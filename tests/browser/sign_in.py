"""A studio with sign-in, its OpenID provider on this machine, and how a browser comes in and out."""

import hashlib
import hmac
import re
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.people import identity
from tests.browser.driving import idle, new_context
from tests.browser.studio import QUICKLY, Studio, free_port
from tests.conftest import KEY

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

COOKIE_SECRET, CLIENT_SECRET = "cookie-secret-0123456789abcdef", "client-secret-0123456789"
MEMBERS = ("anna@team.example", "max@team.example", "vera@team.example", "unsure@team.example")


@dataclass
class Place:
    """The studio, and the file with its secrets."""

    studio: Studio
    sandbox: Sandbox
    secrets: Path
    provider: str

    def let_in(self, *emails: str) -> None:
        """Write the list of who may come in."""
        named = ", ".join(f'"{email}"' for email in emails)
        self.secrets.write_text(
            f"""[auth]
redirect_uri = "{self.studio.url}/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "studio"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{self.provider}/.well-known/openid-configuration"
[access]
emails = [{named}]
viewers = ["vera@team.example"]
admins = ["anna@team.example"]
""",
            "utf-8",
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("sign-in")
    people = [
        oidc_provider_mock.User(
            sub=f"sub-{email.partition('@')[0]}",
            claims={"email": email, "email_verified": not email.startswith("unsure"), "name": email.split("@")[0]},
        )
        for email in (*MEMBERS, "eve@else.example")
    ]
    sandbox = Sandbox(policy=Policy("once")).start()
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as server:
        environment = {
            "HOME": str(folder),
            "DATA_FOLDER": str(folder / "data"),
            "WERYAI_API_KEY": KEY,
            "WERYAI_BASE_URL": sandbox.url,
            "WERYAI_MODELS_BASE_URL": sandbox.url,
        }
        secrets = folder / ".streamlit" / "secrets.toml"
        secrets.parent.mkdir()
        studio = Studio(folder, environment, QUICKLY, free_port())
        found = Place(studio, sandbox, secrets, f"http://127.0.0.1:{server.server_port}")
        found.let_in(*MEMBERS)
        studio.start()
        yield found
        studio.kill()
        sandbox.stop()


@pytest.fixture
def visitor(browser: Browser, place: Place) -> Iterator[BrowserContext]:
    """Somebody with a browser of their own, who has not signed in."""
    place.let_in(*MEMBERS)
    context = new_context(browser, width=1280)
    yield context
    context.close()


def cookies(visitor: BrowserContext) -> list[Any]:
    """As `add_cookies` takes them, too: Playwright has one type for cookies that are read and one for those given."""
    return list(visitor.cookies())


def sign_in(page: Page, address: str, name: str) -> None:
    """From the door at this address, through the provider, and back."""
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=re.compile(f"sub-{name}$")).click()


def sign_out(page: Page) -> None:
    """Here, and at the provider, which asks whether that is meant."""
    page.get_by_role("button", name="Sign out").click()
    page.locator("form button").first.click()


def expect_page(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    idle(page)


def expect_door(page: Page, words: str) -> None:
    expect(page.get_by_text(words)).to_be_visible()
    idle(page)
    shown = page.locator("body").inner_text()
    for inside in ("Prompt", "Call history", "Balance", "Video", "history", "343e"):
        assert inside not in shown


def signature(place: Place, key: str, expiry: str, person: str) -> str:
    """As the studio itself signs, with the key that lies in its ledger."""
    with closing(sqlite3.connect(place.studio.folder / "data" / "studio.db")) as ledger:
        (secret,) = ledger.execute("SELECT value FROM settings WHERE name = 'signing_key'").fetchone()
    return hmac.new(secret.encode(), f"archive\n{key}\n{expiry}\n{person}".encode(), hashlib.sha256).hexdigest()


def person_of(name: str, place: Place) -> str:
    found = identity.of_claims({"is_logged_in": True, "iss": place.provider, "sub": f"sub-{name}"})
    assert found
    return found.person


def forgeries(place: Place, address: str, name: str, other: str) -> list[str]:
    """What somebody could make of the address of a file that is theirs: altered, expired, signed for somebody else."""
    parts = urlsplit(address)
    query, key = dict(parse_qsl(parts.query)), unquote(parts.path.removeprefix("/archive/"))
    expires, expired = query["expires"], str(int(query["expires"]) - 3 * 3600)
    queries = (
        {**query, "signature": query["signature"][::-1]},
        {**query, "expires": str(int(expires) + 3600)},
        {"expires": expires},
        {"expires": expired, "signature": signature(place, key, expired, person_of(name, place))},
        {**query, "signature": signature(place, key, expires, person_of(other, place))},
        {**query, "signature": signature(place, key, expires, "")},
    )
    altered = [parts._replace(query=urlencode(one)).geturl() for one in queries]
    return [*altered, address.replace(key.rpartition("/")[2], "2.png")]
