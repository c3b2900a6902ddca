"""What is said when jobs end: each for itself, and many at once together."""

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from components.session import services
from studio.core.values import Job, State, now
from tests.examples import JOB
from tests.pages.driving import Open, checked


def ended(number: int, state: State = State.REFUSED) -> Job:
    """A job that is there, and has ended without a task."""
    shared = services.shared()
    job = replace(JOB, id=f"job_{number}", submission=str(number), prompt=f"Number {number}", state=state, tasks=())
    account = shared.accounts.shared().account.id
    return shared.ledger.jobs.add(replace(job, account=account, person="", answered_at=now()))


def said(at: AppTest) -> list[str]:
    return [toast.value for toast in checked(at.run()).toast]


def test_a_few_are_told_one_by_one_and_many_together(page: Open) -> None:
    at = page()
    ended(1)
    ended(2)
    assert sorted(said(at)) == ["Refused: Number 1", "Refused: Number 2"]
    for number in range(3, 9):
        ended(number)
    assert said(at) == ["6 jobs without a result"], "no job is open that would end later"
    assert said(at) == []


def test_while_others_are_open_those_that_follow_wait(page: Open) -> None:
    at = page()
    services.shared().accounts.stop()
    queued = ended(0, State.QUEUED)
    for number in range(1, 4):
        ended(number)
    assert len(said(at)) == 3
    ended(4)
    assert said(at) == []
    services.shared().ledger.jobs.move(queued.id, State.QUEUED, State.CANCELLED)
    assert said(at) == ["1 job without a result"]
