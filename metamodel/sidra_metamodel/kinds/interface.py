"""Kind `interface`: for now feeds (files in) and settings of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.language import Document, Element, Formula, Label, word
from sidra_metamodel.traits import FINAL, LATER, TIGHTEN, ListMerge, Scoping, Site


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface(Document):
    """A border of the system: a feed of records, or an API."""

    kind: ClassVar[str] = "interface"
    folder: ClassVar[str] = "interfaces"

    kind_: Literal["feed", "api"] = word("What it is.", required=True, rule=FINAL)
    label: Label = word("As people read it.")
    direction: Literal["in"] | None = word("Which way records go.", default=None, rule=FINAL, of_kind=("feed",))
    format: Literal["csv", "ndjson"] | None = word("Format of the file.", default=None, of_kind=("feed",))
    delimiter: str | None = word(
        "The character that separates columns of a CSV file; default: comma.", default=None, of_kind=("feed",)
    )
    encoding: str | None = word("Encoding of the file; default: utf-8.", default=None, of_kind=("feed",))
    into: str | None = word(
        "Entity of the records.",
        default=None,
        rule=FINAL,
        refers="entity",
        scoping=Scoping.SOURCE,
        of_kind=("feed",),
    )
    key: str | None = word(
        "Attribute by which a record is found again.",
        default=None,
        rule=FINAL,
        refers="attribute",
        of_kind=("feed",),
    )
    map: Mapping[str, FeedField] = word("Source of each attribute and relation.", refers="member", of_kind=("feed",))
    quality: Mapping[str, QualityRule] = word("What a row must fulfil.", of_kind=("feed",))
    on_reject: Literal["quarantine"] = word(
        "Rejected rows are kept with their reasons, to be corrected and replayed; there is no other way yet.",
        default="quarantine",
        rule=FINAL,
        of_kind=("feed",),
    )
    commit_every: int | None = word(
        "Rows in one transaction; default: 500.",
        default=None,
        environment=True,
        least=1,
        most=10_000,
        of_kind=("feed",),
    )
    schedule: str | None = word(
        "When it runs by itself.",
        default=None,
        instead="take it away, and let the system's scheduler run `sidra feed run`",
        of_kind=("feed",),
    )
    path: str | None = word("Below `/tmf-api/`.", default=None, rule=FINAL, example="party/v4", of_kind=("api",))
    tmf: str | None = word("Number of the specification.", default=None, rule=FINAL, of_kind=("api",))
    mode: Literal["lenient", "strict"] = word(
        "How exact clients must be.", default="lenient", rule=TIGHTEN, narrower=LATER, of_kind=("api",)
    )
    page_size: int | None = word(
        "Records of a page when the client names no limit; default: 20.", default=None, of_kind=("api",)
    )
    max_page_size: int | None = word(
        "Greatest `limit`; default: 1000.", default=None, environment=True, of_kind=("api",)
    )
