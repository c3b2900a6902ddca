"""Limits of what may be spent: reserved with the job, given back when it cost nothing, and never gone over."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio.account import Account
from studio.errors import DraftError, NotAllowed
from studio.ledger.ledger import Ledger, open_ledger
from studio.people.admin import Admin
from studio.people.caps import Caps, Scope, Span, Use
from studio.people.spending import Deed
from studio.values import Job, State
from tests.conftest import IMAGE, Desk
from tests.unit.test_ledger import JOB, WHEN

LAST_OF_MONTH = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
TRIES, ROOM, THREADS = 200, 20, 4


def limit(ledger: Ledger, caps: Caps) -> None:
    ledger.caps.set(caps, Deed("deed", WHEN, "p_anna", "a", "set limits", ""))


def job(number: int, **facts: Any) -> Job:
    told: dict[str, Any] = {"id": f"job_{number}", "submission": str(number), "state": State.QUEUED, "person": "p_max"}
    return replace(JOB, **told | {"created_at": WHEN, "count": 1} | facts)


def add(ledger: Ledger, number: int, **facts: Any) -> Job:
    return ledger.jobs.add(job(number, **facts), is_limited=True)


def used(ledger: Ledger, at: datetime = WHEN) -> list[float]:
    return [use.used for use in ledger.caps.uses("a", "p_max", at)]


@pytest.mark.parametrize("field", ["person_day", "person_month", "team_day", "team_month"])
def test_a_job_that_may_cost_more_than_is_left_is_not_written_down(ledger: Ledger, field: str) -> None:
    limit(ledger, Caps(**{field: 10.0}, price=3))
    add(ledger, 1, count=2)
    add(ledger, 2)
    with pytest.raises(DraftError, match=r"up to 3 credits\. .* limit is 10 a (day|month); 9 are used"):
        add(ledger, 3)
    assert not ledger.jobs.get("job_3")
    assert used(ledger) == [9]


def test_the_same_submission_again_is_the_same_job_also_where_nothing_is_left(ledger: Ledger) -> None:
    limit(ledger, Caps(team_day=3, price=3))
    add(ledger, 1)
    assert ledger.jobs.add(replace(job(1), id="another"), is_limited=True).id == "job_1"


def test_another_persons_spending_is_the_teams_and_not_ones_own(ledger: Ledger) -> None:
    limit(ledger, Caps(person_day=5, team_day=8, price=4))
    add(ledger, 1)
    add(ledger, 2, person="p_eve")
    with pytest.raises(DraftError, match="Your limit"):
        add(ledger, 3)
    with pytest.raises(DraftError, match="The team's limit"):
        add(ledger, 4, person="p_ann")
    add(ledger, 5, account="b")


def test_a_day_and_a_month_begin_anew_in_utc(ledger: Ledger) -> None:
    limit(ledger, Caps(person_day=1, person_month=2, price=1))
    add(ledger, 1, created_at=LAST_OF_MONTH - timedelta(days=1))
    add(ledger, 2, created_at=LAST_OF_MONTH)
    assert used(ledger, LAST_OF_MONTH) == [1, 2]
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
        (State.DISMISSED, None, 0),
    ],
)
def test_a_job_counts_what_it_cost_or_may_cost_if_it_may_have_cost_anything(
    ledger: Ledger, state: State, cost: float | None, counts: float
) -> None:
    limit(ledger, Caps(person_day=10, price=5))
    add(ledger, 1)
    ledger.jobs.change("job_1", state=state, cost=cost)
    assert used(ledger) == [counts]


def test_what_is_reserved_is_the_dearest_price_of_the_mode(desk: Desk) -> None:
    """Of a whole job that has ended: what failed tells no price."""
    limit(desk.ledger, Caps(team_month=1000, price=1))
    first = desk.submit({**IMAGE, "image_number": 2})
    desk.send()
    desk.ask()
    desk.ask()
    assert (cost := desk.now(first).cost)
    shared = replace(desk.running, account=replace(desk.running.account, is_shared=True))
    desk.client = replace(desk.client, running=shared)
    assert desk.submit({**IMAGE, "image_number": 3}).reserved == 3 * cost / 2
    video = {"prompt": "A sun", "aspect_ratio": "16:9", "duration": 5, "resolution": "480p"}
    assert desk.submit(video, "text_to_video").reserved == 1, "no price of that mode is known"


def test_jobs_from_before_the_limits_count_as_well(ledger: Ledger) -> None:
    ledger.jobs.add(job(1, count=2))
    ledger.jobs.add(job(2, cost=4.0, state=State.FINISHED))
    limit(ledger, Caps(person_day=10, price=3))
    assert used(ledger) == [10]
    with pytest.raises(DraftError):
        add(ledger, 3)


def test_ones_own_key_is_not_limited(desk: Desk) -> None:
    limit(desk.ledger, Caps(team_day=0.5, price=1))
    assert desk.submit().state is State.QUEUED
    assert desk.client.limits() == []


@pytest.mark.parametrize("account", [Account("test", "", "", is_shared=True), Account("test", "", "", is_sandbox=True)])
def test_the_team_and_demo_mode_are_limited(desk: Desk, account: Account) -> None:
    limit(desk.ledger, Caps(team_day=0.5, price=1))
    desk.client = replace(desk.client, running=replace(desk.running, account=account))
    with pytest.raises(DraftError):
        desk.submit()
    assert desk.client.limits() == [Use(Scope.TEAM, Span.DAY, 0.5, 0)]
    assert desk.client.recent(JOB.kind, 9) == []


def test_an_admin_sets_limits_and_it_is_written_down(desk: Desk) -> None:
    admin = Admin(replace(desk.client, person="p_anna", is_admin=True))
    caps = Caps(person_day=100, team_month=2000, price=12)
    admin.set_caps(caps)
    admin.set_caps(caps)
    assert admin.caps() == caps
    (deed,) = admin.deeds()
    assert (deed.person, deed.verb) == ("p_anna", "set limits: person 100 a day, team 2,000 a month")
    admin.set_caps(Caps())
    assert admin.deeds()[0].verb in {"set limits: none", deed.verb}
    with pytest.raises(NotAllowed):
        Admin(desk.client).set_caps(Caps())
    with pytest.raises(NotAllowed):
        Admin(desk.client).caps()


@pytest.mark.parametrize(
    ("caps", "field"),
    [
        (Caps(team_day=5), "price"),
        (Caps(team_day=-5, price=1), "team_day"),
        (Caps(person_month=float("inf"), price=1), "person_month"),
        (Caps(person_month=float("nan"), price=1), "person_month"),
    ],
)
def test_limits_that_could_not_be_kept_are_not_set(desk: Desk, caps: Caps, field: str) -> None:
    admin = Admin(replace(desk.client, person="p_anna", is_admin=True))
    with pytest.raises(DraftError) as refused:
        admin.set_caps(caps)
    assert refused.value.field == field
    assert (admin.caps(), admin.deeds()) == (Caps(), [])


def race(url: str, first: int, number: int) -> int:
    """Try to write so many jobs down at once; returns how many were."""

    def wrote(number: int) -> bool:
        try:
            add(ledger, number, person=f"p_{number % 3}")
        except DraftError:
            return False
        return True

    with closing(open_ledger(url)) as ledger, ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(wrote, range(first, first + number)))


def test_two_processes_that_race_for_the_last_credits_never_go_over(url: str) -> None:
    with closing(open_ledger(url)) as ledger:
        limit(ledger, Caps(team_day=3 * ROOM + 2, price=3))
    halves = [(url, 0, TRIES // 2), (url, TRIES // 2, TRIES // 2)]
    with multiprocessing.get_context("spawn").Pool(2) as processes:
        assert sum(processes.starmap(race, halves)) == ROOM
    with closing(open_ledger(url)) as ledger:
        assert ledger.caps.uses("a", "p_max", WHEN) == [Use(Scope.TEAM, Span.DAY, 3 * ROOM + 2, 3 * ROOM)]
