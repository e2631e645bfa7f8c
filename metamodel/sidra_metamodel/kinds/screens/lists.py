"""Lists of records."""

from __future__ import annotations

from dataclasses import dataclass

from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import ListMerge, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Element):
    """A ready-made selection of a list."""

    label: Label = word("As people read it.")
    filter: Formula | None = word("Records it shows.", default=None, site=Site.RECORD, expects="boolean", sql=True)
    sort: tuple[str, ...] = word(
        "Attributes; a minus sorts downwards.", merge=ListMerge.ATOMIC, single=True, refers="sort"
    )
    hidden: bool = word("Not shown.", default=False)
