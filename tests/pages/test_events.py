"""The second socket of a tab: who is told that something changed, when, and how often."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from components.parts import file_urls
from components.served import events, rate_limits, routes, shutdown
from components.session import services
from components.session.visitor import NoAccess, Visitor
from studio.access import Payer, Role, Visit
from studio.core.errors import SettingsError
from studio.core.values import Job, State, now
from studio.people.identity import Identity
from tests.browser.studio import free_port
from tests.conftest import Tally, until
from tests.examples import JOB

SOON, QUIET = 5.0, 0.4
ANNA = Identity("https://id.example", "7", "anna@team.example", is_verified=True)
_numbers = count()


@pytest.fixture
def place(studio: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The routes of a studio, served as in the app; its accounts rest, so that nothing changes by itself."""
    services.shared().accounts.stop()
    monkeypatch.setattr(events, "PAUSE", 0.05)
    monkeypatch.setattr(events, "CATCHING_UP_PAUSE", 0.05)
    app = Starlette(routes=routes.all_routes(""), middleware=[Middleware(rate_limits.RateLimits)])
    server = uvicorn.Server(uvicorn.Config(app, port=free_port(), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield f"ws://127.0.0.1:{server.config.port}"
    server.should_exit = server.force_exit = True
    thread.join()


class Person:
    """Who listens, as the sign-in would say: it can end at any time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.role: Role | None = Role.MEMBER
        self.fails = False
        monkeypatch.setattr("components.session.visitor.of_request", self.of)

    def of(self, _request: HTTPConnection) -> Visitor:
        if self.fails:
            raise SettingsError("The secrets cannot be read.")
        return Visitor(Visit(has_sign_in=True, role=self.role), ANNA, None if self.role else NoAccess.NOT_LISTED)


@pytest.fixture
def anna(monkeypatch: pytest.MonkeyPatch) -> Person:
    return Person(monkeypatch)


def account() -> str:
    return services.shared().accounts.shared().account.id


def address(place: str, tab: str, person: str = "", expires: str = "", **altered: str) -> str:
    """As the page of this person gives it to its tab, or altered afterwards."""
    expires = expires or str(file_urls.expiry_after(now()))
    proof = file_urls._signature(file_urls.EVENTS, file_urls.events_subject(account(), tab), expires, person)
    asked = {"account": account(), "tab": tab, "expires": expires, "signature": proof}
    return f"{place}/events?{urlencode(asked | {name.strip('_'): value for name, value in altered.items()})}"


def a_tab() -> str:
    """A tab whose page is drawn."""
    tab = f"{next(_numbers):016x}"
    has_drawn(tab)
    return tab


def has_drawn(tab: str, due: Any = None) -> None:
    shared = services.shared()
    shared.tabs.record_drawn(tab, shared.ledger.changes.number(account()), due)


def change(job: str = "job_x") -> None:
    services.shared().ledger.changes.publish(account(), [job])


@contextmanager
def listening(place: str, tab: str, person: str = "", **other: Any) -> Iterator[ClientConnection]:
    with connect(address(place, tab, person), **other) as socket:
        until(lambda: services.shared().tabs._events)
        yield socket


def is_quiet(socket: ClientConnection) -> bool:
    try:
        socket.recv(timeout=QUIET)
    except TimeoutError:
        return True
    return False


def refusal(address: str, **other: Any) -> int:
    """The code with which the socket is closed before anything is said."""
    with connect(address, **other) as socket, pytest.raises(ConnectionClosed) as closed:
        change()
        socket.recv(timeout=SOON)
    assert closed.value.rcvd
    return closed.value.rcvd.code


def test_a_tab_is_told_once_until_it_has_drawn_and_then_of_the_rest(place: str) -> None:
    tab = a_tab()
    with listening(place, tab) as socket:
        assert is_quiet(socket), "nothing happened"
        for _ in range(24):
            change()
        assert socket.recv(timeout=SOON) == "changed"
        assert is_quiet(socket)
        services.shared().tabs.record_drawn(tab, services.shared().ledger.changes.number(account()) - 1, None)
        assert [socket.recv(timeout=SOON) for _ in range(2)] == ["drawn", "changed"], "one came while it was drawn"
        has_drawn(tab)
        assert socket.recv(timeout=SOON) == "drawn"
        assert is_quiet(socket)


def test_what_changed_before_the_socket_opened_is_told(place: str) -> None:
    tab = a_tab()
    change()
    with listening(place, tab) as socket:
        assert socket.recv(timeout=SOON) == "changed"


def test_a_tab_that_was_drawn_before_a_restart_is_told_that_it_is_unknown(place: str) -> None:
    tab = a_tab()
    services.shared().tabs._drawn_by_tab.clear()
    with listening(place, tab) as socket:
        assert socket.recv(timeout=SOON) == "unknown"
        has_drawn(tab)
        assert socket.recv(timeout=SOON) == "drawn"
        change()
        assert socket.recv(timeout=SOON) == "changed"


def test_what_changed_in_another_account_is_not_told(place: str) -> None:
    with listening(place, a_tab()) as socket:
        services.shared().ledger.changes.publish("another", ["job_x"])
        assert is_quiet(socket)
        services.shared().ledger.changes.publish_all()
        assert socket.recv(timeout=SOON) == "changed"


def test_a_tab_is_told_when_something_on_it_is_due(place: str) -> None:
    tab = a_tab()
    has_drawn(tab, now() + timedelta(seconds=2 * QUIET))
    with listening(place, tab) as socket:
        assert is_quiet(socket)
        assert socket.recv(timeout=SOON) == "changed"


@pytest.mark.parametrize(
    "altered",
    [
        {"_signature": "0" * 64},
        {"_tab": "f" * 16},
        {"_account": "sandbox"},
        {"_account": ""},
        {"_expires": "99999999999"},
        {"_expires": "x"},
        {"expires": "1"},
    ],
)
def test_only_the_address_that_a_page_made_opens(place: str, tally: Tally, altered: dict[str, str]) -> None:
    code = refusal(address(place, a_tab(), **altered))
    tally.note(code != events.NO_ACCESS)


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1.evil.example", "null"])
def test_a_page_of_another_site_is_refused(place: str, tally: Tally, origin: str) -> None:
    code = refusal(address(place, a_tab()), origin=origin)
    tally.note(code != events.NO_ACCESS)
    with listening(place, a_tab(), origin=place.replace("ws", "http")) as socket:
        change()
        assert socket.recv(timeout=SOON) == "changed"


def test_the_address_of_somebody_else_is_refused(place: str, anna: Person, tally: Tally) -> None:
    tally.note(refusal(address(place, a_tab(), "max")) != events.NO_ACCESS)
    with listening(place, a_tab(), ANNA.person) as socket:
        change()
        assert socket.recv(timeout=SOON) == "changed"


@pytest.mark.parametrize("how", ["removed", "unknown"])
def test_who_is_let_in_no_more_is_told_nothing_any_more(place: str, anna: Person, tally: Tally, how: str) -> None:
    with listening(place, a_tab(), ANNA.person) as socket:
        anna.role, anna.fails = None if how == "removed" else anna.role, how == "unknown"
        change()
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=SOON)
    assert closed.value.rcvd
    tally.note(closed.value.rcvd.code != events.NO_ACCESS)
    tally.note(refusal(address(place, a_tab(), ANNA.person)) != events.NO_ACCESS)


def test_a_viewer_is_told_of_the_team_and_of_no_account_of_ones_own(
    place: str, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.role = Role.VIEWER
    with listening(place, a_tab(), ANNA.person) as socket:
        change()
        assert socket.recv(timeout=SOON) == "changed"
    monkeypatch.setattr("studio.access.payer", lambda _account: Payer.OWN)
    assert refusal(address(place, a_tab(), ANNA.person)) == events.NO_ACCESS


def test_who_says_something_is_closed(place: str) -> None:
    with listening(place, a_tab()) as socket:
        socket.send("x" * 10)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=SOON)
    until(lambda: not services.shared().tabs._events)


def test_readers_that_read_nothing_hold_up_nobody(place: str) -> None:
    slow, quick = [a_tab() for _ in range(6)], a_tab()
    with ExitStack() as stack:
        for tab in slow:
            stack.enter_context(listening(place, tab, close_timeout=0.1))
        socket = stack.enter_context(listening(place, quick))
        for number in range(20):
            change()
            assert socket.recv(timeout=SOON) == "changed", number
            for tab in (*slow, quick):
                has_drawn(tab)
            assert socket.recv(timeout=SOON) == "drawn", number


def test_a_server_that_stops_waits_for_no_tab_also_for_one_that_opens_in_that_moment(place: str) -> None:
    with listening(place, a_tab()):
        loop = services.shared().tabs._loop
        assert loop
        loop.call_soon_threadsafe(shutdown.watch)
        until(lambda: shutdown._loops and shutdown._loops[0][0] is loop)
        with listening(place, a_tab()) as open_before:
            shutdown.announce()
            with pytest.raises(ConnectionClosed) as closed:
                open_before.recv(timeout=SOON)
    with connect(address(place, a_tab())) as opened_late, pytest.raises(ConnectionClosed) as closed_too:
        opened_late.recv(timeout=SOON)
    assert [one.value.rcvd.code for one in (closed, closed_too) if one.value.rcvd] == [1012, 1012]


def a_queued_job(number: int, person: str) -> Job:
    told: dict[str, Any] = {"id": f"job_{number}", "submission": str(number), "state": State.QUEUED}
    return services.shared().ledger.jobs.add(replace(JOB, account=account(), person=person, **told))


def test_who_wants_it_is_told_when_the_last_of_their_own_jobs_has_ended(place: str, anna: Person) -> None:
    tab, other_tab, jobs = a_tab(), a_tab(), services.shared().ledger.jobs
    a_queued_job(1, "max")
    mine = [a_queued_job(number, ANNA.person) for number in (2, 3)]
    wants = connect(address(place, tab, ANNA.person, notify="1"))
    with wants as told, listening(place, other_tab, ANNA.person) as other:
        assert [socket.recv(timeout=SOON) for socket in (told, other)] == ["changed"] * 2
        for job in mine:
            assert is_quiet(told)
            assert jobs.move(job.id, State.QUEUED, State.CANCELLED)
            change(job.id)
        assert told.recv(timeout=SOON) == "all ended"
        change()
        assert is_quiet(told)
        assert is_quiet(other)


def test_a_job_that_is_being_sent_has_not_ended(place: str, anna: Person) -> None:
    tab, shared = a_tab(), services.shared()
    job = a_queued_job(1, ANNA.person)
    runtime = shared.accounts.get(account())
    assert runtime
    with connect(address(place, tab, ANNA.person, notify="1")) as told:
        assert told.recv(timeout=SOON) == "changed"
        with runtime.dispatcher._in_flight.sending(job.id):
            assert shared.ledger.jobs.move(job.id, State.QUEUED, State.UNCONFIRMED)
            change(job.id)
            assert is_quiet(told)
        change(job.id)  # the outcome is unknown: nothing more happens by itself
        assert told.recv(timeout=SOON) == "all ended"


def test_a_studio_below_a_path_tells_too(place: str) -> None:
    with listening(f"{place}/team/studio", a_tab()) as socket:
        change()
        assert socket.recv(timeout=SOON) == "changed"


def test_many_tabs_of_one_browser_listen_beside_their_sessions(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_OPEN_PER_ADDRESS", 8)
    with ExitStack() as stack:
        opened = [stack.enter_context(listening(place, a_tab())) for _ in range(8)]
        until(lambda: len(services.shared().tabs._events["all"]) == 8)
        change()
        assert [socket.recv(timeout=SOON) for socket in opened] == ["changed"] * 8
        with pytest.raises(InvalidStatus), connect(address(place, a_tab())):
            pass
