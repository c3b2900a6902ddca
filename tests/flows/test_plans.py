"""Plans: many jobs from one form. Each line is checked before anything is sent, and sent once."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox import facts
from studio.client import Client
from studio.core.errors import LedgerError
from studio.core.expansion import MOST_COUNTED
from studio.core.people import AdminAction
from studio.core.plans import Change, Entry, Outcome, Plan
from studio.core.spending_limits import SpendingLimits
from studio.core.values import Draft, State
from studio.ledger.jobs import JobLedger
from tests.conftest import IMAGE, VIDEO, Harness
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the flow
from tests.examples import WHEN
from tests.flows.flow import DRAFT, posts

OTHER = "GEMINI_3_1_FLASH_IMAGE"
AUDIO = ("generate_audio", True, "")


def plan(client: Client, *prompts: str, models: tuple[str, ...] = (), draft: Draft = DRAFT) -> Plan:
    return client.plans.make(draft, [Entry(prompt) for prompt in prompts], models)


def prompts(harness: Harness) -> list[str]:
    queued = harness.ledger.jobs.in_state(harness.client.account.id, State.QUEUED)
    return [job.prompt for job in queued]


def limit(harness: Harness, **limits: float) -> None:
    harness.ledger.spending_limits.set(
        SpendingLimits(**limits), AdminAction(str(limits), WHEN, "p", "a", "set limits", "")
    )


def of_the_team(harness: Harness) -> Client:
    """A client of the account that limits are for."""
    account = replace(harness.client.account, is_shared=True)
    return replace(harness.client, runtime=replace(harness.runtime, account=account))


def test_a_plan_has_a_line_for_each_prompt_and_model_in_order_and_sends_nothing(harness: Harness) -> None:
    found = plan(harness.client, "a {red|blue} fox", "an owl", models=(OTHER, DRAFT.model))
    assert [(line.number, line.draft.inputs["prompt"], line.draft.model) for line in found.lines] == [
        (number, prompt, model)
        for number, (prompt, model) in enumerate(
            [(prompt, model) for prompt in ("a red fox", "a blue fox", "an owl") for model in (DRAFT.model, OTHER)], 1
        )
    ]
    assert found.number == 6 and found.ready == found.lines
    assert not prompts(harness)


def test_each_job_of_a_prompt_with_wildcards_keeps_it_as_it_was_written_but_no_key(harness: Harness) -> None:
    key = "sk-0123456789abcdef0123456789abcdef"
    found = plan(harness.client, "a {red|blue} fox", r"an \{odd|even} owl", "an owl", f"{{{key}|a hare}}")
    harness.client.plans.send(found, "p")
    queued = harness.ledger.jobs.in_state(harness.client.account.id, State.QUEUED)
    assert [(job.prompt, job.template) for job in queued] == [
        ("a red fox", "a {red|blue} fox"),
        ("a blue fox", "a {red|blue} fox"),
        ("an {odd|even} owl", ""),
        ("an owl", ""),
        ("a hare", ""),
    ]


def test_a_plan_that_is_too_large_is_counted_and_has_no_lines(harness: Harness) -> None:
    assert plan(harness.client, "{1..101}", models=(OTHER,)) == Plan(202, model=DRAFT.model)
    assert plan(harness.client, "{1..99999}{1..99999}", "a").number == MOST_COUNTED
    assert len(plan(harness.client, "{1..100}", models=(OTHER,)).lines) == 200


def test_a_line_that_cannot_be_sent_says_why_and_the_others_are_sent(harness: Harness) -> None:
    found = plan(harness.client, "a", "", "b" * 3000, "sk-0123456789abcdef0123456789abcdef", "c")
    assert [(line.at_fault, line.problem[:20]) for line in found.lines if line.problem] == [
        ("prompt", "Write a prompt first"),
        ("prompt", "Shorten the prompt b"),
        ("prompt", "This contains an API"),
    ]
    outcome = harness.client.plans.send(found, "press")
    assert list(outcome.jobs) == [1, 5] and not outcome.refused and not outcome.stopped
    assert prompts(harness) == ["a", "c"]
    assert [line.number for line in found.after(outcome).lines] == [2, 3, 4]


def test_the_same_plan_sent_twice_is_one_job_and_one_post_a_line(harness: Harness) -> None:
    found = plan(harness.client, "{a|b|c}")
    first, second = (harness.client.plans.send(found, "press") for _ in range(2))
    assert first == second and len(first.jobs) == 3
    assert prompts(harness) == ["a", "b", "c"]
    for _ in range(3):
        harness.send()
    assert posts(harness) == 3
    assert harness.client.plans.send(found, "press") == first
    assert harness.client.plans.send(found, "another press").jobs.keys() == first.jobs.keys()
    assert prompts(harness) == ["a", "b", "c"]  # those of the other press


def test_the_usual_cost_of_a_plan_is_that_of_the_lines_that_can_be_sent(harness: Harness) -> None:
    job = harness.submit()
    harness.send()
    for _ in range(3):
        harness.ask()
    assert harness.now(job).cost == 7
    assert plan(harness.client, "{a|b}", "").estimate.median == 14


def test_a_spending_limit_stops_a_plan_and_the_rest_can_be_sent_later_without_the_first(harness: Harness) -> None:
    client = of_the_team(harness)
    limit(harness, team_day=20, price=8)
    found = plan(client, "{a|b|c|d}")
    outcome = client.plans.send(found, "press")
    assert list(outcome.jobs) == [1, 2]
    assert "limit of 20 credits" in outcome.stopped and prompts(harness) == ["a", "b"]
    left = found.after(outcome)
    assert [line.number for line in left.ready] == [3, 4]
    assert not client.plans.send(left, "press").jobs
    limit(harness, team_day=200, price=8)
    assert list(client.plans.send(left, "press").jobs) == [3, 4]
    assert prompts(harness) == ["a", "b", "c", "d"]
    assert client.plans.send(found, "press").jobs.keys() == {1, 2, 3, 4}
    assert len(prompts(harness)) == 4


def test_the_rate_limit_lets_a_whole_plan_pass_and_counts_its_jobs_for_the_next(harness: Harness) -> None:
    client = replace(harness.client, most_a_minute=3)
    found = plan(client, "{1..5}")
    assert len(client.plans.send(found, "press").jobs) == 5
    assert len(client.plans.send(found, "press").jobs) == 5  # a double press is told the truth
    again = plan(client, "{6..7}")
    assert client.plans.send(again, "next") == Outcome(
        stopped="The limit is 3 jobs a minute. Wait a moment, then try again."
    )
    harness.clock.pass_by(61)
    assert len(client.plans.send(again, "next").jobs) == 2


def test_whoever_may_not_spend_sends_no_plan(harness: Harness) -> None:
    viewer = replace(harness.client, may_not_spend="You have view-only access.")
    assert viewer.plans.send(plan(viewer, "{a|b}"), "press") == Outcome(stopped="You have view-only access.")
    assert not prompts(harness)


def test_a_ledger_that_fails_half_way_leaves_the_rest_to_be_sent_again(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, add = plan(harness.client, "{a|b|c}"), JobLedger.add

    def failing(self: JobLedger, job: Any, **named: Any) -> Any:
        if job.prompt == "b":
            raise LedgerError("The disk is full.")
        return add(self, job, **named)

    with monkeypatch.context() as broken:
        broken.setattr(JobLedger, "add", failing)
        outcome = harness.client.plans.send(found, "press")
    assert list(outcome.jobs) == [1] and outcome.stopped.startswith("The disk is full.")
    assert list(harness.client.plans.send(found.after(outcome), "press").jobs) == [2, 3]
    assert prompts(harness) == ["a", "b", "c"]


KLING = Draft(
    "text_to_video",
    "KLING_V3_0_PRO",
    {
        "prompt": "a",
        "aspect_ratio": "1:1",
        "duration": 15,
        "generate_audio": True,
        "video_number": 1,
        "negative_prompt": "rain",
    },
)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        ("KLING_V3_0_STA", []),
        ("KLING_V2_6_PRO", [("duration", 15, 5)]),
        (
            "SORA_2_PRO",
            [
                ("aspect_ratio", "1:1", "16:9"),
                ("duration", 15, 4),
                ("resolution", "", "720p"),
                ("generate_audio", True, ""),
                ("negative_prompt", "rain", ""),
            ],
        ),
        ("PIKA_2_2", [("aspect_ratio", "1:1", ""), ("duration", 15, 5), ("resolution", "", "720p"), AUDIO]),
        ("SORA_2", [AUDIO, ("negative_prompt", "rain", "")]),  # its limits are unknown: any value may be tried
    ],
)
def test_another_model_gets_what_it_offers_and_the_line_says_what_was_changed(
    harness: Harness, model: str, changes: list[tuple[str, Any, Any]]
) -> None:
    first, line = plan(harness.client, "a", models=(model,), draft=KLING).lines
    assert not first.problem and not first.changes
    assert (line.problem, line.draft.model) == ("", model)
    assert line.changes == tuple(Change(*change) for change in changes)


def test_references_that_a_model_does_not_take_are_a_problem_of_its_line(harness: Harness) -> None:
    images = [f"https://files.example/{number}.png" for number in range(3)]
    form = Draft("image_to_image", "", {**IMAGE, "images": images})
    models = harness.client.models.list("image_to_image")
    most = {model.key: model.max_images or 1 for model in models}
    found = plan(harness.client, "a", models=tuple(most), draft=replace(form, model=models[0].key))
    assert {line.draft.model: bool(line.problem) for line in found.lines} == {
        key: number < 3 for key, number in most.items()
    }
    assert {line.at_fault for line in found.lines if line.problem} == {"images"}
    without = plan(harness.client, "a", draft=replace(form, model=models[0].key, inputs=IMAGE))
    assert [line.problem for line in without.lines] == ["Add an image."]


def test_what_a_list_asks_for_comes_before_the_form_and_is_a_problem_where_it_is_not_offered(harness: Harness) -> None:
    entries = [
        Entry("a", settings={"aspect_ratio": "1:1", "image_number": "2"}),
        Entry("b", settings={"aspect_ratio": "7:1"}),
        Entry("c", settings={"image_number": "two"}),
        Entry("d", OTHER, {"aspect_ratio": "16:9"}),
    ]
    found = harness.client.plans.make(DRAFT, entries)
    assert found.lines[0].changes == (
        Change("aspect_ratio", "16:9", "1:1", is_asked=True),
        Change("image_number", 1, 2, is_asked=True),
    )
    assert [line.at_fault for line in found.lines] == ["", "aspect_ratio", "image_number", ""]
    assert found.lines[3].draft.model == OTHER
    assert harness.client.plans.send(found, "press").jobs.keys() == {1, 4}


FILM = Draft("text_to_video", "SEEDANCE_2_0", {**VIDEO, "duration": 5, "video_number": 1, "generate_audio": True})


def list_has(harness: Harness, monkeypatch: pytest.MonkeyPatch, **limits: Any) -> None:
    """WeryAI's list has these limits for the model of `FILM` from now on."""
    models = facts.REGISTRY["video"]["text_to_video"]
    now = [{**one, **limits} if one["model_key"] == FILM.model else one for one in models]
    monkeypatch.setitem(facts.REGISTRY["video"], "text_to_video", now)
    harness.runtime.catalogue.refresh()


