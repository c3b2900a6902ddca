"""The state of one browser session: forms, IDs and the account's fingerprint; never jobs, containers or keys."""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from components.session.form_state import Form, OpenPlan, PresetDialog, Presses, PromptList, Sent
from components.session.gallery_done import GalleryDone
from studio.core.gallery import GalleryFilter, GalleryLayout
from studio.core.prices import Price
from studio.core.values import Kind, State, now

CARDS = 20
Address = tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]  # a page, and its query


@dataclass(frozen=True)
class ShownCard:
    """How a card was drawn: the state of its job, and when the card must change without a change of the job."""

    state: State
    due: datetime | None = None
    is_saving: bool = False


@dataclass(frozen=True)
class ShownRows:
    """The rows of the history on the screen. They decide when the table is redrawn and what counts as new."""

    key: str  # of the table's widget
    ids: tuple[str, ...]
    at: datetime  # the time at which they were listed
    of_jobs: bool
    since: datetime | None  # newer rows are counted from here; None where counting is not cheap
    recent: int  # number of rows since then, at the time of listing


@dataclass(frozen=True)
class ShownGallery:
    """The outputs that the gallery shows, in its order. The browser names them by their places in this version."""

    version: str
    filters: GalleryFilter
    layout: GalleryLayout


@dataclass(frozen=True)
class OpenPrices:
    """The price table with which the editor was opened: edits belong to it, also after somebody has changed it."""

    table: tuple[Price, ...]
    change: str  # the ID of the newest action that had changed it
    key: str  # of the editor's widget
    newer: tuple[Price, ...] | None = None  # by somebody else, as it was shown beside the edits

    @property
    def known(self) -> tuple[Price, ...]:
        """The newest table that the person has seen."""
        return self.table if self.newer is None else self.newer


@dataclass
class ComponentPresses:
    """What was pressed in a component, and how it went. Times are of the browser's clock, in milliseconds."""

    at: int = 0  # of the press that was performed last
    waiting: list[dict[str, Any]] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)  # by the time of the press
    told: int = 0  # the person knows the problems up to this time


@dataclass
class Session:
    """Everything that one browser session keeps between reruns."""

    token: str = field(default_factory=lambda: secrets.token_hex(8))
    is_restored: bool = False  # this session has looked for the account that its browser used last
    person: str = ""  # who is signed in; empty in a studio without sign-in
    account: str = ""  # the ID (a key's fingerprint) of a personal account; empty for the shared one
    is_in_navigation: bool = False  # the navigation is running a page: `guard` lets it draw
    page: str = ""  # the page that is shown
    is_arrival: bool = False  # another page was shown before
    checked_run: Any = None  # the run for which the address was checked
    address: Address = ("", ())  # the newest address that the studio set or the browser sent
    left_addresses: dict[Address, float] = field(default_factory=dict)  # that the browser may still send; when left
    submissions: Counter[str] = field(default_factory=Counter)
    forms: dict[Kind, Form] = field(default_factory=lambda: {kind: Form() for kind in Kind})
    presses: dict[Kind, Presses] = field(default_factory=lambda: {kind: Presses() for kind in Kind})
    plans: dict[Kind, OpenPlan] = field(default_factory=dict)
    shown_prompts: int = 0  # how many the list of earlier prompts shows
    preset_dialog: PresetDialog = field(default_factory=PresetDialog)
    lists: dict[Kind, PromptList] = field(default_factory=lambda: {kind: PromptList() for kind in Kind})
    cards: Counter[Kind] = field(default_factory=lambda: Counter(dict.fromkeys(Kind, CARDS)))  # how many to show
    reserved_cards: Counter[Kind] = field(default_factory=Counter)  # how many places for cards the page has
    has_older: dict[Kind, bool] = field(default_factory=lambda: dict.fromkeys(Kind, False))  # than those that are shown
    oldest: dict[Kind, datetime] = field(default_factory=dict)  # when the oldest shown job was created
    sent: Sent | None = None  # by the last press of Generate
    with_settings: bool = False  # downloads carry the prompt and the settings
    notice: str = ""  # a toast for the next drawing
    prices: OpenPrices | None = None  # on the page of admins
    key_problem: str = ""
    paused_account: str = ""  # the account with a rejected key that a new key replaced in this session
    unannounced: set[str] = field(default_factory=set)  # ended jobs whose toast waits for their files
    toasts: list[datetime] = field(default_factory=list)  # when those of the last seconds were shown
    news_until: datetime = field(default_factory=now)  # jobs that ended until then get no toast
    runs: int = 0  # number of full runs of a page
    last_change: int = 0  # the number of the newest change that is drawn, or about to be drawn
    pending: set[str] = field(default_factory=set)  # the keys of fragments that must be drawn for it
    drawn_at: dict[str, float] = field(default_factory=dict)  # when a fragment was drawn last, by its key
    kind: Kind | None = None  # of the cards on the page
    has_cost_line: bool = False  # the page has a form
    shown_cards: dict[str, ShownCard] = field(default_factory=dict)  # by job ID
    shown_rows: ShownRows | None = None  # of the history, as drawn last
    follows_rows: bool = False  # they are on the page, and belong to the account that the tab listens to
    url_expiry: int = 0  # when the signed addresses on the page expire, in Unix seconds
    gallery: ShownGallery | None = None  # as drawn last
    gallery_before: ShownGallery | None = None  # a press may still be about the list before
    follows_gallery: bool = False  # the gallery is the page that is shown
    gallery_newer: frozenset[int] = frozenset()  # outputs that match and are not in it, until the person asks for them
    gallery_marks: int = 0  # a number that changes with favourites, ratings and tags: the browser then asks anew
    gallery_done: GalleryDone = field(default_factory=GalleryDone)
    gallery_labels: dict[str, str] = field(default_factory=dict)  # of the filters' popovers, by key, as drawn last
    viewer_deleted: tuple[int, ...] = ()  # those that were deleted in the viewer since it was opened
    deleted_named: dict[str, str] = field(default_factory=dict)  # the ID of a "collection" and of a "comparison", too
    gallery_zip: dict[str, Any] | None = None  # the form of a ZIP, until the browser has it
    compared: frozenset[str] | None = None  # the jobs of the comparison on the page; None if there is none
    uncompared: tuple[str, str] = ("", "")  # a comparison, and the job that was removed from it last: it can be undone
    component_presses: dict[str, ComponentPresses] = field(default_factory=dict)  # of each component, by its key
    deleted_cards: list[str] = field(default_factory=list)  # jobs deleted on this page, each with a line to undo it
    autoplayed: dict[str, datetime] = field(default_factory=dict)  # jobs whose video was drawn with autoplay

    def take_notice(self) -> str:
        """Return the notice that the next drawing would show, and forget it; empty if there is none."""
        notice, self.notice = self.notice, ""
        return notice
