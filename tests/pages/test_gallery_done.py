"""What a person did last with many results of the gallery is undone where it changed something, and nowhere else."""

from collections.abc import Callable, Sequence

import pytest
from streamlit.testing.v1 import AppTest

from components.gallery import actions, dialogs
from components.session import gallery_done, session
from components.session.gallery_done import GalleryDone
from components.session.state import Session, ShownGallery
from sandbox.server import Sandbox
from studio.core.errors import DraftError, LedgerError
from studio.core.gallery import GalleryFilter
from studio.ledger.gallery.marks import MarkLedger
from tests.pages.driving import Open
from tests.pages.test_gallery import filled, grid, press, team


def _facts() -> list[tuple[bool, int, tuple[str, ...]]]:
    gallery = team().gallery
    return [(one.favourite, one.rating, one.tags) for one in gallery.items(gallery.find(GalleryFilter()).ids)]


def said(at: AppTest) -> str:
    """The text of the only toast, without the escapes; empty if there is none."""
    return "".join(toast.value for toast in at.toast).replace("\\", "")


def _untagged(ids: Sequence[int]) -> GalleryDone:
    return gallery_done.untagged(team().gallery.remove_tag(ids, "kept"), "kept")


ACTS: list[tuple[Callable[[Sequence[int]], GalleryDone], int, str]] = [
    (_untagged, 1, "no longer tagged kept"),
    (lambda ids: gallery_done.rate(team(), ids, 4), 2, "rated 4"),
    (lambda ids: gallery_done.set_favourite(team(), ids, True), 2, "made favourites"),
    (lambda ids: gallery_done.set_favourite(team(), ids, False), 1, "no longer favourites"),
]


@pytest.mark.parametrize(("act", "number", "what"), ACTS)
def test_what_changed_of_many_is_undone_and_nothing_else(
    page: Open, quick: Sandbox, act: Callable[[Sequence[int]], GalleryDone], number: int, what: str
) -> None:
    filled(page(), "Two hills", "A fox in the snow", "A road")
    gallery = team().gallery
    ids = list(gallery.find(GalleryFilter()).ids)
    gallery.set_favourite(ids[:1], True)
    gallery.rate(ids[1:2], 4)
    gallery.rate(ids[2:], 2)
    gallery.add_tag(ids[1:2], "kept")
    before = _facts()
    done = act(ids)
    assert (done.number, done.what) == (number, what) and _facts() != before
    done.undo(team())
    assert _facts() == before


def test_a_collection_gets_back_what_was_removed_and_loses_what_was_added(page: Open, quick: Sandbox) -> None:
    filled(page(), "Two hills", "A fox in the snow")
    gallery = team().gallery
    ids, made = list(gallery.find(GalleryFilter()).ids), gallery.create_collection("Spring")
    inside = GalleryFilter(collection=made.id)
    gallery.add_to(made.id, ids[:1])
    done = gallery_done.collected(gallery.add_to(made.id, ids), made.id, made.name)
    assert (done.number, done.what) == (1, "added to Spring")
    done.undo(team())
    assert list(gallery.find(inside).ids) == ids[:1]
    done = gallery_done.uncollected(gallery.remove_from(made.id, ids), made.id)
    assert (done.number, list(gallery.find(inside).ids)) == (1, [])
    done.undo(team())
    assert list(gallery.find(inside).ids) == ids[:1]


def test_an_undo_that_fails_can_be_tried_again(page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LedgerError("The ledger is locked.")

    at = press(filled(page(), "Two hills", "A fox in the snow"), "favourite", (0, 2))
    before = grid(at)["message"]
    with monkeypatch.context() as broken:
        broken.setattr(MarkLedger, "set_favourite", fail)
        assert "The ledger is locked" in said(press(at, "undo"))
    assert grid(at)["message"] == before == "2 results made favourites."
    assert said(press(at, "undo")) == "Undone." and grid(at)["message"] == ""
    assert not said(press(at, "undo")), "nothing is left to undo"


def test_an_undo_tells_what_it_could_not_undo(page: Open, quick: Sandbox) -> None:
    at = filled(page(), "Two hills", "A fox in the snow", "A road")
    ids = team().gallery.find(GalleryFilter()).ids
    for restored, begin in ((1, "Undone, but for 1 result: it was"), (2, "Not undone: they were")):
        press(at, "delete", (0, 2))
        team().gallery.restore(ids[:restored])
        assert said(press(at.run(), "undo")) == f"{begin} changed or deleted since."


def test_what_was_deleted_meanwhile_is_neither_compared_nor_collected(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(page(), "Two hills", "A fox in the snow")
    state, layout = Session(), team().gallery.find(GalleryFilter())
    monkeypatch.setattr(session, "state", lambda: state)
    team().gallery.delete(layout.ids)
    actions.perform(
        team(), ShownGallery("1", GalleryFilter(), layout), {"version": "1", "name": "compare", "ranges": [[0, 2]]}
    )
    assert state.notice == "These results have been deleted\\. Select others\\."
    with pytest.raises(DraftError, match="been deleted"):
        dialogs._add(team(), "Spring", {}, layout.ids)
    assert not team().gallery.collections()