def test_a_line_that_the_model_list_changed_since_the_table_is_not_sent_until_the_table_shows_it(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_has(harness, monkeypatch)
    found = plan(harness.client, "{a|b}", draft=FILM)
    list_has(harness, monkeypatch, has_generate_audio=False)
    outcome = harness.client.plans.send(found, "press")
    assert not outcome.jobs and not prompts(harness)
    assert outcome.stopped.startswith("WeryAI's model list changed") and "Look at the table again" in outcome.stopped
    left = found.after(outcome)
    assert [line.draft.inputs["prompt"] for line in left.ready] == ["a", "b"]
    assert {line.changes for line in left.lines} == {(Change("generate_audio", True, ""),)}
    list_has(harness, monkeypatch, has_generate_audio=True)
    again = harness.client.plans.send(left, "press")
    assert not again.jobs and left.after(again).lines[0].changes == (Change("generate_audio", "", True),)
    sent = harness.client.plans.send(left.after(again), "press")
    assert list(sent.jobs) == [1, 2] and not sent.stopped and prompts(harness) == ["a", "b"]


def test_a_list_that_changes_half_way_leaves_the_jobs_that_are_queued_and_the_lines_that_are_not(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_has(harness, monkeypatch)
    found = harness.client.plans.make(FILM, [Entry("a", settings={"duration": "10"}), Entry("b")], ("SORA_2",))
    list_has(harness, monkeypatch, durations=[5], has_generate_audio=False)
    outcome = harness.client.plans.send(found, "press")
    left = found.after(outcome)
    assert list(outcome.jobs) == [2, 4] and prompts(harness) == ["a", "b"]
    assert [(line.number, line.at_fault, line.problem[:30]) for line in left.lines] == [
        (1, "", "Seedance 2.0 does not support "),
        (3, "", ""),
    ]
    assert harness.client.plans.send(left, "press").jobs.keys() == {3}
    assert harness.client.plans.send(left, "press").jobs.keys() == {3} and len(prompts(harness)) == 3
