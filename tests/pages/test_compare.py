"""Comparisons as pages show them: the list, the grid and what is pressed in it, blind rows, and the downloads."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from unittest.mock import ANY

import pytest
from streamlit.testing.v1 import AppTest

from components.compare import exports, listing
from components.live.drawn_state import COMPARISON
from sandbox.server import Sandbox
from studio.client import Client
from studio.client_parts.jobs import Jobs
from studio.core.comparisons import Comparison
from studio.core.errors import LedgerError
from studio.core.gallery import GalleryFilter
from studio.core.values import Draft, Job, State
from studio.ledger.comparisons import ComparisonLedger
from tests.conftest import KEY, until
from tests.pages.driving import Open, checked, elements, field, texts
from tests.pages.signed_in import Enter, claims
from tests.pages.test_gallery import filled as gallery_with
from tests.pages.test_gallery import press as press_in_gallery
from tests.pages.test_gallery import team
from tests.pages.test_viewer import facts as viewed
from tests.pages.test_viewer import press as press_in_viewer

CLOCK = count(1)
MODELS = ("WERYAI_IMAGE_2_0", "SEEDREAM_4_5")
BAD = "=cmd|'/c calc'!A1"


def jobs(client: Client, *prompts: str, models: tuple[str, ...] = MODELS) -> list[Job]:
    """Finished jobs of each prompt by each model, whose results are saved."""
    drafts = [
        Draft("text_to_image", model, {"prompt": prompt, "aspect_ratio": "16:9"})
        for prompt in prompts
        for model in models
    ]
    made = [client.jobs.submit(draft, f"{next(CLOCK)}", wait=0) for draft in drafts]
    until(lambda: all(job.outputs and job.outputs[0].preview for job in read(client, made)))
    return read(client, made)


def read(client: Client, made: list[Job]) -> list[Job]:
    return [found for job in made if (found := client.jobs.get(job.id))]


def compared(*prompts: str, models: tuple[str, ...] = MODELS) -> tuple[Client, Comparison]:
    client = team()
    made = jobs(client, *prompts, models=models)
    return client, client.comparisons.create("Hills *and* dunes", [job.id for job in made])


def come(at: AppTest, comparison: Comparison | None = None, **query: str) -> AppTest:
    at.switch_page("../pages/compare.py")
    if comparison:
        at.query_params["comparison"] = comparison.id
    for name, value in query.items():
        at.query_params[name] = value
    return checked(at.run())


def grid(at: AppTest) -> Any:
    drawn = [one.proto for one in elements(at, "bidi_component") if one.proto.component_name == "comparison"]
    return json.loads(drawn[0].mixed.json or drawn[0].json) if drawn else None


def press(at: AppTest, **what: object) -> AppTest:
    act = {**what, "at": next(CLOCK)}
    at.session_state[COMPARISON] = {"acts": [act]}
    assert grid(checked(at.run()))["performed"] == act["at"], "else the browser sends it again"
    return at


def button(at: AppTest, key: str) -> Any:
    return next(one for one in at.button if one.key == key)


def tiles(at: AppTest, row: int = 0) -> list[dict[str, Any]]:
    return [tile for cell in grid(at)["rows"][row]["cells"] for tile in cell]


def votes(client: Client, comparison: Comparison) -> list[int]:
    return [one.output for one in client.comparisons.votes(comparison, client.comparisons.grid(comparison))]


def test_an_empty_list_says_how_to_begin_and_a_new_comparison_opens(page: Open, quick: Sandbox) -> None:
    at = come(page())
    assert "Nothing here yet" in texts(at) and grid(at) is None
    made = jobs(team(), "Two hills")
    come(at)
    (choice,) = at.multiselect
    checked(choice.set_value([job.id for job in made]).run())
    checked(button(at, "compare-new").click().run())
    assert at.query_params["comparison"] == team().comparisons.all()[0].id and "**Two hills**" in texts(at)
    assert [row["prompt"] for row in grid(at)["rows"]] == ["Two hills"]
    checked(button(at, "leave-comparison").click().run())
    assert grid(at) is None and "2 jobs" in texts(at) and "comparison" not in at.query_params
    checked(button(at, f"open-{team().comparisons.all()[0].id}").click().run())
    assert len(tiles(at)) == 2


def test_the_grid_has_a_row_for_each_prompt_and_a_column_for_each_model(page: Open, quick: Sandbox) -> None:
    _, kept = compared("Two <b>hills</b>", "A fox")
    at = come(page(), kept)
    assert "Hills \\*and\\* dunes" in texts(at)
    assert [row["prompt"] for row in grid(at)["rows"]] == ["Two <b>hills</b>", "A fox"]
    assert [[tile["label"] for tile in cell] for cell in grid(at)["rows"][0]["cells"]] == [
        ["WeryAI Image 2.0"],
        ["Seedream 4.5"],
    ]
    (first, _) = tiles(at)
    assert first["preview"] and first["medium"] == "image" and "credits" in first["facts"] and first["votes"] == 0
    header, *lines = grid(at)["standings"]
    assert header[0] == "Model" and [line[0] for line in lines] == ["WeryAI Image 2.0", "Seedream 4.5"]
    assert lines[0][1] == "0" and lines[0][3:] == ["0 %", "–"]


def test_a_place_without_a_result_says_why(page: Open, quick: Sandbox) -> None:
    client = team()
    made = jobs(client, "Two hills")
    ledger = client.ledger.jobs
    missing, gone = made[0].outputs[0], made[1].outputs[0]
    facts = {"key": "", "preview": "", "saved_at": None, "try_at": None}
    ledger.change_output(missing.id, **facts, problem="The link is dead.", attempts=3)
    client.gallery.delete([gone.id])
    refused = Draft("text_to_image", MODELS[0], {"prompt": "Refused [moderated]", "aspect_ratio": "1:1"})
    failed = client.jobs.submit(refused, "f", wait=0)
    until(lambda: (found := client.jobs.get(failed.id)) and found.state is State.REFUSED)
    at = come(page(), client.comparisons.create("Why", [*(job.id for job in made), failed.id]))
    tile, deleted = tiles(at)
    assert (tile["note"], tile["reason"], tile["output"]) == ("File missing", "The link is dead.", 0)
    assert (deleted["note"], deleted["output"]) == ("Deleted", 0) and "preview" not in deleted and "href" not in deleted
    (tile,) = tiles(at, 1)
    assert tile["note"] == "Refused" and tile["reason"] and not tile.get("open")


def test_a_vote_is_given_changed_and_withdrawn(page: Open, quick: Sandbox) -> None:
    client, kept = compared("Two hills")
    at = come(page(), kept)
    one, other = (tile["output"] for tile in tiles(at))
    press(at, name="vote", output=one)
    assert votes(client, kept) == [one] and grid(at)["rows"][0]["vote"] == one and tiles(at)[0]["votes"] == 1
    assert grid(at)["standings"][1][:2] == ["WeryAI Image 2.0", "1"] and grid(at)["standings"][1][4] != "–"
    press(at, name="vote", output=other)
    assert votes(client, kept) == [other] and grid(at)["standings"][1][0] == "Seedream 4.5"
    press(at, name="unvote", row=grid(at)["rows"][0]["key"])
    assert votes(client, kept) == [] and grid(at)["rows"][0]["vote"] == 0
    press(at, name="vote", output=99999)
    assert "no longer in the comparison" in at.toast[0].value
    for nonsense in ({"name": "vote", "output": "x"}, {"name": "drop"}, {"name": "remove", "job": 7}):
        press(at, **nonsense)
    assert votes(client, kept) == [] and len(tiles(at)) == 2


def test_a_blind_row_tells_nothing_until_its_vote(page: Open, quick: Sandbox) -> None:
    _, kept = compared("Two hills", "A fox")
    at = come(page(), kept, blind="yes")
    shown = grid(at)
    assert shown["hidden"] == 2 and shown["standings"] == [] and field(at, "Blind").value
    plain = [{name: value for name, value in tile.items() if name not in ("preview", "original")} for tile in tiles(at)]
    said = json.dumps(plain)
    assert [tile["label"] for tile in plain] == ["A", "B"]
    assert not [word for word in ("credits", "job_", "Seedream", "WeryAI", " s", "settings", "votes") if word in said]
    again = come(page(), kept, blind="yes")
    assert [tile["output"] for tile in tiles(again)] == [tile["output"] for tile in tiles(at)], "the order stays"
    press(at, name="vote", output=tiles(at)[1]["output"])
    assert [row["hidden"] for row in grid(at)["rows"]] == [False, True] and tiles(at)[0]["label"] == "WeryAI Image 2.0"
    assert grid(at)["standings"] == [] and tiles(at)[0]["facts"]
    checked(field(at, "Blind").set_value(False).run())
    assert grid(at)["hidden"] == 0 and grid(at)["standings"] and "blind" not in at.query_params


def test_each_person_has_an_order_of_their_own(enter: Enter, quick: Sandbox) -> None:
    prompts = [f"Hills {number}" for number in range(8)]
    _, kept = compared(*prompts, models=(*MODELS, "SEEDREAM_4"))  # two orders are equal once in 6 to the power of 8
    orders = []
    for person in ("max@team.example", "vera@team.example"):
        at = come(enter(claims(person)), kept, blind="yes")
        orders.append([[tile["output"] for tile in tiles(at, row)] for row in range(8)])
    assert orders[0] != orders[1] and [sorted(row) for row in orders[0]] == [sorted(row) for row in orders[1]]
    assert orders[0] != [sorted(row) for row in orders[0]], "shuffled"


def test_a_job_whose_results_are_deleted_says_so_and_they_can_be_restored(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, kept = compared("Two hills")
    first, other = read(client, [*map(client.jobs.get, kept.jobs)])  # type: ignore[list-item]
    client.gallery.delete([output.id for output in first.outputs])
    at = come(page(), kept)
    deleted, there = tiles(at)
    assert (deleted["note"], deleted["restores"], deleted["output"]) == ("Deleted", True, 0) and there["output"]
    come(at, kept, blind="yes")
    assert sorted(tile["note"] for tile in tiles(at)) == ["", "No result"]
    assert not [tile for tile in tiles(at) if "restores" in tile]
    come(at, kept, blind="")
    monkeypatch.setattr(Jobs, "may_change", lambda _, job: job.id != first.id)
    assert not tiles(come(at, kept))[0]["restores"]
    monkeypatch.undo()
    press(at, name="restore", job="job_nonsense")
    press(at, name="restore", job=first.id)
    assert [tile["output"] for tile in tiles(at)] == [one.outputs[0].id for one in (first, other)]
    client.gallery.delete([one.outputs[0].id for one in (first, other)])
    come(at, kept, blind="yes")
    assert grid(at)["hidden"] == 0 and [tile["note"] for tile in tiles(at)] == ["Deleted"] * 2, "no vote would show it"


def test_a_job_is_removed_and_the_comparison_deleted_with_undo(page: Open, quick: Sandbox) -> None:
    client, kept = compared("Two hills")
    at = come(page(), kept)
    press(at, name="remove", job=kept.jobs[0])
    assert len(tiles(at)) == 1 and grid(at)["message"] == "1 job removed from the comparison."
    other = client.comparisons.create("Another", kept.jobs[1:])
    come(at, other)
    press(at, name="undo")
    assert len(tiles(at)) == 1 and grid(at)["message"] == "", "it was in the other one"
    come(at, kept)
    press(at, name="undo")
    assert [tile["job"] for tile in tiles(at)] == list(kept.jobs) and grid(at)["message"] == ""
    checked(button(at, "delete-comparison").click().run())
    assert "Comparison deleted" in texts(at) and client.comparisons.all() == [other] and grid(at) is None
    checked(button(at, "restore-comparison").click().run())
    assert len(tiles(at)) == 2
    field(at, "Name").set_value("Dunes")
    checked(next(one for one in at.button if one.label == "Rename").click().run())
    assert client.comparisons.all()[1].name == "Dunes" and "**Dunes**" in texts(at)


def test_a_ledger_that_fails_leaves_the_page_as_it_is(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_changes: object) -> None:
        raise LedgerError("The disk is full.")

    client, kept = compared("Two hills")
    at = come(page(), kept)
    with monkeypatch.context() as broken:
        broken.setattr(ComparisonLedger, "change", fail)
        checked(button(at, "delete-comparison").click().run())
        assert "The disk is full" in at.error[0].value and tiles(at), "the comparison is there as before"
    checked(button(at, "delete-comparison").click().run())
    with monkeypatch.context() as broken:
        broken.setattr(ComparisonLedger, "change", fail)
        checked(button(at, "restore-comparison").click().run())
        assert "The disk is full" in at.error[0].value and "Nothing here yet" in texts(at)
    checked(button(at, "restore-comparison").click().run())
    assert client.comparisons.all() == [kept]


def test_an_api_key_does_not_stay_in_the_field_of_a_name(page: Open, quick: Sandbox) -> None:
    client, kept = compared("Two hills")
    at = page()
    field(come(at, kept), "Name").set_value(KEY)
    checked(next(one for one in at.button if one.label == "Rename").click().run())
    assert at.session_state[f"rename-{kept.id}"] == "" and "That was an API key" in texts(at)
    assert client.comparisons.all() == [kept]
    at.query_params.clear()
    field(come(at), "Name").set_value(KEY)
    checked(at.run())
    assert at.session_state["compare-name"] == "" and not field(at, "Name").value


def test_a_guessed_address_shows_nothing(page: Open, quick: Sandbox) -> None:
    client, kept = compared("Two hills")
    theirs = Comparison("cmp_b", "b", "", "Their secret", kept.created_at, kept.created_at, jobs=kept.jobs)
    client.ledger.comparisons.add(theirs)
    for guessed in (theirs, Comparison("cmp_x", "", "", "", kept.created_at, kept.created_at)):
        at = come(page(), guessed)
        assert "was not found" in texts(at) and grid(at) is None and "secret" not in texts(at)


def test_who_may_only_look_votes_and_changes_nothing(enter: Enter, quick: Sandbox) -> None:
    client, kept = compared("Two hills")
    viewer = come(enter(claims("vera@team.example")), kept)
    keys = {one.key for one in viewer.button}
    assert (
        "delete-comparison" not in keys
        and "Rename" not in {one.label for one in viewer.button}
        and not grid(viewer)["removes"]
    )
    press(viewer, name="remove", job=kept.jobs[0])
    assert len(tiles(viewer)) == 2 and "view\\-only" in viewer.toast[0].value
    press(viewer, name="vote", output=tiles(viewer)[0]["output"])
    assert len(votes(client, kept)) == 1
    viewer = come(enter(claims("vera@team.example")))
    assert not viewer.multiselect, "no new comparison"


def test_the_gallery_compares_what_is_selected(page: Open, quick: Sandbox) -> None:
    at = gallery_with(page(), "Two hills", "A fox in the snow")
    checked(field(at, "Select").set_value(True).run())
    press_in_gallery(at, "compare", (0, 1))
    assert "Select 2 to 60 results" in at.toast[0].value and not team().comparisons.all()
    press_in_gallery(at, "compare", (0, 2))
    (made,) = team().comparisons.all()
    assert made.name == "Two hills" and at.query_params["comparison"] == made.id
    assert [row["prompt"] for row in grid(at)["rows"]] == ["Two hills", "A fox in the snow"], "the oldest first"


def test_the_viewer_begins_a_comparison_and_adds_to_one(page: Open, quick: Sandbox) -> None:
    client = team()
    first, second = jobs(client, "Two hills")
    at = press_in_viewer(page(), f"{first.id}.{first.outputs[0].id}", "Compare: New comparison")
    (made,) = client.comparisons.all()
    assert made.jobs == (first.id,) and at.query_params["comparison"] == made.id and len(tiles(at)) == 1
    for _ in range(2):
        at = press_in_viewer(page(), f"{second.id}.{second.outputs[0].id}", f"Compare: {made.id}")
        assert client.comparisons.all() == [replace(made, jobs=(first.id, second.id), updated_at=ANY)]
    assert "already" in at.toast[0].value
    press_in_viewer(at, f"{second.id}.{second.outputs[0].id}", "Compare: cmp_x")
    assert len(client.comparisons.all()) == 1


def test_comparisons_of_one_name_are_told_apart_in_the_viewer(page: Open, quick: Sandbox) -> None:
    client = team()
    first, second = jobs(client, "Two hills")
    same = [client.comparisons.create(name, [first.id]) for name in ("Hills", "Hills", "Dunes")]
    client.ledger.comparisons.change(same[0], created_at=same[0].created_at - timedelta(days=40))
    view = f"{second.id}.{second.outputs[0].id}"
    (group,) = [one for one in viewed(page(), view)["actions"] if one["title"] == "Compare"]
    assert [name[1] for name in group["names"][1:]] == [one.id for one in reversed(same)]
    labels = [name[0] for name in group["names"][1:]]
    assert labels[0] == "Add to Dunes" and labels[1] != labels[2] and all("Hills, " in one for one in labels[1:])
    press_in_viewer(page(), view, f"Compare: {same[0].id}")
    assert [len(one.jobs) for one in client.comparisons.all()] == [1, 1, 2]


def test_the_csv_has_a_line_for_each_result_and_no_formula(page: Open, quick: Sandbox) -> None:
    client = team()
    kept = client.comparisons.create("Hills", [job.id for job in jobs(client, BAD)])
    waiting = client.jobs.submit(
        Draft("text_to_image", "NOBODYS", {"prompt": "Waits", "aspect_ratio": "1:1"}), "w", wait=0
    )
    client.comparisons.add(kept.id, [waiting.id])
    (output, *_) = client.gallery.find(GalleryFilter()).ids
    client.comparisons.vote(kept.id, output)
    found = client.comparisons.get(kept.id)
    assert found
    lines = list(csv.DictReader(io.StringIO(exports.as_csv(client, found))))
    assert [line["prompt"] for line in lines] == [f"'{BAD}"] * 2 + ["Waits"]
    assert sorted(line["votes"] for line in lines) == ["0", "0", "1"]
    assert lines[0]["model"] == "WeryAI Image 2.0" and lines[0]["settings"] == "Aspect ratio: 16:9"
    assert float(lines[0]["credits"]) > 0 and lines[0]["state"] == "Succeeded" and lines[2]["result"] == ""
    at = come(page(), kept)
    assert [one.proto.label for one in elements(at, "download_button")] == ["Download as one image", "Download CSV"]
    assert "A to Z" in elements(at, "download_button")[0].proto.help


def test_a_long_list_shows_the_newest_and_says_how_many_there_are(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_MOST", 2)
    client, first = compared("Two hills")
    second, third = (client.comparisons.create(name, first.jobs) for name in ("Dunes", "Foxes"))
    at = come(page())
    assert [one.key for one in at.button if str(one.key).startswith("open-")] == [
        f"open-{third.id}",
        f"open-{second.id}",
    ]
    assert "The newest 2 of 3 comparisons." in texts(at)
    client.comparisons.delete(first.id)
    assert "The newest" not in texts(checked(at.run()))
