"""The fields of a request, of five kinds: the choices of each for a model, and its value in the body."""

import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass
from typing import Any

from studio.core.errors import DraftError
from studio.core.reference import Medium
from studio.weryai import addresses
from studio.weryai.model import Model

_TYPED = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .:()x×/-]{0,29}")


@dataclass(frozen=True)
class Field(ABC):
    """One field of a request. `limits` names the attribute of Model that holds the field's limits, if there is one."""

    name: str
    label: str
    _: KW_ONLY
    required: bool = False
    limits: str = ""

    @abstractmethod
    def is_taken_by(self, model: Model) -> bool:
        """Whether the model has this field; an optional field whose limits are unknown counts as absent."""

    @abstractmethod
    def accepted(self, given: Any, model: Model) -> Any:
        """Return the value for the body, None to leave the field out. Errors: DraftError, which says what to change."""

    @property
    def noun(self) -> str:
        """The label within a sentence."""
        return self.label.lower()

    def known(self, model: Model) -> Any:
        """Return this model's limits for the field; None when they are unknown."""
        return getattr(model, self.limits) if self.limits else None

    def refusal(self, message: str) -> DraftError:
        return DraftError(message, field=self.name)


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """A text with a maximum length; `length` names the attribute of Model that holds the model's own maximum."""

    maximum: int
    length: str = ""

    def is_taken_by(self, model: Model) -> bool:
        return not self.limits or self.known(model) is True

    def longest(self, model: Model) -> int:
        """Return the maximum number of characters for this model."""
        return (getattr(model, self.length) if self.length else 0) or self.maximum

    def accepted(self, given: Any, model: Model) -> str | None:
        text = str(given or "").strip()
        if not _is_visible(text) and self.required:
            raise self.refusal(f"Write a {self.noun} first.")
        if (over := len(text) - self.longest(model)) > 0:
            raise self.refusal(f"Shorten the {self.noun} by {over:,} character{'s' * (over > 1)}.")
        if (odd := _control_character(text)) is not None:
            raise self.refusal(f"The {self.noun} has a control character (U+{odd:04X}) that can't be sent. Remove it.")
        return text or None


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field):
    """One of the model's choices. Where they are unknown, `common` is offered, marked as not verified."""

    limits: str
    common: tuple[str | int, ...] = ()
    # An optional one: people may leave it out. A required one: it may be left out where its limits are unknown.
    omissible: bool = False
    span: tuple[int, int] = (1, 600)  # the range of a typed number

    def is_taken_by(self, model: Model) -> bool:
        return bool(self.choices(model))

    def choices(self, model: Model) -> tuple[str | int, ...]:
        """Return this model's choices; where they are unknown, the common ones for a required field, else none."""
        return self.common if self.is_free(model) else tuple(self.known(model) or ())

    def is_free(self, model: Model) -> bool:
        """Whether a required field's limits are unknown for this model, so that any value may be tried."""
        return self.required and self.known(model) is None

    def accepted(self, given: Any, model: Model) -> str | int | None:
        allowed = self.choices(model)
        if given in allowed:
            return allowed[allowed.index(given)]  # True equals 1, but must not be sent in its place
        if given in (None, "") and self._may_be_left_out(model):
            return None
        if given in (None, ""):
            raise self.refusal(f"Choose the {self.noun}.")
        if self.is_free(model):
            return self._typed(str(given).strip())
        listed = ", ".join(map(str, allowed))
        raise self.refusal(f"{model.title} does not support {self.noun} {given}. Choose {listed}.")

    def _may_be_left_out(self, model: Model) -> bool:
        return not self.required or (self.is_free(model) and self.omissible)

    def _typed(self, text: str) -> str | int:
        """Return a value that a person typed because the limits are unknown, in the type of the common values."""
        if isinstance(self.common[0], int):
            return self._typed_number(text)
        if not _TYPED.fullmatch(text):
            raise self.refusal(f"Enter the {self.noun} like {self.common[0]}.")
        return text

    def _typed_number(self, text: str) -> int:
        least, most = self.span
        if not (text.isascii() and text.isdecimal()) or not least <= int(text[:4]) <= most:
            raise self.refusal(f"The {self.noun} must be a whole number of seconds, from {least} to {most}.")
        return int(text)


@dataclass(frozen=True, kw_only=True)
class CountField(Field):
    """The number of tasks of one submission, up to `maximum` where the model's own numbers are unknown."""

    maximum: int

    def is_taken_by(self, model: Model) -> bool:
        return True

    def choices(self, model: Model) -> tuple[int, ...]:
        """Return the numbers of tasks that this model can start at once."""
        return tuple(self.known(model) or range(1, self.maximum + 1))

    def accepted(self, given: Any, model: Model) -> int:
        allowed = self.choices(model)
        number = allowed[0] if given in (None, "") else int(given)
        if number not in allowed:
            raise self.refusal(f"{self.label} must be one of {', '.join(map(str, allowed))}.")
        return number


@dataclass(frozen=True, kw_only=True)
class SwitchField(Field):
    """On or off; with `as_text` it is sent as "true" or "false"."""

    limits: str
    as_text: bool = False

    def is_taken_by(self, model: Model) -> bool:
        return bool(self.known(model))

    def accepted(self, given: Any, model: Model) -> bool | str:
        return str(bool(given)).lower() if self.as_text else bool(given)


@dataclass(frozen=True, kw_only=True)
class MediaField(Field):
    """The URLs of references, a list or a single one. `maximum` applies where the model's own number is unknown."""

    medium: Medium
    maximum: int
    is_list: bool = True
    seconds: tuple[float, float] | None = None  # the minimum and maximum length of each clip
    seconds_in_all: float = 0.0

    def is_taken_by(self, model: Model) -> bool:
        return self.most_files(model) > 0

    def most_files(self, model: Model) -> int:
        """Return the maximum number of files for this model."""
        known = self.known(model)
        return self.maximum if known is None else int(known)

    def accepted(self, given: Any, model: Model) -> str | list[str] | None:
        listed = [given] if isinstance(given, str) else given or ()
        found = [str(address).strip() for address in listed if address]
        self._check_number(len(found), self.most_files(model))
        for address in found:
            addresses.check(address, self.name)
        return found[0] if not self.is_list else found or None

    def _check_number(self, number: int, most: int) -> None:
        if not number and self.required:
            raise self.refusal(f"Add {'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun.removesuffix('s')}.")
        if number > most:
            raise self.refusal(f"{self.label}: at most {most} file{'s' * (most != 1)}. Remove {number - most}.")


def _is_visible(text: str) -> bool:
    """Whether the text has more than spaces and invisible characters."""
    return any(not c.isspace() and unicodedata.category(c) != "Cf" for c in text)


def _control_character(text: str) -> int | None:
    """Return the code point of the first control character that cannot be sent."""
    return next((ord(c) for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t"), None)
