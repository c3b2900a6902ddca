"""What a process does before its first page."""

from components.session import services
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.client import Client
from studio.core.values import Kind, State
from tests.conftest import awaited, until
from tests.pages.driving import Open, generate


def client() -> Client:
    return Client(services.shared().accounts.shared(), services.shared().ledger)


def test_what_became_of_open_jobs_is_known_before_the_first_page(page: Open, quick: Sandbox) -> None:
    quick.backend.policy = Policy(image=1e6)
    generate(page(), "Open while nobody is here")
    until(lambda: [task for task in client().jobs.recent(Kind.IMAGE, 1)[0].tasks if task.asked_at])
    services.stop()
    quick.backend.policy = Policy("once")
    awaited(services.catch_up(seconds=30))
    assert [job.state for job in client().jobs.recent(Kind.IMAGE, 9)] == [State.FINISHED]
