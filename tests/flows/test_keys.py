"""Which account a key is of: a new key of the same WeryAI account goes on with its jobs, a stranger's never does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.client import Client
from studio.core.errors import AuthenticationError, ServerError, SettingsError
from studio.core.values import Draft, Job, Kind, State
from studio.engine import keys
from studio.engine.accounts import Accounts
from studio.ledger.ledger import Ledger
from studio.weryai.api import WeryAI
from tests.conftest import IMAGE, KEY, calls_of, order, until
from tests.conftest import on_sqlite as url  # noqa: F401 - what is tried is the API
from tests.flows.restarts import NEW, STRANGE, Start


def submit(accounts: Accounts, ledger: Ledger, account: str = "", name: str = "s") -> tuple[Client, Job]:
    client = Client(accounts.get(account) or accounts.shared(), ledger)
    return client, client.jobs.submit(Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE), name)


def is_over(client: Client, job: Job) -> bool:
    found = client.jobs.get(job.id)
    return bool(found and found.state is State.FINISHED)


def stuck(sandbox: Sandbox, accounts: Accounts, ledger: Ledger, account: str = "") -> tuple[Client, Job]:
    """An open job whose key is rejected."""
    sandbox.backend.policy = Policy("reads", image=10_000)
    client, job = submit(accounts, ledger, account)
    until(lambda: sandbox.backend.tasks)
    order(sandbox, "reject-keys", keys=[KEY])
    client.jobs.ask_now(job.id)
    until(lambda: client.balance.standing().rejected)
    sandbox.backend.policy = Policy("once")
    return client, job


def test_jobs_of_a_rejected_shared_key_go_on_with_a_key_of_the_same_account(
    start: Start, sandbox: Sandbox, ledger: Ledger
) -> None:
    accounts = start(KEY)
    client, job = stuck(sandbox, accounts, ledger)
    own = accounts.open(NEW)
    assert own.account.id != client.account.id and not own.account.is_shared
    runtime = accounts.take_over(client.account.id, own.account.id)
    assert runtime.account.is_shared and runtime.account.label == "sk-…99aa"
    until(lambda: is_over(client, job))
    assert accounts.get(own.account.id) is accounts.shared(), "whoever works with the new key is there too"


def test_a_strangers_key_takes_over_nothing(start: Start, sandbox: Sandbox, ledger: Ledger) -> None:
    accounts = start(KEY)
    client, job = stuck(sandbox, accounts, ledger)
    stranger = accounts.open(STRANGE)
    with pytest.raises(SettingsError, match="can't resume the paused jobs"):
        accounts.take_over(client.account.id, stranger.account.id)
    assert client.balance.standing().rejected and not is_over(client, job)
    assert accounts.get(stranger.account.id) is stranger


def test_a_team_whose_key_never_worked_is_not_taken_over(start: Start, sandbox: Sandbox, ledger: Ledger) -> None:
    order(sandbox, "reject-keys", keys=[KEY])
    accounts = start(KEY)
    until(lambda: ledger.accounts.standing(accounts.shared().account.id).rejected)
    own = accounts.open(NEW)
    with pytest.raises(SettingsError, match="no tasks yet"):
        accounts.take_over(accounts.shared().account.id, own.account.id)


def test_a_new_shared_key_of_the_same_account_has_its_history(start: Start, sandbox: Sandbox, ledger: Ledger) -> None:
    client, job = submit(start(KEY), ledger)
    until(lambda: is_over(client, job))
    again = Client(start(NEW).shared(), ledger)
    assert [found.id for found in again.jobs.recent(Kind.IMAGE, 5)] == [job.id]
    assert (again.account.label, again.account.is_shared) == ("sk-…99aa", True)


def test_a_shared_key_of_another_account_starts_with_nothing(start: Start, sandbox: Sandbox, ledger: Ledger) -> None:
    client, job = submit(start(KEY), ledger)
    until(lambda: is_over(client, job))
    for _ in range(2):
        assert Client(start(STRANGE).shared(), ledger).jobs.recent(Kind.IMAGE, 5) == []
    assert Client(start(KEY).shared(), ledger).jobs.get(job.id), "and the first one still has its own"


def test_a_new_shared_key_that_could_not_be_compared_is_compared_at_the_next_start(
    start: Start, sandbox: Sandbox, ledger: Ledger
) -> None:
    client, job = submit(start(KEY), ledger)
    until(lambda: is_over(client, job))
    order(sandbox, "fault", kind="gateway", on="task")
    apart, other = submit(start(NEW), ledger, name="t")
    until(lambda: is_over(apart, other))
    assert [found.id for found in apart.jobs.recent(Kind.IMAGE, 5)] == [other.id]
    together = Client(start(NEW).shared(), ledger)
    assert {found.id for found in together.jobs.recent(Kind.IMAGE, 5)} == {job.id, other.id}
    assert all(calls_of(ledger, together.account.id, one.id) for one in (job, other))


def test_while_the_teams_key_is_compared_another_one_opens(
    start: Start, sandbox: Sandbox, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, job = submit(start(KEY), ledger)
    until(lambda: is_over(client, job))
    accounts, asked, answered = start(NEW), Event(), Event()
    really = keys.check_same_account

    def slowly(api: WeryAI, task_id: str) -> None:
        asked.set()
        assert answered.wait(60)
        really(api, task_id)

    monkeypatch.setattr(keys, "check_same_account", slowly)
    with ThreadPoolExecutor(2) as pool:
        first, second = (pool.submit(accounts.shared) for _ in range(2))
        assert asked.wait(60)
        try:
            assert not accounts.open(STRANGE).account.is_shared
            assert not first.done() and not second.done()
        finally:
            answered.set()
        assert first.result() is second.result()
        assert first.result().account.id == client.account.id


def test_the_same_personal_key_is_the_same_account_and_a_rejected_one_is_not_kept(
    start: Start, sandbox: Sandbox, ledger: Ledger
) -> None:
    accounts = start("")
    own = accounts.open(KEY)
    assert accounts.open(KEY) is own and not own.account.is_shared
    order(sandbox, "reject-keys", keys=[STRANGE])
    with pytest.raises(AuthenticationError):
        accounts.open(STRANGE)
    assert accounts.shared().account.is_sandbox


def test_a_key_whose_job_is_just_being_sent_takes_over_a_moment_later(
    start: Start, sandbox: Sandbox, ledger: Ledger
) -> None:
    accounts = start(KEY)
    client, job = stuck(sandbox, accounts, ledger)
    own = accounts.open(NEW)
    order(sandbox, "fault", kind="slow", seconds=2)
    sent = sandbox.backend.posts.total()
    mine = Client(own, ledger).jobs.submit(Draft("text_to_image", "WERYAI_IMAGE_2_0", IMAGE), "mine", wait=0)
    until(lambda: sandbox.backend.posts.total() > sent)
    with pytest.raises(SettingsError, match="is being sent"):
        accounts.take_over(client.account.id, own.account.id)
    until(lambda: not own.dispatcher.sending)
    accounts.take_over(client.account.id, own.account.id)
    assert accounts.take_over(client.account.id, own.account.id) is accounts.shared(), "pressed twice"
    until(lambda: is_over(client, job) and is_over(client, mine))
    until(lambda: all(output.is_saved for output in ledger.jobs.recent(client.account.id, Kind.IMAGE, 9)[0].outputs))
    assert sandbox.backend.posts.total() == 2


def replaced(start: Start, sandbox: Sandbox, ledger: Ledger) -> Accounts:
    """A studio whose team's key was rejected, and which goes on with the new one."""
    accounts = start(KEY)
    client, _ = stuck(sandbox, accounts, ledger)
    accounts.take_over(client.account.id, accounts.open(NEW).account.id)
    return accounts


