"""A list as a chart: what it counts by and measures is chosen on the page."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sidra.errors import BadQuery
from sidra.records.aggregating import Aggregation, Buckets, aggregate, groups_by
from sidra.records.query import Filter, Query
from sidra_metamodel.checking.lists import is_filtered
from sidra_metamodel.kinds.entity import Entity
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.charts.charting import Curve, Drawing, by_groups, over_time
from sidra_ui.presenting.charts.measuring import Measure, measure_of, measures
from sidra_ui.presenting.charts.slicing import Pair, member_title
from sidra_ui.presenting.dashboards.spans import Every, Span, span
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.displays import forms
from sidra_ui.presenting.lists.listing import Listing, filter_form, summary
from sidra_ui.presenting.lists.narrowing import chips
from sidra_ui.presenting.lists.view_tabs import view_tabs
from sidra_ui.viewmodels.charts import Chart, ChartKind
from sidra_ui.viewmodels.dashboards import ListChartPage
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.shell import Place

CHART = "chart"
BY, MEASURE, SHAPE = "by", "measure", "shape"
CHOICES = frozenset({BY, MEASURE, SHAPE})
EVERY: tuple[Every, ...] = ("day", "week", "month")
SHAPES: dict[str, ChartKind] = {"bar": "bar", "line": "area", "donut": "donut"}
DAYS = frozenset({"date", "datetime"})
YEAR_DAYS = 365
MOST_GROUPS = 12
LENGTHS: dict[Every, int] = {"hour": 1, "day": 30, "week": 7 * 26, "month": 2 * YEAR_DAYS}
"""How many days a chart goes back at most, by the length of its parts."""
LEAST: dict[Every, int] = {"hour": 1, "day": 6, "week": 7 * 4, "month": 5 * 30}


@dataclass(frozen=True)
class Choice:
    """What the list is drawn by."""

    by: str
    measure: Measure
    shape: str

    @property
    def path(self) -> str:
        """The member, without how long each part of its time is."""
        return self.by.partition(":")[0]

    @property
    def every(self) -> Every | None:
        """How long each part of its time is; None where it is no time."""
        wanted = self.by.partition(":")[2]
        return next((every for every in EVERY if every == wanted), None)


def choice_of(desk: Desk, entity: Entity, given: Mapping[str, str]) -> Choice:
    """What an address chooses, else the first of each."""
    offered = list(ways(desk, entity))
    by = given.get(BY, "")
    found = by if by in offered else next(iter(_first(entity, offered)), "created_at:week")
    shape = given.get(SHAPE, "")
    default = "line" if ":" in found else "bar"
    return Choice(found, measure_of(desk, entity, given.get(MEASURE, "")), shape if shape in SHAPES else default)


def _first(entity: Entity, offered: list[str]) -> list[str]:
    """The life cycle's state stands first, if there is one."""
    state = entity.lifecycle.attribute if entity.lifecycle is not None else ""
    return sorted(offered, key=lambda name: name != state)


def ways(desk: Desk, entity: Entity) -> Iterator[str]:
    """What the reader may draw a list of the entity by."""
    view = desk.records.readable(entity.name)
    yield from groups_by(view)
    for name in (*entity.attributes, "created_at"):
        attribute = entity.attributes.get(name)
        is_day = attribute is None or desk.model.base_type(attribute) in DAYS
        if is_day and is_filtered(entity, name) and view.common_level(name) in {"read", "edit"}:
            yield from (f"{name}:{every}" for every in EVERY)


def list_chart_page(desk: Desk, entity_name: str, given: list[Pair]) -> ListChartPage:
    """The list as a chart; raises Forbidden, NotFound or BadQuery."""
    listing = Listing(desk, entity_name, Asked.of(given), CHART)
    entity, choice = listing.entity, choice_of(desk, listing.entity, dict(given))
    chart, message = _chart(listing, choice)
    title = desk.text(listing.screen.label) or desk.plural(entity)
    count = desk.records.list(entity_name, replace(listing.whole, limit=0, sort=()))
    chosen = [(BY, choice.by), (MEASURE, _written(choice.measure)), (SHAPE, choice.shape)]
    parameters = [pair for pair in listing.asked.parameters() if pair[1]]
    return ListChartPage(
        shell=shell(desk),
        place=Place(title),
        summary=summary(desk, count),
        href=listing.place,
        forms=tuple(forms(listing, CHART)),
        views=tuple(view_tabs(listing)),
        chips=tuple(chips(listing)),
        clear_href=listing.address(replace(listing.asked, filters={}, slices=()), *chosen),
        filters=filter_form(listing),
        query=listing.asked.text,
        query_hint=desk.messages.text("search_in_list"),
        kept=tuple(pair for pair in (*parameters, *chosen) if pair[0] != "q"),
        selection=tuple(parameters),
        by=tuple(_ways_named(desk, entity, choice)),
        measures=tuple(
            Option(
                _written(one),
                one.title(desk, entity) if one.name else desk.messages.text("chart_count"),
                one == choice.measure,
            )
            for one in measures(desk, entity)
        ),
        shapes=tuple(
            Option(shape, desk.messages.text(f"chart_shape_{shape}"), shape == choice.shape)
            for shape in SHAPES
            if shape != "donut" or choice.every is None
        ),
        chart=chart,
        message=message,
    )


