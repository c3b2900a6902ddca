"""Comparisons as people use them: whoever may look opens them and votes, their owner and admins change them."""

import io
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from studio.client import Client
from studio.core.comparisons import MOST_JOBS, Comparison, name_for
from studio.core.errors import DraftError, NotAllowed
from studio.core.gallery import UNDO_DAYS, GalleryFilter
from tests.conftest import IMAGE, KEY, Harness
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.flows.flow import DRAFT, done, finished, made
from tests.flows.test_admin import admin, kept_of
from tests.flows.test_collections import may_be_recorded, recorded
from tests.flows.test_deleted import sweep
from tests.flows.test_ownership import people


def jobs_of(client: Client) -> list[str]:
    items = client.gallery.items(list(client.gallery.find(GalleryFilter()).ids))
    return list(dict.fromkeys(item.job.id for item in items))


def outputs_of(client: Client) -> list[int]:
    return list(client.gallery.find(GalleryFilter()).ids)


def voted(client: Client, comparison: Comparison) -> list[tuple[str, int]]:
    found = client.comparisons.votes(comparison, client.comparisons.grid(comparison))
    return [(vote.person, vote.output) for vote in found]


def shown(client: Client, comparison: Comparison) -> list[str]:
    return [job.id for job in client.comparisons.grid(comparison).jobs]


def test_a_comparison_is_made_changed_opened_and_voted_in_by_all(harness: Harness) -> None:
    client, other = made(harness), replace(harness.client, person="p_mia")
    second = finished(harness)
    first = jobs_of(client)[-1]
    kept = client.comparisons.create("  Hills  of May ", [second.id, first, second.id, "job_x"])
    assert (kept.name, kept.person, kept.jobs) == ("Hills of May", "p_max", (second.id, first))
    assert other.comparisons.all() == [kept] and other.comparisons.get(kept.id) == kept
    assert shown(other, kept) == [second.id, first]
    (one, *_) = outputs_of(other)
    assert other.comparisons.vote(kept.id, one) and client.comparisons.vote(kept.id, one)
    assert sorted(voted(client, kept)) == [("p_max", one), ("p_mia", one)]
    (row,) = client.comparisons.grid(kept).rows
    assert client.comparisons.take_back(kept.id, row.key) and voted(client, kept) == [("p_mia", one)]
    harness.clock.pass_by(60)
    assert client.comparisons.rename(kept.id, "Dunes") and client.comparisons.remove(kept.id, [first, "job_x"]) == 1
    changed = other.comparisons.all()[0]
    assert (changed.name, changed.jobs, changed.updated_at) == ("Dunes", (second.id,), harness.clock())
    assert client.comparisons.add(kept.id, [first]) == 1 and client.comparisons.add(kept.id, [first]) == 0
    assert other.comparisons.all()[0].jobs == (second.id, first)


def test_lists_show_what_this_person_wants_to_see(harness: Harness) -> None:
    client = made(harness)
    kept = client.comparisons.create("Hills", jobs_of(client))
    mia = replace(client, person="p_mia", only_mine=True)
    assert mia.comparisons.all() == [] and mia.comparisons.get(kept.id) == kept
    assert shown(mia, kept) == list(kept.jobs), "by its address, they see all of it"


def test_the_newest_that_this_person_may_change_are_a_few(harness: Harness) -> None:
    client = made(harness)
    kept = client.comparisons.create("Hills", jobs_of(client))
    harness.clock.pass_by(1)
    theirs = replace(client, person="p_mia").comparisons.create("Foxes", jobs_of(client))

    def newest(most: int = 9, **about: Any) -> list[str]:
        return [one.id for one in replace(client, **about).comparisons.newest_to_change(most)]

    assert newest() == [kept.id] and newest(person="p_mia") == [theirs.id]
    assert newest(is_admin=True) == newest(person="") == [theirs.id, kept.id] and newest(1, person="") == [theirs.id]
    assert newest(is_admin=True, only_mine=True) == [kept.id] and newest(may_not_spend="No.") == []


