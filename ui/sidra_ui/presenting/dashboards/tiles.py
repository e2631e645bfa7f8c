"""The tiles of a dashboard: what each asks of the records, and what it shows of the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from sidra.access.functions import EXPORT
from sidra.errors import SidraError
from sidra.records.aggregating import Aggregate, Aggregation, Buckets, aggregate
from sidra.records.query import Filter, Query
from sidra.records.recounting import Recount
from sidra_metamodel.checking.dashboards import narrows
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.dashboard import Series, Tile
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.charts.charting import Curve, Drawing, by_groups, groups, over_time
from sidra_ui.presenting.charts.measuring import Measure, measure_of, other_amounts
from sidra_ui.presenting.charts.slicing import GROUP, TILE, Pair, days_pair, group_pair, member_title, slices
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.dashboards.spans import Name, Span, before, span
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.lists.tables import layout, table
from sidra_ui.viewmodels.charts import SERIES_TONES, Chart, ChartKind
from sidra_ui.viewmodels.common import Link, Meter, Tone
from sidra_ui.viewmodels.dashboards import Figure, TileView
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

FIGURES = frozenset({"figure", "meter"})
UNIT = "unit"
WHOLE_PERCENT = 100
CURVES: dict[str, ChartKind] = {"line": "line", "area": "area", "bar": "bar", "pie": "pie", "donut": "donut"}


@dataclass(frozen=True)
class Asked:
    """The span of time and the unit that all tiles of a page show."""

    span: Name
    unit: str = ""
    narrowed: tuple[Pair, ...] = ()
    """The values by which the page is narrowed, as the parameters of an address."""

    def parameters(self) -> list[Pair]:
        """As an address says it."""
        return [("span", self.span), (UNIT, self.unit), *self.narrowed]


def sees(desk: Desk, tile: Tile) -> bool:
    """Whether the reader may read all that a tile is made of."""
    if tile.hidden or not desk.may(tile.source, "read"):
        return False
    view = desk.records.view(tile.source)
    members = [tile.at, tile.by, tile.split, tile.sum, tile.avg, *(one.at for one in tile.series.values())]
    return all(view.common_level(name) in {"read", "edit"} for name in members if name)


def narrowing(desk: Desk, entity: Entity, asked: Asked) -> list[Pair]:
    """What of the page's values narrows records of an entity: that of attributes that it has."""
    named = ((pair, pair[0].removeprefix(GROUP)) for pair in asked.narrowed)
    return [pair for pair, name in named if narrows(desk.model, entity, name)]


class Counting:
    """One tile as one reader asked for it."""

    def __init__(self, desk: Desk, screen: Screen, tile: Tile, asked: Asked, recount: Recount) -> None:
        self.desk, self.screen, self.tile, self.asked, self.recount = desk, screen, tile, asked, recount
        self.entity = desk.model.entity(tile.source)
        named = next((f"{how}:{name}" for how, name in (("sum", tile.sum), ("avg", tile.avg)) if name), "count")
        self.measure: Measure = measure_of(desk, self.entity, named)
        self.narrowed = tuple(slices(desk, self.entity, narrowing(desk, self.entity, asked)))

    @cached_property
    def span(self) -> Span:
        """The span of the page, as this tile divides it."""
        found = self._span()
        return self._span_of_days() if found.every == "hour" and self._is_day(self.tile.at) else found

    def _span(self) -> Span:
        today, zone = self.desk.formats.today(), self.desk.model.time_zone
        return span(self.asked.span, self.tile.every, today, zone, ahead=self.tile.ahead)

    def _span_of_days(self) -> Span:
        today, zone = self.desk.formats.today(), self.desk.model.time_zone
        return span(self.asked.span, "day", today, zone, ahead=self.tile.ahead)

    def _is_day(self, path: str | None) -> bool:
        attribute = self.entity.attributes.get(path or "")
        return attribute is not None and self.desk.model.base_type(attribute) == "date"

    def query(self, series: Series | None = None) -> Query:
        """What the tile asks for, whatever its time."""
        where = self.desk.screens.condition([self.tile.filter, series.filter if series is not None else None])
        unit = (Filter(UNIT, "eq", self.asked.unit),) if self.asked.unit else ()
        return Query(where=where, filters=(*unit, *(one.filter for one in self.narrowed if one.filter)))

    def counted(
        self, *, by: str = "", at: str | None = None, edges: Span | None = None, series: Series | None = None
    ) -> Aggregate:
        """What the records say; raises BadQuery."""
        buckets = Buckets(at, edges.edges) if at and edges is not None else None
        wanted = Aggregation(self.query(series), by, buckets, self.measure.name, self.tile.limit)
        return aggregate(self.desk.records, self.entity.name, wanted, self.recount)

    def address(self, pairs: list[Pair], series: str = "") -> str:
        """The list behind a number of the tile."""
        name = ".".join(filter(None, (self.screen.name, self.tile.name, series)))
        unit = [group_pair(UNIT, self.asked.unit)] if self.asked.unit else []
        kept = [one.pair for one in self.narrowed]
        return self.desk.addresses.list(self.entity.name, (TILE, name), *unit, *kept, *pairs)

    def days(self, at: str, edges: Span) -> Pair:
        """How a list is narrowed to a span."""
        return days_pair(at, *edges.whole, is_day=self._is_day(at))

    def drawing(self, title: str) -> Drawing:
        """What its chart has besides numbers."""
        tile = self.tile
        kind = CURVES[tile.show]
        is_horizontal = tile.show == "bar" and bool(tile.by)
        return Drawing(
            self.desk,
            self.entity,
            self.measure,
            self.address,
            f"{self.screen.name}-{tile.name}",
            title,
            kind,
            tile.target,
            is_horizontal,
        )


