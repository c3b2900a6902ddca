"""The ways into a form for references: files that are chosen, dropped or pasted, and web addresses."""

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
from components.session.state import Form, Refused
from studio import references
from studio.client import Client
from studio.core.errors import DraftError, StudioError
from studio.core.reference import MOST_BYTES, Medium
from studio.core.settings import MEGABYTE
from studio.media import file_types
from studio.weryai.fields import MediaField
from studio.weryai.model import Model
from studio.weryai.modes import Mode

# Above the limits: Streamlit only marks a file that is too large, and why is in a tooltip; our sentence says the limit.
LARGEST = 2 * max(MOST_BYTES.values()) // MEGABYTE
_BETWEEN_LINKS = re.compile(r"[\r\n]+|\s+(?=https?://|[\w-]+(?:\.[\w-]+)+/)", re.IGNORECASE)


@dataclass(frozen=True)
class Intake:
    """Where files go: the form, its mode, how many the model takes, and a reference that gives way to what is given."""

    client: Client
    form: Form
    mode: Mode
    model: Model
    replaces: str = ""

    def room(self, field: MediaField) -> int:
        return field.most_files(self.model) - len(self.held(field))

    def held(self, field: MediaField) -> tuple[str, ...]:
        """What stays in a field beside what is given."""
        return tuple(one for one in self.form.held(field.name) if one != self.replaces)

    def with_room(self, wanted: Sequence[MediaField]) -> list[MediaField]:
        return [field for field in wanted if self.room(field) > 0]

    def take(self, wanted: Sequence[MediaField], files: Sequence[Any], text: str = "", *, at: str = "") -> str:
        """Put each file and link into the first field that takes it; of those that were not taken, keep why, and where.

        Returns the links that were not taken.
        """
        refused = [self._try(self._add, wanted, file) for file in files]
        links = {address: self._try(self._add_link, wanted, address) for address in _links(text)}
        self.form.refused = Refused(tuple(filter(None, (*refused, *links.values()))), at)
        return "\n".join(address for address, why_not in links.items() if why_not)

    def _try(self, add: Any, wanted: Sequence[MediaField], given: Any) -> str:
        """Add it; returns why it was not taken, empty when it was."""
        try:
            add(wanted, given)
        except StudioError as error:
            return f"{sentence(error.message)} {escape(error.hint)}".strip()
        return ""

    def _add(self, wanted: Sequence[MediaField], file: Any) -> None:
        allowed = [field.medium for field in wanted]

        def check(medium: Medium) -> None:
            self._place([field for field in wanted if field.medium is medium], file.name)

        beside = [one for field in self.mode.media for one in self.held(field)]
        reference = self.client.references.add(file, file.name, allowed, beside, check)
        self._put([field for field in wanted if field.medium is reference.medium], reference.sha256, file.name)

    def _add_link(self, wanted: Sequence[MediaField], address: str) -> None:
        """What is behind an address is WeryAI's to look at; its ending tells into which field it goes."""
        link = references.link(address, wanted[0].name)
        ending = PurePosixPath(urlsplit(link).path).suffix.lower().removeprefix(".")
        fitting = [field for field in wanted if ending in file_types.endings(field.medium)]
        self._put(fitting or wanted, link, link)

    def _put(self, fitting: Sequence[MediaField], held: str, name: str) -> None:
        if not any(held in self.form.held(field.name) for field in fitting):
            field = self._place(fitting, name)
            self.form.put(field.name, (*self.held(field), held))

    def _place(self, fitting: Sequence[MediaField], name: str) -> MediaField:
        if found := self.with_room(fitting):
            return found[0]
        raise DraftError(f"No room for {name[:60]}. Remove a file first.", field="")


def choose(intake: Intake, wanted: Sequence[MediaField], label: str) -> None:
    """A place to drop files or choose them. What a file is, its content says: the browser's word is not asked."""
    media, kind = [field.medium for field in wanted], intake.mode.kind
    chosen = st.file_uploader(
        label,
        key=f"{'instead' if intake.replaces else 'files'}-{kind}-{wanted[0].name}-{intake.form.additions}",
        accept_multiple_files=sum(map(intake.room, wanted)) > 1,
        max_upload_size=LARGEST,
        help=". ".join(map(_what_is_taken, media)),
    )
    if chosen:
        number, files = intake.form.additions, chosen if isinstance(chosen, list) else [chosen]
        with _checking(intake.form, len(files)):
            if intake.form.additions == number:  # else a run beside this one has taken them
                intake.form.additions += 1  # whatever comes of these, they are not looked at a second time
                intake.take(wanted, files, at=wanted[0].name)
        st.rerun()


def paste(intake: Intake) -> None:
    """A field for addresses of files in the web. Files that are pasted go where dropped ones go, see file_intake.js.

    It is there when there is no room, too: something may be typed in it.
    """
    wanted, kind = intake.mode.media, intake.mode.kind
    key = draft_state.key(kind, f"paste-{intake.form.pastes}")
    if intake.form.unadded:
        session.set_widget(key, intake.form.unadded)
        intake.form.unadded = ""
    only_images = all(field.medium is Medium.IMAGE for field in wanted)
    label = f"Paste {'an image' if only_images else 'a file'} or a link"
    if given := st.chat_input(label, key=key, max_chars=2000):
        with _checking(intake.form, 0):
            intake.form.pastes += 1
            intake.form.unadded = intake.take(wanted, [], given)
        st.rerun()


def refusals(intake: Intake, field: str) -> None:
    """Why files that were given here were not taken, until others are, or it was read."""
    refused, kind = intake.form.refused, intake.mode.kind
    if refused.field != field:
        return
    for said in refused.messages:
        st.markdown(f":small[:red[:material/error: {said}]]")
    if refused.messages and st.button(
        "Dismiss", key=f"dismiss-{kind}-{field}", icon=":material/close:", type="tertiary"
    ):
        intake.form.refused = Refused()
        st.rerun()


@contextmanager
def _checking(form: Form, number: int) -> Iterator[None]:
    """What is done within is said, and is done as a whole: a run that is to be cut off is so after it.

    Streamlit cuts a run off whenever something is drawn or asked of the session, so neither may happen within. And it
    starts the next run beside the one that it cuts off, so that one has to draw the page anew when this one is done.
    """
    cut_off: RerunException | StopException | None = None
    form.checking += 1
    try:
        with ExitStack() as shown:
            try:
                if number:
                    shown.enter_context(st.spinner(f"Checking {counted(number, 'file')}…"))
            except (RerunException, StopException) as early:
                cut_off = early
            yield
    finally:
        form.checking -= 1
    if cut_off:
        raise cut_off


def intake(client: Client, mode: Mode, model: Model) -> Intake:
    """Where the files of this form go."""
    return Intake(client, draft_state.of(mode.kind), mode, model)


def _links(text: str) -> list[str]:
    """One to a line, or several with spaces between. A space inside of one does not cut it in two."""
    return [found for part in _BETWEEN_LINKS.split(text) if (found := part.strip())]


def _what_is_taken(medium: Medium) -> str:
    others = "; HEIC, AVIF and others are converted" if medium is Medium.IMAGE else ""
    return f"{file_types.formats(medium)}, up to {MOST_BYTES[medium] // MEGABYTE} MB{others}"
