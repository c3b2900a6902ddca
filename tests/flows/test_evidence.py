"""What is said of a job without a clear answer is right, or it is that nobody knows: refunds, restarts, new credits."""

from typing import Any

import pytest

from components.cards import unconfirmed
from studio.core.evidence import Evidence, Verdict
from studio.core.values import Job, State
from tests.conftest import IMAGE, KEY, Harness, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.flows.flow import POST, done, posts


def submit_at_the_api(harness: Harness) -> None:
    """WeryAI takes a submission and charges for it, whatever becomes of its answer."""
    harness.sandbox.backend.submit(harness.sandbox.backend.owner(KEY), POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})


def end_at_the_api(harness: Harness) -> None:
    """Every task there goes on to its end; nobody here asks about it."""
    for _ in range(3):
        harness.sandbox.backend.observe(tuple(harness.sandbox.backend.tasks.values()))


def opened(harness: Harness, outcome: str = "succeed") -> Job:
    order(harness.sandbox, "outcomes", outcomes=[outcome])
    job = harness.submit()
    harness.send()
    return harness.now(job)


def killed_while_sending(harness: Harness) -> Job:
    """The studio was killed right after this job had left."""
    job, balance = harness.submit(), harness.sandbox.backend.balance(harness.sandbox.backend.owner(KEY))
    harness.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, sent_at=harness.clock(), balance_before=balance)
    harness.runtime.dispatcher._readiness._is_prepared = False
    return job


def verdict(harness: Harness, job: Job) -> Verdict:
    return harness.client.jobs.evidence(harness.now(job)).verdict


def test_a_refund_while_the_studio_was_down_is_not_taken_for_a_no(harness: Harness) -> None:
    other, job = opened(harness, "failed"), killed_while_sending(harness)
    submit_at_the_api(harness)
    end_at_the_api(harness)
    harness.clock.pass_by(3600)
    harness.send()
    evidence = harness.client.jobs.evidence(harness.now(job))
    assert (evidence.fell_by, evidence.verdict) == (0, Verdict.UNKNOWN), "7 taken and 7 given back"
    assert [found.id for found in evidence.refunds] == [other.id], "of which the studio does not know yet"
    done(harness, other)
    assert verdict(harness, job) is Verdict.UNKNOWN, "nor later, when it does"


def test_a_refund_that_nobody_here_has_seen_while_an_answer_hung_is_not_taken_for_a_no(harness: Harness) -> None:
    other, submit = opened(harness, "failed"), harness.runtime.api.submit

    def while_it_fails(*args: Any, job: str) -> Any:
        end_at_the_api(harness)
        return submit(*args, job=job)

    harness.runtime.api.submit = while_it_fails  # type: ignore[method-assign, assignment]
    order(harness.sandbox, "fault", kind="gateway")
    job = harness.submit()
    harness.send()
    assert verdict(harness, job) is Verdict.UNKNOWN
    done(harness, other)
    assert verdict(harness, job) is Verdict.UNKNOWN


def test_credits_that_were_bought_meanwhile_hide_what_was_charged(harness: Harness) -> None:
    job = killed_while_sending(harness)
    submit_at_the_api(harness)
    order(harness.sandbox, "balance", key=KEY, credits=1500)
    harness.send()
    evidence = harness.client.jobs.evidence(harness.now(job))
    assert (evidence.fell_by, evidence.verdict) == (-500, Verdict.UNKNOWN)
    assert Evidence(993, 1500).verdict is Verdict.UNKNOWN, "without a restart, too"


@pytest.mark.parametrize("acts", [True, False])
def test_after_a_restart_a_balance_that_stayed_says_nothing(harness: Harness, acts: bool) -> None:
    job = killed_while_sending(harness)
    if acts:
        submit_at_the_api(harness)
    harness.send()
    assert verdict(harness, job) is (Verdict.PROBABLY if acts else Verdict.UNKNOWN)


