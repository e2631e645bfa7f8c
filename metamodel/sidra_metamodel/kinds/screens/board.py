"""Boards: records as cards in columns, one column a stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Element):
    """How a board shows one of its columns; named by the value of the attribute that makes them."""

    limit: int | None = word(
        "Most cards that should stand in it; more are marked, and not refused.", default=None, least=1
    )
    collapsed: bool = word("Shows no cards until it is opened.", default=False)
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Element):
    """What a card of a board shows."""

    title: str | None = word("Attribute in bold; default: the entity's title.", default=None, refers="attribute")
    facts: Mapping[str, Column] = word("Facts in order.", refers="column", removable=True)
    badges: Mapping[str, Column] = word("Badges in order.", refers="column", removable=True)
    note: Formula | None = word("The line at its foot.", default=None, site=Site.RECORD, expects="string")
    avatar: str | None = word(
        "Attribute or relation that names whose it is, shown by initials.", default=None, refers="member"
    )
    tone: Formula | None = word(
        "Its colour: an expression that gives a tone.", default=None, site=Site.RECORD, expects="tone"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Element):
    """What must hold before a card may be put into a column; named by the column's value."""

    when: Formula = word("Must hold.", required=True, site=Site.RECORD, expects="boolean")
    message: Label = word("What a person must see to first, in a few words.", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Element):
    """The strip above a board: sums by quarter."""

    at: str = word("Attribute with the day that decides the quarter.", required=True, refers="attribute")
    sum: str = word("Attribute that is added up.", required=True, refers="attribute")
    filter: Formula | None = word(
        "Records that count, besides the board's.", default=None, site=Site.RECORD, expects="boolean", sql=True
    )
    target: str | None = word(
        "Attribute with the amount that was aimed at, added up likewise.", default=None, refers="attribute"
    )
    hidden: bool = word("Not shown.", default=False)
