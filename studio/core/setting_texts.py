"""The value of a setting as people read it, in forms and wherever else it is shown. Exports have it as it was sent."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from studio.core.aspect_ratios import AUTO, shape, size

UNITS: Mapping[str, str] = MappingProxyType({"duration": " s"})  # by field


def in_words(name: str, value: Any) -> str:
    """Return the value of the field with this name as text, with its unit: `16:9, 2K` for 16:9(2k)."""
    text = str(value)
    if name == "aspect_ratio":
        return _ratio(text)
    return text.capitalize() if name == "quality" else f"{text}{UNITS.get(name, '')}"


def _ratio(option: str) -> str:
    if shape(option) == option:
        return option
    return size(option) if shape(option) == AUTO else f"{shape(option)}, {size(option).strip()}"
