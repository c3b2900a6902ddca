"""What the viewer says of a result or a reference, what can be done there, and who may see it."""

import json
from dataclasses import replace
from itertools import count
from typing import Any

from streamlit.testing.v1 import AppTest

from components.session import services
from components.viewer import family_facts
from components.viewer.viewer import VIEWER
from sandbox.server import Sandbox
from studio.client import Client
from studio.client_parts import comparison_sheet
from studio.core.values import Job, Kind
from tests.conftest import until
from tests.pages.driving import (
    Open,
    checked,
    choose,
    elements,
    field,
    generate,
    pictures,
    texts,
    ticks_until,
    until_saved,
)
from tests.pages.signed_in import OWN, Enter, claims
from tests.pages.test_gallery import team

CLOCK = count(1)


def facts(at: AppTest, view: str) -> Any:
    """What the browser gets when somebody opens this."""
    at.session_state[VIEWER] = {"asked": {"view": view, "lineage": False}}
    return drawn(checked(at.run()))["facts"]


def drawn(at: AppTest) -> Any:
    """What the browser gets for the viewer."""
    (one,) = [one.proto for one in elements(at, "bidi_component") if one.proto.component_name == VIEWER]
    return json.loads(one.mixed.json or one.json)


def family(at: AppTest, view: str) -> Any:
    """The lineage of a result: the mode, the results and the jobs below of each job."""
    at.session_state[VIEWER] = {"asked": {"view": view, "lineage": True}}

    def numbers(jobs: Any) -> Any:
        lines = [(one["line"].split(" · ")[:1], [result["view"] for result in one["results"]], one) for one in jobs]
        return [(mode, results, numbers(one["jobs"])) for mode, results, one in lines]

    return numbers(drawn(checked(at.run()))["family"]["jobs"])


def press(at: AppTest, view: str, name: str) -> AppTest:
    """Press an action of the viewer."""
    at.session_state[VIEWER] = {
        "asked": {"view": view, "lineage": False},
        "acts": [{"view": view, "name": name, "at": next(CLOCK)}],
    }
    return checked(at.run())


def newest(at: AppTest, kind: Kind = Kind.IMAGE) -> Job:
    shared = services.shared()
    account = at.session_state["studio"].account or shared.accounts.shared().account.id
    return shared.ledger.jobs.recent(account, kind, 1)[0]


def view_of(job: Job) -> str:
    return f"{job.id}.{job.outputs[0].id}"