def test_a_balance_that_fell_is_a_yes_whatever_else_may_have_come_back(harness: Harness) -> None:
    opened(harness, "stuck")
    order(harness.sandbox, "fault", kind="gateway")
    job = harness.submit()
    harness.send()
    assert verdict(harness, job) is Verdict.PROBABLY


def test_a_task_that_failed_long_before_gives_nothing_back(harness: Harness) -> None:
    done(harness, opened(harness, "failed"))
    done(harness, opened(harness))
    order(harness.sandbox, "fault", kind="gateway", acts=False)
    job = harness.submit()
    harness.send()
    assert verdict(harness, job) is Verdict.PROBABLY_NOT


def test_what_a_failed_job_cost_in_the_end_is_not_what_it_took(harness: Harness) -> None:
    """It went out beside the other one, took 7, and is kept with a cost of nothing."""
    submit, beside = harness.runtime.api.submit, []

    def with_another(*args: Any, job: str) -> Any:
        harness.runtime.api.submit = submit  # type: ignore[method-assign]
        order(harness.sandbox, "outcomes", outcomes=["failed"])
        beside.append(harness.submit())
        harness.runtime.dispatcher.send(harness.now(beside[0]))
        order(harness.sandbox, "fault", kind="gateway", acts=False)
        return submit(*args, job=job)

    harness.runtime.api.submit = with_another  # type: ignore[method-assign, assignment]
    job = harness.submit()
    harness.send()
    done(harness, beside[0])
    harness.ledger.jobs.change(beside[0].id, cost=0.0)
    assert (harness.client.jobs.evidence(harness.now(job)).fell_by, verdict(harness, job)) == (7, Verdict.UNKNOWN)


def test_an_older_job_without_an_answer_may_have_given_credits_back_too(harness: Harness) -> None:
    order(harness.sandbox, "fault", kind="gateway")
    order(harness.sandbox, "fault", kind="gateway", acts=False)
    older = harness.submit()
    harness.send()
    harness.clock.pass_by(60)
    job = harness.submit()
    harness.send()
    assert [found.id for found in harness.client.jobs.evidence(harness.now(job)).refunds] == [older.id]
    assert verdict(harness, job) is Verdict.UNKNOWN


def test_what_an_earlier_post_of_a_job_left_is_not_taken_for_the_end_of_a_later_one(harness: Harness) -> None:
    """Asked to slow down, sent again, and then the studio was killed."""
    order(harness.sandbox, "fault", kind="refuse", code=0, http=429, message="slow down")
    job = harness.submit()
    harness.send()
    assert harness.now(job).balance_after == 1000
    harness.clock.pass_by(400)

    def killed(*_: object, **__: object) -> None:
        submit_at_the_api(harness)
        raise KeyboardInterrupt

    harness.runtime.api.submit = killed  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        harness.send()
    found = harness.now(job)
    assert (found.state, found.answered_at, found.balance_after, found.error_kind) == (
        State.UNCONFIRMED,
        None,
        None,
        "",
    )
    harness.runtime.dispatcher._readiness._is_prepared = False
    harness.send()
    found = harness.now(job)
    assert "studio stopped" in found.reason and found.answered_at
    assert verdict(harness, job) is Verdict.PROBABLY


def test_the_words_say_no_more_than_is_known(harness: Harness) -> None:
    job = opened(harness)
    assert "probably not accepted" in unconfirmed._balance(Evidence(993, 993))
    for unclear in (Evidence(993, 993, is_late=True), Evidence(993, 1500), Evidence(993, 993, refunds=(job,))):
        said = unconfirmed._balance(unclear)
        assert "doesn't show" in said and "probably" not in said
    assert unconfirmed._balance(Evidence(993, 993, is_late=True)).startswith(
        "While the studio was stopped, the balance stayed"
    )
    assert unconfirmed._others(Evidence(993, 993, refunds=(job,))).startswith(
        "Jobs that may have failed in the meantime, which returns credits: "
    )


