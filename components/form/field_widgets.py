"""The widget of one field of a form: its options, their order and their labels."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.form import draft_state, size_field
from components.form.media import DONT_SEND
from components.parts.markdown import escape
from studio.core import aspect_ratios, choices, setting_texts
from studio.core.aspect_ratios import log_ratio, ratio
from studio.core.setting_texts import UNITS
from studio.core.values import Kind
from studio.weryai.fields import ChoiceField, CountField, Field, SwitchField
from studio.weryai.model import Model

Choosable = ChoiceField | CountField  # one of several options
WidgetField = Choosable | SwitchField

PAIRED = ("duration", "resolution")  # if both are drawn, they share a line
_CROPS = ("square", "16_9", "9_16", "landscape", "portrait", "3_2", "2_3", "21_9")
_SHAPE_ICONS = {shape: f"crop_{crop}" for shape, crop in zip(choices.COMMON_RATIOS, _CROPS, strict=True)}


def draw(field: WidgetField, kind: Kind, model: Model) -> Any:
    """Draw a field and return its value; empty if it must not be sent.

    A field has the same kind of widget for every model: another kind would lose the choice. A field whose limits are
    unknown has a second widget, in which any value can be typed.
    """
    if isinstance(field, SwitchField):
        return _switch(field, kind)
    if isinstance(field, ChoiceField) and field.is_free(model):
        return _typed_choice(field, kind, model)
    chosen = _choice(field, kind, model)
    draft_state.record_non_default(
        kind, field, "" if chosen == _default_option(field, model) else f"{field.noun} {option_label(field, chosen)}"
    )
    return "" if chosen == DONT_SEND else chosen


def _switch(field: SwitchField, kind: Kind) -> bool:
    switched_on = st.toggle(field.label, key=draft_state.key(kind, field.name), persist_state="session")
    draft_state.record_non_default(kind, field, f"{field.noun} setting" if switched_on else "")
    return switched_on


def _choice(field: Choosable, kind: Kind, model: Model) -> Any:
    options, key = _options(field, model), draft_state.key(kind, field.name)
    draft_state.switch_to_choice(kind, field.name, {option_label(field, option): option for option in options})
    if field.name == "aspect_ratio" and (shapes := size_field.one_per_shape(options)) != options:
        return _shape_and_size(field, kind, options, shapes)
    draft_state.keep_valid(
        kind, field.name, options, choices.replacement(field.name, options, draft_state.requested(kind, field.name))
    )
    if field.name in PAIRED:
        return st.selectbox(field.label, options, key=key, format_func=_label_function(field), persist_state="session")
    in_a_row = isinstance(field, CountField)
    return (st.segmented_control if in_a_row else st.pills)(
        field.label,
        options,
        key=key,
        required=True,
        format_func=_grey_label(field),
        width="stretch" if in_a_row else "content",
        persist_state="session",
    )


def _shape_and_size(field: Field, kind: Kind, options: list[Any], shapes: list[Any]) -> Any:
    size_field.split_value(kind, field.name, options)
    draft_state.keep_valid(
        kind, field.name, shapes, choices.replacement(field.name, shapes, draft_state.requested(kind, field.name))
    )
    key = draft_state.key(kind, field.name)
    chosen = st.pills(field.label, shapes, key=key, required=True, format_func=_grey_shape, persist_state="session")
    return size_field.draw(kind, field.name, chosen or shapes[0], options, _grey_size)


def _typed_choice(field: ChoiceField, kind: Kind, model: Model) -> Any:
    """Draw common values and accept any typed one, with or without its unit; return the value.

    No help text: its button would have the field's name as its accessible name, too.
    """
    common = [option_label(field, choice) for choice in field.choices(model)]
    default = common[0]
    typed = st.selectbox(
        field.label,
        [*common, *([DONT_SEND] if field.omissible else [])],
        key=draft_state.key(kind, draft_state.switch_to_typed(kind, field.name, default, UNITS.get(field.name, ""))),
        accept_new_options=True,
        persist_state="session",
    )
    is_own = typed not in (default, DONT_SEND, None)
    draft_state.record_non_default(kind, field, f"{field.noun} {typed}" if is_own else "")
    return "" if typed == DONT_SEND else str(typed or "").removesuffix(UNITS.get(field.name, " "))


def _options(field: Choosable, model: Model) -> list[Any]:
    """Return the options of a field; common ratios first, in a fixed order."""
    options = choices.common_first(field.choices(model))
    if isinstance(field, ChoiceField):
        return [DONT_SEND, *options] if field.omissible and not field.required else options
    return options


def _default_option(field: Choosable, model: Model) -> Any:
    return choices.default(field.name, _options(field, model))


def option_label(field: Field, option: Any) -> str:
    """Return the label of an option, with its unit; *Default* if the model chooses."""
    if option == DONT_SEND:
        return "Default"
    return setting_texts.in_words(field.name, option)


def _label_function(field: Field) -> Callable[[Any], str]:
    return lambda option: option_label(field, option)


def _grey_label(field: Field) -> Callable[[Any], str]:
    """Return a function for grey labels, ratios with an icon: the accent of a chosen segment is too pale in dark."""
    return lambda option: f":gray[{_shape_icon(option)}{escape(option_label(field, option))}]"


def _grey_shape(option: Any) -> str:
    return f":gray[{_shape_icon(option)}{escape(aspect_ratios.shape(option))}]"


def _grey_size(option: Any) -> str:
    return f":gray[{escape(aspect_ratios.size(option))}]"


def _shape_icon(option: Any) -> str:
    """Return the icon of the nearest common ratio; empty for a size such as 2k."""
    if not ratio(option):
        return ""
    nearest = min(_SHAPE_ICONS, key=lambda known: abs(log_ratio(known) - log_ratio(option)))
    return f":material/{_SHAPE_ICONS[nearest]}: "