def _written(measure: Measure) -> str:
    return f"{measure.how}:{measure.name}" if measure.name else measure.how


def _ways_named(desk: Desk, entity: Entity, choice: Choice) -> Iterator[Option]:
    for way in ways(desk, entity):
        name, _, every = way.partition(":")
        title = member_title(desk, entity, name)
        text = (
            desk.messages.text("chart_every", name=title, span=desk.messages.text(f"every_{every}")) if every else title
        )
        yield Option(way, text, way == choice.by)


def _chart(listing: Listing, choice: Choice) -> tuple[Chart | None, str]:
    desk, entity = listing.desk, listing.entity
    kind = SHAPES[choice.shape]

    def address(pairs: list[Pair]) -> str:
        kept = replace(listing.asked, slices=(*listing.asked.slices, *pairs))
        return with_query(desk.addresses.list(entity.name), kept.parameters())

    drawing = Drawing(desk, entity, choice.measure, address, "list", choice.measure.title(desk, entity), kind)
    if choice.every is None:
        kind = "bar" if choice.shape == "line" else kind
        drawing = replace(drawing, kind=kind, is_horizontal=kind == "bar")
        wanted = Aggregation(listing.whole, choice.path, None, choice.measure.name, MOST_GROUPS)
        found = aggregate(desk.records, entity.name, wanted)
        chart = by_groups(drawing, choice.path, found)
    else:
        parts = _parts(listing, choice.path, choice.every)
        drawing = replace(drawing, kind="bar" if kind == "donut" else kind)
        wanted = Aggregation(listing.whole, "", Buckets(choice.path, parts.edges), choice.measure.name)
        found = aggregate(desk.records, entity.name, wanted)
        chart = over_time(drawing, [Curve(drawing.title, found, choice.path)], parts)
    if not any(point.value for one in chart.series for point in one.points):
        return None, desk.messages.text("chart_nothing")
    return replace(chart, size="tall"), ""


def _parts(listing: Listing, path: str, every: Every) -> Span:
    """The parts of time that the records of the list lie in, the latest 30 days, 26 weeks or 24 months of it."""
    desk = listing.desk
    last = max(_end(listing, f"-{path}"), desk.formats.today())
    zone = desk.model.time_zone
    earliest = last - datetime.timedelta(days=LENGTHS[every] - 1)
    first = max(earliest, min(_end(listing, path), last - datetime.timedelta(days=LEAST[every])))
    if every == "week":
        first -= datetime.timedelta(days=first.weekday())
    if every == "month":
        first = first.replace(day=1)
    edges, day = [], first
    while day <= last:
        edges.append(day)
        day = span("today", every, day, zone, ahead=True).edges[1].date()
    return Span(tuple(datetime.datetime.combine(each, datetime.time(), zone) for each in (*edges, day)), every)


def _end(listing: Listing, sort: str) -> datetime.date:
    """The day of the first record in an order, where the list has that; else today."""
    desk, path = listing.desk, sort.removeprefix("-")
    if path not in listing.sortable:
        return desk.formats.today()
    query = Query(
        where=listing.whole.where,
        filters=(*listing.whole.filters, Filter(path, "null", value=False)),
        text=listing.whole.text,
        sort=(sort,),
        limit=1,
        count=False,
    )
    try:
        record = next(iter(desk.records.list(listing.entity.name, query).records), None)
    except BadQuery:
        return desk.formats.today()
    value = record.get(path) if record is not None else None
    if isinstance(value, datetime.datetime):
        return desk.formats.day(value)
    return value if isinstance(value, datetime.date) else desk.formats.today()
