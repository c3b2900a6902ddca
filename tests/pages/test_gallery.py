"""The gallery: what it finds, what the grid gets, and what is done with many outputs at once."""

import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.gallery import actions
from components.gallery import grid as grid_part
from components.live import redraws
from components.live.drawn_state import GALLERY
from components.session import gallery_done, services, session
from components.session.state import Session, ShownGallery
from sandbox.server import Sandbox
from studio.client import Client
from studio.core.gallery import GalleryFilter, GalleryLayout
from studio.core.values import Output
from tests.conftest import until
from tests.pages.driving import Open, checked, elements, field, generate, texts, until_saved
from tests.pages.signed_in import Enter, claims

CLOCK = count(1)
MEMBERS = ["favourite", "rate", "tag", "untag", "collect", "compare", "delete"]


def grid(at: AppTest) -> Any:
    """What the browser gets for the grid; None if there is none."""
    drawn = [one.proto for one in elements(at, "bidi_component") if one.proto.component_name == "gallery"]
    return json.loads(drawn[0].mixed.json or drawn[0].json) if drawn else None


def team() -> Client:
    return Client(services.shared().accounts.shared(), services.shared().ledger)


def words(at: AppTest) -> list[str]:
    return [item["words"] for item in grid(at)["items"]]


def press(at: AppTest, name: str, *ranges: tuple[int, int], version: str = "") -> AppTest:
    return send(at, name=name, version=version or grid(at)["version"], ranges=[list(one) for one in ranges])


def send(at: AppTest, **what: object) -> AppTest:
    act = {**what, "at": next(CLOCK)}
    at.session_state[GALLERY] = {"acts": [act]}
    drawn = grid(checked(at.run()))
    assert drawn is None or drawn["performed"] == act["at"], "else the browser sends it again"
    return at


def go(at: AppTest) -> AppTest:
    return checked(at.switch_page("../pages/gallery.py").run())


def filled(at: AppTest, *prompts: str) -> AppTest:
    for prompt in prompts:
        generate(at, prompt)
    until(lambda: len(team().gallery.find(GalleryFilter())) == len(prompts))
    return go(at)


def test_an_empty_gallery_says_where_its_pictures_come_from(page: Open) -> None:
    at = go(page())
    assert "Nothing here yet" in texts(at) and grid(at) is None
    assert [link.proto.label for link in elements(at, "page_link")][-2:] == ["Image", "Video"]


