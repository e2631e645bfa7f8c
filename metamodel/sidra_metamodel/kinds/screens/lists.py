"""Lists of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk(Element):
    """What can be done with many records of a list at once: one of `set`, `transition` and `do`."""

    label: Label = word("Text of the button; default: what it does.")
    icon: str | None = word("Icon of the button.", default=None, among="icon")
    set: str | None = word("Attribute that gets one value in all of them.", default=None, refers="attribute")
    transition: str | None = word("Step of the life cycle.", default=None, refers="transition")
    do: Literal["export", "delete"] | None = word("Another thing that is done with them.", default=None)
    hidden: bool = word("Not offered.", default=False)
