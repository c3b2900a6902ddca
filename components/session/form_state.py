"""The state of the forms of one browser session, beside their widgets: prompts, presses of Generate, references."""

import math
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from studio.core.drafts import FormContent, Refill
from studio.core.errors import StudioError
from studio.core.plans import Plan
from studio.core.presets import Preset, SavedPreset
from studio.core.reference import Medium
from studio.core.values import Draft

LATE_SECONDS = 10.0
HIGHEST = 2**31


@dataclass
class Complaint:
    """Why the last submission of a form failed: the field at fault, and sentences in Markdown."""

    field: str
    text: str
    value: Any = None  # the field's value then; with another value the complaint no longer applies


@dataclass(frozen=True)
class Text:
    """A prompt with its version: the text with the higher version is the newer one."""

    words: str = ""
    version: int = 0

    @classmethod
    def read(cls, given: Any) -> "Text | None":
        """Parse the content of a prompt field as the browser sent it; None if it has another form."""
        match given:
            case {"text": str(words), "version": int(version)} if 0 <= version < HIGHEST:
                return cls(words, version)
        return None


@dataclass(frozen=True)
class Press:
    """A press of Generate that no run has handled yet."""

    prompt: str
    account: str = ""  # the one in use, as in the session's state
    submission: str = field(default_factory=lambda: secrets.token_hex(8))  # two presses with one name make one job
    at: float = field(default_factory=time.monotonic)
    clicked_at: float = 0.0  # milliseconds by the browser's clock; 0 if the browser did not count the press

    @property
    def is_late(self) -> bool:
        """Whether the press is too old to send: the page was left, and whoever comes back does not expect a job."""
        return time.monotonic() - self.at > LATE_SECONDS


@dataclass
class Presses:
    """The presses of Generate on one page. They are kept when a change of the form is undone."""

    open: list[Press] = field(default_factory=list)  # to be sent at the next drawing
    last_number: int = 0  # the browser's number of the last recorded press
    is_recorded: bool = False  # whether a press was recorded in this run


@dataclass(frozen=True)
class Sent:
    """The draft that the last press of Generate sent, when that was, and when the page was drawn after it."""

    draft: Draft
    drawn_at: float = math.inf
    clicked_at: float = 0.0  # as of the press


@dataclass
class OpenPlan:
    """A plan that the person is asked about, or the rest of one that was sent in part."""

    plan: Plan
    account: str  # for which it was made
    submission: str
    is_open: bool = True  # its table is shown
    is_of_list: bool = False  # of a list of prompts, which can be changed
    jobs: tuple[str, ...] = ()  # the IDs of those that were queued
    stopped: str = ""  # why the rest was not


@dataclass
class PromptList:
    """The dialog for a list of prompts: the CSV file in it, and why it makes no plan. Its text is in its widget."""

    is_open: bool = False
    name: str = ""
    data: bytes = b""
    problem: str = ""


@dataclass(frozen=True)
class Refused:
    """Why the files that were added last were refused, in Markdown, and the field; "" is the field for pasted links."""

    messages: tuple[str, ...] = ()
    field: str = ""


@dataclass
class Form:
    """The state of a form that is not in its widgets."""

    mode: str = ""  # the mode that was drawn last
    prompt: Text = Text()
    stored: FormContent | None = None  # the content that the ledger has
    model_title: str = ""  # of the model that was drawn last; in another mode, the same title may have another key
    is_model_chosen: bool = False  # by a person or a job; else each mode starts with the first model of its list
    model_mode: str = ""  # the mode for which the model was chosen: a new list of its models does not change the choice
    given_model: str = ""  # the model key from a job or a person, until it is drawn; it may be in no list
    complaint: Complaint | None = None
    sent_at: datetime | None = None  # when the last submission succeeded
    sent_job: str = ""  # the job of that submission, of a plan the last one
    sent_plan: tuple[str, ...] = ()  # the jobs of that submission, if it was a plan
    has_only_prompt: bool = False  # the studio has restarted: the prompt came from the browser, the rest is lost
    filled: dict[str, Any] = field(default_factory=dict)  # values to set in the fields at the next drawing
    free_fields: set[str] = field(default_factory=set)  # their values are typed, as the model's limits are unknown
    slots: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by media field: SHA-256 of a reference, or a link
    unplaced: dict[Medium, tuple[str, ...]] = field(default_factory=dict)  # references for which the mode has no field
    non_defaults: dict[str, str] = field(default_factory=dict)  # by field, as text: a choice other than the default
    before: "PreviousForm | None" = None  # the content before a job, a file or a preset filled the form
    offer: Refill | None = None  # the inputs that a file carries which was added
    refilled: Refill | None = None  # those of a file or a preset that filled the form
    replaced: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # by field: an invalid choice, its replacement
    refused: Refused = Refused()
    additions: int = 0  # part of the keys of upload widgets: a new number gives an empty widget
    pastes: int = 0  # the same for the field for links
    checking: int = 0  # number of runs that are checking files for this form
    refused_links: str = ""  # links that were not added, to be put into the next field for links
    is_changed: bool = False  # a value has changed since the last drawing, and not by a person's choice
    is_added: bool = False  # a result was added to the content of the form
    is_continued: bool = False  # a job filled the form with the last frame of its video
    is_from_failure: bool = False  # an unsuccessful job filled the form: WeryAI may have lost one of its files

    def held(self, field: str) -> tuple[str, ...]:
        """Return the references of a media field."""
        return self.slots.get(field, ())

    def put(self, field: str, references: Sequence[str]) -> None:
        """Set the references of a media field, without duplicates."""
        self.slots[field] = tuple(dict.fromkeys(references))


@dataclass(frozen=True)
class PreviousForm:
    """The content of a form before a job filled it, so that it can be restored."""

    widgets: dict[str, Any]
    form: Form
    is_worth_restoring: bool  # whether it had text, references or a choice of its own


@dataclass
class PresetDialog:
    """What somebody did last in the dialog of presets, of which most can be undone, and which preset they rename."""

    saved: SavedPreset | None = None
    deleted: Preset | None = None
    renamed: tuple[Preset, Preset] | None = None  # a preset that was restored under another name, before and after
    problem: StudioError | None = None
    renaming: str = ""
    is_done: bool = False  # a preset has filled the form
