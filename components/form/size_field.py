"""Shape and size: two widgets for one value at WeryAI, as some models take `16:9(2k)` or only `2k`."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.form import draft_state
from components.session import session
from studio.core.aspect_ratios import shape, size
from studio.core.values import Kind


def one_per_shape(options: Sequence[str]) -> list[str]:
    """Return the first option of each shape, in the same order."""
    return list({shape(option): option for option in reversed(options)}.values())[::-1]


def split_value(kind: Kind, name: str, options: Sequence[str]) -> None:
    """Split a value with both parts, from a job or a draft, for the two widgets; call it before they are drawn."""
    value = draft_state.value(kind, name)
    if value in options and value not in (first_options := one_per_shape(options)):
        draft_state.set_value(kind, name, next(option for option in first_options if shape(option) == shape(value)))
        draft_state.set_value(kind, name + draft_state.SIZE, value)


def draw(kind: Kind, name: str, chosen: str, options: Sequence[str], format_size: Callable[[str], str]) -> str:
    """Draw the sizes of the chosen shape, if there are several; return the complete value."""
    sizes = [option for option in options if shape(option) == shape(chosen)]
    if len(sizes) < 2:
        return chosen
    key = draft_state.key(kind, name + draft_state.SIZE)
    previous = str(session.widget_value(key) or "")
    same_size = next((option for option in sizes if size(option) == size(previous)), "")
    if same_size not in ("", previous):  # keep the size when the shape changes
        session.set_widget(key, same_size)
    draft_state.keep_valid(kind, name + draft_state.SIZE, sizes, chosen)
    selected = st.segmented_control(
        "Size", sizes, key=key, required=True, format_func=format_size, width="stretch", persist_state="session"
    )
    return selected or chosen
