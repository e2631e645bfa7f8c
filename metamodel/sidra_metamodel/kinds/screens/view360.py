"""The 360° page: header, messages, figures, boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import FINAL, ListMerge, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Element):
    """A button of a header or a message; exactly one of `channel`, `create`, `edit`, `transition`."""

    channel: Literal["voice", "mail", "sms"] | None = word(
        "Begins a call, a letter or a message to the number or address that `to` gives.", default=None
    )
    to: Formula | None = word(
        "Number or address that the channel leads to.", default=None, site=Site.RECORD, expects="string"
    )
    create: str | None = word("Entity of a new record about this one.", default=None, refers="entity")
    edit: bool = word("Opens the record's form.", default=False)
    transition: str | None = word("Step of the life cycle.", default=None, refers="transition")
    label: Label = word("Text of the button.")
    icon: str | None = word("Icon of the button.", default=None, among="icon")
    menu: bool = word("Stands behind the button with three points.", default=False)
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
    action: Action | None = word("The button beside it: what to do about it.", default=None)
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Points(Element):
    """Where a curve comes from: records of another entity, month by month."""

    source: str = word("Their entity.", required=True, refers="entity", scoping=Scoping.SOURCE)
    via: str | None = word(
        "Relation by which they belong to the record; needed where two fit.", default=None, refers="via"
    )
    at: str = word("Attribute with their time.", required=True, refers="attribute")
    sum: str | None = word("Attribute that is added up; default: they are counted.", default=None, refers="attribute")
    avg: str | None = word("Attribute whose mean is taken, of those that have it.", default=None, refers="attribute")
    running: bool = word("Each month adds to those before.", default=False)


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
    delta: Formula | None = word(
        "Beside the figure; default: by how much the curve rose or fell.", default=None, site=Site.RECORD
    )
    trend: timedelta | None = word("How far back the small curve beside it goes.", default=None, example="12mo")
    points: Points | None = word("What the curve is made of; default: the history of the attribute.", default=None)
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Element):
    """Some of the records of a timeline, told apart by a value such as their channel."""

    shorthand: ClassVar[str | None] = "when"

    when: Formula = word("Which records.", required=True, site=Site.SOURCE, expects="boolean", sql=True)
    label: Label = word("As people read it.")
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument(Element):
    """What a connector's operation is given."""

    shorthand: ClassVar[str | None] = "value"

    value: Formula = word("An expression about the record.", required=True, site=Site.RECORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(Element):
    """A sentence beside an offer, and what speaks for it."""

    when: Formula | None = word("Said where this holds.", default=None, site=Site.OFFER, expects="boolean")
    text: Label = word("What it says.", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Element):
    """A value of the record that keeps a reply."""

    shorthand: ClassVar[str | None] = "value"

    value: Formula = word("The value.", required=True, site=Site.RECORD, expects="attribute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Element):
    """What a customer says to an offer: a button that keeps a record about both."""

    label: Label = word("Text of the button.")
    create: str = word(
        "Entity of the record that is kept.", required=True, rule=FINAL, refers="entity", scoping=Scoping.SOURCE
    )
    text: str | None = word(
        "Attribute of it that says the reply and what was offered.", default=None, refers="attribute"
    )
    values: Mapping[str, Given] = word("Further values of it.", refers="member", scoping=Scoping.MEMBER)
    primary: bool = word("The most important of the buttons.", default=False)
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
    groups: Mapping[str, Group] = word(
        "Choices of the filter above, such as calls; default: the entity as a whole.", removable=True
    )
    icon: str | None = word("Icon; default: the entity's.", default=None, among="icon")
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Element):
    """A box of a 360° page or below a record."""

    kind_: Literal["records", "timeline", "facts", "offers", "chart", "comments"] = word(
        "What it shows.", default="records", rule=FINAL
    )
    source: str | None = word(
        "The entity, or a connector's operation, such as `billing.bills`.",
        default=None,
        refers="source",
        scoping=Scoping.SOURCE,
        of_kind=("records", "offers", "chart"),
    )
    via: str | None = word(
        "Relation of the source by which its records belong to this one; needed where two fit.",
        default=None,
        refers="via",
        of_kind=("records", "chart"),
    )
    with_: Mapping[str, Argument] = word("What the operation is given.", of_kind=("records",))
    stale_after: timedelta | None = word(
        "An operation's answer that is older is marked as old.", default=None, example="15min", of_kind=("records",)
    )
    tiles: str | None = word(
        "A second operation, given the same, whose first answer is shown as figures above.",
        default=None,
        refers="source",
        of_kind=("records",),
    )
    columns: Mapping[str, Column] = word("Columns in order.", refers="column", removable=True, of_kind=("records",))
    facts: Mapping[str, Column] = word("Lines in order.", refers="column", removable=True, of_kind=("facts",))
    of: Mapping[str, TimelineSource] = word(
        "Entities in it.", refers="entity", removable=True, scoping=Scoping.SOURCE, of_kind=("timeline",)
    )
    filter: Formula | None = word(
        "Which records.",
        default=None,
        site=Site.SOURCE,
        expects="boolean",
        sql=True,
        of_kind=("records", "offers", "chart"),
    )
    when: Formula | None = word(
        "Which of them are offered: `this` is what is offered, `about` the record of the page.",
        default=None,
        site=Site.OFFER,
        expects="boolean",
        of_kind=("offers",),
    )
    score: Formula | None = word(
        "How well one fits, from 0 to 100; the best come first.", default=None, site=Site.OFFER, of_kind=("offers",)
    )
    price: str | None = word("Attribute with the price.", default=None, refers="attribute", of_kind=("offers",))
    reasons: Mapping[str, Reason] = word(
        "Why one is offered: the first that holds is shown, all are told when asked.",
        removable=True,
        of_kind=("offers",),
    )
    replies: Mapping[str, Reply] = word("Buttons of an offer, in order.", removable=True, of_kind=("offers",))
    shape: Literal["line", "bar"] = word("How it is drawn.", default="bar", of_kind=("chart",))
    at: str | None = word("Attribute with their time.", default=None, refers="attribute", of_kind=("chart",))
    sum: str | None = word(
        "Attribute that is added up; default: they are counted.", default=None, refers="attribute", of_kind=("chart",)
    )
    by: str | None = word(
        "Attribute whose values are told apart; without `at`, one figure each.",
        default=None,
        refers="attribute",
        of_kind=("chart",),
    )
    span: timedelta = word(
        "How far back it goes, month by month.", default=timedelta(days=360), example="12mo", of_kind=("chart",)
    )
    sort: tuple[str, ...] = word(
        "Attributes; a minus sorts downwards.",
        merge=ListMerge.ATOMIC,
        single=True,
        refers="sort",
        of_kind=("records",),
    )
    limit: int = word("Most records shown.", default=6, least=1, most=100, of_kind=("records", "timeline", "offers"))
    show: Literal["table", "cards"] = word("How records are shown.", default="table", of_kind=("records",))
    area: Literal["main", "side"] = word("Which column of the page.", default="main")
    tab: bool = word("It has a tab of its own beside the overview as well.", default=False)
    label: Label = word("Heading; default: the source's plural.")
    icon: str | None = word("Icon of the heading; default: the source's.", default=None, among="icon")
    visible: Formula | None = word("Shown only where this holds.", default=None, site=Site.RECORD, expects="boolean")
    hidden: bool = word("Not shown.", default=False)
