"""How references get into a form: files that are chosen, dropped or pasted, and web addresses."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, StopException

from components.form import draft_state
from components.parts.markdown import counted, escape, sentence
from components.session import session
from components.session.form_state import Form, Refused
from studio import references
from studio.client import Client
from studio.core.errors import DraftError, StudioError
from studio.core.reference import MOST_BYTES, Medium
from studio.core.settings import MEGABYTE
from studio.media import file_types
from studio.weryai.fields import MediaField
from studio.weryai.model import Model
from studio.weryai.modes import Mode

# Above our limits: Streamlit shows why a file is too large in a tooltip only; our message names the limit.
MOST_UPLOAD_MB = 2 * max(MOST_BYTES.values()) // MEGABYTE
_BETWEEN_LINKS = re.compile(r"[\r\n]+|\s+(?=https?://|[\w-]+(?:\.[\w-]+)+/)", re.IGNORECASE)


@dataclass(frozen=True)
class Intake:
    """Adds files to a form: the form, its mode and model, and a reference that the next file `replaces`."""

    client: Client
    form: Form
    mode: Mode
    model: Model
    replaces: str = ""

    def free_slots(self, field: MediaField) -> int:
        return field.most_files(self.model) - len(self.held(field))

    def held(self, field: MediaField) -> tuple[str, ...]:
        """Return the references that stay in a field."""
        return tuple(reference for reference in self.form.held(field.name) if reference != self.replaces)

    def with_free_slots(self, fields: Sequence[MediaField]) -> list[MediaField]:
        return [field for field in fields if self.free_slots(field) > 0]

    def add(self, fields: Sequence[MediaField], files: Sequence[Any], text: str = "", *, at: str = "") -> str:
        """Add each file and link to the first field that takes it; store the refusals in the form, with the field `at`.

        Return the links that were refused, one in a line.
        """
        refused = [self._try(self._add_file, fields, file) for file in files]
        links = {address: self._try(self._add_link, fields, address) for address in _links(text)}
        self.form.refused = Refused(tuple(filter(None, (*refused, *links.values()))), at)
        return "\n".join(address for address, reason in links.items() if reason)

    def _try(self, add: Any, fields: Sequence[MediaField], item: Any) -> str:
        """Add a file or a link; return why it was refused, or an empty text."""
        try:
            add(fields, item)
        except StudioError as error:
            return f"{sentence(error.message)} {escape(error.hint)}".strip()
        return ""

    def _add_file(self, fields: Sequence[MediaField], file: Any) -> None:
        # First, as a file that is no reference here can fill the form all the same.
        self.form.offer = self.client.refills.in_file(file, file.name) or self.form.offer
        allowed = [field.medium for field in fields]

        def check(medium: Medium) -> None:
            self._free_field([field for field in fields if field.medium is medium], file.name)

        others = [reference for field in self.mode.media for reference in self.held(field)]
        reference = self.client.references.add(file, file.name, allowed, others, check)
        self._put([field for field in fields if field.medium is reference.medium], reference.sha256, file.name)

    def _add_link(self, fields: Sequence[MediaField], address: str) -> None:
        """Add a web address to the field that fits its file extension; only WeryAI reads the file."""
        link = references.link(address, fields[0].name)
        ending = PurePosixPath(urlsplit(link).path).suffix.lower().removeprefix(".")
        fitting = [field for field in fields if ending in file_types.endings(field.medium)]
        self._put(fitting or fields, link, link)

    def _put(self, fitting: Sequence[MediaField], held: str, name: str) -> None:
        if not any(held in self.form.held(field.name) for field in fitting):
            field = self._free_field(fitting, name)
            self.form.put(field.name, (*self.held(field), held))

    def _free_field(self, fitting: Sequence[MediaField], name: str) -> MediaField:
        if found := self.with_free_slots(fitting):
            return found[0]
        raise DraftError(f"No room for {name[:60]}. Remove a file first.", field="")


def file_uploader(intake: Intake, fields: Sequence[MediaField], label: str) -> None:
    """Draw the uploader and add its files. Their type is read from their content, not from what the browser says."""
    media, kind = [field.medium for field in fields], intake.mode.kind
    chosen = st.file_uploader(
        label,
        key=f"{'instead' if intake.replaces else 'files'}-{kind}-{fields[0].name}-{intake.form.additions}",
        accept_multiple_files=sum(map(intake.free_slots, fields)) > 1,
        max_upload_size=MOST_UPLOAD_MB,
        help=". ".join(map(_accepted_formats, media)),
    )
    if chosen:
        number, files = intake.form.additions, chosen if isinstance(chosen, list) else [chosen]
        with _checking(intake.form, len(files)):
            if intake.form.additions == number:  # else another run has added them
                intake.form.additions += 1  # a new widget: the files are not read again, even if they are refused
                intake.add(fields, files, at=fields[0].name)
        st.rerun()


def link_field(intake: Intake) -> None:
    """Draw the field for web addresses; pasted files go to the uploader (`file_intake.js`).

    It is drawn when there is no free slot, too, as a person may be typing in it.
    """
    fields, kind = intake.mode.media, intake.mode.kind
    key = draft_state.key(kind, f"paste-{intake.form.pastes}")
    if intake.form.refused_links:
        session.set_widget(key, intake.form.refused_links)
        intake.form.refused_links = ""
    only_images = all(field.medium is Medium.IMAGE for field in fields)
    label = f"Paste {'an image' if only_images else 'a file'} or a link"
    if item := st.chat_input(label, key=key, max_chars=2000):
        with _checking(intake.form, 0):
            intake.form.pastes += 1
            intake.form.refused_links = intake.add(fields, [], item)
        st.rerun()


def show_refusals(intake: Intake, field: str) -> None:
    """Draw why files of this field were refused, until others are added or a person dismisses it."""
    refused, kind = intake.form.refused, intake.mode.kind
    if refused.field != field:
        return
    for message in refused.messages:
        st.markdown(f":small[:red[:material/error: {message}]]")
    if refused.messages and st.button(
        "Dismiss", key=f"dismiss-{kind}-{field}", icon=":material/close:", type="tertiary"
    ):
        intake.form.refused = Refused()
        st.rerun()


@contextmanager
def _checking(form: Form, number: int) -> Iterator[None]:
    """Show a spinner, and let the block run to its end: a run that is to be stopped is stopped after it.

    Streamlit stops a run when it draws something or reads the session, so the block must do neither. Streamlit starts
    the next run beside the one that it stops, so the next run has to draw the page again when this one is done.
    """
    stopped: RerunException | StopException | None = None
    form.checking += 1
    try:
        with ExitStack() as shown:
            try:
                if number:
                    shown.enter_context(st.spinner(f"Checking {counted(number, 'file')}…"))
            except (RerunException, StopException) as exception:
                stopped = exception
            yield
    finally:
        form.checking -= 1
    if stopped:
        raise stopped


def intake(client: Client, mode: Mode, model: Model) -> Intake:
    """Return the intake of a mode's form."""
    return Intake(client, draft_state.get_form(mode.kind), mode, model)


def _links(text: str) -> list[str]:
    """Return the links in a text, separated by line breaks or spaces; a space within a link does not split it."""
    return [found for part in _BETWEEN_LINKS.split(text) if (found := part.strip())]


def _accepted_formats(medium: Medium) -> str:
    others = "; HEIC, AVIF and others are converted" if medium is Medium.IMAGE else ""
    return f"{file_types.formats(medium)}, up to {MOST_BYTES[medium] // MEGABYTE} MB{others}"
