"""The filter bar of the gallery: search, kind, model, shape and more. Each changes the address."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import streamlit as st

from components.gallery import address
from components.session import session
from studio.client import Client
from studio.core.gallery import UNDO_DAYS, GalleryChoices, Shape
from studio.core.values import Kind
from studio.weryai.modes import MODES

_KINDS = {"": "All", Kind.IMAGE: "Images", Kind.VIDEO: "Videos"}
_SHAPES = {Shape.LANDSCAPE: "crop_landscape", Shape.SQUARE: "crop_square", Shape.PORTRAIT: "crop_portrait"}
_LENGTHS = {"short": "Up to 5 s", "medium": "6 to 10 s", "long": "Longer"}
_RATINGS = {stars: f"{'★' * int(stars)}{' and more' if stars != '5' else ''}" for stars in address.RATINGS}
_IN_MORE = (
    *(address.MODE, address.LENGTH, address.PERSON, address.SINCE, address.UNTIL),
    *(address.TAG, address.RATING, address.COLLECTION, address.DELETED),
)


def show(client: Client) -> bool:
    """Draw the filters; return whether results are being selected."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _search()
        _segments("Kind", address.KIND, _KINDS)
        _popover("Model", ":material/deployed_code:", (address.MODEL,), lambda: _models(client))
        _popover("Shape", ":material/aspect_ratio:", (address.SHAPE,), _shapes)
        _popover("More", ":material/tune:", _IN_MORE, lambda: _more(client))
        _favourites()
        st.space("stretch")
        return st.toggle("Select", key="gallery-select")


def _search() -> None:
    if session.widget_value(address.SEARCH) != address.value(address.WORDS):
        session.set_widget(address.SEARCH, address.value(address.WORDS))
    st.text_input(
        "Search",
        key=address.SEARCH,
        type="search",
        label_visibility="collapsed",
        placeholder="Words of the prompt",
        width=250,
        on_change=lambda: address.put(address.WORDS, str(session.widget_value(address.SEARCH) or "").strip()[:200]),
    )


def _segments(label: str, name: str, options: Mapping[str, str]) -> None:
    key = f"gallery-{name}"
    session.set_widget(key, address.value(name) if address.value(name) in options else "")
    st.segmented_control(
        label,
        list(options),
        key=key,
        required=True,
        label_visibility="collapsed",
        format_func=lambda option: f":gray[{options[option]}]",
        on_change=lambda: address.put(name, str(session.widget_value(key) or "")),
    )


def _popover(label: str, icon: str, names: Sequence[str], draw: Callable[[], None]) -> None:
    """Draw a popover; its content, and what that asks of the ledger, only while it is open.

    Its label says how many conditions are set. It stays while the popover is open: another label would close it.
    """
    key, labels = f"gallery-{label.lower()}", session.state().gallery_labels
    if not session.widget_value(key):
        number = sum(len(address.values(name)) for name in names)
        labels[key] = f"{label} · {number}" if number else label
    popover = st.popover(labels.get(key, label), icon=icon, key=key, on_change="rerun")
    if popover.open:
        with popover:
            draw()


def _models(client: Client) -> None:
    titles = client.models.titles()
    _choice("Model", address.MODEL, client.gallery.choices().models, lambda key: titles.get(key, key))


def _shapes() -> None:
    key = "gallery-shape-choice"
    session.set_widget(key, address.value(address.SHAPE) or None)
    st.pills(
        "Shape",
        list(_SHAPES),
        key=key,
        format_func=lambda shape: f":gray[:material/{_SHAPES[Shape(shape)]}: {str(shape).capitalize()}]",
        on_change=lambda: address.put(address.SHAPE, str(session.widget_value(key) or "")),
    )


def _more(client: Client) -> None:
    found = client.gallery.choices()
    _choice("Mode", address.MODE, found.modes, lambda mode: MODES[mode].title if mode in MODES else mode)
    _pills("Length of videos", address.LENGTH, _LENGTHS)
    _days()
    _pills("Rating", address.RATING, _RATINGS)
    if found.tags or address.values(address.TAG):
        _choice("Tag", address.TAG, found.tags, str)
    _people(client, found)
    _collections(client)
    if not client.may_not_spend:
        _deleted()


def _people(client: Client, found: GalleryChoices) -> None:
    if client.person and not client.only_mine:
        _choice("Person", address.PERSON, found.people, lambda person: client.people.label(person) or "nobody")


def _collections(client: Client) -> None:
    names = {one.id: one.name for one in client.gallery.collections()}
    if not names:
        return
    key = "gallery-collection-choice"
    session.set_widget(key, address.value(address.COLLECTION) if address.value(address.COLLECTION) in names else None)
    st.selectbox(
        "Collection",
        list(names),
        key=key,
        index=None,
        format_func=lambda one: names[one],
        on_change=lambda: address.put(address.COLLECTION, session.widget_value(key) or ""),
    )


def _deleted() -> None:
    key = "gallery-deleted"
    session.set_widget(key, address.is_deleted())
    st.toggle(
        "Deleted results",
        key=key,
        help=f"They can be restored for {UNDO_DAYS} days",
        on_change=lambda: address.put(address.DELETED, address.YES if session.widget_value(key) else ""),
    )


def _choice(label: str, name: str, options: Sequence[str], format_func: Callable[[str], str]) -> None:
    key = f"gallery-{name}-choice"
    chosen = address.values(name)
    session.set_widget(key, list(chosen))
    st.multiselect(
        label,
        list(dict.fromkeys([*options, *chosen])),
        key=key,
        format_func=format_func,
        on_change=lambda: address.put(name, session.widget_value(key) or []),
    )


def _pills(label: str, name: str, options: Mapping[str, str]) -> None:
    key = f"gallery-{name}-choice"
    session.set_widget(key, address.value(name) if address.value(name) in options else None)
    st.pills(
        label,
        list(options),
        key=key,
        format_func=lambda option: f":gray[{options[option]}]",
        on_change=lambda: address.put(name, str(session.widget_value(key) or "")),
    )


def _days() -> None:
    with st.container(horizontal=True, gap="small"):
        for name, label in ((address.SINCE, "From"), (address.UNTIL, "To")):
            key = f"gallery-{name}-day"
            session.set_widget(key, address.day(name))
            st.date_input(
                label,
                key=key,
                min_value=address.FIRST_DAY,
                max_value=address.LAST_DAY,
                on_change=_put_day,
                args=(name, key),
            )


def _put_day(name: str, key: str) -> None:
    chosen = session.widget_value(key)
    address.put(name, chosen.isoformat() if isinstance(chosen, date) else "")


def _favourites() -> None:
    key = "gallery-favourites"
    session.set_widget(key, address.value(address.FAVOURITE) == address.YES)
    st.toggle(
        "Favourites",
        key=key,
        on_change=lambda: address.put(address.FAVOURITE, address.YES if session.widget_value(key) else ""),
    )
