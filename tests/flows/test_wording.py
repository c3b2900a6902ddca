"""What the sources do not agree on is said another way after a clear refusal, which started nothing; never for ever."""

import pytest

from sandbox.server import Sandbox
from studio.core.account import Account
from studio.core.errors import InvalidInputError
from studio.weryai.api import WeryAI
from studio.weryai.modes import TEXT_TO_VIDEO
from tests.conftest import KEY, VIDEO, order

BODY = {"model": "SEEDANCE_2_0", **VIDEO, "generate_audio": True, "webhook_url": "https://studio.example.com/w"}


@pytest.fixture
def api(sandbox: Sandbox) -> WeryAI:
    return WeryAI(Account("test", sandbox.url, "sk-…343e"), KEY, sandbox.url, lambda _: None)


def sent(sandbox: Sandbox) -> tuple[int, int]:
    """POSTs, and tasks that came of them."""
    return sandbox.backend.posts[TEXT_TO_VIDEO.path], len(sandbox.backend.tasks)


def test_a_mode_that_takes_neither_the_address_nor_a_boolean_is_reworded_twice(sandbox: Sandbox, api: WeryAI) -> None:
    order(sandbox, "dialect", webhook="unknown", audio="text")
    api.submit(TEXT_TO_VIDEO, BODY, job="job_1")
    assert sent(sandbox) == (3, 1)
    api.submit(TEXT_TO_VIDEO, BODY, job="job_2")
    assert sent(sandbox) == (4, 2), "from then on it is said right at once"


def test_a_wording_that_was_refused_is_not_sent_again(sandbox: Sandbox, api: WeryAI) -> None:
    order(sandbox, "fault", kind="refuse", code=1002, message="generate_audio is wrong", times=0)
    for posts in (2, 4):
        with pytest.raises(InvalidInputError, match="generate_audio"):
            api.submit(TEXT_TO_VIDEO, BODY, job="job_1")
        assert sent(sandbox) == (posts, 0)


def test_however_it_is_refused_three_are_enough(sandbox: Sandbox, api: WeryAI) -> None:
    for field in ("generate_audio", "webhook_url", "generate_audio"):
        order(sandbox, "fault", kind="refuse", code=1002, message=f"{field} is wrong")
    with pytest.raises(InvalidInputError, match="generate_audio"):
        api.submit(TEXT_TO_VIDEO, BODY, job="job_1")
    assert sent(sandbox) == (3, 0)
