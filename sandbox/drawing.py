"""The files of tasks, each drawn once, at its first request."""

import threading
import zlib
from collections.abc import Callable
from pathlib import Path

from sandbox import media
from sandbox.tasks import SandboxTask

_FIRST = ("image", "first_pic_url", "images")  # the fields whose image a result starts from


class Drawings:
    """Draws files into a folder; `known_media` returns the file of a reference that is an upload or an output here."""

    def __init__(self, folder: Path, known_media: Callable[[str], Path | None]) -> None:
        self._folder = folder
        self._known_media = known_media
        self._drawing = threading.RLock()  # reentrant: a result may start from one that is not drawn yet

    def file(self, task: SandboxTask) -> Path:
        """Return the file of a task that has succeeded."""
        file = self._folder / file_name(task)
        with self._drawing:
            if not file.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                part = file.with_suffix(".part")
                part.write_bytes(draw(task, self._backdrop(task)))
                part.replace(file)
        return file

    def _backdrop(self, task: SandboxTask) -> Path | None:
        given = next((task.body[name] for name in _FIRST if task.body.get(name)), "")
        address = given if isinstance(given, str) else given[0]
        return self._known_media(address) if address else None


def draw(task: SandboxTask, backdrop: Path | None = None) -> bytes:
    """Draw an image or a video with the task's prompt on it, over its reference if it has one."""
    prompt, seed = task.body.get("prompt", ""), zlib.crc32(task.id.encode())
    ratio = task.body.get("aspect_ratio", "16:9")
    if task.group == "image":
        return media.picture(prompt, ratio, seed, backdrop)
    return media.clip(
        prompt,
        ratio,
        seed,
        seconds=task.body["duration"],
        resolution=task.body.get("resolution", "720p"),
        sound=task.body.get("generate_audio", False),
        backdrop=backdrop,
    )


def file_name(task: SandboxTask) -> str:
    return f"{task.id}.{'mp4' if task.group == 'video' else 'png'}"