def test_results_are_found_by_words_and_the_address_keeps_the_filter(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two <b>hills</b>", "A fox in the snow")
    assert words(at) == ["A fox in the snow", "Two <b>hills</b>"] and "2 results" in texts(at)
    assert len(grid(at)["shapes"]) == 4 and grid(at)["items"][0]["medium"] == "image"
    checked(field(at, "Search").set_value("fox").run())
    assert words(at) == ["A fox in the snow"] and at.query_params["words"] == "fox"
    checked(field(at, "Search").set_value("nothing like it").run())
    assert grid(at) is None and "Nothing matches these filters" in texts(at)
    checked(next(one for one in at.button if one.key == "clear-gallery-empty").click().run())
    assert len(words(at)) == 2 and "words" not in at.query_params
    at.query_params["kind"], at.query_params["rating"], at.query_params["from"] = "video", "nonsense", "nonsense"
    assert "Nothing matches" in texts(checked(at.run()))
    for name, extreme in (("to", "9999-12-31"), ("from", "0001-01-01"), ("rating", "12")):
        at.query_params.clear()
        at.query_params[name] = extreme
        assert len(words(checked(at.run()))) == 2, "no condition"


@pytest.mark.parametrize(
    ("asked", "window"),
    [
        ((0, 90), (0, 90)),
        ((70, 10**9), (70, 70 + grid_part.MOST)),
        ((-200, 10**9), (0, grid_part.MOST)),
        ((9, 3), (9, 9)),
    ],
)
def test_a_message_asks_for_a_bounded_window_at_most(
    monkeypatch: pytest.MonkeyPatch, asked: tuple[int, int], window: tuple[int, int]
) -> None:
    sent = {"window": {"version": "v", "start": asked[0], "end": asked[1]}}
    monkeypatch.setattr(session, "widget_value", lambda _key: sent)
    shown = ShownGallery("v", GalleryFilter(), GalleryLayout())
    assert grid_part._window(shown) == (*window, True)


def test_the_heart_of_a_tile_marks_it_and_the_list_stays(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills", "A fox in the snow")
    hills = grid(at)["items"][1]["view"]
    send(at, name="favourite: 1", view=hills)
    assert [item["favourite"] for item in grid(at)["items"]] == [False, True]
    at.query_params["favourite"] = "yes"
    assert words(checked(at.run())) == ["Two hills"]
    send(at, name="favourite: 0", view=hills)
    assert [item["favourite"] for item in grid(at)["items"]] == [False], "it can be undone there"
    assert not team().gallery.find(GalleryFilter(favourite=True))


def test_a_press_is_about_the_list_in_which_it_was_pressed(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills", "A fox in the snow")
    before, ids = grid(at)["version"], team().gallery.find(GalleryFilter()).ids
    checked(field(at, "Search").set_value("hills").run())
    press(at, "delete", (0, 1), version=before)
    assert [*team().gallery.find(GalleryFilter(deleted=True)).ids] == [ids[0]] and words(at) == ["Two hills"]
    press(at, "delete", (0, 1), version="another")
    assert at.toast[0].value == "Nothing was done\\: the list has changed\\. Select the results again\\."
    assert len(team().gallery.find(GalleryFilter(deleted=True))) == 1


def test_the_same_list_is_the_same_one_in_another_session(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills", "A fox in the snow")
    version = grid(at)["version"]
    assert grid(go(page()))["version"] == version
    at.query_params["deleted"] = "yes"
    press(go(page()), "delete", (0, 1))
    assert grid(checked(at.run()))["version"] != version


def test_many_are_marked_deleted_and_restored_at_once(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills", "A fox in the snow")
    checked(field(at, "Select").set_value(True).run())
    assert [name for name, _ in grid(at)["actions"]] == MEMBERS
    press(at, "favourite", (0, 1))
    assert [item["favourite"] for item in grid(at)["items"]] == [True, False]
    press(at, "tag", (0, 2))
    assert field(at, "New tag")
    team().gallery.add_tag(team().gallery.find(GalleryFilter()).ids, "Keep")
    at.query_params["tag"] = "keep"
    assert len(words(checked(at.run()))) == 2
    press(at, "delete", (0, 2))
    assert "Nothing matches" in texts(at) and "2 results deleted" in texts(at)
    checked(next(one for one in at.button if one.key == "undo-delete").click().run())
    press(at, "delete", (0, 2))
    checked(next(one for one in at.button if one.key == "clear-gallery-empty").click().run())
    assert "Nothing here yet" in texts(at)
    checked(next(one for one in at.button if one.key == "show-deleted").click().run())
    checked(field(at, "Select").set_value(True).run())
    assert len(words(at)) == 2 and grid(at)["actions"] == [["restore", "Restore"]]
    press(at, "restore", (0, 1))
    assert len(words(at)) == 1


def test_a_delete_is_undone_where_it_was_done(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills", "A fox in the snow")
    press(at, "delete", (1, 2))
    assert words(at) == ["A fox in the snow"]
    assert grid(at)["message"] == "1 result deleted."
    press(at, "undo")
    assert len(words(at)) == 2 and grid(at)["message"] == ""
    press(at, "favourite", (0, 1), (0, 1), (1, 2))
    assert [item["favourite"] for item in grid(at)["items"]] == [True, True]
    for nonsense in ("nonsense", "delete"):
        press(at, nonsense, (7, 9))
    assert len(words(at)) == 2


def test_what_another_tab_has_deleted_is_not_said_to_be_other_peoples(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(page(), "Two hills", "A fox in the snow")
    layout = team().gallery.find(GalleryFilter())
    state = Session(gallery=ShownGallery("1", GalleryFilter(), layout))
    monkeypatch.setattr(session, "state", lambda: state)
    monkeypatch.setattr(session, "client", team)
    team().gallery.delete(layout.ids[:1])
    assert not actions.perform({"version": "1", "name": "delete", "ranges": [[0, 2]]})
    assert (state.gallery_done.number, state.notice) == (1, "")


def test_a_tag_is_undone_where_it_was_added_and_stays_where_it_was_before(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills", "A fox in the snow")
    gallery = team().gallery
    ids = gallery.find(GalleryFilter()).ids
    gallery.add_tag(ids[:1], "Keep *it*")

    def tag() -> None:  # as the dialog does, which AppTest closes at a press in it
        at.session_state["studio"].gallery_done = gallery_done.tagged(gallery.add_tag(ids, "Keep *it*"), "Keep *it*")
        assert gallery.find(GalleryFilter(tag=("keep *it*",))).ids == ids

    tag()
    assert grid(checked(at.run()))["message"] == "1 result tagged Keep *it*."
    press(at, "undo")
    assert gallery.find(GalleryFilter(tag=("keep *it*",))).ids == ids[:1] and grid(at)["message"] == ""
    tag()
    at.query_params["words"] = "nothing like it"
    assert "1 result tagged Keep \\*it\\*" in texts(checked(at.run()))
    checked(next(one for one in at.button if one.key == "undo-delete").click().run())
    assert gallery.find(GalleryFilter(tag=("keep *it*",))).ids == ids[:1]


def test_newer_results_are_counted_and_shown_when_they_are_asked_for(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills")
    assert grid(at)["newer"] == 0
    other = generate(page(), "A fox in the snow")
    until(lambda: saved(2))
    assert told(at) == (True, 1) and words(at) == ["Two hills"], "what is read does not move"
    press(at, "favourite", (0, 1))
    assert words(at) == ["Two hills"] and grid(at)["newer"] == 1, "nor with a change"
    press(at, "newer")
    assert words(at) == ["A fox in the snow", "Two hills"] and grid(at)["newer"] == 0
    generate(other, "A road")
    until(lambda: saved(3))
    assert told(at) == (True, 1)
    team().gallery.delete(team().gallery.find(GalleryFilter()).ids[:1])
    assert told(at) == (True, 0), "deleted before it was shown"
    checked(field(at, "Search").set_value("fox").run())
    assert words(at) == ["A fox in the snow"] and grid(at)["newer"] == 0


def test_a_newer_result_that_the_filter_leaves_out_is_not_counted(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "A fox")
    checked(field(at, "Search").set_value("fox").run())
    generate(page(), "Two hills")
    until(lambda: saved(2))
    assert told(at) == (False, 0)
    checked(field(at, "Search").set_value("wolf").run())
    assert grid(at) is None
    generate(page(), "A wolf")
    until(lambda: saved(3))
    assert told(at) == (True, 0) and words(at) == ["A wolf"], "an empty list shows its first result"


def saved(number: int) -> list[Output]:
    """All outputs, once there are so many with their previews."""
    items = team().gallery.items(team().gallery.find(GalleryFilter()).ids)
    complete = [item.output for item in items if not item.output.awaits_preview]
    return complete if len(complete) == number else []


def told(at: AppTest) -> tuple[bool, int]:
    """Whether a tab that was told of changes draws its gallery anew, and the number of newer results then.

    AppTest runs no fragment alone, so the page is drawn.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(session, "state", lambda: at.session_state["studio"])
        is_drawn = GALLERY in redraws.keys(team())
    return is_drawn, int(grid(checked(at.run()))["newer"])


def test_a_collection_is_made_shared_by_its_address_and_deleted_with_undo(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills", "A fox in the snow")
    press(at, "collect", (0, 1))
    assert field(at, "New collection")
    made = team().gallery.create_collection("For *Anna*")
    team().gallery.add_to(made.id, team().gallery.find(GalleryFilter()).ids[:1])
    other = page()
    other.query_params["collection"] = made.id
    go(other)
    assert words(other) == ["A fox in the snow"] and "For \\*Anna\\*" in texts(other)
    checked(next(one for one in other.button if one.key == "delete-collection").click().run())
    assert len(words(other)) == 2 and "Collection deleted" in texts(other)
    checked(next(one for one in other.button if one.key == "restore-collection").click().run())
    assert words(other) == ["A fox in the snow"]


def test_who_may_only_look_marks_and_changes_nothing(enter: Enter, quick: Sandbox) -> None:
    at = generate(enter(claims("max@team.example")), "The team's hills")
    until(lambda: "saved" in texts(checked(at.run())))
    viewer = go(enter(claims("vera@team.example")))
    checked(field(viewer, "Select").set_value(True).run())
    assert [name for name, _ in grid(viewer)["actions"]] == ["favourite", "rate"]
    press(viewer, "delete", (0, 1))
    assert words(viewer) == ["The team's hills"] and "view\\-only" in viewer.toast[0].value
    press(viewer, "favourite", (0, 1))
    assert grid(viewer)["items"][0]["favourite"]
    assert not grid(checked(go(at)))["items"][0]["favourite"], "each person has their own"


def test_an_address_shows_others_what_it_is_about(enter: Enter, quick: Sandbox) -> None:
    until_saved(generate(enter(claims("max@team.example")), "The hills of Max"))
    (person,) = services.shared().ledger.people.by_id()
    made = replace(team(), person=person)
    collection = made.gallery.create_collection("For Anna")
    made.gallery.add_to(
        collection.id, [item.output.id for item in made.gallery.items(made.gallery.find(GalleryFilter()).ids)]
    )
    for query, seen in (
        ({"collection": collection.id}, 1),
        ({"words": "hills"}, 0),
        ({"words": "hills", "whose": "everyone"}, 1),
    ):
        at = enter(claims("anna@team.example"))
        for name, value in query.items():
            at.query_params[name] = value
        go(at)
        assert len(words(at) if grid(at) else []) == seen, query
    checked(field(at, "Whose").set_value("Mine").run())
    assert "whose" not in at.query_params and not grid(at)
    checked(field(at, "Whose").set_value("Everyone's").run())
    assert at.query_params["whose"] == "everyone" and words(at) == ["The hills of Max"]
