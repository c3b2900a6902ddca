"""The body of an upload: a form with one file, read from the disk in pieces while it is sent."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from urllib3.fields import RequestField

from studio.core.errors import ArchiveError

PIECE = 16 * 1024  # small, because each piece has to leave within the timeout of one write


@dataclass(frozen=True)
class FileForm:
    """A multipart form that `requests` sends as a stream; `sent` is called with the bytes sent and the total.

    Errors while it is read: ArchiveError when the file cannot be read; whatever `sent` raises, which ends the request.
    """

    file: Path
    name: str
    media_type: str
    sent: Callable[[int, int], None]
    fields: Mapping[str, str] = field(default_factory=dict)
    boundary: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def content_type(self) -> str:
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def text(self) -> str:
        """The body as the call history shows it."""
        fields = [f"{name}: {value}" for name, value in self.fields.items()]
        return "\n".join([f"file: {self.name}, {self.media_type}, {self._size:,} bytes", *fields])

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        yield from self._content()
        yield self._tail

    def _content(self) -> Iterator[bytes]:
        done = 0
        try:
            with self.file.open("rb") as stream:
                while done < self._size and (piece := stream.read(min(PIECE, self._size - done))):
                    yield piece
                    done += len(piece)
                    self.sent(done, self._size)
        except OSError as error:
            raise ArchiveError(f"The file cannot be read ({error.strerror}).") from None
        if done < self._size:  # the API knows the Content-Length, and would wait for the rest
            raise ArchiveError("The file was cut short during the upload.")

    @cached_property
    def _size(self) -> int:
        try:
            return self.file.stat().st_size
        except OSError as error:
            raise ArchiveError(f"The file cannot be read ({error.strerror}).") from None

    @cached_property
    def _head(self) -> bytes:
        parts = [self._part(RequestField(name, b""), value) for name, value in self.fields.items()]
        file = RequestField("file", b"", filename=self.name)
        return "".join([*parts, self._part(file, "", self.media_type)]).encode()

    @cached_property
    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()

    def _part(self, part: RequestField, value: str, media_type: str | None = None) -> str:
        part.make_multipart(content_type=media_type)
        end = "" if media_type else "\r\n"  # the file's bytes follow its header, before the line break
        return f"--{self.boundary}\r\n{part.render_headers()}{value}{end}"
