"""Kind `interface`: for now feeds (files in) and settings of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.language import FINAL, Document, Element, Formula, Label, ListMerge, Scoping, Site, word


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
    type: str | None = word("Type to read the text as; default: the attribute's.", default=None)
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
        refers="entity",
        scoping=Scoping.SOURCE,
    )
    key: str | None = word(
        "For a relation: attribute by which that record is found again.",
        default=None,
        refers="attribute",
        scoping=Scoping.LINKED,
    )
    find: str | None = word(
        "For a relation: attribute by which an existing record is looked up.",
        default=None,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface(Document):
    """A border of the system: a feed of records, or an API."""

    kind: ClassVar[str] = "interface"
    folder: ClassVar[str] = "interfaces"

    kind_: Literal["feed", "api"] = word("What it is.", required=True, rule=FINAL)
    label: Label = word("As people read it.")
    direction: Literal["in"] | None = word("For a feed: which way records go.", default=None, rule=FINAL)
    format: Literal["csv", "ndjson"] | None = word("For a feed: format of the file.", default=None)
    delimiter: str | None = word("For a CSV feed: what separates columns; default: comma.", default=None)
    encoding: str | None = word("For a feed: encoding of the file; default: utf-8.", default=None)
    into: str | None = word(
        "For a feed: entity of the records.", default=None, rule=FINAL, refers="entity", scoping=Scoping.SOURCE
    )
    key: str | None = word(
        "For a feed: attribute by which a record is found again.", default=None, rule=FINAL, refers="attribute"
    )
    map: Mapping[str, FeedField] = word("For a feed: source of each attribute and relation.", refers="member")
    quality: Mapping[str, QualityRule] = word("For a feed: what a row must fulfil.")
    on_reject: Literal["quarantine"] | None = word(
        "For a feed: rejected rows are kept with their reason.", default=None
    )
    commit_every: int | None = word(
        "For a feed: rows in one transaction; default: 500.", default=None, environment=True
    )
    schedule: str | None = word("For a feed: when it runs by itself.", default=None)
    path: str | None = word("For an API: below `/tmf-api/`.", default=None, rule=FINAL, example="party/v4")
    tmf: str | None = word("For an API: number of the specification.", default=None, rule=FINAL)
    mode: Literal["lenient", "strict"] | None = word(
        "For an API: how exact clients must be; default: lenient.", default=None
    )
    page_size: int | None = word(
        "For an API: records of a page when the client names no limit; default: 20.", default=None
    )
    max_page_size: int | None = word("For an API: greatest `limit`; default: 1000.", default=None, environment=True)
