"""One field of a form as a widget: its choices, in which order, and how they look."""

import math
import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from components.form import draft_state, size_field
from components.form.media import LEAVE_OUT
from components.parts.markdown import escape
from studio.core.values import Kind
from studio.weryai.fields import ChoiceField, CountField, Field, SwitchField
from studio.weryai.model import Model

Chosen = ChoiceField | CountField  # one of several
Drawn = Chosen | SwitchField

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


def draw(field: Drawn, kind: Kind, model: Model) -> Any:
    """Each field has one kind of widget, whatever the model: another kind would forget what was chosen.

    One whose limits are unknown is another field, in which anything can be typed.
    """
    if isinstance(field, SwitchField):
        return _switch(field, kind)
    if isinstance(field, ChoiceField) and field.is_free(model):
        return _free(field, kind, model)
    chosen = _choice(field, kind, model)
    draft_state.note(kind, field, "" if chosen == _usual(field, model) else f"{field.noun} {in_words(field, chosen)}")
    return "" if chosen == LEAVE_OUT else chosen


def _switch(field: SwitchField, kind: Kind) -> bool:
    switched_on = st.toggle(field.label, key=draft_state.key(kind, field.name), persist_state="session")
    draft_state.note(kind, field, f"{field.noun} setting" if switched_on else "")
    return switched_on


def _choice(field: Chosen, kind: Kind, model: Model) -> Any:
    options, key = _options(field, model), draft_state.key(kind, field.name)
    draft_state.choose_again(kind, field.name, {in_words(field, option): option for option in options})
    if field.name == "aspect_ratio" and (shapes := size_field.first_of_each(options)) != options:
        return _shape_and_size(field, kind, options, shapes)
    draft_state.keep_valid(kind, field.name, options, _instead(field, options, draft_state.wanted(kind, field.name)))
    if field.name in SHORT:
        return st.selectbox(field.label, options, key=key, format_func=_in_words(field), persist_state="session")
    in_a_row = isinstance(field, CountField)
    return (st.segmented_control if in_a_row else st.pills)(
        field.label,
        options,
        key=key,
        required=True,
        format_func=_in_colour(field),
        width="stretch" if in_a_row else "content",
        persist_state="session",
    )


def _shape_and_size(field: Field, kind: Kind, options: list[Any], shapes: list[Any]) -> Any:
    size_field.recognise(kind, field.name, options)
    draft_state.keep_valid(kind, field.name, shapes, _instead(field, shapes, draft_state.wanted(kind, field.name)))
    key = draft_state.key(kind, field.name)
    chosen = st.pills(
        field.label, shapes, key=key, required=True, format_func=_shape_in_colour, persist_state="session"
    )
    return size_field.draw(kind, field.name, chosen or shapes[0], options, _size_in_colour)


def _free(field: ChoiceField, kind: Kind, model: Model) -> Any:
    """A common value to begin with, and whatever is typed instead, with its unit or without.

    Without a help: its button would bear the field's name, too.
    """
    common = [in_words(field, choice) for choice in field.choices(model)]
    usual = common[0]
    typed = st.selectbox(
        field.label,
        [*common, *([LEAVE_OUT] if field.omissible else [])],
        key=draft_state.key(kind, draft_state.type_instead(kind, field.name, usual, _UNITS.get(field.name, ""))),
        accept_new_options=True,
        persist_state="session",
    )
    is_own = typed not in (usual, LEAVE_OUT, None)
    draft_state.note(kind, field, f"{field.noun} {typed}" if is_own else "")
    return "" if typed == LEAVE_OUT else str(typed or "").removesuffix(_UNITS.get(field.name, " "))


def _options(field: Chosen, model: Model) -> list[Any]:
    """What can be chosen, the usual shapes always in the same order."""
    known, options = list(_SHAPES), list[Any](field.choices(model))
    if isinstance(field, ChoiceField):
        options.sort(key=lambda one: known.index(one) if one in known else len(known))
        return [LEAVE_OUT, *options] if field.omissible and not field.required else options
    return options


def _usual(field: Chosen, model: Model) -> Any:
    return _default(field, _options(field, model))


def _default(field: Field, options: list[Any]) -> Any:
    preferred = {"aspect_ratio": "16:9", "resolution": "720p", "duration": 5}.get(field.name)
    return preferred if preferred in options else options[0]


def _instead(field: Field, options: list[Any], wanted: Any) -> Any:
    """What stands for a choice that the model does not take: the nearest shape, else the usual."""
    shapes = [one for one in options if _ratio(one)]
    if field.name != "aspect_ratio" or not shapes or not _ratio(wanted):
        return _default(field, options)
    return min(shapes, key=lambda one: abs(slope(one) - slope(wanted)))


def in_words(field: Field, option: Any) -> str:
    """A choice with its unit; what is left out is for the model to choose."""
    if option == LEAVE_OUT:
        return "Default"
    if field.name == "quality":
        return str(option).capitalize()
    return f"{option}{_UNITS.get(field.name, '')}"


def _in_words(field: Field) -> Callable[[Any], str]:
    return lambda option: in_words(field, option)


def _in_colour(field: Field) -> Callable[[Any], str]:
    """The accent on a chosen segment is too pale in dark, so all of it is grey; ratios show their shape."""
    return lambda option: f":gray[{_shape(option)}{escape(in_words(field, option))}]"


def _shape_in_colour(option: Any) -> str:
    return f":gray[{_shape(option)}{escape(size_field.shape(option))}]"


def _size_in_colour(option: Any) -> str:
    return f":gray[{escape(size_field.in_words(option))}]"


def _shape(option: Any) -> str:
    """The shape of a ratio, or the one that is nearest to it; a size such as 2k has none."""
    if not _ratio(option):
        return ""
    near = min(_SHAPES, key=lambda known: abs(slope(known) - slope(option)))
    return f":material/{_SHAPES[near]}: "


def _ratio(option: Any) -> tuple[int, int] | None:
    """Width and height, of 16:9(1k) too."""
    found = re.match(r"(\d+):(\d+)", str(option))
    return (int(found[1]), int(found[2])) if found and int(found[1]) and int(found[2]) else None


def slope(option: Any) -> float:
    """Above 0 for what is wider than high, below for what is upright, 0 for a square or no ratio."""
    across, down = _ratio(option) or (1, 1)
    return math.log(across / down)
