"""The ways into a form for references: chosen or dropped files, pasted pictures, and web addresses."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from components import form_media, form_memory
from components.markdown import escape, sentence
from studio import references
from studio.errors import DraftError, StudioError
from studio.jobs import Client
from studio.media import ENDINGS, MOST_BYTES, Medium
from studio.settings import MEGABYTE
from studio.weryai import fields
from studio.weryai.fields import Field
from studio.weryai.modes import Mode

LARGEST = max(MOST_BYTES.values()) // MEGABYTE


def most(client: Client, mode: Mode, field: Field) -> int:
    """How many the chosen model takes."""
    return fields.most_files(field, client.model(mode.key, str(form_memory.value(mode.kind, form_memory.MODEL) or "")))


def choose(client: Client, mode: Mode, wanted: Sequence[Field], label: str) -> None:
    """A place to drop files or choose them. What a file is, its content says: the browser's word is not asked."""
    room = sum(most(client, mode, field) - len(form_media.held(mode.kind, field.name)) for field in wanted)
    media = [field.medium for field in wanted if field.medium]
    chosen = st.file_uploader(
        label,
        key=f"files-{mode.kind}-{wanted[0].name}-{form_memory.of(mode.kind).additions}",
        accept_multiple_files=room > 1,
        max_upload_size=max(MOST_BYTES[medium] for medium in media) // MEGABYTE,
        help=". ".join(f"{_formats(medium)}, at most {MOST_BYTES[medium] // MEGABYTE} MB" for medium in media),
    )
    if chosen:
        _take(client, mode, wanted, chosen if isinstance(chosen, list) else [chosen])


def paste(client: Client, mode: Mode) -> None:
    """A field for what is in the clipboard: a picture, or the address of a file in the web."""
    if not _fields_with_room(client, mode):
        return
    given = st.chat_input(
        "Paste a picture or a link",
        key=f"paste-{mode.kind}-{form_memory.of(mode.kind).additions}",
        accept_file="multiple",
        max_upload_size=LARGEST,
        max_chars=2000,
    )
    if given:
        _take(client, mode, _fields_with_room(client, mode), given.files, given.text)


def _take(client: Client, mode: Mode, wanted: Sequence[Field], files: Sequence[Any], text: str = "") -> None:
    """Put each file and link into the first field that takes it, and say of each that was not taken why."""
    refused = []
    for file in files:
        try:
            _add(client, mode, wanted, file)
        except StudioError as error:
            refused.append(f"{sentence(error.message)} {escape(error.hint)}".strip())
    for address in text.split():
        try:
            _add_link(client, mode, wanted, address)
        except DraftError as error:
            refused.append(f"{sentence(error.message)}")
    form = form_memory.of(mode.kind)
    form.refused, form.additions = tuple(refused), form.additions + 1
    st.rerun()


def _add(client: Client, mode: Mode, wanted: Sequence[Field], file: Any) -> None:
    allowed = [field.medium for field in wanted if field.medium]
    reference = client.references.add(file, file.name, allowed, form_media.of_mode(mode))
    _put(client, mode, [field for field in wanted if field.medium is reference.medium], reference.sha256, file.name)


def _add_link(client: Client, mode: Mode, wanted: Sequence[Field], address: str) -> None:
    """What is behind an address is WeryAI's to look at; its ending tells into which field it goes."""
    link = references.link(address, wanted[0].name)
    ending = PurePosixPath(urlsplit(link).path).suffix.lower().removeprefix(".")
    fitting = [field for field in wanted if field.medium and ending in ENDINGS[field.medium]]
    _put(client, mode, fitting or wanted, link, link)


def _put(client: Client, mode: Mode, fitting: Sequence[Field], held: str, name: str) -> None:
    field = next((field for field in fitting if _has_room(client, mode, field)), None)
    if field is None:
        raise DraftError(f"There is no place left for {name[:60]}. Remove one first.", field="")
    form_media.put(mode.kind, field.name, (*form_media.held(mode.kind, field.name), held))


def _fields_with_room(client: Client, mode: Mode) -> list[Field]:
    return [field for field in mode.media if _has_room(client, mode, field)]


def _has_room(client: Client, mode: Mode, field: Field) -> bool:
    return len(form_media.held(mode.kind, field.name)) < most(client, mode, field)


def _formats(medium: Medium) -> str:
    *most, last = [ending.upper() for ending in ENDINGS[medium] if ending != "jpeg"]
    last = {"WEBP": "WebP"}.get(last, last)
    return f"{', '.join(most)} or {last}"