@pytest.mark.parametrize(("code", "is_said"), [(6001, True), (6004, False)])
def test_6001_stays_unconfirmed_and_the_card_says_what_others_saw(harness: Harness, code: int, is_said: bool) -> None:
    order(harness.sandbox, "fault", kind="refuse", code=code, message="workflow system exception")
    job = harness.submit()
    harness.send()
    assert (harness.now(job).state, posts(harness)) == (State.UNCONFIRMED, 1)
    said = unconfirmed.explanation(harness.client, harness.now(job))
    assert ("Others report that 6001 made no task for them." in said) is is_said
    assert said.endswith("Check before you send the job again.")


@pytest.mark.parametrize(
    ("acts", "others", "verdict"),
    [
        (True, [], Verdict.PROBABLY),
        (False, [], Verdict.PROBABLY_NOT),
        (True, [7.0], Verdict.PROBABLY),
        (False, [7.0], Verdict.PROBABLY_NOT),
        (True, [None], Verdict.UNKNOWN),
        (False, [None, 7.0], Verdict.UNKNOWN),
    ],
)
def test_the_evidence_says_what_else_was_sent_meanwhile(
    harness: Harness, acts: bool, others: list[float | None], verdict: Verdict
) -> None:
    """Jobs whose answers take long go out side by side."""
    submit, sent = harness.runtime.api.submit, []

    def with_others(*args: Any, job: str) -> Any:
        harness.runtime.api.submit = submit  # type: ignore[method-assign]
        for _ in others:
            sent.append(harness.submit())
            harness.runtime.dispatcher.send(harness.now(sent[-1]))
        order(harness.sandbox, "fault", kind="gateway", acts=acts)
        return submit(*args, job=job)

    harness.runtime.api.submit = with_others  # type: ignore[method-assign, assignment]
    before = harness.submit()
    harness.send()
    for other, cost in zip(sent, others, strict=True):
        done(harness, other)
        harness.ledger.jobs.change(other.id, cost=cost)
    job, evidence = harness.now(before), harness.client.jobs.evidence(harness.now(before))
    assert (job.state, job.cost) == (State.UNCONFIRMED, None)
    assert {found.id for found in evidence.sent} == {other.id for other in sent}
    assert (evidence.before, evidence.fell_by, evidence.verdict) == (1000, 7 * (len(others) + acts), verdict)


def test_a_task_that_failed_meanwhile_may_have_given_credits_back(harness: Harness) -> None:
    order(harness.sandbox, "outcomes", outcomes=["failed"])
    failing = harness.submit()
    harness.send()
    submit = harness.runtime.api.submit

    def while_it_fails(*args: Any, job: str) -> Any:
        done(harness, failing)
        return submit(*args, job=job)

    harness.runtime.api.submit = while_it_fails  # type: ignore[method-assign, assignment]
    order(harness.sandbox, "fault", kind="gateway")
    job = harness.submit()
    harness.send()
    evidence = harness.client.jobs.evidence(harness.now(job))
    assert [found.id for found in evidence.refunds] == [failing.id]
    assert (evidence.fell_by, evidence.verdict) == (0, Verdict.UNKNOWN), "7 taken and 7 given back"


def test_a_job_that_was_being_sent_when_the_studio_stopped_has_its_evidence_after_the_next_start(
    harness: Harness,
) -> None:
    job = harness.submit()
    harness.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, sent_at=harness.clock(), balance_before=1000.0)
    owner = harness.sandbox.backend.owner(KEY)
    harness.sandbox.backend.submit(owner, POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})
    harness.clock.pass_by(3600)
    harness.send()
    job = harness.now(job)
    assert (job.answered_at, "studio stopped" in job.reason) == (harness.clock(), True)
    evidence = harness.client.jobs.evidence(job)
    assert (evidence.before, evidence.after, evidence.verdict) == (1000, 993, Verdict.PROBABLY)
