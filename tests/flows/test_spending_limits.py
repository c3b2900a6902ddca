"""Limits of what may be spent: reserved with the job, given back when it cost nothing, and never gone over."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from studio.core.account import Account
from studio.core.errors import DraftError, NotAllowed
from studio.core.people import AdminAction
from studio.core.prices import Price, Unit
from studio.core.spending_limits import Scope, Span, SpendingLimits, Usage
from studio.core.values import Job, State, Status
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.replacement import replace_history
from studio.ledger.snapshot import write_snapshot
from studio.ledger.tables import tasks
from studio.people.admin import Admin
from tests.conftest import IMAGE, Harness, order
from tests.examples import JOB, WHEN

LAST_OF_MONTH = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
TRIES, ROOM, THREADS = 200, 20, 4


def limit(ledger: Ledger, limits: SpendingLimits) -> None:
    ledger.spending_limits.set(limits, AdminAction("deed", WHEN, "p_anna", "a", "set limits", ""))


def job(number: int, **facts: Any) -> Job:
    told: dict[str, Any] = {"id": f"job_{number}", "submission": str(number), "state": State.QUEUED, "person": "p_max"}
    return replace(JOB, **told | {"created_at": WHEN, "count": 1} | facts)


def add(ledger: Ledger, number: int, **facts: Any) -> Job:
    return ledger.jobs.add(job(number, **facts), is_limited=True)


def used(ledger: Ledger, at: datetime = WHEN) -> list[float]:
    return [use.used for use in ledger.spending_limits.uses("a", "p_max", at)]


@pytest.mark.parametrize("field", ["person_day", "person_month", "team_day", "team_month"])
def test_a_job_that_may_cost_more_than_is_left_is_not_written_down(ledger: Ledger, field: str) -> None:
    limit(ledger, SpendingLimits(**{field: 10.0}, price=3))
    add(ledger, 1, count=2)
    add(ledger, 2)
    with pytest.raises(DraftError, match=r"(daily|monthly) limit of 10 credits: 9 are used .* could cost up to 3\."):
        add(ledger, 3)
    assert not ledger.jobs.get("job_3")
    assert used(ledger) == [9]


def test_the_same_submission_again_is_the_same_job_also_where_nothing_is_left(ledger: Ledger) -> None:
    limit(ledger, SpendingLimits(team_day=3, price=3))
    add(ledger, 1)
    assert ledger.jobs.add(replace(job(1), id="another"), is_limited=True).id == "job_1"


def test_another_persons_spending_is_the_teams_and_not_ones_own(ledger: Ledger) -> None:
    limit(ledger, SpendingLimits(person_day=5, team_day=8, price=4))
    add(ledger, 1)
    add(ledger, 2, person="p_eve")
    with pytest.raises(DraftError, match="Over your daily limit"):
        add(ledger, 3)
    with pytest.raises(DraftError, match="Over the team's daily limit"):
        add(ledger, 4, person="p_ann")
    add(ledger, 5, account="b")


def test_a_day_and_a_month_begin_anew_in_utc(ledger: Ledger) -> None:
    limit(ledger, SpendingLimits(person_day=2, person_month=2, price=1))
    add(ledger, 1, created_at=LAST_OF_MONTH - timedelta(days=1))
    add(ledger, 2, created_at=LAST_OF_MONTH)
    assert used(ledger, LAST_OF_MONTH) == [1, 2]
    assert used(ledger, LAST_OF_MONTH.astimezone(timezone(timedelta(hours=9)))) == [1, 2]
    with pytest.raises(DraftError) as refused:
        add(ledger, 4, created_at=LAST_OF_MONTH)
    assert "resets on the 1st of next month (UTC)" in refused.value.hint
    assert used(ledger, LAST_OF_MONTH + timedelta(minutes=1)) == [0, 0]
    add(ledger, 3, created_at=LAST_OF_MONTH + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("state", "cost", "counts"),
    [
        (State.QUEUED, None, 5),
        (State.UNCONFIRMED, None, 5),
        (State.OPEN, None, 5),
        (State.OPEN, 7.0, 7),
        (State.FINISHED, 2.0, 2),
        (State.FINISHED, 0.0, 0),
        (State.FINISHED, None, 5),
        (State.REFUSED, None, 0),
        (State.CANCELLED, None, 0),
        (State.DISMISSED, None, 5),
        (State.OPEN, 2.0, 5),
    ],
)
def test_a_job_counts_what_it_cost_or_may_cost_if_it_may_have_cost_anything(
    ledger: Ledger, state: State, cost: float | None, counts: float
) -> None:
    limit(ledger, SpendingLimits(person_day=10, price=5))
    add(ledger, 1)
    ledger.jobs.change("job_1", state=state, cost=cost)
    assert used(ledger) == [counts]


def priced(ledger: Ledger, number: int, cost: float, **facts: Any) -> None:
    """A job that has ended, and whose cost is known."""
    ledger.jobs.add(job(number, cost=cost, state=State.FINISHED, **facts))


def reserved(ledger: Ledger, number: int, **facts: Any) -> float | None:
    add(ledger, number, **facts)
    found = ledger.jobs.get(f"job_{number}")
    assert found
    return found.reserved


def test_what_is_reserved_is_the_dearest_that_a_task_may_cost(ledger: Ledger) -> None:
    assert reserved(ledger, 1) is None, "nothing is known, and no limit says what that counts as"
    limit(ledger, SpendingLimits(team_month=10_000, price=3))
    assert reserved(ledger, 2, count=2) == 6
    priced(ledger, 3, 40, count=4, created_at=WHEN - timedelta(hours=2))
    priced(ledger, 4, 7, created_at=WHEN - timedelta(hours=1))
    priced(ledger, 5, 300, account="b")
    priced(ledger, 6, 300, mode="text_to_video")
    priced(ledger, 7, 300, model="")
    assert reserved(ledger, 8, count=3) == 30, "the dearest of the same model and settings"
    assert reserved(ledger, 9, model="another") == 10, "the dearest of the mode"
    assert reserved(ledger, 10, mode="image_to_image") == 3
    action = AdminAction("deed_2", WHEN, "p_anna", "a", "set the price table", "")
    ledger.prices.replace([Price(JOB.mode, model, "", Unit.RESULT, 8) for model in ("another", JOB.model)], action)
    assert reserved(ledger, 11, model="another", count=2) == 16, "by the price table"
    assert reserved(ledger, 12) == 10, "what was measured is known better"


def use_the_teams_key(harness: Harness) -> None:
    account = replace(harness.client.account, is_shared=True)
    harness.client = replace(harness.client, runtime=replace(harness.runtime, account=account))


def test_what_was_part_refunded_tells_no_price(harness: Harness) -> None:
    use_the_teams_key(harness)
    limit(harness.ledger, SpendingLimits(team_month=1000, price=1))
    first = harness.submit({**IMAGE, "image_number": 2})
    harness.send()
    harness.ask()
    harness.ask()
    assert (cost := harness.now(first).cost)
    assert harness.submit({**IMAGE, "image_number": 3}).reserved == 3 * cost / 2
    (task, *_) = harness.now(first).tasks
    with harness.ledger.database.write() as connection:
        connection.execute(tasks.update().where(tasks.c.id == task.id).values(status=Status.FAILED))
    assert harness.submit({**IMAGE, "image_number": 3}).reserved == 3


def test_credits_that_are_charged_at_the_end_are_reserved_until_then(harness: Harness) -> None:
    use_the_teams_key(harness)
    order(harness.sandbox, "charging", when="at-end", refund=False)
    limit(harness.ledger, SpendingLimits(team_day=10, price=8))
    first = harness.submit()
    harness.send()
    assert harness.now(first).cost is None
    with pytest.raises(DraftError, match="8 are used or reserved"):
        harness.submit()


def test_an_imported_task_is_not_spent_here_and_tells_no_price(ledger: Ledger) -> None:
    limit(ledger, SpendingLimits(team_day=10, price=3))
    priced(ledger, 1, 90, model="")
    assert used(ledger) == [0]
    assert reserved(ledger, 2) == 3


def test_jobs_from_before_the_limits_count_as_well(ledger: Ledger) -> None:
    add(ledger, 1, count=2)
    priced(ledger, 2, 4, mode="text_to_video")
    limit(ledger, SpendingLimits(person_day=10, price=3))
    assert used(ledger) == [10]
    with pytest.raises(DraftError):
        add(ledger, 3)


def test_tenths_fit_as_often_as_one_would_think(ledger: Ledger) -> None:
    limit(ledger, SpendingLimits(person_day=0.3, price=0.1))
    for number in range(3):
        add(ledger, number)
    with pytest.raises(DraftError):
        add(ledger, 3)


def test_who_is_not_known_has_the_teams_limits_only(ledger: Ledger) -> None:
    limit(ledger, SpendingLimits(person_day=1, team_day=9, price=4))
    add(ledger, 1, person="")
    add(ledger, 2, person="")
    assert [use.scope for use in ledger.spending_limits.uses("a", "", WHEN)] == [Scope.TEAM]


def test_ones_own_key_is_not_limited(harness: Harness) -> None:
    limit(harness.ledger, SpendingLimits(team_day=0.5, price=1))
    assert harness.submit().state is State.QUEUED
    assert harness.client.spending.limits() == []


@pytest.mark.parametrize("account", [Account("test", "", "", is_shared=True), Account("test", "", "", is_sandbox=True)])
def test_the_team_and_demo_mode_are_limited(harness: Harness, account: Account) -> None:
    limit(harness.ledger, SpendingLimits(team_day=0.5, price=1))
    harness.client = replace(harness.client, runtime=replace(harness.runtime, account=account))
    with pytest.raises(DraftError):
        harness.submit()
    assert harness.client.spending.limits() == [Usage(Scope.TEAM, Span.DAY, 0.5, 0)]
    assert harness.client.jobs.recent(JOB.kind, 9) == []
    assert replace(harness.client, may_not_spend="View only.").spending.limits() == []


def test_an_admin_sets_limits_and_it_is_written_down(harness: Harness) -> None:
    admin = Admin(replace(harness.client, person="p_anna", is_admin=True))
    limits = SpendingLimits(person_day=100, team_month=2000, price=12)
    admin.set_limits(limits)
    admin.set_limits(limits)
    assert admin.limits() == limits
    (action,) = admin.admin_actions()
    assert (action.person, action.verb) == (
        "p_anna",
        "set limits: person 100 a day, team 2,000 a month, unknown cost counts as 12",
    )
    harness.clock.pass_by(1)
    admin.set_limits(replace(limits, price=0.5))
    harness.clock.pass_by(1)
    admin.set_limits(SpendingLimits())
    assert [action.verb.rpartition(" ")[2] for action in admin.admin_actions()] == ["none", "0.5", "12"]
    with pytest.raises(NotAllowed):
        Admin(harness.client).set_limits(SpendingLimits())
    with pytest.raises(NotAllowed):
        Admin(harness.client).limits()


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (SpendingLimits(team_day=5), "price"),
        (SpendingLimits(team_day=-5, price=1), "team_day"),
        (SpendingLimits(person_month=float("inf"), price=1), "person_month"),
        (SpendingLimits(person_month=float("nan"), price=1), "person_month"),
        (SpendingLimits(person_month=1e-9, price=1), "person_month"),
    ],
)
def test_limits_that_could_not_be_kept_are_not_set(harness: Harness, limits: SpendingLimits, field: str) -> None:
    admin = Admin(replace(harness.client, person="p_anna", is_admin=True))
    with pytest.raises(DraftError) as refused:
        admin.set_limits(limits)
    assert refused.value.field == field
    assert (admin.limits(), admin.admin_actions()) == (SpendingLimits(), [])


def race(url: str, first: int, number: int, start: Barrier) -> int:
    """Try to write so many jobs down at once; returns how many were."""

    def wrote(number: int) -> bool:
        try:
            add(ledger, number, person=f"p_{number % 3}")
        except DraftError:
            return False
        return True

    with closing(open_ledger(url)) as ledger, ThreadPoolExecutor(THREADS) as threads:
        start.wait(60)
        return sum(threads.map(wrote, range(first, first + number)))


def test_two_processes_that_race_for_the_last_credits_never_go_over(url: str) -> None:
    with closing(open_ledger(url)) as ledger:
        limit(ledger, SpendingLimits(team_day=3 * ROOM + 2, price=3))
    spawning = multiprocessing.get_context("spawn")
    with spawning.Manager() as manager, spawning.Pool(2) as processes:
        start = manager.Barrier(2)
        halves = [(url, 0, TRIES // 2, start), (url, TRIES // 2, TRIES // 2, start)]
        wrote = processes.starmap(race, halves, chunksize=1)
    assert sum(wrote) == ROOM
    with closing(open_ledger(url)) as ledger:
        assert ledger.spending_limits.uses("a", "p_max", WHEN) == [Usage(Scope.TEAM, Span.DAY, 3 * ROOM + 2, 3 * ROOM)]


def test_a_job_that_is_written_down_while_a_backup_is_put_back_waits_for_it(postgres: str, tmp_path: Path) -> None:
    """What a submission locks first a restore locks first, too: in another order each would wait for the other."""
    with closing(open_ledger(postgres)) as ledger, ThreadPoolExecutor(2) as threads:
        limit(ledger, SpendingLimits(team_day=1000, price=1))
        with write_snapshot(ledger.database, tmp_path / "backup.db", WHEN) as backup:
            adding = threads.submit(lambda: [add(ledger, number) for number in range(60)])
            for _ in range(6):
                replace_history(ledger.database, backup, WHEN, losing=True)
            assert len(adding.result(60)) == 60


def test_a_limit_that_was_set_is_told_to_who_shows_it(harness: Harness) -> None:
    before = harness.ledger.changes.number("a")
    limit(harness.ledger, SpendingLimits(team_day=5, price=1))
    assert harness.ledger.changes.since("a", before) == frozenset({""})
