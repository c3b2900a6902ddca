"""One field of a form as a widget: its choices, in which order, and how they look."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import session
from components.markdown import escape
from studio.values import Model
from studio.weryai import fields
from studio.weryai.fields import Field, Takes
from studio.weryai.modes import Mode

SHORT = ("duration", "resolution")  # two of these share a line
_SHAPES = {
    "1:1": "crop_square",
    "16:9": "crop_16_9",
    "9:16": "crop_9_16",
    "4:3": "crop_landscape",
    "3:4": "crop_portrait",
    "3:2": "crop_3_2",
    "2:3": "crop_2_3",
    "21:9": "crop_21_9",
}
_UNITS = {"duration": " s"}


def draw(field: Field, mode: Mode, model: Model) -> Any:
    """Each field has one kind of widget, whatever the model: another kind would forget what was chosen."""
    key = session.field_key(mode.key, field.name)
    if field.takes is Takes.FLAG:
        return st.toggle(field.label, key=key, persist_state="session")
    options = _options(field, model)
    session.keep_valid(mode.key, field.name, options, _default(field, options))
    if field.name in SHORT:
        return st.selectbox(field.label, options, key=key, format_func=_in_words(field), persist_state="session")
    in_a_row = field.takes is Takes.COUNT
    return (st.segmented_control if in_a_row else st.pills)(
        field.label,
        options,
        key=key,
        required=True,
        format_func=_in_colour(field),
        width="stretch" if in_a_row else "content",
        persist_state="session",
    )


def _options(field: Field, model: Model) -> list[Any]:
    """What can be chosen, the usual shapes always in the same order."""
    if field.takes is Takes.COUNT:
        return list(range(1, field.maximum + 1))
    known = list(_SHAPES)
    return sorted(fields.choices(field, model), key=lambda one: known.index(one) if one in known else len(known))


def _default(field: Field, options: list[Any]) -> Any:
    preferred = {"aspect_ratio": "16:9", "resolution": "720p"}.get(field.name)
    return preferred if preferred in options else options[0]


def _in_words(field: Field) -> Callable[[Any], str]:
    return lambda option: f"{option}{_UNITS.get(field.name, '')}"


def _in_colour(field: Field) -> Callable[[Any], str]:
    """The accent on a chosen segment is too pale in dark, so all of it is grey; ratios show their shape."""
    words = _in_words(field)
    return lambda option: f":gray[{_shape(option)}{escape(words(option))}]"


def _shape(option: Any) -> str:
    return f":material/{_SHAPES[option]}: " if option in _SHAPES else ""
