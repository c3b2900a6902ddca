"""What is said of a job without a clear answer is right, or it is that nobody knows: refunds, restarts, new credits."""

from typing import Any

import pytest

from components.cards import unconfirmed
from studio.core.evidence import Evidence, Verdict
from studio.core.values import Job, State
from tests.conftest import IMAGE, KEY, Desk, order
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.contract.flow import POST, done, posts


def submit_at_the_api(desk: Desk) -> None:
    """WeryAI takes a submission and charges for it, whatever becomes of its answer."""
    desk.sandbox.backend.submit(desk.sandbox.backend.owner(KEY), POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})


def end_at_the_api(desk: Desk) -> None:
    """Every task there goes on to its end; nobody here asks about it."""
    for _ in range(3):
        desk.sandbox.backend.observe(tuple(desk.sandbox.backend.tasks.values()))


def opened(desk: Desk, outcome: str = "succeed") -> Job:
    order(desk.sandbox, "outcomes", outcomes=[outcome])
    job = desk.submit()
    desk.send()
    return desk.now(job)


def killed_while_sending(desk: Desk) -> Job:
    """The studio was killed right after this job had left."""
    job, balance = desk.submit(), desk.sandbox.backend.balance(desk.sandbox.backend.owner(KEY))
    desk.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, sent_at=desk.clock(), balance_before=balance)
    desk.running.dispatcher._gate._greeted = False
    return job


def verdict(desk: Desk, job: Job) -> Verdict:
    return desk.client.evidence(desk.now(job)).verdict


def test_a_refund_while_the_studio_was_down_is_not_taken_for_a_no(desk: Desk) -> None:
    other, job = opened(desk, "failed"), killed_while_sending(desk)
    submit_at_the_api(desk)
    end_at_the_api(desk)
    desk.clock.pass_by(3600)
    desk.send()
    evidence = desk.client.evidence(desk.now(job))
    assert (evidence.fell_by, evidence.verdict) == (0, Verdict.UNKNOWN), "7 taken and 7 given back"
    assert [found.id for found in evidence.refunds] == [other.id], "of which the studio does not know yet"
    done(desk, other)
    assert verdict(desk, job) is Verdict.UNKNOWN, "nor later, when it does"


def test_a_refund_that_nobody_here_has_seen_while_an_answer_hung_is_not_taken_for_a_no(desk: Desk) -> None:
    other, submit = opened(desk, "failed"), desk.running.api.submit

    def while_it_fails(*args: Any, job: str) -> Any:
        end_at_the_api(desk)
        return submit(*args, job=job)

    desk.running.api.submit = while_it_fails  # type: ignore[method-assign, assignment]
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    desk.send()
    assert verdict(desk, job) is Verdict.UNKNOWN
    done(desk, other)
    assert verdict(desk, job) is Verdict.UNKNOWN


def test_credits_that_were_bought_meanwhile_hide_what_was_charged(desk: Desk) -> None:
    job = killed_while_sending(desk)
    submit_at_the_api(desk)
    order(desk.sandbox, "balance", key=KEY, credits=1500)
    desk.send()
    evidence = desk.client.evidence(desk.now(job))
    assert (evidence.fell_by, evidence.verdict) == (-500, Verdict.UNKNOWN)
    assert Evidence(993, 1500).verdict is Verdict.UNKNOWN, "without a restart, too"


@pytest.mark.parametrize("acts", [True, False])
def test_after_a_restart_a_balance_that_stayed_says_nothing(desk: Desk, acts: bool) -> None:
    job = killed_while_sending(desk)
    if acts:
        submit_at_the_api(desk)
    desk.send()
    assert verdict(desk, job) is (Verdict.PROBABLY if acts else Verdict.UNKNOWN)


def test_a_balance_that_fell_is_a_yes_whatever_else_may_have_come_back(desk: Desk) -> None:
    opened(desk, "stuck")
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    desk.send()
    assert verdict(desk, job) is Verdict.PROBABLY


def test_a_task_that_failed_long_before_gives_nothing_back(desk: Desk) -> None:
    done(desk, opened(desk, "failed"))
    done(desk, opened(desk))
    order(desk.sandbox, "fault", kind="gateway", acts=False)
    job = desk.submit()
    desk.send()
    assert verdict(desk, job) is Verdict.PROBABLY_NOT


def test_what_a_failed_job_cost_in_the_end_is_not_what_it_took(desk: Desk) -> None:
    """It went out beside the other one, took 7, and is kept with a cost of nothing."""
    submit, beside = desk.running.api.submit, []

    def with_another(*args: Any, job: str) -> Any:
        desk.running.api.submit = submit  # type: ignore[method-assign]
        order(desk.sandbox, "outcomes", outcomes=["failed"])
        beside.append(desk.submit())
        desk.running.dispatcher.send(desk.now(beside[0]))
        order(desk.sandbox, "fault", kind="gateway", acts=False)
        return submit(*args, job=job)

    desk.running.api.submit = with_another  # type: ignore[method-assign, assignment]
    job = desk.submit()
    desk.send()
    done(desk, beside[0])
    desk.ledger.jobs.change(beside[0].id, cost=0.0)
    assert (desk.client.evidence(desk.now(job)).fell_by, verdict(desk, job)) == (7, Verdict.UNKNOWN)


