"""The files of a job for somebody's own disk: each by itself, or several pictures in one ZIP."""

import io
import re
import zipfile
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from components.cards import each_result
from components.parts import file_urls
from components.session import services, visitor
from studio.core.settings import MEGABYTE
from studio.core.values import Job, Output

Width = Literal["content", "stretch"]
_ICON = ":material/download:"
_MOST_TOGETHER = 200 * MEGABYTE  # a ZIP is made in memory


def show(job: Job, saved: list[Output], width: Width) -> None:
    """One button; for several files one for all, and one that shows each."""
    if len(saved) == 1:
        _one(saved[0], "Download", file_name(job, saved[0], 1), width)
        return
    if sum(output.size for output in saved) <= _MOST_TOGETHER:
        _together(job, saved, width)
    if st.button("Download…", key=f"download-{job.id}", icon=_ICON, width=width):
        each_result.show("Download", list(each_result.named(saved)), partial(_numbered, job, saved))


def _numbered(job: Job, saved: list[Output], output: Output, label: str) -> None:
    _one(output, label, file_name(job, output, saved.index(output) + 1), "stretch")


def file_name(job: Job, output: Output, number: int) -> str:
    """A name that says what it is: the first words of the prompt, the day, a number."""
    return f"{_stem(job)}-{number}{Path(output.key).suffix}"


def _stem(job: Job) -> str:
    words = re.findall(r"[a-z0-9]+", job.prompt.lower())[:6]
    return "-".join([*(words or ["weryai"]), f"{job.created_at:%m%d-%H%M}"])


def _one(output: Output, label: str, name: str, width: Width) -> None:
    if services.host.serves_routes:
        st.link_button(label, file_urls.attachment(output, name), icon=_ICON, width=width)
        return
    archive = services.shared().archive
    st.download_button(
        label,
        data=visitor.checked_file(lambda: archive.path(output.key).read_bytes()),
        file_name=name,
        mime=file_urls.media_type(output.key),
        key=f"download-{output.id}",
        on_click="ignore",
        icon=_ICON,
        width=width,
    )


def _together(job: Job, saved: list[Output], width: Width) -> None:
    st.download_button(
        f"Download all {len(saved)}",
        data=visitor.checked_file(lambda: zipped(job, saved)),
        file_name=f"{_stem(job)}.zip",
        mime="application/zip",
        key=f"download-all-{job.id}",
        on_click="ignore",
        icon=":material/folder_zip:",
        width=width,
    )


def zipped(job: Job, saved: list[Output]) -> bytes:
    """The files of a job in one, under the names that they have alone; they are small already, so only put together."""
    archive, together = services.shared().archive, io.BytesIO()
    with zipfile.ZipFile(together, "w") as bundle:
        for number, output in enumerate(saved, start=1):
            bundle.write(archive.path(output.key), file_name(job, output, number))
    return together.getvalue()
