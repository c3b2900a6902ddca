"""How many cards a page shows while new jobs come: the newest ones, and *Show older* for the rest."""

from datetime import timedelta
from itertools import count

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from components.session.state import CARDS
from studio.core.values import Job, Kind, State, now
from tests.pages.driving import Open, checked, field, texts

BEGUN = now() - timedelta(hours=1)


class Studio:
    """An account whose refused jobs are written down one after another, a second apart."""

    def __init__(self) -> None:
        self.numbers = count(1)

    def add(self, jobs: int) -> None:
        shared = services.shared()
        for number in [next(self.numbers) for _ in range(jobs)]:
            shared.ledger.jobs.add(self.job(number, shared.accounts.shared().account.id))

    def job(self, number: int, account: str) -> Job:
        at, prompt = BEGUN + timedelta(seconds=number), f"Prompt {number}."
        names = (f"job_{number}", str(number), account, "", "text_to_image", Kind.IMAGE, "M", prompt)
        return Job(*names, inputs={}, count=1, state=State.REFUSED, created_at=at, answered_at=at)


@pytest.fixture
def studio_jobs(studio: None) -> Studio:
    return Studio()


def shown(at: AppTest) -> list[int]:
    """The numbers of the jobs whose cards are on the page, from the top."""
    words = texts(at).replace("\\", "").replace("*", "").split("Prompt ")[1:]
    return [int(word.partition(".")[0]) for word in words]


def down(first: int, last: int) -> list[int]:
    return list(range(first, last - 1, -1))


def drawn(at: AppTest) -> AppTest:
    return checked(at.run())


def has_older(at: AppTest) -> bool:
    return "Show older" in [button.label for button in at.button]


@pytest.mark.parametrize(("before", "new"), [(2, 9), (6, 8), (6, 14)])
def test_no_card_goes_while_there_are_fewer_than_a_list_shows(
    page: Open, studio_jobs: Studio, before: int, new: int
) -> None:
    studio_jobs.add(before)
    at = page()
    assert shown(at) == down(before, 1)
    studio_jobs.add(new)
    assert shown(drawn(at)) == down(before + new, 1) and not has_older(at)
    assert shown(drawn(at)) == down(before + new, 1)


def test_a_batch_that_is_more_than_a_list_shows_leaves_the_newest_and_the_way_to_the_others(
    page: Open, studio_jobs: Studio
) -> None:
    studio_jobs.add(6)
    at = page()
    studio_jobs.add(18)
    assert shown(drawn(at)) == down(24, 24 - CARDS + 1) and has_older(at)
    assert shown(checked(field(at, "Show older").click().run())) == down(24, 1) and not has_older(at)


def test_a_card_that_was_deleted_here_is_at_its_place_or_behind_show_older(page: Open, studio_jobs: Studio) -> None:
    studio_jobs.add(6)
    at = page()
    checked(at.button("delete-job_3").click().run())
    assert shown(at) == down(6, 1) and "Deleted: Prompt 3" in texts(at)
    studio_jobs.add(18)
    for _ in range(2):
        assert shown(drawn(at)) == down(24, 24 - CARDS + 1) and has_older(at)
    checked(field(at, "Show older").click().run())
    assert shown(at) == down(24, 1) and "Deleted: Prompt 3" in texts(at) and not has_older(at)