def test_an_older_job_without_an_answer_may_have_given_credits_back_too(desk: Desk) -> None:
    order(desk.sandbox, "fault", kind="gateway")
    order(desk.sandbox, "fault", kind="gateway", acts=False)
    older = desk.submit()
    desk.send()
    desk.clock.pass_by(60)
    job = desk.submit()
    desk.send()
    assert [found.id for found in desk.client.evidence(desk.now(job)).refunds] == [older.id]
    assert verdict(desk, job) is Verdict.UNKNOWN


def test_what_an_earlier_post_of_a_job_left_is_not_taken_for_the_end_of_a_later_one(desk: Desk) -> None:
    """Asked to slow down, sent again, and then the studio was killed."""
    order(desk.sandbox, "fault", kind="refuse", code=0, http=429, message="slow down")
    job = desk.submit()
    desk.send()
    assert desk.now(job).balance_after == 1000
    desk.clock.pass_by(400)

    def killed(*_: object, **__: object) -> None:
        submit_at_the_api(desk)
        raise KeyboardInterrupt

    desk.running.api.submit = killed  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        desk.send()
    found = desk.now(job)
    assert (found.state, found.answered_at, found.balance_after, found.error_kind) == (
        State.UNCONFIRMED,
        None,
        None,
        "",
    )
    desk.running.dispatcher._gate._greeted = False
    desk.send()
    found = desk.now(job)
    assert "studio stopped" in found.reason and found.answered_at
    assert verdict(desk, job) is Verdict.PROBABLY


def test_the_words_say_no_more_than_is_known(desk: Desk) -> None:
    job = opened(desk)
    assert "probably not accepted" in unconfirmed._balance(Evidence(993, 993))
    for unclear in (Evidence(993, 993, is_late=True), Evidence(993, 1500), Evidence(993, 993, refunds=(job,))):
        said = unconfirmed._balance(unclear)
        assert "doesn't show" in said and "probably" not in said
    assert unconfirmed._balance(Evidence(993, 993, is_late=True)).startswith(
        "While the studio was stopped, the balance stayed"
    )
    assert unconfirmed._others(Evidence(993, 993, refunds=(job,))).startswith(
        "May have failed in the meantime, which returns credits: "
    )


@pytest.mark.parametrize(("code", "is_said"), [(6001, True), (6004, False)])
def test_6001_stays_unconfirmed_and_the_card_says_what_others_saw(desk: Desk, code: int, is_said: bool) -> None:
    order(desk.sandbox, "fault", kind="refuse", code=code, message="workflow system exception")
    job = desk.submit()
    desk.send()
    assert (desk.now(job).state, posts(desk)) == (State.UNCONFIRMED, 1)
    said = unconfirmed.told(desk.client, desk.now(job))
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
    desk: Desk, acts: bool, others: list[float | None], verdict: Verdict
) -> None:
    """Jobs whose answers take long go out side by side."""
    submit, sent = desk.running.api.submit, []

    def with_others(*args: Any, job: str) -> Any:
        desk.running.api.submit = submit  # type: ignore[method-assign]
        for _ in others:
            sent.append(desk.submit())
            desk.running.dispatcher.send(desk.now(sent[-1]))
        order(desk.sandbox, "fault", kind="gateway", acts=acts)
        return submit(*args, job=job)

    desk.running.api.submit = with_others  # type: ignore[method-assign, assignment]
    before = desk.submit()
    desk.send()
    for other, cost in zip(sent, others, strict=True):
        done(desk, other)
        desk.ledger.jobs.change(other.id, cost=cost)
    job, evidence = desk.now(before), desk.client.evidence(desk.now(before))
    assert (job.state, job.cost) == (State.UNCONFIRMED, None)
    assert {found.id for found in evidence.sent} == {other.id for other in sent}
    assert (evidence.before, evidence.fell_by, evidence.verdict) == (1000, 7 * (len(others) + acts), verdict)


def test_a_task_that_failed_meanwhile_may_have_given_credits_back(desk: Desk) -> None:
    order(desk.sandbox, "outcomes", outcomes=["failed"])
    failing = desk.submit()
    desk.send()
    submit = desk.running.api.submit

    def while_it_fails(*args: Any, job: str) -> Any:
        done(desk, failing)
        return submit(*args, job=job)

    desk.running.api.submit = while_it_fails  # type: ignore[method-assign, assignment]
    order(desk.sandbox, "fault", kind="gateway")
    job = desk.submit()
    desk.send()
    evidence = desk.client.evidence(desk.now(job))
    assert [found.id for found in evidence.refunds] == [failing.id]
    assert (evidence.fell_by, evidence.verdict) == (0, Verdict.UNKNOWN), "7 taken and 7 given back"


def test_a_job_that_was_being_sent_when_the_studio_stopped_has_its_evidence_after_the_next_start(desk: Desk) -> None:
    job = desk.submit()
    desk.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED, sent_at=desk.clock(), balance_before=1000.0)
    owner = desk.sandbox.backend.owner(KEY)
    desk.sandbox.backend.submit(owner, POST, {"model": "WERYAI_IMAGE_2_0", **IMAGE})
    desk.clock.pass_by(3600)
    desk.send()
    job = desk.now(job)
    assert (job.answered_at, "studio stopped" in job.reason) == (desk.clock(), True)
    evidence = desk.client.evidence(job)
    assert (evidence.before, evidence.after, evidence.verdict) == (1000, 993, Verdict.PROBABLY)
