"""Dashboards: tiles that count, add up and average, each the way to the list behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import ListMerge, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Element):
    """One of several curves, or of several bars side by side."""

    label: Label = word("As people read it.")
    at: str | None = word(
        "Attribute with the day or moment; default: that of the tile.", default=None, refers="attribute"
    )
    filter: Formula | None = word(
        "Which of the tile's records.", default=None, site=Site.SOURCE, expects="boolean", sql=True
    )
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile(Element):
    """A box of a dashboard; shown to those who may read its source and what it measures."""

    show: Literal["figure", "line", "area", "bar", "pie", "donut", "table", "meter"] = word(
        "How it is drawn.", default="figure"
    )
    source: str = word("The entity whose records it is about.", required=True, refers="entity", scoping=Scoping.SOURCE)
    filter: Formula | None = word("Which records.", default=None, site=Site.SOURCE, expects="boolean", sql=True)
    at: str | None = word(
        "Attribute with the day or moment: only records of the span of time that the page shows.",
        default=None,
        refers="attribute",
    )
    ahead: bool = word("The span of time begins today and lies ahead.", default=False)
    every: Literal["hour", "day", "week", "month"] | None = word(
        "How long each point of a curve is; default: hours of a day, days of a month, weeks of a quarter.", default=None
    )
    by: str | None = word("Attribute or relation by whose values it counts.", default=None, refers="member")
    split: str | None = word(
        "Attribute or relation by whose values each bar or point over time is divided.", default=None, refers="member"
    )
    sum: str | None = word("Attribute that is added up; default: they are counted.", default=None, refers="attribute")
    avg: str | None = word("Attribute whose mean is taken.", default=None, refers="attribute")
    series: Mapping[str, Series] = word("Several curves, or bars side by side, over time.", removable=True)
    target: int | None = word("What is aimed at.", default=None)
    better: Literal["higher", "lower"] = word("Which way is better, for the colours of changes.", default="higher")
    compare: bool = word("Beside the figure, how it differs from the span before.", default=False)
    columns: Mapping[str, Column] = word("Columns of a table of records, in order.", refers="column", removable=True)
    sort: tuple[str, ...] = word(
        "Order of a table of records; a minus sorts downwards.", merge=ListMerge.ATOMIC, single=True, refers="sort"
    )
    limit: int = word("Most groups or records; the rest counts as one.", default=8, least=1, most=30)
    width: Literal["quarter", "third", "half", "two_thirds", "full"] = word(
        "Share of the page; figures stand in one strip.", default="half"
    )
    label: Label = word("Heading.")
    icon: str | None = word("Icon of the heading; default: the source's.", default=None, among="icon")
    hidden: bool = word("Not shown.", default=False)
