"""Changes to what the model registry lists, to test comparisons with the documentation; submissions ignore them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Groups = Mapping[str, Any]


@dataclass(frozen=True)
class Listing:
    """Changes to the list of one `mode`: `extra` entries, `without` some keys, fields `changed` by key, `named` so."""

    mode: str = "text_to_image"
    extra: list[dict[str, Any]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    named: str = ""

    def of(self, groups: Groups) -> Groups:
        """Return the changed lists."""
        if self.mode not in groups:
            return groups
        kept = (entry for entry in groups[self.mode] if entry["model_key"] not in self.without)
        entries_of_mode = [{**entry, **self.changed.get(entry["model_key"], {})} for entry in kept] + self.extra
        rest = {mode: entries for mode, entries in groups.items() if mode != self.mode}
        return {self.named or self.mode: entries_of_mode, **rest}
