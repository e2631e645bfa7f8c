"""Kind `screen`: what people see; the words of each kind of screen are in `kinds/screens/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from sidra_metamodel.kinds.screens.board import Card, Forecast, Gate, Stage
from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.kinds.screens.console import CustomerContext, GuidedStep, Inbox, Suggestion, WrapUp
from sidra_metamodel.kinds.screens.dashboard import Tile
from sidra_metamodel.kinds.screens.lists import Bulk, View
from sidra_metamodel.kinds.screens.record import Tab
from sidra_metamodel.kinds.screens.search import SearchSource
from sidra_metamodel.kinds.screens.view360 import Alert, Header, Kpi, Panel
from sidra_metamodel.kinds.screens.wizard import Ask, Made
from sidra_metamodel.language import Document, Formula, Label, word
from sidra_metamodel.traits import FINAL, ListMerge, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen(Document):
    """A screen. Without one, list, record and search follow from the entity alone."""

    kind: ClassVar[str] = "screen"
    folder: ClassVar[str] = "screens"

    kind_: Literal["list", "record", "view360", "search", "board", "calendar", "console", "dashboard", "wizard"] = word(
        "What it is.", required=True, rule=FINAL
    )
    of: str | None = word(
        "The entity it is about; of a wizard, that of the record that it starts from.",
        default=None,
        rule=FINAL,
        refers="entity",
        scoping=Scoping.SUBJECT,
        of_kind=("list", "record", "view360", "board", "calendar", "console", "wizard"),
    )
    label: Label = word("As people read it.")
    columns: Mapping[str, Column] = word("Columns in order.", refers="column", removable=True, of_kind=("list",))
    filters: Mapping[str, Column] = word(
        "Attributes offered as filters.", refers="member", removable=True, of_kind=("list",)
    )
    filter: Formula | None = word(
        "Records it is about; of a board or calendar, besides what the list of the entity asks for.",
        default=None,
        site=Site.RECORD,
        expects="boolean",
        sql=True,
        of_kind=("list", "board", "calendar"),
    )
    sort: tuple[str, ...] = word(
        "Attributes; a minus sorts downwards.",
        merge=ListMerge.ATOMIC,
        single=True,
        refers="sort",
        of_kind=("list", "board"),
    )
    views: Mapping[str, View] = word("Ready-made selections.", removable=True, of_kind=("list",))
    bulk: Mapping[str, Bulk] = word(
        "What can be done with many records at once; default: what follows from the entity.",
        removable=True,
        of_kind=("list",),
    )
    page_size: int = word("Records a page.", default=25, least=1, most=1000, of_kind=("list",))
    tone: Formula | None = word(
        "Colour of a row or an entry: an expression that gives a tone.",
        default=None,
        site=Site.RECORD,
        expects="tone",
        of_kind=("list", "calendar"),
    )
    by: str | None = word(
        "Attribute whose values are the columns; default: that of the life cycle.",
        default=None,
        rule=FINAL,
        refers="attribute",
        of_kind=("board",),
    )
    stages: Mapping[str, Stage] = word("How its columns are shown.", removable=True, of_kind=("board",))
    card: Card | None = word("What a card shows.", default=None, of_kind=("board",))
    sums: tuple[str, ...] = word(
        "Attributes added up at the head of each column.",
        merge=ListMerge.ATOMIC,
        single=True,
        refers="attribute",
        of_kind=("board",),
    )
    gates: Mapping[str, Gate] = word(
        "What must hold before a card may be put into a column.", removable=True, of_kind=("board",)
    )
    forecast: Forecast | None = word("Sums by quarter, above the columns.", default=None, of_kind=("board",))
    limit: int = word("Cards that a column shows at first.", default=20, least=1, most=100, of_kind=("board",))
    at: str | None = word(
        "Attribute with the day or moment; default: the first that lists can be narrowed by.",
        default=None,
        refers="attribute",
        of_kind=("calendar",),
    )
    until: str | None = word(
        "Attribute with the day or moment at which it ends.", default=None, refers="attribute", of_kind=("calendar",)
    )
    title: str | None = word(
        "Attribute that names an entry; default: the entity's title.",
        default=None,
        refers="attribute",
        of_kind=("calendar",),
    )
    tabs: Mapping[str, Tab] = word("Its pages.", removable=True, of_kind=("record",))
    header: Header | None = word("Its head.", default=None, of_kind=("view360",))
    alerts: Mapping[str, Alert] = word("Messages at the head.", removable=True, of_kind=("view360",))
    kpis: Mapping[str, Kpi] = word("Figures.", refers="column", removable=True, of_kind=("view360",))
    panels: Mapping[str, Panel] = word("Boxes.", removable=True, of_kind=("record", "view360"))
    entities: Mapping[str, SearchSource] = word(
        "What is searched.", refers="entity", removable=True, scoping=Scoping.SOURCE, of_kind=("search",)
    )
    inbox: Inbox | None = word("Which conversations wait.", default=None, of_kind=("console",))
    context: CustomerContext | None = word("What is told of the customer.", default=None, of_kind=("console",))
    steps: Mapping[str, GuidedStep] = word("What the agent is led through.", removable=True, of_kind=("console",))
    suggestions: Mapping[str, Suggestion] = word("Texts that are often sent.", removable=True, of_kind=("console",))
    wrap_up: WrapUp | None = word("How a conversation ends.", default=None, of_kind=("console",))
    tiles: Mapping[str, Tile] = word("Its boxes, in order.", removable=True, of_kind=("dashboard",))
    home_of: frozenset[str] = word(
        "Roles on whose first page it stands, in the place of counts of everything.",
        refers="role",
        of_kind=("dashboard",),
    )
    span: Literal["today", "week", "month", "quarter"] = word(
        "Span of time that it shows at first: today, 7, 30 or 91 days.", default="month", of_kind=("dashboard",)
    )
    refresh: timedelta | None = word(
        "How often it counts anew while somebody looks at it; numbers may be as old as that.",
        default=None,
        of_kind=("dashboard",),
        example="60s",
    )
    narrowed_by: tuple[str, ...] = word(
        "Attributes by which the page narrows all of its tiles that have them, in order.",
        merge=ListMerge.ATOMIC,
        of_kind=("dashboard",),
    )
    makes: Mapping[str, Made] = word("The records that it makes, all at once.", removable=True, of_kind=("wizard",))
    asks: Mapping[str, Ask] = word("Its steps in order.", removable=True, of_kind=("wizard",))
    finish: Label = word("What the button says that makes the records.", of_kind=("wizard",))
    then: str | None = word(
        "The record, of those that are made, whose page follows; default: the first.", default=None, of_kind=("wizard",)
    )
    icon: str | None = word("Its icon.", default=None, among="icon", of_kind=("wizard",))