def test_a_key_that_was_rejected_opens_nothing_any_more(start: Start, sandbox: Sandbox, ledger: Ledger) -> None:
    accounts = replaced(start, sandbox, ledger)
    with pytest.raises(AuthenticationError):
        accounts.open(KEY)
    assert accounts.shared().api.key == NEW
    refused = calls_of(ledger, "")
    assert [call.path.rpartition("/")[2] for call in refused] == ["balance"], "it is of no account, and is swept"


def test_while_weryai_does_not_answer_a_key_opens_no_account_but_its_own(
    start: Start, sandbox: Sandbox, ledger: Ledger
) -> None:
    accounts = replaced(start, sandbox, ledger)
    order(sandbox, "fault", kind="gateway", on="balance", times=5)
    with pytest.raises(ServerError):
        accounts.open(KEY)
    assert accounts.shared().api.key == NEW
    assert accounts.open(NEW) is accounts.shared(), "it is at work"
    assert accounts.open(STRANGE).account.id not in ("", accounts.shared().account.id)


def test_a_rejected_key_that_works_again_goes_on(start: Start, sandbox: Sandbox, ledger: Ledger) -> None:
    accounts = start("")
    own = accounts.open(KEY).account.id
    stuck(sandbox, accounts, ledger, own)
    with pytest.raises(AuthenticationError):
        accounts.open(KEY)
    order(sandbox, "fault", kind="gateway", on="balance", times=1)
    with pytest.raises(ServerError):
        accounts.open(KEY)
    order(sandbox, "reject-keys", keys=[])
    accounts.open(KEY)
    assert not ledger.accounts.standing(own).rejected


def test_jobs_that_waited_for_a_key_that_never_worked_go_on_with_the_right_one(
    start: Start, sandbox: Sandbox, ledger: Ledger
) -> None:
    order(sandbox, "reject-keys", keys=[STRANGE])
    client, job = submit(start(STRANGE), ledger)
    until(lambda: client.balance.standing().rejected)
    client = Client(start(KEY).shared(), ledger)
    until(lambda: is_over(client, job))


def test_a_key_that_took_over_twice_is_still_found(start: Start, sandbox: Sandbox, ledger: Ledger) -> None:
    third = "sk-third-0123456789abcdef55ee"
    order(sandbox, "same-account", keys=[KEY, NEW, third])
    accounts = start("")
    first = accounts.open(KEY).account.id
    second, last = accounts.open(NEW).account.id, accounts.open(third).account.id
    accounts.take_over(second, first)
    accounts.take_over(last, second)
    assert accounts.get(first) is accounts.get(second) is accounts.get(last) is accounts.open(KEY)
