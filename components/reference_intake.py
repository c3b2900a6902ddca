"""The ways into a form for references: chosen or dropped files, pasted pictures, and web addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from components import form_media, form_memory
from components.markdown import escape, sentence
from components.remembered import Form
from studio import references
from studio.errors import DraftError, StudioError
from studio.jobs import Client
from studio.media import ENDINGS, MOST_BYTES, Medium
from studio.settings import MEGABYTE
from studio.weryai import fields
from studio.weryai.fields import Field, Model
from studio.weryai.modes import Mode

LARGEST = max(MOST_BYTES.values()) // MEGABYTE


@dataclass(frozen=True)
class Intake:
    """Where files go: the form, its mode, and how many the model takes. Taking them asks Streamlit for nothing."""

    client: Client
    form: Form
    mode: Mode
    model: Model

    def room(self, field: Field) -> int:
        return fields.most_files(field, self.model) - len(self.form.held(field.name))

    def with_room(self, wanted: Sequence[Field]) -> list[Field]:
        return [field for field in wanted if self.room(field) > 0]

    def take(self, wanted: Sequence[Field], files: Sequence[Any], text: str = "") -> None:
        """Put each file and link into the first field that takes it, and keep of each that was not taken why."""
        self.form.additions += 1  # whatever comes of these, they are not looked at a second time
        refused = [self._refusal(self._add, wanted, file) for file in files]
        refused += [self._refusal(self._add_link, wanted, address) for address in text.split()]
        self.form.refused = tuple(filter(None, refused))

    def _refusal(self, add: Any, wanted: Sequence[Field], given: Any) -> str:
        try:
            add(wanted, given)
        except StudioError as error:
            return f"{sentence(error.message)} {escape(error.hint)}".strip()
        return ""

    def _add(self, wanted: Sequence[Field], file: Any) -> None:
        allowed = [field.medium for field in wanted if field.medium]

        def check(medium: Medium) -> None:
            self._place([field for field in wanted if field.medium is medium], file.name)

        beside = form_media.of_mode(self.form, self.mode)
        reference = self.client.references.add(file, file.name, allowed, beside, check)
        self._put([field for field in wanted if field.medium is reference.medium], reference.sha256, file.name)

    def _add_link(self, wanted: Sequence[Field], address: str) -> None:
        """What is behind an address is WeryAI's to look at; its ending tells into which field it goes."""
        link = references.link(address, wanted[0].name)
        ending = PurePosixPath(urlsplit(link).path).suffix.lower().removeprefix(".")
        fitting = [field for field in wanted if field.medium and ending in ENDINGS[field.medium]]
        self._put(fitting or wanted, link, link)

    def _put(self, fitting: Sequence[Field], held: str, name: str) -> None:
        if not any(held in self.form.held(field.name) for field in fitting):
            field = self._place(fitting, name)
            self.form.put(field.name, (*self.form.held(field.name), held))

    def _place(self, fitting: Sequence[Field], name: str) -> Field:
        if found := self.with_room(fitting):
            return found[0]
        raise DraftError(f"There is no place left for {name[:60]}. Remove one first.", field="")


def choose(intake: Intake, wanted: Sequence[Field], label: str) -> None:
    """A place to drop files or choose them. What a file is, its content says: the browser's word is not asked."""
    media, kind = [field.medium for field in wanted if field.medium], intake.mode.kind
    chosen = st.file_uploader(
        label,
        key=f"files-{kind}-{wanted[0].name}-{intake.form.additions}",
        accept_multiple_files=sum(map(intake.room, wanted)) > 1,
        max_upload_size=max(MOST_BYTES[medium] for medium in media) // MEGABYTE,
        help=". ".join(f"{_formats(medium)}, at most {MOST_BYTES[medium] // MEGABYTE} MB" for medium in media),
    )
    if chosen:
        intake.take(wanted, chosen if isinstance(chosen, list) else [chosen])
        st.rerun()


def paste(intake: Intake) -> None:
    """A field for what is in the clipboard: a picture, or the address of a file in the web."""
    wanted = intake.with_room(intake.mode.media)
    if not wanted:
        return
    given = st.chat_input(
        "Paste a picture or a link",
        key=f"paste-{intake.mode.kind}-{intake.form.additions}",
        accept_file="multiple",
        max_upload_size=LARGEST,
        max_chars=2000,
    )
    if given:
        intake.take(wanted, given.files, given.text)
        st.rerun()


def intake(client: Client, mode: Mode, model: Model) -> Intake:
    """Where the files of this form go."""
    return Intake(client, form_memory.of(mode.kind), mode, model)


def _formats(medium: Medium) -> str:
    *most, last = [ending.upper() for ending in ENDINGS[medium] if ending != "jpeg"]
    last = {"WEBP": "WebP"}.get(last, last)
    return f"{', '.join(most)} or {last}"
