"""The path below which the server serves the studio: in addresses, in routes, and in what WeryAI calls."""

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.served import routes
from components.session import url_prefix
from studio.core.errors import SettingsError


@pytest.fixture(params=["studio", "/studio/", "studio/"])
def base(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    named = str(request.param)
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": named}.get)
    return named


@pytest.mark.usefixtures("base")
def test_a_base_path_begins_with_a_slash_and_ends_with_none() -> None:
    assert url_prefix.base_path() == "/studio"


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/studio", "/studio"),
        ("/studio/", "/studio"),
        ("/studio/video", "/studio"),
        ("/team/studio/history", "/team/studio"),
        ("/", None),
        ("/studios/video", None),
    ],
)
def test_the_studios_own_address_ends_with_it(path: str, found: str | None) -> None:
    assert url_prefix.base_of(path) == found


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(
    ("given", "public"),
    [
        ("https://host", "https://host/studio"),
        ("https://host/studio", "https://host/studio"),
        ("https://host/team/studio", "https://host/team/studio"),
        ("https://host/my-studio", "https://host/my-studio/studio"),
        ("", ""),
    ],
)
def test_weryai_calls_below_it(given: str, public: str) -> None:
    assert url_prefix.with_base_path(given) == public


def test_without_one_nothing_is_put_before_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": ""}.get)
    assert url_prefix.base_path() == "" and url_prefix.base_of("/video") is None
    assert url_prefix.with_base_path("https://host/below") == "https://host/below"


@pytest.mark.parametrize("path", ["/archive/a.png", "/calls.csv", "/jobs.csv", "/outputs.zip"])
def test_routes_are_found_below_it_and_at_the_root(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def shut(*_: object) -> None:
        raise SettingsError("Not now.")

    monkeypatch.setattr("components.session.visitor.of_request", shut)
    visitor = TestClient(Starlette(routes=routes.all_routes("/studio")))
    assert [visitor.get(f"{place}{path}").status_code for place in ("", "/studio", "/other")] == [503, 503, 404]
