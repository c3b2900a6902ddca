"""The vendor's paths as an ASGI app over the sandbox's rules; the sandbox's own paths are under /sandbox/."""

import mimetypes
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox import control, facts, faults
from sandbox.backend import Backend
from sandbox.drawing import Drawings, file_name
from sandbox.facts import Refusal
from sandbox.orders import Orders
from sandbox.tasks import SandboxTask
from sandbox.uploads import Uploads, file_of

Endpoint = Callable[[Request], Awaitable[Response]]


def application(backend: Backend, orders: Orders, folder: Path) -> Starlette:
    """Return the sandbox as an ASGI app; media files are drawn once and stored in `folder`."""
    api = _Api(backend, orders, folder)
    backend.known_media = api.known_media
    routes = [Route(path, api.submit, methods=["POST"]) for path in facts.PATHS]
    routes += [
        Route("/v1/generation/balance", api.answer("balance", api.balance)),
        Route("/v1/generation/{task}/status", api.answer("task", api.task)),
        Route("/v1/generation/batch/{batch}/status", api.answer("batch", api.batch)),
        Route("/growthai/v1/{group}/models", api.answer("models", api.models)),
        Route("/v1/generation/upload-file", api.upload, methods=["POST"]),
        Route("/sandbox/media/{name}", api.file),
        Route("/sandbox/uploads/{name}", api.file),
    ]
    unknown = {404: api.no_such_path, 405: api.no_such_path}
    return Starlette(routes=routes + control.routes(backend, orders), exception_handlers=unknown)


class _Api:
    def __init__(self, backend: Backend, orders: Orders, folder: Path) -> None:
        self._backend = backend
        self._orders = orders
        self._uploads = Uploads(folder.parent / "uploads")
        self._drawings = Drawings(folder, self.known_media)

    def answer(self, name: str, read: Callable[[Request, str], Any]) -> Endpoint:
        """Return an endpoint that checks the key and puts what `read` returns, or a refusal, into the envelope."""

        async def endpoint(request: Request) -> Response:
            return await self._faulty(name, lambda: run_in_threadpool(self._answered, request, read))

        return endpoint

    async def submit(self, request: Request) -> Response:
        self._backend.posts[request.url.path] += 1

        async def act() -> Response:
            try:
                body = await control.json_of(request)
            except Refusal as refusal:
                return self._refused(refusal)
            return await run_in_threadpool(self._answered, request, lambda _, owner: self._start(request, owner, body))

        return await self._faulty("submit", act)

    async def upload(self, request: Request) -> Response:
        """Accept a file. It is read before a fault is applied, because faults change the answer only."""
        self._backend.posts[request.url.path] += 1
        try:
            given = await file_of(request)
        except Refusal as refusal:
            return self._refused(refusal)

        def keep(_: Request, __: str) -> Any:
            return {"object_url_list": [f"{request.base_url}sandbox/uploads/{self._uploads.keep(given)}"]}

        return await self._faulty("upload", lambda: run_in_threadpool(self._answered, request, keep))

    async def no_such_path(self, request: Request, error: Exception) -> Response:
        """Answer an unknown path or method in the envelope. The message is the sandbox's own: the API's is unknown."""
        status = getattr(error, "status_code", 404)
        if request.url.path.startswith("/sandbox/"):
            return Response("no such path\n", status_code=status)
        return self._refused(Refusal(1002, f"no such path: {request.method} {request.url.path}", http=status))

    async def file(self, request: Request) -> Response:
        return await self._faulty("file", lambda: run_in_threadpool(self._file, request))

    def balance(self, request: Request, owner: str) -> Any:
        return self._orders.dialect.credits(self._backend.balance(owner))

    def task(self, request: Request, owner: str) -> Any:
        (task,) = self._backend.observe((self._backend.task(owner, request.path_params["task"]),))
        self._backend.task(owner, task.id)  # it may become forgotten in this step
        return self._orders.dialect.report(task, self._address(request, task))

    def batch(self, request: Request, owner: str) -> Any:
        self._backend.observe(self._backend.batch(owner, request.path_params["batch"]))
        tasks = self._backend.batch(owner, request.path_params["batch"])
        return self._orders.dialect.reports(tasks, [self._address(request, task) for task in tasks])

    def models(self, request: Request, owner: str) -> Any:
        group = request.path_params["group"]
        if group not in facts.REGISTRY:
            raise Refusal(1010, "data not found")
        return self._orders.dialect.models(self._orders.listing.of(facts.REGISTRY[group]))

    def _start(self, request: Request, owner: str, body: Any) -> Any:
        dialect = self._orders.dialect
        words = {"audio": dialect.audio, "webhook": dialect.webhook}
        return dialect.submitted(self._backend.submit(owner, request.url.path, body, **words))

    def _answered(self, request: Request, read: Callable[[Request, str], Any]) -> Response:
        try:
            key = request.headers.get("authorization", "").removeprefix("Bearer ")
            content = self._orders.dialect.success(read(request, self._backend.owner(key)))
            return JSONResponse(content, headers=self._headers())
        except Refusal as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: Refusal) -> Response:
        refusal = self._orders.dialect.in_this_dialect(refusal)
        return JSONResponse(self._orders.dialect.refusal(refusal), refusal.http, self._headers())

    def _headers(self) -> dict[str, str]:
        return self._orders.dialect.headers(uuid.uuid4().hex)

    async def _faulty(self, name: str, act: Callable[[], Awaitable[Response]]) -> Response:
        fault = self._orders.faults.take(name)
        if fault is None:
            return await act()
        if fault.kind != "refuse":
            return await faults.answer(fault, act)
        response = self._refused(Refusal(fault.code, fault.message, fault.http or 200))
        if fault.retry_after:
            response.headers["Retry-After"] = fault.retry_after
        return response

    def _file(self, request: Request) -> Response:
        found = self._media(request.url.path)
        if not found:
            return Response("no such file", status_code=404)
        links = self._orders.links
        is_result = request.url.path.startswith("/sandbox/media/")
        if is_result and (refused := links.refusal(request.query_params, request.headers)):
            return refused
        if is_result and links.how == "no-ranges":
            return Response(found.read_bytes(), media_type=mimetypes.guess_type(found.name)[0])
        return FileResponse(found, headers={"Cache-Control": "max-age=86400"})

    def known_media(self, address: str) -> Path | None:
        """Return the file of a URL that is an upload or an output here, on any port."""
        try:
            place = urlsplit(address)
        except ValueError:
            return None
        return self._media(place.path) if place.hostname in ("127.0.0.1", "localhost") else None

    def _media(self, path: str) -> Path | None:
        folder, _, name = path.rpartition("/")
        if folder == "/sandbox/uploads":
            return self._uploads.path(name)
        task = self._backend.tasks.get(Path(name).stem) if folder == "/sandbox/media" else None
        return self._drawings.file(task) if task and task.status == "succeed" else None

    def _address(self, request: Request, task: SandboxTask) -> str:
        return media_address(str(request.base_url), task) + self._orders.links.query()


def media_address(base_url: str, task: SandboxTask) -> str:
    """Return the URL of a task's file."""
    return f"{base_url.rstrip('/')}/sandbox/media/{file_name(task)}"
