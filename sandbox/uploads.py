"""Accepts uploads like the API: one image, video or audio file of a form, stored in a folder and served from there."""

import re
import secrets
import shutil
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from sandbox.facts import Refusal

MEGABYTE = 1024 * 1024
MOST_BYTES = {"image": 10 * MEGABYTE, "video": 50 * MEGABYTE, "audio": 50 * MEGABYTE}
TOO_LARGE = {  # the sandbox's own messages: the server's for 1014 are not known, and those for 1002 differ
    "image": "upload limit exceeded: an image has at most 10 MB",
    "video": "upload limit exceeded: a video or audio file has at most 50 MB",
    "audio": "upload limit exceeded: a video or audio file has at most 50 MB",
}
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "gif"), "image"),
    **dict.fromkeys(("mp4", "mov"), "video"),
    **dict.fromkeys(("mp3", "wav"), "audio"),
}
_BEGINNINGS: Mapping[str, re.Pattern[bytes]] = {
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "mp4": re.compile(rb"....ftyp(?!qt)", re.DOTALL),
    "mov": re.compile(rb"....(ftypqt|moov|wide|mdat|free|skip)", re.DOTALL),
    "mp3": re.compile(rb"ID3|\xff[\xe2-\xff]"),
    "wav": re.compile(rb"RIFF....WAVE", re.DOTALL),
}
_MOST_OF_A_FORM = max(MOST_BYTES.values()) + 64 * 1024


class Uploads:
    """The uploaded files. They survive a restart, because the folder is their only record."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, given: UploadFile | None) -> str:
        """Store the file of a form; return the name under which it is served. Errors: Refusal."""
        if given is None or not given.size:
            raise Refusal(1002, "file empty")
        ending = _checked(given.file, (given.filename or "").rpartition(".")[2].lower(), given.size)
        name = f"{secrets.token_hex(8)}.{ending}"
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{name}.part"
        with given.file, part.open("wb") as file:
            shutil.copyfileobj(given.file, file)
        part.replace(self._folder / name)
        return name

    def path(self, name: str) -> Path | None:
        """Return the file that is served under this name; None if there is none."""
        found = self._folder / name
        return found if re.fullmatch(r"[0-9a-f]{16}\.\w+", name) and found.is_file() else None


async def file_of(request: Request) -> UploadFile | None:
    """Return the file of a form, as a temporary file on the disk; None without a file.

    Errors: Refusal for what is not a form, or is larger than any file may be; the server discards the rest.
    """
    try:
        form = await MultiPartParser(request.headers, _bounded(request), max_files=1, max_fields=10).parse()
    except (KeyError, MultiPartException, ClientDisconnect):
        raise Refusal(1002, "file empty", http=400) from None
    found = form.get("file")
    return found if isinstance(found, UploadFile) else None


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    left = _MOST_OF_A_FORM
    async for piece in request.stream():
        left -= len(piece)
        if left < 0:
            raise Refusal(1014, TOO_LARGE["video"])
        yield piece


def _checked(file: BinaryIO, ending: str, size: int) -> str:
    """Return the ending, if it matches the content and the file is not too large. Errors: Refusal."""
    if ending not in KINDS:
        raise Refusal(1002, "only image, video and audio files are supported")
    if not _BEGINNINGS["jpg" if ending == "jpeg" else ending].match(file.read(12)):
        raise Refusal(1002, "file content does not match the extension or is unsupported")
    if size >= MOST_BYTES[KINDS[ending]]:
        raise Refusal(1014, TOO_LARGE[KINDS[ending]])  # S1
    file.seek(0)
    return ending
