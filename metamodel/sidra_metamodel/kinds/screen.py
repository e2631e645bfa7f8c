"""Kind `screen`: what people see; the words of each kind of screen are in `kinds/screens/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.kinds.screens.lists import View
from sidra_metamodel.kinds.screens.record import Tab
from sidra_metamodel.kinds.screens.search import SearchSource
from sidra_metamodel.kinds.screens.view360 import Alert, Header, Kpi, Panel
from sidra_metamodel.language import Document, Formula, Label, word
from sidra_metamodel.traits import FINAL, ListMerge, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen(Document):
    """A screen. Without one, list, record and search follow from the entity alone."""

    kind: ClassVar[str] = "screen"
    folder: ClassVar[str] = "screens"

    kind_: Literal["list", "record", "view360", "search"] = word("What it is.", required=True, rule=FINAL)
    of: str | None = word(
        "The entity it is about.",
        default=None,
        rule=FINAL,
        refers="entity",
        scoping=Scoping.SUBJECT,
        of_kind=("list", "record", "view360"),
    )
    label: Label = word("As people read it.")
    columns: Mapping[str, Column] = word("Columns in order.", refers="column", removable=True, of_kind=("list",))
    filters: Mapping[str, Column] = word(
        "Attributes offered as filters.", refers="member", removable=True, of_kind=("list",)
    )
    filter: Formula | None = word(
        "Records it is about.", default=None, site=Site.RECORD, expects="boolean", sql=True, of_kind=("list",)
    )
    sort: tuple[str, ...] = word(
        "Attributes; a minus sorts downwards.", merge=ListMerge.ATOMIC, single=True, refers="sort", of_kind=("list",)
    )
    views: Mapping[str, View] = word("Ready-made selections.", removable=True, of_kind=("list",))
    page_size: int = word("Records a page.", default=25, least=1, most=1000, of_kind=("list",))
    tone: Formula | None = word(
        "Colour of a row: an expression that gives a tone.",
        default=None,
        site=Site.RECORD,
        expects="tone",
        of_kind=("list",),
    )
    tabs: Mapping[str, Tab] = word("Its pages.", removable=True, of_kind=("record",))
    header: Header | None = word("Its head.", default=None, of_kind=("view360",))
    alerts: Mapping[str, Alert] = word("Messages at the head.", removable=True, of_kind=("view360",))
    kpis: Mapping[str, Kpi] = word("Figures.", refers="column", removable=True, of_kind=("view360",))
    panels: Mapping[str, Panel] = word("Boxes.", removable=True, of_kind=("record", "view360"))
    entities: Mapping[str, SearchSource] = word(
        "What is searched.", refers="entity", removable=True, scoping=Scoping.SOURCE, of_kind=("search",)
    )
