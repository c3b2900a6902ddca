"""Download buttons for the files of a job: one for each file, or one ZIP of several files."""

import io
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from components.cards import result_dialog
from components.parts import file_urls
from components.parts.markdown import escape
from components.session import services, session, visitor
from studio import copies
from studio.core.settings import MEGABYTE
from studio.core.values import Job, Output
from studio.media import file_types

Width = Literal["content", "stretch"]
_ICON = ":material/download:"
_MOST_ZIP_BYTES = 200 * MEGABYTE  # the ZIP is made in memory


def show(job: Job, saved: list[Output], width: Width) -> None:
    """Draw one button; for several files a button for all, and a button that opens a dialog with each."""
    if len(saved) == 1:
        _file_button(saved[0], "Download", file_name(job, saved[0], 1), width)
        return
    if sum(output.size for output in saved) <= _MOST_ZIP_BYTES:
        _zip_button(job, saved, width)
    if st.button("Download…", key=f"download-{job.id}", icon=_ICON, width=width):
        result_dialog.show("Download", list(result_dialog.labelled(saved)), partial(_numbered_file_button, job, saved))


def _numbered_file_button(job: Job, saved: list[Output], output: Output, label: str) -> None:
    _file_button(output, label, file_name(job, output, saved.index(output) + 1), "stretch")


def file_name(job: Job, output: Output, number: int) -> str:
    """Return the name of a downloaded file: the first words of the prompt, day and time, and a number."""
    return f"{_stem(job)}-{number}{Path(output.key).suffix}"


def url(job: Job, output: Output) -> str:
    """Return a URL that downloads a saved result; empty on a host without routes."""
    return file_urls.attachment(output, name(job, output)) if services.host.serves_routes else ""


def name(job: Job, output: Output) -> str:
    """Return the name under which a result is downloaded from the viewer."""
    return file_name(job, output, job.outputs.index(output) + 1)


def _stem(job: Job) -> str:
    words = re.findall(r"[a-z0-9]+", job.prompt.lower())[:6]
    return "-".join([*(words or ["weryai"]), f"{job.created_at:%m%d-%H%M}"])


def _file_button(output: Output, label: str, name: str, width: Width) -> None:
    if services.host.serves_routes:
        st.link_button(label, file_urls.attachment(output, name), icon=_ICON, width=width, help=_inside(output))
        return
    with_settings = session.state().with_settings
    st.download_button(
        label,
        data=visitor.checked_file(lambda: b"".join(_pieces(output, with_settings=with_settings))),
        file_name=name,
        mime=file_urls.media_type(output.key),
        key=f"download-{output.id}",
        on_click="ignore",
        icon=_ICON,
        width=width,
        help=_inside(output),
    )


def _inside(output: Output) -> str | None:
    """Return the hint what the file carries, where a person asked for prompt and settings."""
    if not session.state().with_settings:
        return None
    if copies.can_carry(output):
        return "The file carries the prompt and settings"
    name = file_types.called(output.format, output.key)
    return f"{escape(name[:1].upper() + name[1:])}: has no place for the prompt and settings, so you get it as it came"


def _pieces(output: Output, *, with_settings: bool) -> Iterator[bytes]:
    """Return the content of a file, or of a copy that carries prompt and settings."""
    shared = services.shared()
    if with_settings:
        return copies.copy_of(shared.ledger, shared.archive, output.key).pieces()
    return shared.archive.reader.pieces(output.key)


def _zip_button(job: Job, saved: list[Output], width: Width) -> None:
    st.download_button(
        f"Download all {len(saved)}",
        data=visitor.checked_file(partial(zipped, job, saved, with_settings=session.state().with_settings)),
        file_name=f"{_stem(job)}.zip",
        mime="application/zip",
        key=f"download-all-{job.id}",
        on_click="ignore",
        icon=":material/folder_zip:",
        width=width,
    )


def zipped(job: Job, saved: list[Output], *, with_settings: bool = False) -> bytes:
    """Return a ZIP of these files, named as in single downloads; only stored, as they are compressed already."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for number, output in enumerate(saved, start=1):
            with bundle.open(file_name(job, output, number), "w") as entry:
                for piece in _pieces(output, with_settings=with_settings):
                    entry.write(piece)
    return buffer.getvalue()