def tile_view(desk: Desk, screen: Screen, tile: Tile, asked: Asked, recount: Recount) -> TileView:
    """A tile with its numbers, or why they did not come."""
    head = tile_head(desk, screen, tile, asked)
    try:
        shown = _shown(Counting(desk, screen, tile, asked, recount), head)
    except SidraError:
        return replace(head, state="error", message=desk.messages.text("dashboard_failed"))
    return replace(shown, age_seconds=int(recount.age.total_seconds()))


def tile_head(desk: Desk, screen: Screen, tile: Tile, asked: Asked) -> TileView:
    """A tile before its numbers come."""
    href = desk.addresses.page("dashboards", screen.name, tile.name)
    entity = desk.model.entity(tile.source)
    told = [desk.messages.text(f"span_{asked.span}")] if tile.at or tile.series else []
    if len(narrowing(desk, entity, asked)) < len(asked.narrowed):
        told.append(desk.messages.text("dashboard_not_narrowed"))
    return TileView(
        tile.name,
        desk.label(tile) if desk.text(tile.label) else desk.plural(entity),
        with_query(href, asked.parameters()),
        desk.icon(tile.icon, entity.icon),
        tile.width,
        "loading",
        note=" · ".join(told),
        is_figure=tile.show in FIGURES,
        export_href=export_address(desk, screen, tile, asked),
    )


def export_address(desk: Desk, screen: Screen, tile: Tile, asked: Asked) -> str:
    """Where the numbers of a tile are had as a file; empty for who may take nothing along."""
    if tile.show in FIGURES or not desk.records.profile.may_use(EXPORT):
        return ""
    return with_query(desk.addresses.page("dashboards", screen.name, tile.name, "file"), asked.parameters())


def _shown(counting: Counting, head: TileView) -> TileView:
    tile = counting.tile
    if tile.show in FIGURES:
        return replace(head, state="ready", figure=_figure(counting, head.title))
    if tile.show == "table":
        return _table(counting, head)
    chart = _chart(counting, head.title)
    if not any(point.value for one in chart.series for point in one.points):
        return replace(head, state="empty", message=counting.desk.messages.text("chart_nothing"))
    return replace(head, state="ready", chart=chart)


def _chart(counting: Counting, title: str) -> Chart:
    tile = counting.tile
    if tile.by:
        edges = _as_one(counting.span) if tile.at else None
        found = counting.counted(by=tile.by, at=tile.at, edges=edges)
        days = [counting.days(tile.at, counting.span)] if tile.at else []
        drawing = replace(counting.drawing(title), address=lambda pairs: counting.address([*days, *pairs]))
        return by_groups(drawing, tile.by, found)
    drawing = counting.drawing(title)
    if tile.series:
        curves = [_curve(counting, series, place) for place, series in enumerate(_series(tile))]
        return over_time(drawing, curves, counting.span)
    at = str(tile.at)
    found = counting.counted(by=tile.split or "", at=at, edges=counting.span)
    name = counting.measure.title(counting.desk, counting.entity)
    return over_time(drawing, [Curve(name, found, at)], counting.span, tile.split or "")


def _series(tile: Tile) -> list[Series]:
    return [one for one in tile.series.values() if not one.hidden]


def _curve(counting: Counting, series: Series, place: int) -> Curve:
    at = str(series.at or counting.tile.at)
    found = counting.counted(at=at, edges=counting.span, series=series)
    tone = SERIES_TONES[place % len(SERIES_TONES)]
    return Curve(counting.desk.label(series), found, at, tone, lambda pairs: counting.address(pairs, series.name))


def _as_one(found: Span) -> Span:
    return Span(found.whole, "day")


