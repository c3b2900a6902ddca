"""Shape and size: two fields to the eye, one value at WeryAI, where some models take `16:9(2k)` or only `2k`."""

import re
from collections.abc import Callable, Sequence

import streamlit as st

from components.form import draft_state
from components.session import session
from studio.core.values import Kind

ANY = "Auto"  # a size without a ratio
_PARTS = re.compile(r"(\d+:\d+)?\(?([^()]*)\)?")


def shape(option: str) -> str:
    """The ratio in it, if there is one."""
    found = _PARTS.fullmatch(option)
    return (found and found[1]) or (ANY if re.fullmatch(r"\d+k", option) else option)


def first_of_each(options: Sequence[str]) -> list[str]:
    """One option for each shape, in the same order."""
    return list({shape(option): option for option in reversed(options)}.values())[::-1]


def recognise(kind: Kind, name: str, options: Sequence[str]) -> None:
    """Before the shapes are drawn: a whole value that a job or a draft brought is taken apart."""
    value = draft_state.value(kind, name)
    if value in options and value not in (firsts := first_of_each(options)):
        draft_state.put(kind, name, next(one for one in firsts if shape(one) == shape(value)))
        draft_state.put(kind, name + draft_state.SIZE, value)


def draw(kind: Kind, name: str, chosen: str, options: Sequence[str], in_colour: Callable[[str], str]) -> str:
    """The sizes of the chosen shape, where there are several; returns the whole value."""
    sizes = [option for option in options if shape(option) == shape(chosen)]
    if len(sizes) < 2:
        return chosen
    key = draft_state.key(kind, name + draft_state.SIZE)
    before = str(session.widget_value(key) or "")
    like_before = next((option for option in sizes if in_words(option) == in_words(before)), "")
    if like_before not in ("", before):  # the same size, of another shape
        session.set_widget(key, like_before)
    draft_state.keep_valid(kind, name + draft_state.SIZE, sizes, chosen)
    picked = st.segmented_control(
        "Size", sizes, key=key, required=True, format_func=in_colour, width="stretch", persist_state="session"
    )
    return picked or chosen


def in_words(option: str) -> str:
    """The size in it: 2K of 16:9(2k)."""
    found = _PARTS.fullmatch(option)
    return (found[2] if found else option).upper()
