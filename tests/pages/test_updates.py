"""What an open page draws anew when something changed: that, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from components.live import drawn_state, redraws
from components.parts import file_urls
from components.session import services, session
from components.session.state import Session, ShownCard, ShownRows
from studio.client import Client
from studio.core.errors import LedgerError
from studio.core.values import Draft, Job, Kind, State, Status, now
from studio.ledger.reports import TaskAnswer
from tests.conftest import IMAGE, until
from tests.pages.driving import Open, checked, texts

DRAFT = Draft("text_to_image", "WERYAI_IMAGE_2_0", {**IMAGE, "prompt": "x [stuck]"})


@pytest.fixture
def client(studio: None) -> Client:
    """The team's account at rest: nothing changes by itself."""
    shared = services.shared()
    found = Client(shared.accounts.shared(), shared.ledger, person="anna", only_mine=True)
    until(lambda: shared.ledger.accounts.standing(found.account.id).balance is not None)
    shared.accounts.stop()
    return found


@pytest.fixture
def state(client: Client, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session whose Image page is drawn, with nothing on it so far."""
    found = Session()
    monkeypatch.setattr(session, "state", lambda: found)
    monkeypatch.setattr(services.host, "serves_routes", True)
    drawn_state.begin(client.account.id)
    drawn_state.begin_cards(Kind.IMAGE)
    drawn_state.end()
    return found


def a_job(client: Client, name: str, **other: Any) -> Job:
    job = Job(
        id=f"job_{name}",
        submission=name,
        account=client.account.id,
        person="anna",
        mode="text_to_image",
        kind=Kind.IMAGE,
        model="M",
        prompt=name,
        inputs={},
        count=1,
        state=State.QUEUED,
        created_at=now(),
    )
    return client.ledger.jobs.add(replace(job, **other))


def shown(client: Client, session: Session, name: str, **other: Any) -> Job:
    """A job whose card is on the page, which is up to date."""
    job = a_job(client, name, **other)
    session.shown_cards[job.id] = ShownCard(job.state)
    session.last_change = client.ledger.changes.number(client.account.id)
    return job


def is_up_to_date(client: Client, state: Session) -> bool:
    return (
        not services.shared().tabs.drawn(state.token).is_behind(client.ledger.changes.number(client.account.id), now())
    )


def test_nothing_is_drawn_when_nothing_happened(client: Client, state: Session) -> None:
    shown(client, state, "a")
    assert redraws.keys(client) == frozenset()


def test_a_card_alone_is_drawn_while_its_job_stands_where_it_stood(client: Client, state: Session) -> None:
    one, _ = shown(client, state, "a", state=State.OPEN), shown(client, state, "b", state=State.OPEN)
    client.ledger.jobs.change(one.id, batch_id="b1")
    assert redraws.keys(client) == {one.id}


def test_with_a_job_that_moves_the_numbers_are_drawn_and_cards_that_speak_of_others(
    client: Client, state: Session
) -> None:
    one, _, queued = (
        shown(client, state, "a", state=State.UNCONFIRMED),
        shown(client, state, "b", state=State.OPEN),
        shown(client, state, "c"),
    )
    client.ledger.jobs.move(one.id, State.UNCONFIRMED, State.DISMISSED)
    assert redraws.keys(client) == {one.id, queued.id, drawn_state.NUMBERS}


def test_the_balance_is_drawn_with_no_card(client: Client, state: Session) -> None:
    shown(client, state, "a")
    client.ledger.accounts.set_balance(client.account.id, 1, now())
    assert redraws.keys(client) == {drawn_state.NUMBERS}


def test_the_line_at_generate_is_drawn_with_the_numbers(client: Client, state: Session) -> None:
    state.has_cost_line = True
    client.ledger.accounts.set_balance(client.account.id, 1, now())
    assert redraws.keys(client) == {drawn_state.NUMBERS, drawn_state.COST}


@pytest.mark.parametrize(
    ("other", "is_listed"),
    [
        ({}, True),
        ({"kind": Kind.VIDEO}, False),
        ({"person": "max"}, False),
        ({"created_at": now() - timedelta(days=1)}, False),
        ({"removed_at": now()}, False),
    ],
)
def test_the_list_is_drawn_anew_for_a_job_that_belongs_into_it(
    client: Client, state: Session, other: dict[str, Any], is_listed: bool
) -> None:
    state.oldest[Kind.IMAGE] = shown(client, state, "a", state=State.OPEN).created_at
    a_job(client, "new", **other)
    assert redraws.keys(client) == ({drawn_state.CARDS, drawn_state.NUMBERS} if is_listed else {drawn_state.NUMBERS})


@pytest.mark.parametrize("how", ["hidden", "of another kind", "gone"])
def test_the_list_is_drawn_anew_without_a_job_that_belongs_into_it_no_more(
    client: Client, state: Session, how: str
) -> None:
    job = shown(client, state, "a", state=State.UNCONFIRMED, model="")
    if how == "hidden":
        client.ledger.jobs.change(job.id, hidden_at=now())
    elif how == "of another kind":
        client.ledger.jobs.change(job.id, kind=Kind.VIDEO)
    else:
        client.ledger.jobs.accept(job, "", ["t1"], now())
        client.ledger.jobs.accept(a_job(client, "real", state=State.UNCONFIRMED), "", ["t1"], now())
    assert drawn_state.CARDS in redraws.keys(client)


def test_a_page_without_cards_draws_its_numbers(client: Client, state: Session) -> None:
    state.kind = None
    a_job(client, "a")
    assert redraws.keys(client) == {drawn_state.NUMBERS}


def test_who_missed_too_much_draws_everything(client: Client, state: Session) -> None:
    state.has_cost_line = True
    client.ledger.changes.publish_all()
    assert redraws.keys(client) == redraws.EVERYTHING
    state.kind, state.has_cost_line, state.pending = None, False, set()
    client.ledger.changes.publish_all()
    assert redraws.keys(client) == {drawn_state.NUMBERS, drawn_state.LISTENER}, "what is there"


def test_in_another_hour_everything_is_drawn_with_its_new_addresses(client: Client, state: Session) -> None:
    shown(client, state, "a")
    state.has_cost_line = True
    state.url_expiry -= file_urls.HOUR
    assert redraws.keys(client) == redraws.EVERYTHING
    assert state.url_expiry == file_urls.expiry_after(now())


def test_of_an_empty_list_only_what_is_new_is_drawn(client: Client, state: Session) -> None:
    listing(client, state)
    state.url_expiry -= file_urls.HOUR
    assert redraws.keys(client) == {drawn_state.NEWER, drawn_state.NUMBERS, drawn_state.LISTENER}


def test_a_card_that_is_due_is_drawn_and_the_tab_is_told_in_time(client: Client, state: Session) -> None:
    job = shown(client, state, "a", state=State.OPEN)
    soon = now() + timedelta(seconds=30)
    state.shown_cards[job.id] = ShownCard(State.OPEN, soon)
    drawn_state.end()
    told = services.shared().tabs.drawn(state.token)
    assert told.due and soon <= told.due <= soon + timedelta(seconds=5)
    assert redraws.keys(client) == frozenset()
    state.shown_cards[job.id] = ShownCard(State.OPEN, now() - timedelta(seconds=1))
    assert redraws.keys(client) == {job.id}


def test_what_was_not_drawn_is_drawn_the_next_time_and_only_then_the_tab_is_up_to_date(
    client: Client, state: Session
) -> None:
    one, other = shown(client, state, "a", state=State.OPEN), shown(client, state, "b", state=State.OPEN)
    client.ledger.jobs.change(one.id, batch_id="b1")
    client.ledger.jobs.change(other.id, batch_id="b2")
    assert redraws.keys(client) == {one.id, other.id}
    with drawn_state.drawing(one.id):
        assert not is_up_to_date(client, state)
    with pytest.raises(LedgerError), drawn_state.drawing(other.id):
        raise LedgerError("It is not there.")
    assert not is_up_to_date(client, state)
    assert redraws.keys(client) == {other.id}
    with drawn_state.drawing(other.id):
        client.ledger.jobs.change(one.id, batch_id="b3")
    assert not is_up_to_date(client, state), "something came meanwhile"
    assert redraws.keys(client) == {one.id}
    with drawn_state.drawing(one.id):
        pass
    assert is_up_to_date(client, state)


def test_a_card_that_failed_and_left_the_list_is_wanted_no_more(client: Client, state: Session) -> None:
    job = shown(client, state, "a")
    with pytest.raises(LedgerError), drawn_state.drawing(job.id):
        raise LedgerError("It is not there.")
    drawn_state.begin_cards(Kind.IMAGE)
    drawn_state.end(drawn_state.CARDS)
    assert is_up_to_date(client, state)


def test_while_the_ledger_cannot_be_read_everything_says_so(
    client: Client, state: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = shown(client, state, "a")
    client.ledger.jobs.change(job.id, batch_id="b1")

    def fail(*_: Any) -> None:
        raise LedgerError("It is not there.")

    monkeypatch.setattr(client.ledger.jobs, "get_many", fail)
    assert redraws.keys(client) == redraws.EVERYTHING - {drawn_state.COST}, "what is there"


def test_many_who_watch_read_a_job_once(client: Client, state: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    job = a_job(client, "a")
    read: list[str] = []
    get_many = client.ledger.jobs.get_many

    def note(ids: Any) -> list[Job]:
        read.extend(ids)
        return get_many(ids)

    monkeypatch.setattr(client.ledger.jobs, "get_many", note)
    job_cache = services.shared().job_cache
    assert [job_cache.get(client, job.id) for _ in range(3)] == [job] * 3 and read == [job.id]
    client.ledger.jobs.change(job.id, batch_id="b1")
    found = job_cache.get(client, job.id)
    assert found and found.batch_id == "b1" and len(read) == 2
    assert (
        job_cache.get(replace(client, runtime=replace(client.runtime, account=replace(client.account, id="b"))), job.id)
        is None
    )


def test_a_page_that_cannot_be_drawn_is_wanted_again(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = page()
    tabs = services.shared().tabs

    def drawings() -> int:
        return sum(one.count for one in tabs._drawn_by_tab.values())

    before = drawings()
    assert before

    def fail(*_: Any, **__: Any) -> None:
        raise LedgerError("It is not there.")

    with monkeypatch.context() as broken:
        broken.setattr(services.shared().ledger.jobs, "recent", fail)
        assert "It is not there" in texts(checked(at.run()))
    assert drawings() == before
    checked(at.run())
    assert drawings() > before


def test_a_status_of_a_task_is_told_as_its_job(client: Client, state: Session) -> None:
    job = shown(client, state, "a", state=State.UNCONFIRMED)
    client.ledger.jobs.accept(job, "", ["t1"], now())
    redraws.keys(client)
    found = client.jobs.get(job.id)
    assert found
    state.shown_cards[job.id], state.pending = ShownCard(State.OPEN), set()
    client.ledger.jobs.report(job.id, [TaskAnswer(found.tasks[0].id, Status.PROCESSING)], now())
    assert redraws.keys(client) == {job.id}


def listing(client: Client, state: Session, *jobs: Job, of_jobs: bool = True, is_cheap: bool = True) -> None:
    """The history's list is on the page, with these jobs, and is up to date."""
    drawn_state.begin(client.account.id)
    at = now()
    state.shown_rows = ShownRows("rows", tuple(job.id for job in jobs), at, of_jobs, at if is_cheap else None, 0)
    state.follows_rows = True


def test_of_the_history_the_rows_are_drawn_for_their_jobs_and_what_is_new_is_counted(
    client: Client, state: Session
) -> None:
    older, one = a_job(client, "a", state=State.UNCONFIRMED), a_job(client, "b", state=State.UNCONFIRMED)
    listing(client, state, one)
    assert redraws.keys(client) == frozenset()
    client.ledger.jobs.move(one.id, State.UNCONFIRMED, State.DISMISSED)
    assert redraws.keys(client) == {drawn_state.ROWS, drawn_state.NUMBERS}
    listing(client, state, one)
    client.ledger.jobs.move(older.id, State.UNCONFIRMED, State.DISMISSED)
    assert redraws.keys(client) == {drawn_state.NUMBERS}, "it is neither on the page nor new"
    listing(client, state, one)
    a_job(client, "c")
    assert redraws.keys(client) == {drawn_state.NEWER, drawn_state.NUMBERS}
    listing(client, state, one, is_cheap=False)
    client.ledger.jobs.move(older.id, State.DISMISSED, State.OPEN)
    assert redraws.keys(client) == {drawn_state.NEWER, drawn_state.NUMBERS}, (
        "it may be in the list now, or not any more"
    )


def test_calls_never_change_and_there_may_be_more_with_each_change_of_a_job(client: Client, state: Session) -> None:
    one = a_job(client, "a", state=State.UNCONFIRMED)
    listing(client, state, one, of_jobs=False)
    client.ledger.jobs.move(one.id, State.UNCONFIRMED, State.DISMISSED)
    assert redraws.keys(client) == {drawn_state.NEWER, drawn_state.NUMBERS}
    listing(client, state, one, of_jobs=False)
    client.ledger.accounts.set_balance(client.account.id, 1, now())
    assert redraws.keys(client) == {drawn_state.NUMBERS}


def test_a_page_without_the_list_of_the_history_draws_nothing_of_it(client: Client, state: Session) -> None:
    one = a_job(client, "a", state=State.UNCONFIRMED)
    listing(client, state, one)
    drawn_state.begin(client.account.id)
    client.ledger.jobs.move(one.id, State.UNCONFIRMED, State.DISMISSED)
    assert redraws.keys(client) == {drawn_state.NUMBERS}


def test_a_comparison_is_drawn_when_one_of_its_jobs_or_anything_of_the_account_changes(
    client: Client, state: Session
) -> None:
    one, other = a_job(client, "one"), a_job(client, "other")
    kept = client.comparisons.create("Hills", [one.id])
    drawn_state.begin(client.account.id)
    state.compared = frozenset(kept.jobs)
    assert redraws.keys(client) == frozenset()
    client.ledger.jobs.change(other.id, reason="Busy")
    assert drawn_state.COMPARISON not in redraws.keys(client)
    client.ledger.jobs.change(one.id, reason="Busy")
    assert drawn_state.COMPARISON in redraws.keys(client)
    state.pending.clear()
    client.comparisons.rename(kept.id, "Dunes")
    assert redraws.keys(client) == {drawn_state.COMPARISON, drawn_state.NUMBERS}
    state.pending.clear()
    client.ledger.changes.publish_all()
    assert drawn_state.COMPARISON in redraws.keys(client)
    drawn_state.begin(client.account.id)
    client.comparisons.rename(kept.id, "Hills")
    assert drawn_state.COMPARISON not in redraws.keys(client), "another page is open"


def test_a_list_is_on_its_way_from_the_end_of_its_drawing(state: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(drawn_state, "monotonic", lambda: clock[0])
    with drawn_state.drawing(drawn_state.CARDS):
        clock[0] += 60  # a long list on a busy machine
    assert drawn_state.was_just_drawn(drawn_state.CARDS)
    clock[0] += drawn_state.TRANSIT_SECONDS
    assert not drawn_state.was_just_drawn(drawn_state.CARDS)