def _figure(counting: Counting, title: str) -> Figure:
    """The number of a figure or a meter, with its course and its change where it has a span of time."""
    tile, measure, desk = counting.tile, counting.measure, counting.desk
    found = counting.counted(at=tile.at, edges=counting.span if tile.at else None)
    total = found.total()
    value = measure.of(total)
    pairs = [counting.days(tile.at, counting.span)] if tile.at else []
    delta, tone = _delta(counting, value) if tile.compare else ("", "neutral")
    text = "—" if value is None else measure.short(desk, value, found.currency)
    if measure.base == "money" and value is not None:
        text = f"{text} {desk.formats.symbol(found.currency)}"
    aimed = Decimal(tile.target) if tile.target is not None else None
    return Figure(
        text,
        counting.address(pairs) if total.count else "",
        delta,
        tone,
        desk.messages.text("dashboard_target", value=measure.text(desk, aimed, found.currency)) if aimed else "",
        _trend(counting, found) if tile.at else (),
        tone if tile.compare and tone != "neutral" else "accent",
        _meter(counting, value, aimed, title) if tile.show == "meter" and aimed else None,
        other_amounts(desk, measure, found.others),
    )


def _trend(counting: Counting, found: Aggregate) -> tuple[float, ...]:
    now, edges = counting.desk.records.now, counting.span.edges
    values = [counting.measure.of(found.at(place)) for place in range(len(edges) - 1) if edges[place] <= now]
    known = [float(value) for value in values if value is not None]
    return tuple(known) if len(known) > 1 else ()


def _delta(counting: Counting, value: Decimal | None) -> tuple[str, Tone]:
    """How a figure differs from the span before, and whether that is good."""
    earlier = before(counting.span)
    former = counting.measure.of(counting.counted(at=counting.tile.at, edges=earlier).total())
    if value is None or former is None:
        return "", "neutral"
    change = value - former
    if not change:
        return "±" + counting.desk.formats.number(0), "neutral"
    is_good = (change > 0) == (counting.tile.better == "higher")
    sign = "+" if change > 0 else "−"
    return sign + counting.measure.short(counting.desk, abs(change)), "green" if is_good else "red"


def _meter(counting: Counting, value: Decimal | None, aimed: Decimal, title: str) -> Meter:
    share = int((value or 0) / aimed * WHOLE_PERCENT)
    is_lower = counting.tile.better == "lower"
    is_good = share <= WHOLE_PERCENT if is_lower else share >= WHOLE_PERCENT
    tone: Tone = "green" if is_good else "red" if is_lower else "accent"
    return Meter(min(max(share, 0), WHOLE_PERCENT), title, counting.desk.formats.percent(share), tone)


def _table(counting: Counting, head: TileView) -> TileView:
    tile, desk = counting.tile, counting.desk
    if tile.by:
        table_, others = _group_table(counting, head.title)
        return replace(head, state="ready", table=table_, message=others)
    columns = sources(desk, counting.entity.name, tile.columns.values())
    days = [counting.days(tile.at, counting.span)] if tile.at else []
    filters = (*counting.query().filters, *_between(counting, days))
    query = replace(counting.query(), filters=filters, sort=tile.sort, limit=tile.limit, count=False)
    records = desk.records.list(counting.entity.name, query).records
    if not records:
        return replace(head, state="empty", message=desk.messages.text("nothing_here"))
    laid = layout(desk, counting.entity.name, columns, records)
    link = Link(desk.messages.text("view_all"), counting.address(days))
    return replace(head, state="ready", table=table(desk, head.title, laid, records), link=link)


def _between(counting: Counting, days: list[Pair]) -> list[Filter]:
    if not days:
        return []
    first, _, last = days[0][1].partition("/")
    at = str(counting.tile.at)
    return [Filter(at, "gte", first), Filter(at, "lt", last)]


def _group_table(counting: Counting, title: str) -> tuple[Table, str]:
    """What each value has, with its share of the largest; and amounts that are not in it, in words."""
    tile, desk, measure = counting.tile, counting.desk, counting.measure
    edges = _as_one(counting.span) if tile.at else None
    found = counting.counted(by=str(tile.by), at=tile.at, edges=edges)
    days = [counting.days(tile.at, counting.span)] if tile.at else []
    shown = groups(desk, counting.entity, str(tile.by), found)
    values = [measure.of(one.tally(found)) for one in shown]
    most = max((value for value in values if value is not None), default=Decimal(0))
    rows = []
    for one, value in zip(shown, values, strict=True):
        share = int((value or 0) / most * WHOLE_PERCENT) if most else 0
        href = counting.address([*days, *one.pairs])
        text = measure.text(desk, value, found.currency)
        cells = (Cell(one.name, href=href), Cell(meter=Meter(share, f"{one.name}: {text}")), Cell(text, href=href))
        rows.append(Row(one.name, one.name, cells))
    heads = (
        Column("by", member_title(desk, counting.entity, str(tile.by))),
        Column("share", desk.messages.text("chart_share"), is_secondary=True),
        Column("value", measure.title(desk, counting.entity), is_number=True),
    )
    told = desk.messages.text("chart_nothing")
    others = other_amounts(desk, measure, found.others)
    return Table(title, heads, tuple(rows), is_compact=True, empty_text=told), others
