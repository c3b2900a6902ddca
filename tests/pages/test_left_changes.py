"""Changes of results whose page is left before the studio has answered: made for those who may, and for nobody else."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from components.served import change_route, routes
from components.session import services, visitor
from components.session.visitor import NoAccess, Visitor
from studio.access import Role, Visit
from studio.core.gallery import GalleryFilter
from studio.people.identity import Identity
from tests.conftest import Tally
from tests.pages.driving import Open, checked
from tests.pages.signed_in import Enter, claims
from tests.pages.test_gallery import filled, grid, team


@pytest.fixture
def outside(studio: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """What a browser sends beside the pages."""
    monkeypatch.setattr(services.host, "serves_routes", True)
    with TestClient(Starlette(routes=routes.all_routes(""))) as client:
        yield client


def url(at: AppTest) -> str:
    parts = urlsplit(grid(at)["changes"])
    return f"{parts.path[parts.path.index('/result-changes/') :]}?{parts.query}"


def views(at: AppTest) -> list[str]:
    return [item["view"] for item in grid(at)["items"]]


def send(outside: TestClient, at: AppTest, *changes: tuple[str, str]) -> int:
    body = [{"view": view, "name": name, "at": number} for number, (view, name) in enumerate(changes)]
    return int(outside.post(url(at), content=json.dumps(body)).status_code)


def ids(**of: Any) -> Sequence[int]:
    return team().gallery.find(GalleryFilter(**of)).ids


def test_they_are_made_in_order(page: Open, outside: TestClient) -> None:
    at = filled(page(), "Two hills", "A fox in the snow", "A road")
    road, fox, hills = views(at)
    made = [(road, "favourite: 1"), (fox, "Delete"), (hills, "Delete"), (hills, "Undo"), (road, "rating: 2")]
    assert send(outside, at, *made, (road, "rating: 5"), (hills, "favourite: 1"), (hills, "favourite: 0")) == 204
    (road_id, hills_id), (fox_id,) = ids(), ids(deleted=True)
    assert [f".{one}" for one in (road_id, fox_id, hills_id)] == [
        view[view.rindex(".") :] for view in (road, fox, hills)
    ]
    assert [*ids(favourite=True)] == [*ids(rating=5)] == [road_id]


def test_what_is_no_change_does_nothing_and_the_others_are_made(page: Open, outside: TestClient) -> None:
    at = filled(page(), "Two hills", "A fox in the snow")
    fox, hills = views(at)
    nonsense = [(fox, "rating: 12"), (fox, "rating: 9"), (fox, "favourite: yes"), (fox, "Reuse: Everything")]
    assert send(outside, at, *nonsense, ("nonsense", "Delete"), (f"x.{'9' * 5000}", "Delete"), (hills, "Delete")) == 204
    assert len(ids()) == 1 and not ids(favourite=True) and not ids(rating=1)


@pytest.mark.parametrize("body", ["", "{", "{}", "[7]", '[{"name": 1, "at": 1}]', "[" * 60_000, "\xff"])
def test_a_body_without_changes_is_refused(page: Open, outside: TestClient, body: str) -> None:
    at = filled(page(), "Two hills")
    assert outside.post(url(at), content=body).status_code == 400


def test_a_large_body_and_another_account_are_refused(page: Open, outside: TestClient, tally: Tally) -> None:
    at = filled(page(), "Two hills")
    (view,), body = views(at), json.dumps([{"view": views(at)[0], "name": "Delete", "at": 1}])
    large = json.dumps([{"view": view, "name": "Delete", "at": 1, "x": "x" * change_route.LARGEST}])
    assert outside.post(url(at), content=large).status_code == 400
    for changed in (url(at).replace("shared", "another"), url(at)[:-1], url(at).partition("?")[0]):
        assert outside.post(changed, content=body).status_code == 403
    tally.note(not ids())


def test_each_may_change_what_they_may_change_on_the_pages(
    enter: Enter, outside: TestClient, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    views_of_anna = views(filled(enter(claims("anna@team.example")), "The hills of Anna"))
    at = enter(claims("max@team.example")).switch_page("../pages/gallery.py")
    at.query_params["whose"] = "everyone"
    checked(at.run())
    max_is = claims("max@team.example")
    identity = Identity(max_is["iss"], max_is["sub"], max_is["email"], is_verified=True)

    def as_max(role: Role | None) -> None:
        found = Visitor(Visit(has_sign_in=True, role=role), identity, None if role else NoAccess.NOT_LISTED)
        monkeypatch.setattr(visitor, "of_request", lambda _: found)

    as_max(Role.MEMBER)
    assert views(at) == views_of_anna
    assert send(outside, at, (views_of_anna[0], "Delete")) == 204, "there is nobody to tell"
    tally.note(not ids())
    as_max(None)
    assert send(outside, at, (views_of_anna[0], "Delete")) == 403
