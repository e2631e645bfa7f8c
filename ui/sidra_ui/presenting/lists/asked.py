"""What the address of a list asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sidra.records.selections import EMPTY_SELECTION, Selection, read_selection
from sidra_ui.presenting.charts.slicing import Pair, read_slices
from sidra_ui.presenting.lists.arranging import SIZES
from sidra_ui.presenting.lists.filtering import PREFIX, Given, read_filters

EXACT = "exact"
"""The parameter that counts all records; no address carries it on, since that costs as many reads."""
MAX_CHARACTERS = 200
"""Of a text that is looked for: each link of a page repeats it."""


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for."""

    view: str = ""
    sort: str = ""
    text: str = ""
    after: str = ""
    at: int = 1
    """The place of the page's first record in the whole list, counted from 1."""
    filters: Given = field(default_factory=dict)
    where: Selection = EMPTY_SELECTION
    """The conditions that were put together by hand."""
    slices: tuple[Pair, ...] = ()
    """The part of it that a number of a chart counts."""
    saved: str = ""
    """The id of the saved view that is open."""
    is_edited: bool = False
    """Whether the rest of the address stands instead of what the saved view says."""
    size: int = 0
    counts_all: bool = False

    @classmethod
    def of(cls, given: Sequence[tuple[str, str]]) -> Asked:
        """What the parameters of an address mean; anything odd counts as not said."""
        plain = dict(given)
        at, size = plain.get("at", ""), plain.get("size", "")
        return cls(
            plain.get("view", ""),
            plain.get("sort", "")[:MAX_CHARACTERS],
            plain.get("q", "").strip()[:MAX_CHARACTERS],
            plain.get("after", ""),
            int(at) if at.isascii() and at.isdigit() and len(at) < len("1000000000") else 1,
            read_filters(given),
            read_selection(given),
            read_slices(given),
            plain.get("saved", ""),
            is_edited=plain.get("edited") == "1",
            size=next((one for one in SIZES if str(one) == size), 0),
            counts_all=plain.get(EXACT) == "1",
        )

    def parameters(self) -> list[tuple[str, str]]:
        """The address's parameters, its page left out."""
        size = [("size", str(self.size))] if self.size else []
        saved = [("saved", self.saved), ("edited", "1")] if self.saved else []
        return [*self.said(), *size, *saved]

    def said(self) -> list[tuple[str, str]]:
        """The parameters that choose and order the records: what a saved view keeps."""
        chosen = [(PREFIX + name, value) for name, values in self.filters.items() for value in values]
        return [
            ("view", self.view),
            ("sort", self.sort),
            ("q", self.text),
            *chosen,
            *self.where.parameters(),
            *self.slices,
        ]

    @property
    def is_bare(self) -> bool:
        """Whether the address says nothing but which list."""
        return not self.saved and not any(value for _, value in self.said())

    def without(self, parameter: str) -> Asked:
        """The same without one filter."""
        return replace(self, filters={name: values for name, values in self.filters.items() if name != parameter})


def pairs(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What a saved view keeps of an address."""
    return tuple(pair for pair in asked.said() if pair[1])
