"""Dashboards, and a list as a chart."""

from dataclasses import dataclass
from typing import Literal

from sidra_ui.viewmodels.boards import FormLink
from sidra_ui.viewmodels.charts import Chart
from sidra_ui.viewmodels.common import Link, Meter, Tone
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.lists import FilterChip, FilterForm, ViewTab
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Table

Width = Literal["quarter", "third", "half", "two_thirds", "full"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: what it is called, how it changed, what is aimed at, its recent course."""

    value: str
    href: str = ""
    """The list that it counts."""
    delta: str = ""
    delta_tone: Tone = "neutral"
    target: str = ""
    trend: tuple[float, ...] = ()
    trend_tone: Tone = "accent"
    meter: Meter | None = None
    others: str = ""
    """Amounts in other currencies, which the number leaves out, in words."""


@dataclass(frozen=True, slots=True)
class TileView:
    """A box of a dashboard. While it is `loading` it asks `load_href`, as it does to be counted anew."""

    id: str
    title: str
    load_href: str
    icon: str = ""
    width: Width = "half"
    state: Literal["ready", "loading", "empty", "error"] = "ready"
    message: str = ""
    note: str = ""
    """Beside the title."""
    is_figure: bool = False
    """It stands in the strip."""
    figure: Figure | None = None
    chart: Chart | None = None
    table: Table | None = None
    link: Link | None = None
    export_href: str = ""
    """Receives POST and answers its numbers as a file; empty where the reader may take none along."""
    age_seconds: int = 0
    """How old its numbers are."""


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """A page of tiles, all of one span of time and one unit."""

    shell: Shell
    place: Place
    spans: tuple[FormLink, ...]
    units: tuple[Option, ...]
    kept: tuple[tuple[str, str], ...]
    """What the choice of a unit carries along."""
    figures: tuple[TileView, ...]
    tiles: tuple[TileView, ...]
    refresh_seconds: int = 0
    narrowed: tuple[FieldView, ...] = ()
    """Choices that narrow all tiles that have the attribute."""


@dataclass(frozen=True, slots=True)
class PointView:
    """A number of a chart, broken down by another attribute."""

    title: str
    href: str
    """Answers it anew with GET `by`."""
    kept: tuple[tuple[str, str], ...]
    """What the choice of `by` carries along."""
    trail: tuple[str, ...]
    """What the number is narrowed to, in words."""
    value: str
    link: Link
    """The list that it counts."""
    by: tuple[Option, ...] = ()
    chart: Chart | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ListChartPage:
    """A list as a chart, and what it may be drawn by."""

    shell: Shell
    place: Place
    summary: str
    href: str
    """Receives GET with the choices."""
    forms: tuple[FormLink, ...]
    views: tuple[ViewTab, ...]
    chips: tuple[FilterChip, ...]
    clear_href: str
    filters: FilterForm | None
    query: str
    query_hint: str
    kept: tuple[tuple[str, str], ...]
    """What the search carries along."""
    selection: tuple[tuple[str, str], ...]
    """What the choices carry along."""
    by: tuple[Option, ...]
    measures: tuple[Option, ...]
    shapes: tuple[Option, ...]
    chart: Chart | None
    message: str = ""
