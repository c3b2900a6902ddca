"""HTTP around the sandbox: the vendor's paths, and a control plane under /sandbox/ for tests and demos."""

import socket
import threading
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox import facts, media
from sandbox.backend import CREDITS, Backend, Policy, SandboxTask
from sandbox.facts import Refusal
from sandbox.store import Store

BODY_LIMIT = 1024 * 1024


def application(backend: Backend, folder: Path) -> Starlette:
    """The sandbox as an ASGI app; media files are made once and kept in `folder`."""
    api = _Api(backend, folder)
    routes = [Route(path, api.submit, methods=["POST"]) for path in facts.PATHS]
    routes += [
        Route("/v1/generation/balance", api.answer(api.balance)),
        Route("/v1/generation/{task}/status", api.answer(api.task)),
        Route("/v1/generation/batch/{batch}/status", api.answer(api.batch)),
        Route("/growthai/v1/{group}/models", api.answer(api.models)),
        Route("/sandbox/media/{name}", api.file),
        Route("/sandbox/state", api.state),
        Route("/sandbox/{order}", api.control, methods=["POST"]),
    ]
    return Starlette(routes=routes)


class _Api:
    def __init__(self, backend: Backend, folder: Path) -> None:
        self._backend = backend
        self._folder = folder
        self._drawing = threading.Lock()

    def answer(self, read: Callable[[Request, str], Any]) -> Callable[[Request], Response]:
        """An endpoint that checks the key and puts what `read` returns, or a refusal, into the usual envelope."""

        def endpoint(request: Request) -> Response:
            try:
                return _success(read(request, self._owner(request)))
            except Refusal as refusal:
                return _refused(refusal)

        return endpoint

    async def submit(self, request: Request) -> Response:
        try:
            owner = self._owner(request)
            tasks = self._backend.submit(owner, request.url.path, await _json(request))
        except Refusal as refusal:
            return _refused(refusal)
        if self._backend.lost_replies:
            self._backend.lost_replies -= 1
            return Response("upstream timed out", status_code=504)
        if tasks[0].group == "video" and len(tasks) == 1:  # T4 reads only task_id of a text-to-video submission
            return _success({"task_id": tasks[0].id, "task_status": "waiting"})
        return _success({"batch_id": int(tasks[0].batch), "task_ids": [task.id for task in tasks]})

    def balance(self, request: Request, owner: str) -> Any:
        return self._backend.balance(owner)

    def task(self, request: Request, owner: str) -> Any:
        task = self._backend.task(owner, request.path_params["task"])
        return _report(request, self._backend.observe((task,))[0])

    def batch(self, request: Request, owner: str) -> Any:
        tasks = self._backend.batch(owner, request.path_params["batch"])
        return [_report(request, task) for task in self._backend.observe(tasks)]

    def models(self, request: Request, owner: str) -> Any:
        group = request.path_params["group"]
        if group not in facts.REGISTRY:
            raise Refusal(1010, "data not found")
        return facts.REGISTRY[group]

    def file(self, request: Request) -> Response:
        task = self._backend.tasks.get(Path(request.path_params["name"]).stem)
        if not task or task.status != "succeed":
            return Response("no such file", status_code=404)
        return FileResponse(self._drawn(task), headers={"Cache-Control": "max-age=86400"})

    async def control(self, request: Request) -> Response:
        """Steer the sandbox: reset, policy, balance, refuse, outcomes, lose-replies, reject-keys."""
        order = request.path_params["order"]
        try:
            self._obey(order, await _json(request) if await request.body() else {})
        except Refusal as refusal:
            return _refused(refusal)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Response(f"{order} cannot be done like that: {error}\n", status_code=400)
        return self.state(request)

    def _obey(self, order: str, words: Any) -> None:
        match order:
            case "reset":
                self._backend.reset()
            case "policy":
                self._backend.policy = Policy(**words)
            case "balance":
                self._backend.set_balance(self._backend.owner(words["key"]), words["credits"])
            case "refuse":
                refusal = Refusal(words["code"], words.get("message", "refused on demand"), words.get("http", 200))
                self._backend.refusals.extend([refusal] * words.get("times", 1))
            case "outcomes":
                if not set(words["outcomes"]) <= {"succeed", "failed", "stuck"}:
                    raise ValueError("an outcome is succeed, failed or stuck")
                self._backend.next_outcomes.extend(words["outcomes"])
            case "lose-replies":
                self._backend.lost_replies = words.get("times", 1)
            case "reject-keys":
                self._backend.rejected_keys = set(words["keys"])
            case _:
                raise ValueError("there is no such order")

    def state(self, request: Request) -> Response:
        """What the sandbox has seen: POSTs by path, its tasks with their reads and status; and its policy."""
        tasks = [{"id": t.id, "status": t.status, "reads": t.reads} for t in self._backend.tasks.values()]
        seen = {"posts": dict(self._backend.posts), "tasks": tasks}
        return JSONResponse({**seen, "policy": asdict(self._backend.policy)})

    def _owner(self, request: Request) -> str:
        return self._backend.owner(request.headers.get("authorization", "").removeprefix("Bearer "))

    def _drawn(self, task: SandboxTask) -> Path:
        file = self._folder / _file_name(task)
        with self._drawing:
            if not file.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                part = file.with_suffix(".part")
                part.write_bytes(_draw(task))
                part.replace(file)
        return file


