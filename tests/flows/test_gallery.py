"""The gallery as people use it: who may do what, what is exported and deleted of a person, and what stays whole."""

import json
from dataclasses import replace
from typing import Any

import pytest

from components.session.gallery_done import untagged
from studio.client import Client
from studio.core.errors import DraftError, NotAllowed
from studio.core.gallery import GalleryFilter, GalleryItem
from studio.core.values import Job, Kind
from tests.conftest import Harness
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.flows.flow import made
from tests.flows.test_admin import admin, kept_of
from tests.flows.test_ownership import people

EVERYTHING = GalleryFilter()


def shown(client: Client, filters: GalleryFilter = EVERYTHING) -> list[GalleryItem]:
    """The items that a person finds, as a page gets them."""
    return client.gallery.items(client.gallery.find(filters).ids, deleted=filters.deleted)


def result(client: Client) -> tuple[Job, list[int]]:
    (job,) = client.jobs.recent(Kind.IMAGE, 9)
    return job, [output.id for output in job.outputs]


def test_a_result_that_was_saved_is_in_the_gallery_with_its_shape(harness: Harness) -> None:
    client = made(harness)
    job, _ = result(client)
    (item,) = shown(client)
    layout = client.gallery.find(EVERYTHING)
    assert (item.job, item.output) == (job, job.outputs[0])
    assert list(layout.ratios) == [pytest.approx(job.outputs[0].width / job.outputs[0].height)]
    assert client.gallery.choices().models == (job.model,) and client.gallery.choices().people == ("p_max",)
    assert not shown(replace(client, person="p_mia", only_mine=True)) and shown(replace(client, only_mine=True))


@pytest.mark.parametrize("who", ["viewer", "member", "owner", "admin"])
def test_whoever_may_look_marks_for_themselves_and_whoever_may_make_jobs_tags_for_all(
    harness: Harness, who: str
) -> None:
    made(harness)
    known = people(harness)
    client = known[who]
    _, ids = result(client)
    assert client.gallery.set_favourite(ids, True) == client.gallery.rate(ids, 4) == 1
    if who == "viewer":
        for verb in (client.gallery.add_tag, client.gallery.remove_tag):
            with pytest.raises(NotAllowed):
                verb(ids, "x")
    else:
        assert client.gallery.add_tag(ids, " Best of ") == ids
    (item,), tags = shown(client), () if who == "viewer" else ("Best of",)
    assert (item.favourite, item.rating, item.tags) == (True, 4, tags)
    others = [shown(other)[0] for name, other in known.items() if name != who]
    assert {(other.favourite, other.rating, other.tags) for other in others} == {(False, 0, tags)}


def test_undoing_that_a_tag_was_removed_leaves_it_to_who_had_added_it(harness: Harness) -> None:
    client, admins = made(harness), people(harness)["admin"]
    _, ids = result(client)
    client.gallery.add_tag(ids, "Fox")
    done = untagged(admins.gallery.remove_tag(ids, "fox"), "fox")
    assert done.undo(admins) == 1 and done.undo(admins) == 0
    assert [line["text"] for line in noted_of(harness, "p_max")] == ["Fox"] and not noted_of(harness, "p_anna")
    recorded = {action.verb for action in admin(harness).admin_actions() if "tag" in action.verb}
    assert recorded == {"deleted 1 tag", "restored 1 tag"}
    with pytest.raises(NotAllowed):
        people(harness)["viewer"].gallery.restore_tags([])


def test_an_admins_deletion_of_other_peoples_tags_is_recorded(harness: Harness) -> None:
    client, other = made(harness), replace(harness.client, person="p_mia")
    _, ids = result(client)
    client.gallery.add_tag(ids, "fox")
    other.gallery.remove_tag(ids, "fox")
    assert not admin(harness).admin_actions(), "a member may do so"
    client.gallery.add_tag(ids, "fox")
    people(harness)["admin"].gallery.remove_tag(ids, "FOX")
    people(harness)["admin"].gallery.add_tag(ids, "own")
    people(harness)["admin"].gallery.remove_tag(ids, "own")
    assert [(one.verb, one.owner) for one in admin(harness).admin_actions()] == [("deleted 1 tag", "p_max")]


def test_what_is_no_rating_and_no_tag_is_refused(harness: Harness) -> None:
    client = made(harness)
    _, ids = result(client)
    for verb, given in ((client.gallery.rate, 6), (client.gallery.add_tag, " "), (client.gallery.add_tag, "x" * 41)):
        with pytest.raises(DraftError):
            verb(ids, given)  # type: ignore[arg-type]
    assert shown(client)[0].rating == 0 and shown(client)[0].tags == ()


def noted_of(harness: Harness, person: str) -> list[dict[str, Any]]:
    """The marks and tags that are exported of a person."""
    return [line for line in kept_of(harness, person) if "output" in line]


def test_marks_and_tags_of_a_person_are_exported_and_deleted_with_their_records(harness: Harness) -> None:
    made(harness, "p_mia")
    client = replace(harness.client, person="p_max")
    _, ids = result(client)
    client.gallery.rate(ids, 5)
    client.gallery.add_tag(ids, "mine")
    assert noted_of(harness, "p_max") == [
        {"output": ids[0], "person": "p_max", "favourite": False, "rating": 5},
        {"output": ids[0], "text": "mine", "person": "p_max"},
    ]
    assert not noted_of(harness, "p_mia")
    admin(harness).delete_of("p_max")
    assert not noted_of(harness, "p_max") and shown(client)[0].tags == ()
    assert "mine" not in json.dumps([*admin(harness).export_records("p_mia")])
