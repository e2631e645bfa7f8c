"""Feeds: files whose rows become records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import FINAL, ListMerge, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow(Element):
    """One record of a to-many relation that a row of the file makes."""

    when: Formula | None = word("Only where this holds.", default=None, site=Site.FEED, expects="boolean")
    map: Mapping[str, FeedField] = word("Its attributes and relations.", refers="member")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedField(Element):
    """Where the value of an attribute or relation comes from."""

    shorthand: ClassVar[str | None] = "from"

    from_: str | None = word("Column of the file.", default=None, example="customerID")
    type: str | None = word("Type to read the text as; default: the attribute's.", default=None, refers="type")
    format: str | None = word("How a date or a number is written.", default=None, example='"%d/%m/%Y"')
    lookup: Mapping[str, object] = word("Value for each text of the file; a text that is not here is rejected.")
    value: Formula | None = word(
        "An expression over `source` and `target`.", default=None, site=Site.FEED, expects="attribute"
    )
    empty: tuple[str, ...] = word(
        "Texts that mean no value; default: the empty text and blanks.", merge=ListMerge.ATOMIC, single=True
    )
    create: str | None = word(
        "For a relation: entity of the record that is made or updated.",
        default=None,
        rule=FINAL,
        refers="entity",
        scoping=Scoping.SOURCE,
    )
    key: str | None = word(
        "For a relation: attribute by which that record is found again.",
        default=None,
        rule=FINAL,
        refers="attribute",
        scoping=Scoping.LINKED,
    )
    find: str | None = word(
        "For a relation: attribute by which an existing record is looked up.",
        default=None,
        rule=FINAL,
        refers="attribute",
        scoping=Scoping.LINKED,
    )
    map: Mapping[str, FeedField] = word(
        "For a relation: attributes of that record.", refers="member", scoping=Scoping.LINKED
    )
    rows: Mapping[str, FeedRow] = word("For a relation to many: the records that a row makes.", scoping=Scoping.LINKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule(Element):
    """What a record must fulfil to be loaded."""

    check: Formula = word(
        "Must hold for `source` and `target`.", required=True, rule=FINAL, site=Site.FEED, expects="boolean"
    )
    severity: Literal["reject", "warn"] = word("Whether the row is rejected.", default="reject", rule=FINAL)
    message: Label = word("What is told about a row for which it does not hold.")
