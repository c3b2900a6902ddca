"""What one browser session remembers: drafts, ids and the account's fingerprint; never jobs, containers or keys."""

import math
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from studio.core.reference import Medium
from studio.core.values import Draft, Kind, State, now
from studio.ledger.drafts import FormContent

CARDS = 20
LATE_SECONDS = 10.0
HIGHEST = 2**31
Address = tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]  # a page, and the query behind it


@dataclass
class Complaint:
    """Why the last Generate of a mode did not go through: at which field, and the sentences, in Markdown."""

    field: str
    said: str
    value: Any = None  # what the field held then; with another value it is not true any more


@dataclass(frozen=True)
class Text:
    """A prompt, and its version: of two texts the one with the higher version is the newer one."""

    words: str = ""
    version: int = 0

    @classmethod
    def read(cls, given: Any) -> "Text | None":
        """What a browser says that a field holds, if it is said as the field says it."""
        match given:
            case {"text": str(words), "version": int(version)} if 0 <= version < HIGHEST:
                return cls(words, version)
        return None


@dataclass(frozen=True)
class Press:
    """A press of Generate that no run has come to yet."""

    prompt: str
    account: str = ""  # the one that was worked with, as in the session
    submission: str = field(default_factory=lambda: secrets.token_hex(8))  # sent twice under one name it is one job
    at: float = field(default_factory=time.monotonic)

    @property
    def is_late(self) -> bool:
        """The page was left meanwhile; whoever comes back later does not expect a job."""
        return time.monotonic() - self.at > LATE_SECONDS


@dataclass
class Presses:
    """Of Generate on one page. What a form holds can be undone; that it was pressed cannot."""

    open: list[Press] = field(default_factory=list)  # what the next drawing sends
    taken: int = 0  # the number of the last press that the browser counted and that was noted
    is_noted: bool = False  # in the run in progress


@dataclass(frozen=True)
class Sent:
    """What the last press of Generate sent, and when the page was drawn with it."""

    draft: Draft
    drawn_at: float = math.inf


@dataclass(frozen=True)
class Refused:
    """Why the files that were given last were not taken, in Markdown, and to which field; "" is where one pastes."""

    said: tuple[str, ...] = ()
    field: str = ""


@dataclass
class Form:
    """What a form remembers beside its widgets."""

    mode: str = ""  # the one that was drawn last
    prompt: Text = Text()
    kept: FormContent | None = None  # what the ledger has of it
    model_title: str = ""  # of the model that was drawn last: in another mode it may have another key
    is_model_chosen: bool = False  # by a person or a job; else each start begins with the first of its list
    started: str = ""  # the mode that was drawn last: another list of its models is no reason for another model
    brought: str = ""  # the key of a model that a job brought, which no list may have
    complaint: Complaint | None = None
    sent_at: datetime | None = None  # when the last press of Generate went through
    sent_job: str = ""  # and the job that it made
    is_begun_anew: bool = False  # the browser still had a prompt, and this process knew of no form
    filled: dict[str, Any] = field(default_factory=dict)  # what its fields are to hold at the next drawing
    typed: set[str] = field(default_factory=set)  # fields of which nobody knows what the model takes
    slots: dict[str, tuple[str, ...]] = field(default_factory=dict)  # media by field: a reference's SHA-256, or a link
    aside: dict[Medium, tuple[str, ...]] = field(default_factory=dict)  # media that this start has no place for
    own: dict[str, str] = field(default_factory=dict)  # by field, in words: what a person chose instead of the usual
    before: "Before | None" = None  # what the form held before a job filled it
    replaced: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # by field: what did not fit, and what is there
    refused: Refused = Refused()
    additions: int = 0  # uses up the widgets that take files
    pastes: int = 0  # and the field that takes addresses, in which something may still wait
    checking: int = 0  # runs that look at files for it
    unadded: str = ""  # addresses that were not taken, for the next such field
    is_changed: bool = False  # something else is in it than was drawn last, and nobody has chosen that
    is_added: bool = False  # a result came beside what the form held
    is_continued: bool = False  # a job filled it with the last frame of its video
    is_doubtful: bool = False  # a job filled it that did not succeed: perhaps WeryAI has lost a file of it

    def held(self, field: str) -> tuple[str, ...]:
        """What is in the places of a media field."""
        return self.slots.get(field, ())

    def put(self, field: str, references: Sequence[str]) -> None:
        """What a media field holds from now on."""
        self.slots[field] = tuple(dict.fromkeys(references))


@dataclass(frozen=True)
class Before:
    """What a form held before a job filled it, to be put back."""

    widgets: dict[str, Any]
    form: Form
    is_worth_it: bool  # something was written, or there were references


@dataclass(frozen=True)
class Shown:
    """How a card was drawn: where its job stood, and when it says something else without a change."""

    state: State
    due: datetime | None = None
    is_saving: bool = False


@dataclass(frozen=True)
class Listed:
    """The lines of the history that are on the screen, by which its rows change and what has come since is counted."""

    key: str  # of their widget
    ids: tuple[str, ...]
    at: datetime  # as of when they are listed
    of_jobs: bool
    since: datetime | None  # what is counted begins then; nothing where that is not cheap
    recent: int  # how many there were at that time


@dataclass
class Session:
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    is_begun: bool = False
    person: str = ""  # who is signed in; empty in a studio without sign-in
    account: str = ""  # the fingerprint of a personal key's account; empty for the shared one
    inside: bool = False  # the navigation has let this run in
    page: str = ""  # the one that is shown
    is_arrival: bool = False  # another was shown before
    run: Any = None  # the one for which the address was looked at
    address: Address = ("", ())  # the newest one: as the studio changed it, or the browser sent it
    left: dict[Address, float] = field(default_factory=dict)  # what the browser may still send, and since when
    submissions: Counter[str] = field(default_factory=Counter)
    forms: dict[Kind, Form] = field(default_factory=lambda: {kind: Form() for kind in Kind})
    presses: dict[Kind, Presses] = field(default_factory=lambda: {kind: Presses() for kind in Kind})
    cards: Counter[Kind] = field(default_factory=lambda: Counter(dict.fromkeys(Kind, CARDS)))  # how many are asked for
    places: Counter[Kind] = field(default_factory=Counter)  # how many cards the page has a place for
    has_older: dict[Kind, bool] = field(default_factory=lambda: dict.fromkeys(Kind, False))  # than those that are shown
    oldest: dict[Kind, datetime] = field(default_factory=dict)  # when the oldest job that is shown was made
    sent: Sent | None = None  # by the last press of Generate
    notice: str = ""  # said once, at the next drawing
    key_problem: str = ""
    paused: str = ""  # the account with a rejected key that was left for the one in use
    untold: set[str] = field(default_factory=set)  # jobs that ended, and whose files are not saved yet
    news_until: datetime = field(default_factory=now)
    runs: int = 0  # of the whole page
    heard: int = 0  # the number of the newest change that is drawn, or about to be
    pending: set[str] = field(default_factory=set)  # the keys of fragments that are to be drawn for it
    drawn_at: dict[str, float] = field(default_factory=dict)  # when a fragment was drawn last, by its key
    kind: Kind | None = None  # of the cards on the page
    shown: dict[str, Shown] = field(default_factory=dict)  # the cards, by job
    listed: Listed | None = None  # the lines of the history that were drawn last
    follows: bool = False  # they are on the page, and are of the account whose changes are heard
    expiry: int = 0  # of the addresses on the page
    started: dict[str, datetime] = field(
        default_factory=dict
    )  # jobs whose video was drawn as one that starts by itself
