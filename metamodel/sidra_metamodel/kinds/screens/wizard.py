"""Wizards: several new records, asked for step by step and made at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sidra_metamodel.kinds.screens.record import Section
from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import ListMerge, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Element):
    """A record that a wizard makes."""

    entity: str = word("Of what it is one.", required=True, refers="entity", scoping=Scoping.SUBJECT)
    label: Label = word("What it is called in the wizard; default: as its entity.")
    when: Formula | None = word(
        "Only made where this holds; speaks of the record as it is entered and linked so far.",
        default=None,
        site=Site.RECORD,
        expects="boolean",
    )
    link: Mapping[str, tuple[str, ...]] = word(
        "Relations of it, each with the record made here that it leads to, or those of which one is chosen; "
        "`of` is the record that the wizard starts from.",
        merge=ListMerge.ATOMIC,
        single=True,
        removable=True,
        example="{customer: of}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSection(Section):
    """A group of fields of one of the records."""

    of: str | None = word("Whose fields they are; default: those of the step.", default=None, scoping=Scoping.MADE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Element):
    """A step of a wizard; the last one, which shows everything, needs no words."""

    of: str | None = word(
        "The record, of those that are made, that it speaks of.", default=None, scoping=Scoping.MADE, example="person"
    )
    label: Label = word("As people read it.")
    help: Label = word("What is to be done, in a sentence.")
    visible: Formula | None = word(
        "Only asked where this holds of the record.", default=None, site=Site.RECORD, expects="boolean"
    )
    choose: tuple[str, ...] = word(
        "Lets choose which one of these records is made; what is asked of the others is left out.",
        merge=ListMerge.ATOMIC,
    )
    sections: Mapping[str, AskedSection] = word("Groups of fields in order.", removable=True)
    hidden: bool = word("Not asked.", default=False)
