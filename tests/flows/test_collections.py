"""Collections as people use them: whoever may look opens them, their owner and admins change them."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from studio.client import Client
from studio.core.errors import DraftError, NotAllowed
from studio.core.gallery import UNDO_DAYS, Collection, GalleryFilter
from tests.conftest import Harness
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.flows.flow import made
from tests.flows.test_admin import admin, kept_of
from tests.flows.test_deleted import sweep
from tests.flows.test_gallery import result, shown
from tests.flows.test_ownership import people


def contents(client: Client, collection: Collection) -> list[int]:
    return list(client.gallery.find(GalleryFilter(collection=collection.id)).ids)


def test_a_collection_is_made_filled_renamed_emptied_and_opened_by_all(harness: Harness) -> None:
    client, other = made(harness), replace(harness.client, person="p_mia")
    _, ids = result(client)
    kept = client.gallery.create_collection("  Hills  of May ")
    assert (kept.name, kept.person, kept.created_at) == ("Hills of May", "p_max", harness.clock())
    assert kept.id.startswith("col_") and len(kept.id) == len("col_") + 19
    assert client.gallery.add_to(kept.id, ids) == ids and client.gallery.add_to(kept.id, ids) == []
    assert contents(client, kept) == contents(other, kept) == ids and len(shown(other)) == 1
    assert other.gallery.collections() == [replace(kept, outputs=1)] and other.gallery.collection(kept.id) == kept
    assert client.gallery.rename(kept.id, "Dunes") and other.gallery.collections()[0].name == "Dunes"
    assert client.gallery.remove_from(kept.id, ids) == ids and contents(other, kept) == []


def test_a_deleted_collection_can_be_restored_whole_for_a_month(harness: Harness) -> None:
    client = made(harness)
    _, ids = result(client)
    kept = client.gallery.create_collection("Hills")
    client.gallery.add_to(kept.id, ids)
    assert not client.gallery.restore_collection(kept.id), "it is not deleted"
    assert client.gallery.delete_collection(kept.id) and not client.gallery.delete_collection(kept.id)
    assert client.gallery.collections() == [] and client.gallery.collection(kept.id) is None
    assert not contents(client, kept) and len(shown(client)) == 1, "its outputs stay"
    assert not client.gallery.rename(kept.id, "x") and not client.gallery.add_to(kept.id, ids)
    harness.clock.pass_by(UNDO_DAYS * 86400 - 1)
    sweep(harness)
    assert client.gallery.restore_collection(kept.id) and contents(client, kept) == ids
    client.gallery.delete_collection(kept.id)
    harness.clock.pass_by(UNDO_DAYS * 86400)
    assert not client.gallery.restore_collection(kept.id)
    harness.clock.pass_by(1)
    sweep(harness)
    assert not harness.ledger.gallery.collections.get("test", kept.id) and len(shown(client)) == 1


def recorded(harness: Harness) -> list[tuple[str, str]]:
    return [(action.verb, action.owner) for action in admin(harness).admin_actions()]


def may_be_recorded(who: str, verb: str) -> bool:
    return who == "admin" and verb in ("delete", "restore")


VERBS: dict[str, Callable[[Client, str, list[int]], object]] = {
    "rename": lambda client, kept, ids: client.gallery.rename(kept, "Changed"),
    "delete": lambda client, kept, ids: client.gallery.delete_collection(kept),
    "restore": lambda client, kept, ids: client.gallery.restore_collection(kept),
    "add": lambda client, kept, ids: client.gallery.add_to(kept, ids),
    "remove": lambda client, kept, ids: client.gallery.remove_from(kept, ids),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["viewer", "member", "owner", "admin"])
def test_only_the_owner_of_a_collection_or_an_admin_changes_it(
    harness: Harness, who: str, verb: str, request: pytest.FixtureRequest
) -> None:
    owner = made(harness)
    _, ids = result(owner)
    kept = owner.gallery.create_collection("Hills")
    if verb == "remove":
        owner.gallery.add_to(kept.id, ids)
    if verb == "restore":
        owner.gallery.delete_collection(kept.id)

    def state() -> object:
        return harness.ledger.gallery.collections.get("test", kept.id), contents(owner, kept)

    before, may = state(), who in ("owner", "admin")
    with nullcontext() if may else pytest.raises(NotAllowed):
        VERBS[verb](people(harness)[who], kept.id, ids)
    assert (state() != before) is may
    assert recorded(harness) == ([(f"{verb}d a collection", "p_max")] if may_be_recorded(who, verb) else [])
    if not may:
        request.getfixturevalue("tally").note(state() != before)


def test_a_viewer_makes_no_collection_and_a_name_is_needed(harness: Harness) -> None:
    with pytest.raises(NotAllowed):
        people(harness)["viewer"].gallery.create_collection("Hills")
    for name in (" ", "x" * 81):
        with pytest.raises(DraftError):
            harness.client.gallery.create_collection(name)
    assert harness.client.gallery.collections() == []


def test_a_collection_that_nobody_made_is_not_there(harness: Harness) -> None:
    client = harness.client
    assert client.gallery.collection("col_x") is None and not client.gallery.rename("col_x", "y")
    assert not client.gallery.delete_collection("col_x") and not client.gallery.restore_collection("col_x")
    assert client.gallery.add_to("col_x", [1]) == client.gallery.remove_from("col_x", [1]) == []


def test_a_persons_collections_are_exported_and_deleted_with_their_records(harness: Harness) -> None:
    client, other = made(harness, "p_mia"), replace(harness.client, person="p_max")
    _, ids = result(client)
    kept = other.gallery.create_collection("Hills")
    other.gallery.add_to(kept.id, ids)
    assert [line["name"] for line in kept_of(harness, "p_max") if line.get("id") == kept.id] == ["Hills"]
    assert not [line for line in kept_of(harness, "p_mia") if line.get("id") == kept.id]
    admin(harness).delete_of("p_max")
    assert client.gallery.collections() == [] and len(shown(client)) == 1
    assert not [line for line in kept_of(harness, "p_max") if line.get("id") == kept.id]
