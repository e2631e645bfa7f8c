"""A value that a screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sidra_metamodel.kinds.widget_use import WidgetUse
from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Element):
    """A column of a list or panel, or a badge or fact of a header; named by its attribute unless it has a value."""

    shorthand: ClassVar[str | None] = "value"

    value: Formula | None = word("What it shows, where not the attribute of its name.", default=None, site=Site.SOURCE)
    label: Label = word("Heading; default: the attribute's.")
    icon: str | None = word("Icon before the value.", default=None, among="icon")
    tile: str | None = word(
        "In a table: attribute whose value gives the icon and colour before it.", default=None, refers="attribute"
    )
    note: str | None = word("In a table: attribute shown small below it.", default=None, refers="attribute")
    meter: str | None = word(
        "In a table: attribute with the hundredths of a bar below it.", default=None, refers="attribute"
    )
    widget: WidgetUse | None = word("How the value is shown, where not as its type.", default=None)
    hidden: bool = word("Not shown.", default=False)