def test_deleted_and_hidden_results_and_their_votes_are_not_there(harness: Harness) -> None:
    client = made(harness)
    kept = client.comparisons.create("Hills", jobs_of(client))
    (output, *_) = outputs_of(client)
    client.comparisons.vote(kept.id, output)
    client.gallery.delete([output])
    assert voted(client, kept) == [] and not client.comparisons.vote(kept.id, output)
    client.gallery.restore([output])
    assert voted(client, kept) == [("p_max", output)]
    client.jobs.delete(kept.jobs[0])
    assert shown(client, kept) == [] and not client.comparisons.vote(kept.id, output)
    client.jobs.restore(kept.jobs[0])
    waiting = client.jobs.submit(DRAFT, "waits", wait=0)
    client.comparisons.add(kept.id, [waiting.id])
    (changed,) = client.comparisons.all()
    assert shown(client, changed) == [*kept.jobs, waiting.id]
    client.jobs.hide(waiting.id)
    assert shown(client, changed) == [*kept.jobs]


def test_a_guessed_id_of_another_account_leads_nowhere(harness: Harness) -> None:
    client = made(harness)
    kept = client.comparisons.create("Hills", jobs_of(client))
    (output, *_) = outputs_of(client)
    elsewhere = replace(kept, id="cmp_b", account="b", jobs=kept.jobs)
    harness.ledger.comparisons.add(elsewhere)
    assert client.comparisons.get("cmp_b") is None and not client.comparisons.vote("cmp_b", output)
    assert not client.comparisons.take_back("cmp_b", "r") and not client.comparisons.rename("cmp_b", "x")
    theirs = harness.ledger.jobs.get(kept.jobs[0])
    assert theirs
    harness.ledger.jobs.add(replace(theirs, id="job_b", submission="b:1", account="b", tasks=()))
    assert client.comparisons.add(kept.id, ["job_b"]) == 0
    with pytest.raises(DraftError):
        client.comparisons.create("Theirs", ["job_b"])
    harness.ledger.comparisons.add_jobs(kept, ["job_b"], harness.clock())
    assert shown(client, replace(kept, jobs=(*kept.jobs, "job_b"))) == list(kept.jobs)


def test_a_deleted_comparison_can_be_restored_whole_for_a_month(harness: Harness) -> None:
    client = made(harness)
    kept = client.comparisons.create("Hills", jobs_of(client))
    assert not client.comparisons.restore(kept.id), "it is not deleted"
    assert client.comparisons.delete(kept.id) and not client.comparisons.delete(kept.id)
    assert client.comparisons.all() == [] and client.comparisons.get(kept.id) is None
    assert not client.comparisons.vote(kept.id, outputs_of(client)[0]) and not client.comparisons.add(
        kept.id, kept.jobs
    )
    harness.clock.pass_by(UNDO_DAYS * 86400 - 1)
    sweep(harness)
    assert client.comparisons.restore(kept.id) and client.comparisons.all() == [kept]
    client.comparisons.delete(kept.id)
    harness.clock.pass_by(UNDO_DAYS * 86400)
    assert not client.comparisons.restore(kept.id)
    harness.clock.pass_by(1)
    sweep(harness)
    assert not harness.ledger.comparisons.get("test", kept.id) and len(jobs_of(client)) == 1


VERBS: dict[str, Callable[[Client, Comparison], object]] = {
    "rename": lambda client, kept: client.comparisons.rename(kept.id, "Changed"),
    "delete": lambda client, kept: client.comparisons.delete(kept.id),
    "restore": lambda client, kept: client.comparisons.restore(kept.id),
    "add": lambda client, kept: client.comparisons.add(kept.id, jobs_of(client)),
    "remove": lambda client, kept: client.comparisons.remove(kept.id, kept.jobs),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["viewer", "member", "owner", "admin"])
def test_only_the_owner_of_a_comparison_or_an_admin_changes_it(
    harness: Harness, who: str, verb: str, request: pytest.FixtureRequest
) -> None:
    owner = made(harness)
    finished(harness)
    kept = owner.comparisons.create("Hills", jobs_of(owner)[:1])
    if verb == "restore":
        owner.comparisons.delete(kept.id)

    def state() -> object:
        return harness.ledger.comparisons.get("test", kept.id)

    before, may = state(), who in ("owner", "admin")
    with nullcontext() if may else pytest.raises(NotAllowed):
        VERBS[verb](people(harness)[who], kept)
    assert (state() != before) is may
    assert recorded(harness) == ([(f"{verb}d a comparison", "p_max")] if may_be_recorded(who, verb) else [])
    if not may:
        request.getfixturevalue("tally").note(state() != before)


