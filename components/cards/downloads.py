"""Download buttons for the files of a job: one for each file, or one ZIP of several files."""

from collections.abc import Iterator
from functools import partial
from typing import Literal

import streamlit as st

from components.cards import result_dialog
from components.parts import file_urls, zip_urls
from components.parts.markdown import escape
from components.session import services, session, visitor
from studio import copies, zips
from studio.core import file_names
from studio.core.settings import MEGABYTE
from studio.core.values import Job, Output
from studio.media import file_types

Width = Literal["content", "stretch"]
_ICON, _ZIP_ICON = ":material/download:", ":material/folder_zip:"
_BESIDE = "A ZIP of the files, with a JSON of prompt, settings and cost beside each"
_MOST_ZIP_BYTES = 200 * MEGABYTE  # of a ZIP that is made in memory, on a host without routes


def show(job: Job, saved: list[Output], width: Width) -> None:
    """Draw one button; for several files a button for all, and a button that opens a dialog with each."""
    if len(saved) == 1:
        _file_button(saved[0], "Download", file_names.of_output(job, saved[0]), width)
        return
    _zip_button(job, saved, width)
    if st.button("Download…", key=f"download-{job.id}", icon=_ICON, width=width):
        result_dialog.show("Download", list(result_dialog.labelled(saved)), partial(_labelled_file_button, job))


def _labelled_file_button(job: Job, output: Output, label: str) -> None:
    _file_button(output, label, file_names.of_output(job, output), "stretch")


def url(job: Job, output: Output) -> str:
    """Return a URL that downloads a saved result; empty on a host without routes."""
    return file_urls.attachment(output, file_names.of_output(job, output)) if services.host.serves_routes else ""


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
    label, name, ids = f"Download all {len(saved)}", f"{file_names.of_job(job)}.zip", [output.id for output in saved]
    if services.host.serves_routes:
        st.link_button(label, zip_urls.link(job.account, ids, name), icon=_ZIP_ICON, width=width, help=_BESIDE)
    elif sum(output.size for output in saved) <= _MOST_ZIP_BYTES:
        st.download_button(
            label,
            data=visitor.checked_file(partial(zipped, job.account, ids, with_settings=session.state().with_settings)),
            file_name=name,
            mime="application/zip",
            key=f"download-all-{job.id}",
            on_click="ignore",
            icon=_ZIP_ICON,
            width=width,
            help=_BESIDE,
        )


def zipped(account: str, ids: list[int], *, with_settings: bool = False) -> bytes:
    """Return the ZIP that the route streams, in one piece."""
    shared = services.shared()
    return b"".join(zips.zipped(shared.ledger, shared.archive, account, ids, with_settings=with_settings))
