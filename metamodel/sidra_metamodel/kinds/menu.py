"""Kind `menu`: navigation by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sidra_metamodel.language import Document, Element, Formula, Label, word
from sidra_metamodel.traits import Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem(Element):
    """One entry; shown to those who may read what it leads to."""

    screen: str | None = word("The screen it opens.", default=None, refers="screen")
    entity: str | None = word("The entity whose list it opens.", default=None, refers="entity", scoping=Scoping.SOURCE)
    label: Label = word("As people read it; default: that of its target.")
    icon: str | None = word("Its icon; default: the entity's.", default=None, among="icon")
    count: Formula | None = word(
        "Counts the records for which this holds.", default=None, site=Site.SOURCE, expects="boolean", sql=True
    )
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuGroup(Element):
    """A heading with entries."""

    label: Label = word("As people read it.")
    items: Mapping[str, MenuItem] = word("Entries in order.", removable=True)
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Document):
    """A navigation; `main` is the one at the side."""

    kind: ClassVar[str] = "menu"
    folder: ClassVar[str] = "menus"

    label: Label = word("As people read it.")
    groups: Mapping[str, MenuGroup] = word("Headings in order.", removable=True)
