"""The filters of the gallery, kept in its address: everybody who opens the address sees the same."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from components.parts import local_time
from components.session import page_address, session
from studio.core.gallery import GalleryFilter, Shape
from studio.core.values import Kind

WORDS, KIND, MODEL, MODE, SHAPE, LENGTH = "words", "kind", "model", "mode", "shape", "length"
PERSON, SINCE, UNTIL, FAVOURITE, TAG, RATING = "person", "from", "to", "favourite", "tag", "rating"
COLLECTION, DELETED = "collection", "deleted"
WHOSE, EVERYONE = "whose", "everyone"  # no filter: which results of a studio with sign-in are filtered
ALL = (
    *(WORDS, KIND, MODEL, MODE, SHAPE, LENGTH, PERSON, SINCE, UNTIL, FAVOURITE, TAG, RATING),
    *(COLLECTION, DELETED),
)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)  # those that can be chosen
RATINGS = ("1", "2", "3", "4", "5")
YES = "yes"  # the value of a condition that is on
MOST_VALUES = 20  # of one filter
# The values of LENGTH: at least and less than so many seconds.
LENGTHS = {"short": (0.1, 6.0), "medium": (6.0, 11.0), "long": (11.0, 0.0)}
SEARCH = "gallery-search"  # the key of the search field

Choice = TypeVar("Choice", Kind, Shape)


def value(name: str) -> str:
    """Return the value of a parameter; empty if it is missing."""
    return str(page_address.query().get(name, ""))[:200].strip()


def values(name: str) -> tuple[str, ...]:
    """Return all values of a parameter, at most `MOST_VALUES`."""
    return tuple(dict.fromkeys(page_address.query().get_all(name)))[:MOST_VALUES]


def put(name: str, content: str | Sequence[str]) -> None:
    """Set one parameter; an empty value removes it."""
    page_address.update({name: content})


def clear() -> None:
    """Remove every filter."""
    page_address.update(dict.fromkeys(ALL, ""))
    session.set_widget(SEARCH, "")


def filters() -> GalleryFilter:
    """Return the filter that the address describes; what is not a known value is no condition."""
    shortest, longest = LENGTHS.get(value(LENGTH), (0.0, 0.0))
    rating = value(RATING)
    return GalleryFilter(
        words=value(WORDS),
        kind=_choice(Kind, value(KIND)),
        model=values(MODEL),
        mode=values(MODE),
        shape=_choice(Shape, value(SHAPE)),
        shortest=shortest,
        longest=longest,
        person=values(PERSON),
        since=_midnight(day(SINCE)),
        until=_midnight(day(UNTIL), days=1),
        favourite=value(FAVOURITE) == YES,
        rating=int(rating) if rating in RATINGS else 0,
        tag=values(TAG),
        collection=value(COLLECTION),
        deleted=is_deleted(),
    )


def is_for_everyones() -> bool:
    """Whether the address is about everyone's results: it says so, or names what others may have made."""
    return value(WHOSE) == EVERYONE or bool(value(COLLECTION) or values(PERSON))


def is_deleted() -> bool:
    """Whether the gallery shows the deleted outputs, instead of all others."""
    return value(DELETED) == YES


def day(name: str) -> date | None:
    """Return the day that a parameter names; None if it names none."""
    try:
        found = date.fromisoformat(value(name))
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def _choice(choices: type[Choice], text: str) -> Choice | None:
    return next((choice for choice in choices if choice == text), None)


def _midnight(found: date | None, days: int = 0) -> datetime | None:
    """Return the beginning of a day, or of one so many days later, where the visitor is."""
    if not found:
        return None
    return datetime.combine(found + timedelta(days=days), time.min, local_time.zone()).astimezone(UTC)
