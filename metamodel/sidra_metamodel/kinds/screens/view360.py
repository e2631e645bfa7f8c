"""The 360° page: header, messages, figures, boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import FINAL, ListMerge, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Element):
    """A button of a header; exactly one of `create`, `edit`, `transition`."""

    create: str | None = word("Entity of a new record about this one.", default=None, refers="entity")
    edit: bool = word("Opens the record's form.", default=False)
    transition: str | None = word("Step of the life cycle.", default=None, refers="transition")
    label: Label = word("Text of the button.")
    icon: str | None = word("Icon of the button.", default=None, among="icon")
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header(Element):
    """The head of a 360° page."""

    title: str | None = word(
        "Attribute that names the record; default: the entity's title.", default=None, refers="attribute"
    )
    badges: Mapping[str, Column] = word("Badges in order.", refers="column", removable=True)
    facts: Mapping[str, Column] = word("Facts in order.", refers="column", removable=True)
    actions: Mapping[str, Action] = word("Buttons in order.", removable=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Element):
    """A message at the head of a 360° page."""

    when: Formula = word("Shown where this holds.", required=True, site=Site.RECORD, expects="boolean")
    level: Literal["info", "good", "warning", "danger"] = word("Its weight.", default="info")
    text: Label = word("What it says.")
    icon: str | None = word("Its icon.", default=None, among="icon")
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi(Element):
    """A figure of the strip below the header; named by its attribute unless it has a value."""

    shorthand: ClassVar[str | None] = "value"

    value: Formula | None = word("The figure, where not the attribute of its name.", default=None, site=Site.RECORD)
    label: Label = word("As people read it.")
    unit: Label = word("Behind the figure.")
    tone: Formula | None = word(
        "Its colour: an expression that gives a tone.", default=None, site=Site.RECORD, expects="tone"
    )
    trend: Formula | None = word(
        "Points of a small curve: an attribute of records of a relation.", default=None, site=Site.RECORD
    )
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineSource(Element):
    """Records of one entity on a timeline; named by the entity."""

    via: str | None = word(
        "Relation by which they belong to the record; needed where two fit.", default=None, refers="via"
    )
    at: str | None = word(
        "Attribute with their time; default: when they were created.", default=None, refers="attribute"
    )
    text: str | None = word(
        "Attribute shown as headline; default: the entity's title.", default=None, refers="attribute"
    )
    detail: str | None = word("Attribute shown below.", default=None, refers="attribute")
    by: tuple[str, ...] = word(
        "Attributes of the small line at the end, such as who spoke.",
        merge=ListMerge.ATOMIC,
        single=True,
        refers="attribute",
    )
    badge: str | None = word("Attribute shown as badge.", default=None, refers="attribute")
    icon: str | None = word("Icon; default: the entity's.", default=None, among="icon")
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Element):
    """A box of a 360° page or below a record."""

    kind_: Literal["records", "timeline", "facts"] = word("What it shows.", default="records", rule=FINAL)
    source: str | None = word(
        "The entity.", default=None, refers="entity", scoping=Scoping.SOURCE, of_kind=("records",)
    )
    via: str | None = word(
        "Relation of the source by which its records belong to this one; needed where two fit.",
        default=None,
        refers="via",
        of_kind=("records",),
    )
    columns: Mapping[str, Column] = word("Columns in order.", refers="column", removable=True, of_kind=("records",))
    facts: Mapping[str, Column] = word("Lines in order.", refers="column", removable=True, of_kind=("facts",))
    of: Mapping[str, TimelineSource] = word(
        "Entities in it.", refers="entity", removable=True, scoping=Scoping.SOURCE, of_kind=("timeline",)
    )
    filter: Formula | None = word(
        "Which records.", default=None, site=Site.SOURCE, expects="boolean", sql=True, of_kind=("records",)
    )
    sort: tuple[str, ...] = word(
        "Attributes; a minus sorts downwards.",
        merge=ListMerge.ATOMIC,
        single=True,
        refers="sort",
        of_kind=("records",),
    )
    limit: int = word("Most records shown.", default=6, least=1, most=100, of_kind=("records", "timeline"))
    show: Literal["table", "cards"] = word("How records are shown.", default="table", of_kind=("records",))
    area: Literal["main", "side"] = word("Which column of the page.", default="main")
    label: Label = word("Heading; default: the source's plural.")
    icon: str | None = word("Icon of the heading; default: the source's.", default=None, among="icon")
    visible: Formula | None = word("Shown only where this holds.", default=None, site=Site.RECORD, expects="boolean")
    hidden: bool = word("Not shown.", default=False)