def _draw(task: SandboxTask) -> bytes:
    prompt, seed = task.body["prompt"], zlib.crc32(task.id.encode())
    ratio = task.body.get("aspect_ratio", "16:9")
    if task.group == "image":
        return media.picture(prompt, ratio, seed)
    return media.clip(
        prompt,
        ratio,
        seed,
        seconds=task.body["duration"],
        resolution=task.body.get("resolution", "720p"),
        sound=task.body.get("generate_audio", False),
    )


def _file_name(task: SandboxTask) -> str:
    return f"{task.id}.{'mp4' if task.group == 'video' else 'png'}"


def _report(request: Request, task: SandboxTask) -> dict[str, Any]:
    report: dict[str, Any] = {"task_id": task.id, "task_status": task.status}
    if task.status == "succeed":
        report[f"{task.group}s"] = [f"{request.base_url}sandbox/media/{_file_name(task)}"]
        report["cost_credits"] = task.cost
    if task.status == "failed":
        report["msg"] = "The sandbox was told to fail here, and gave the credits back"
        report["cost_credits"] = 0
    return report


def _success(data: Any) -> Response:
    return JSONResponse({"status": 0, "desc": "success", "message": "success", "data": data})


def _refused(refusal: Refusal) -> Response:
    body = {"status": refusal.code, "desc": refusal.message, "message": refusal.message}
    return JSONResponse(body, status_code=refusal.http)


async def _json(request: Request) -> Any:
    if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
        raise Refusal(1002, "request body too large", http=400)
    try:
        return await request.json()
    except ValueError:
        raise Refusal(1002, "malformed request: not JSON", http=400) from None


class Sandbox:
    """A sandbox on a socket of this machine, served by a thread of its own until it is stopped."""

    def __init__(
        self, folder: Path | None = None, *, port: int = 0, policy: Policy | None = None, credits: float = CREDITS
    ) -> None:
        self._store = Store(folder / "sandbox.db" if folder else None)
        self.backend = Backend(self._store, policy, credits=credits)
        self.media = (folder or Path(mkdtemp(prefix="weryai-sandbox-"))) / "media"
        app = application(self.backend, self.media)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", access_log=False))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="sandbox", daemon=True
        )

    def start(self) -> "Sandbox":
        """Serve. The socket listens already, so requests that come before the server wait for it."""
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(5)
        self._socket.close()
        self._store.close()

    def join(self) -> None:
        self._thread.join()
