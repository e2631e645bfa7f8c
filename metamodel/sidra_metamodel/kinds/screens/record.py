"""The pages and forms of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sidra_metamodel.kinds.widget_use import WidgetUse
from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Element):
    """A field of a form; named by its attribute or relation."""

    label: Label = word("As people read it; default: the attribute's.")
    help: Label = word("For a tooltip; default: the attribute's.")
    widget: WidgetUse | None = word("Control, where not the type's.", default=None)
    visible: Formula | None = word("Shown only where this holds.", default=None, site=Site.RECORD, expects="boolean")
    required: Formula | None = word(
        "Must be filled where this holds.", default=None, site=Site.RECORD, expects="boolean"
    )
    read_only: Formula | None = word(
        "Cannot be changed where this holds.", default=None, site=Site.RECORD, expects="boolean"
    )
    wide: bool = word("Takes the whole width.", default=False)
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Element):
    """A group of fields."""

    label: Label = word("As people read it.")
    visible: Formula | None = word("Shown only where this holds.", default=None, site=Site.RECORD, expects="boolean")
    required: Formula | None = word(
        "Each of its fields must be filled where this holds.", default=None, site=Site.RECORD, expects="boolean"
    )
    read_only: Formula | None = word(
        "None of its fields can be changed where this holds.", default=None, site=Site.RECORD, expects="boolean"
    )
    fields: Mapping[str, Field] = word("Fields in order.", refers="member", removable=True)
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab(Element):
    """A page of a record."""

    label: Label = word("As people read it.")
    visible: Formula | None = word("Shown only where this holds.", default=None, site=Site.RECORD, expects="boolean")
    required: Formula | None = word(
        "Each of its fields must be filled where this holds.", default=None, site=Site.RECORD, expects="boolean"
    )
    read_only: Formula | None = word(
        "None of its fields can be changed where this holds.", default=None, site=Site.RECORD, expects="boolean"
    )
    sections: Mapping[str, Section] = word("Groups of fields in order.", removable=True)
    hidden: bool = word("Not shown.", default=False)