@pytest.mark.parametrize("who", ["viewer", "member", "owner", "admin"])
def test_whoever_may_look_votes(harness: Harness, who: str) -> None:
    owner = made(harness)
    kept = owner.comparisons.create("Hills", jobs_of(owner))
    (output, *_) = outputs_of(owner)
    client = people(harness)[who]
    assert client.comparisons.vote(kept.id, output) and voted(owner, kept) == [(client.person, output)]
    assert not client.comparisons.vote(kept.id, 9999) and not client.comparisons.vote("cmp_x", output)


def test_a_viewer_makes_no_comparison_and_a_name_and_a_job_are_needed(harness: Harness) -> None:
    client = made(harness)
    with pytest.raises(NotAllowed):
        people(harness)["viewer"].comparisons.create("Hills", jobs_of(client))
    for name, jobs in ((" ", jobs_of(client)), ("x" * 81, jobs_of(client)), ("Hills", [])):
        with pytest.raises(DraftError):
            client.comparisons.create(name, jobs)
    assert client.comparisons.all() == []


def test_an_api_key_is_no_name_of_a_comparison(harness: Harness) -> None:
    client = made(harness)
    kept = client.comparisons.create(name_for(f"Hills {KEY}"), jobs_of(client))
    assert kept.name == "Hills [removed]"
    with pytest.raises(DraftError, match="API key"):
        client.comparisons.create(f"my {KEY}", jobs_of(client))
    with pytest.raises(DraftError, match="API key"):
        client.comparisons.rename(kept.id, KEY)
    assert client.comparisons.all() == [kept]


def test_a_comparison_has_a_most_number_of_jobs(harness: Harness) -> None:
    many = [harness.submit().id for _ in range(MOST_JOBS + 1)]
    with pytest.raises(DraftError):
        harness.client.comparisons.create("Too many", many)
    kept = harness.client.comparisons.create("Many", many[:-1])
    with pytest.raises(DraftError):
        harness.client.comparisons.add(kept.id, many[-1:])


def test_a_persons_comparisons_and_votes_are_exported_and_deleted_with_their_records(harness: Harness) -> None:
    client, other = made(harness, "p_mia"), replace(harness.client, person="p_max")
    kept = other.comparisons.create("Hills", jobs_of(client))
    theirs = client.comparisons.create("Foxes", jobs_of(client))
    other.comparisons.vote(theirs.id, outputs_of(client)[0])
    lines = kept_of(harness, "p_max")
    assert [line["name"] for line in lines if line.get("id") == kept.id] == ["Hills"]
    assert [line["output"] for line in lines if line.get("comparison") == theirs.id] == outputs_of(client)[:1]
    admin(harness).delete_of("p_max")
    assert client.comparisons.all() == [theirs] and voted(client, theirs) == []


@pytest.mark.parametrize("prompt", ["Two hills", "Two hills and a sun over a lake " * 4])
@pytest.mark.parametrize("of_person", [False, True])
def test_a_removed_prompt_is_no_comparisons_name(harness: Harness, prompt: str, of_person: bool) -> None:
    draft = replace(DRAFT, inputs={**IMAGE, "prompt": prompt})
    job = replace(harness.client, person="p_max").jobs.submit(draft, "one", wait=0)
    harness.send()
    done(harness, job)
    mia = replace(harness.client, person="p_mia")
    kept, deleted, own = (mia.comparisons.create(name, [job.id]) for name in (*[name_for(prompt)] * 2, "Hills"))
    mia.comparisons.delete(deleted.id)
    if of_person:
        admin(harness).delete_of("p_max")
    else:
        admin(harness).remove(job.id)
    assert mia.comparisons.restore(deleted.id)
    assert {one.id: one.name for one in mia.comparisons.all()} == {
        kept.id: "Comparison",
        deleted.id: "Comparison",
        own.id: "Hills",
    }


def test_a_comparison_is_one_image(harness: Harness) -> None:
    client = made(harness)
    kept = client.comparisons.create("Hills", jobs_of(client))
    client.comparisons.vote(kept.id, outputs_of(client)[0])
    with Image.open(io.BytesIO(client.comparisons.png(kept))) as image:
        assert image.format == "PNG" and image.width > 300 and len(image.getcolors(10**6) or range(99)) > 20
    client.gallery.delete(outputs_of(client))
    with Image.open(io.BytesIO(client.comparisons.png(kept))) as image:
        colours: list[Any] = [colour for _, colour in image.getcolors(10**6) or []]
        assert max(max(colour) - min(colour) for colour in colours) < 10, "a grey place, nothing of deleted results"
