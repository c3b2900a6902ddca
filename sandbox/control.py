"""The sandbox's own paths under /sandbox/: orders that change its behaviour, and its state. For tests and demos."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.backend import Backend
from sandbox.dialect import Dialect
from sandbox.facts import Refusal
from sandbox.faults import Fault
from sandbox.links import Links
from sandbox.listing import Listing
from sandbox.orders import Calling, Orders
from sandbox.tasks import OUTCOMES, Charging, Policy

BODY_LIMIT = 1024 * 1024


def routes(backend: Backend, orders: Orders) -> list[Route]:
    control = _Control(backend, orders)
    return [Route("/sandbox/state", control.state), Route("/sandbox/{order}", control.execute, methods=["POST"])]


async def json_of(request: Request) -> Any:
    """Return the JSON of a request. Errors: Refusal."""
    if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
        raise Refusal(1002, "request body too large", http=400)
    try:
        return await request.json()
    except ValueError:
        raise Refusal(1002, "malformed request: not JSON", http=400) from None


class _Control:
    def __init__(self, backend: Backend, orders: Orders) -> None:
        self._backend = backend
        self._orders = orders
        self._known: Mapping[str, Callable[..., None]] = {
            "reset": self._reset,
            "policy": self._policy,
            "dialect": self._dialect,
            "fault": self._fault,
            "callbacks": self._callbacks,
            "links": self._links,
            "registry": self._registry,
            "charging": self._charging,
            "balance": self._balance,
            "outcomes": self._outcomes,
            "reject-keys": self._reject_keys,
            "same-account": self._same_account,
        }

    async def execute(self, request: Request) -> Response:
        """Carry out an order, and answer like `state`."""
        order = request.path_params["order"]
        try:
            self._known[order](**(await json_of(request) if await request.body() else {}))
        except Refusal as refusal:
            return Response(f"{refusal.message}\n", status_code=refusal.http)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Response(f"{order} cannot be done like that: {error}\n", status_code=400)
        return self.state(request)

    def state(self, request: Request) -> Response:
        """Return POSTs by path, tasks with their reads and status, and the current orders."""
        tasks = [{"id": t.id, "status": t.status, "reads": t.reads} for t in self._backend.tasks.values()]
        ordered = {
            "policy": asdict(self._backend.policy),
            "dialect": asdict(self._orders.dialect),
            "charging": asdict(self._backend.charging),
            "links": asdict(self._orders.links),
            "registry": asdict(self._orders.listing),
            "faults": [asdict(fault) for fault in self._orders.faults.waiting],
            "callbacks": {**asdict(self._orders.calling), "called": self._orders.called},
        }
        return JSONResponse({"posts": dict(self._backend.posts), "tasks": tasks, **ordered})

    def _reset(self) -> None:
        self._backend.reset()
        self._orders.dialect = Dialect()
        self._orders.faults.clear()
        self._orders.calling = Calling()
        self._orders.links, self._orders.listing = Links(), Listing()
        self._orders.called.clear()

    def _policy(self, **options: Any) -> None:
        self._backend.policy = Policy(**options)

    def _dialect(self, **options: str) -> None:
        self._orders.dialect = Dialect(**options)

    def _fault(self, **options: Any) -> None:
        self._orders.faults.add(Fault(**options))

    def _callbacks(self, **options: Any) -> None:
        self._orders.calling = Calling(**options)

    def _links(self, **options: Any) -> None:
        self._orders.links = Links(**options)

    def _registry(self, **options: Any) -> None:
        self._orders.listing = Listing(**options)

    def _charging(self, **options: Any) -> None:
        self._backend.charging = Charging(**options)

    def _balance(self, key: str, credits: float) -> None:
        self._backend.set_balance(self._backend.owner(key), credits)

    def _outcomes(self, outcomes: list[str]) -> None:
        if not set(outcomes) <= set(OUTCOMES):
            raise ValueError(f"an outcome is one of {', '.join(OUTCOMES)}")
        self._backend.next_outcomes.extend(outcomes)

    def _reject_keys(self, keys: list[str], http: int = 401) -> None:
        self._backend.rejected_keys = dict.fromkeys(keys, http)

    def _same_account(self, keys: list[str]) -> None:
        self._backend.same_account.update(dict.fromkeys(keys[1:], keys[0]))