def test_the_viewer_says_everything_about_a_result(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two <b>hills</b>", Negative_prompt="fog")
    until_saved(at)
    job = newest(at)
    shown = facts(at, view_of(job))
    assert (shown["prompt"], shown["negative"], shown["medium"]) == ("Two <b>hills</b>", "fog", "image")
    said = dict(shown["facts"])
    assert said["Made with"] == "Text to image" and "7" in said["Credits"]
    assert said["Size"] == f"{job.outputs[0].width} × {job.outputs[0].height}" and said["File"].startswith("PNG, ")
    assert [group["title"] for group in shown["actions"]] == ["Use as input", "Reuse", "Compare", "Delete", "Lineage"]
    assert shown["original"].startswith("data:image/png;base64,"), "this host has no routes"
    assert shown["name"].startswith("two-b-hills-b-") and [label for label, _ in shown["links"]] == ["Card", "Trace"]
    assert facts(at, f"{job.id}.999") == facts(at, "nonsense") | {"view": f"{job.id}.999"}
    for nowhere in ("nonsense", f"{job.id}.r{'9' * 5000}", f"{job.id}.{'9' * 5000}"):
        assert "not found" in facts(at, nowhere)["note"]


def test_the_viewer_says_settings_as_the_form_does(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    until_saved(generate(at, "Two hills", Quality="high", Size="16:9(2k)"))
    said = dict(facts(at, view_of(newest(at)))["facts"])
    assert (said["Aspect ratio"], said["Quality"]) == ("16:9, 2K", "High")


def test_the_next_job_begins_in_the_viewer(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    view = view_of(newest(at))
    field(at, "Prompt").set_value("Something else")
    assert field(press(at, view, "Reuse: Prompt only"), "Prompt").value == "Two hills"
    press(at, view, "Use as input: Change this image")
    assert field(at, "Start from").value == "image_to_image"
    press(at, view, "Reuse: Nonsense")
    for nonsense in ("rating: ", "rating: 12", "Restore", "nonsense"):
        press(at, view, nonsense)
        assert at.toast[0].value, nonsense
    assert field(at, "Start from").value == "image_to_image"


def test_results_are_deleted_one_after_the_other_and_the_page_shows_it_when_the_viewer_closes(
    page: Open, quick: Sandbox
) -> None:
    at = generate(page(), "Two hills", Number_of_images=2)
    ticks_until(at, lambda: len(pictures(at)) == 2)
    job = newest(at)
    first, second = (f"{job.id}.{output.id}" for output in job.outputs)
    press(at, first, "Delete")
    press(at, second, "Delete")
    assert not at.toast and [bool(one.deleted_at) for one in newest(at).outputs] == [True, True]
    press(at, second, "Undo")
    assert [bool(one.deleted_at) for one in newest(at).outputs] == [True, False]
    press(at, second, "Closed")
    assert at.toast[0].value.startswith("1 result deleted.")
    press(at, second, "Closed")
    assert not at.toast, "nothing was deleted since"
    press(at, first, "Restore")
    assert at.toast[0].value == "Restored." and not newest(at).outputs[0].deleted_at


def test_an_action_is_performed_once_and_its_time_says_so(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    act = {"view": view_of(newest(at)), "name": "nonsense", "at": 1234}
    for _ in range(2):  # the second time it is in a message with what was not answered
        at.session_state[VIEWER] = {"acts": [act]}
        shown = drawn(checked(at.run()))
        assert (shown["performed"], shown["problems"]) == (1234, {"1234": "You can't use this result."})
    assert not at.toast, "it was told before"
    at.session_state[VIEWER] = {"asked": {"view": view_of(newest(at)), "lineage": False}}
    assert drawn(checked(at.run()))["performed"] == 1234, "as long as there is no newer one"


def test_one_message_has_all_that_was_pressed_and_what_is_no_press_is_left_out(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    view = view_of(newest(at))
    names = ("favourite: 1", "rating: 2", "rating: 4", "nonsense", "Delete")
    acts = [{"view": view, "name": name, "at": next(CLOCK)} for name in names]
    at.session_state[VIEWER] = {"acts": [*acts, 7, {"name": "Undo"}, {"view": view, "name": "Undo", "at": "1"}]}
    shown = drawn(checked(at.run()))
    assert (shown["performed"], [*shown["problems"]]) == (acts[-1]["at"], [str(acts[3]["at"])])
    (output,) = newest(at).outputs
    mark = team().gallery.marks([output.id])[output.id]
    assert output.deleted_at and (mark.favourite, mark.rating) == (True, 4)
    at.session_state[VIEWER] = {"acts": "nonsense"}
    assert drawn(checked(at.run()))["performed"] == acts[-1]["at"]


def test_what_it_was_made_from_is_seen_large_too(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    source = newest(at)
    choose(at, "Change this image")
    held = source.outputs[0].sha256
    assert facts(at, f"form.r{held}")["prompt"] == "Two hills"
    ticks_until(at, lambda: not field(at, "Generate").disabled)
    generate(at, "At night")
    ticks_until(at, lambda: newest(at).outputs)
    job = newest(at)
    assert [one["label"] for one in facts(at, view_of(job))["references"]] == ["Image 1: Two hills"]
    given = facts(at, f"{job.id}.r1")
    assert given["prompt"] == "Two hills" and dict(given["facts"])["Used as"] == "Reference image"
    assert family(at, view_of(source)) == [
        (["Text to image"], [view_of(source)], [(["Image to image"], [view_of(job)], [])])
    ]
    assert family(at, view_of(job)) == family(at, view_of(source))
    team = Client(services.shared().accounts.shared(), services.shared().ledger)
    team.gallery.delete([source.outputs[0].id])
    at.session_state[VIEWER] = {"asked": {"view": view_of(job), "lineage": True}}
    deleted = drawn(checked(at.run()))["family"]
    assert (
        deleted["summary"] == "2 jobs, 14 credits in all" and "14 credits in this branch" in deleted["jobs"][0]["line"]
    )
    assert [(one["deleted"], bool(one["href"])) for one in deleted["jobs"][0]["results"]] == [(True, True)]
    team.gallery.restore([source.outputs[0].id])
    assert given["links"][0][0] == "Source" and source.id in given["links"][0][1]
    for nothing in (f"{job.id}.r2", f"{job.id}.rx", f"{source.id}.r1", "form.rabc"):
        assert "not found" in facts(at, nothing)["note"]
    other = page()
    assert "not found" in facts(other, f"form.r{held}")["note"], "it is in nobody's form but the first one's"


def test_a_job_that_somebody_else_deleted_is_in_the_lineage_without_its_prompt(enter: Enter, quick: Sandbox) -> None:
    at = generate(enter(claims("max@team.example")), "A secret thought")
    until(lambda: "saved" in texts(checked(at.run())))
    source = newest(at)
    choose(at, "Change this image")
    ticks_until(at, lambda: not field(at, "Generate").disabled)
    generate(at, "At night")
    ticks_until(at, lambda: newest(at).outputs)
    view, team = view_of(newest(at)), Client(services.shared().accounts.shared(), services.shared().ledger)
    assert replace(team, person=source.person).jobs.delete(source.id)
    for person, sees in (("max", True), ("anna", True), ("vera", False)):
        one = enter(claims(f"{person}@team.example"))
        if person == "anna":
            checked(field(one, "Whose").set_value("Everyone's").run())
        one.session_state[VIEWER] = {"asked": {"view": view, "lineage": True}}
        found = drawn(checked(one.run()))["family"]
        (root,) = found["jobs"]
        assert root["marks"] == ([] if not sees else ["Deleted"])
        assert root["title"] == ("A secret thought" if sees else "Deleted") and len(root["results"]) == sees
        assert ("A secret thought" in json.dumps(found)) is sees and "14 credits in this branch" in root["line"]


def test_who_may_not_see_or_spend_does_neither_in_the_viewer(enter: Enter, quick: Sandbox) -> None:
    at = generate(enter(claims("max@team.example")), "The team's hills")
    until(lambda: "saved" in texts(checked(at.run())))
    view = view_of(newest(at))
    viewer = enter(claims("vera@team.example"))
    assert facts(viewer, view)["prompt"] == "The team's hills" and facts(viewer, view)["actions"] == [
        {"title": "Lineage", "names": []}
    ]
    press(viewer, view, "Reuse: Everything")
    assert any("can't use this" in one.value for one in viewer.toast)
    checked(field(at, "API key").set_value(OWN).run())
    generate(at, "A private thought")
    until(lambda: "saved" in texts(checked(at.run())))
    private = view_of(newest(at))
    assert facts(at, private)["prompt"] == "A private thought"
    assert "not found" in facts(enter(claims("anna@team.example")), private)["note"]


def test_of_a_mode_that_is_not_known_only_the_prompt_is_taken_over(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    job = newest(at)
    services.shared().ledger.jobs.change(job.id, mode="text_to_hologram")
    reuse = next(group for group in facts(at, view_of(job))["actions"] if group["title"] == "Reuse")
    assert reuse["names"] == ["Prompt only"]


def test_in_demo_mode_credits_are_called_so(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    job, runtime = newest(at), services.shared().accounts.shared()
    demo = Client(replace(runtime, account=replace(runtime.account, is_sandbox=True)), services.shared().ledger)
    found = family_facts.of(demo, view_of(job))
    assert found and found["summary"] == "1 job, 7 demo credits in all" and "7 demo credits" in found["jobs"][0]["line"]
    assert "7 demo credits · 2 votes" in comparison_sheet._text(demo, job, job.tasks[0], 2)
    assert "7 credits" in comparison_sheet._text(team(), job, job.tasks[0], 2)
