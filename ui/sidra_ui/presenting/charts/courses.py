"""Courses month by month: the small curves of figures, and the charts of a 360° page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate

from babel.dates import format_date

from sidra.errors import SidraError
from sidra.records.aggregating import Aggregate, Aggregation, Buckets, Key, aggregate
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.kinds.screens.view360 import Kpi, Panel
from sidra_metamodel.values import Money
from sidra_ui.messages import native_digits
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import base_type, number_of, show
from sidra_ui.viewmodels.charts import SERIES_TONES, Chart, ChartPoint, ChartSeries, ChartTick
from sidra_ui.viewmodels.view360 import Panel as PanelView

MONTH = datetime.timedelta(days=30)
MONTHS_OF_A_YEAR = 12
MOST_MONTHS = 60
CHANGES = 200
STEPS = (1, 2, 5, 10)
MOST_SLICES = 8


def edges(desk: Desk, span: datetime.timedelta) -> tuple[datetime.datetime, ...]:
    """The beginnings of the months of a span, the present one last, and the end of that."""
    months = max(1, min(MOST_MONTHS, round(span / MONTH)))
    today = desk.formats.today()
    last = today.year * MONTHS_OF_A_YEAR + today.month
    zone = desk.model.time_zone
    return tuple(
        datetime.datetime(month // MONTHS_OF_A_YEAR, month % MONTHS_OF_A_YEAR + 1, 1, tzinfo=zone)
        for month in range(last - months, last + 1)
    )


def trend(desk: Desk, kpi: Kpi, record: Record) -> tuple[float, ...]:
    """The recent course of a figure; nothing where there are not two points that the reader may see."""
    if kpi.trend is None:
        return ()
    try:
        found = counted(desk, kpi, record) if kpi.points is not None else kept(desk, kpi, record)
    except SidraError:
        return ()
    return tuple(map(float, found)) if len(set(found)) > 1 else ()


def counted(desk: Desk, kpi: Kpi, record: Record) -> list[Decimal]:
    """The sums or counts of other records, by month; months before the first one are left out."""
    points = kpi.points
    if points is None or kpi.trend is None or not desk.may(points.source, "read"):
        return []
    via = desk.model.via(points.source, record.entity, points.via).name
    query = Query(filters=(Filter(via, "eq", record.id),), count=False)
    months = edges(desk, kpi.trend)
    wanted = Aggregation(query, buckets=Buckets(points.at, months), measure=points.avg or points.sum or "")
    found = aggregate(desk.records, points.source, wanted)
    tallies = [found.at(place) for place in range(len(months) - 1)]
    if points.avg:
        return [tally.average for tally in tallies if tally.average is not None]
    values = [tally.total if points.sum else Decimal(tally.count) for tally in tallies]
    # The present month is not over, and would look like a fall.
    whole = values[:-1] if len(values) > 1 else values
    first = next((place for place, value in enumerate(whole) if value), len(whole))
    return list(accumulate(whole[first:])) if points.running else whole[first:]


def kept(desk: Desk, kpi: Kpi, record: Record) -> list[Decimal]:
    """The values that the attribute had, the oldest first."""
    if kpi.trend is None:
        return []
    since = desk.formats.now - kpi.trend
    found: list[Decimal | None] = []
    earliest = None
    for change in desk.records.history(record.entity, record.id, limit=CHANGES).changes:
        if change.entity == record.entity and change.attribute == kpi.name and change.at >= since:
            found.append(number_of(change.new))
            earliest = number_of(change.old)
    return [one for one in (earliest, *reversed(found)) if one is not None]


def change_of(desk: Desk, points: Sequence[float]) -> str:
    """By how much a course rose or fell, in hundredths of where it began; nothing where it began at nothing."""
    if len(points) < len("ab") or not points[0]:
        return ""
    share = Decimal(str(points[-1] - points[0])) / abs(Decimal(str(points[0]))) * 100
    sign = "+" if share > 0 else "−" if share < 0 else "±"
    return f"{sign}{desk.formats.percent(round(abs(share)))}"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a chart shows, and how its values are written."""

    found: Aggregate
    attribute: Attribute | None

    def point(self, desk: Desk, place: int, key: Key) -> ChartPoint:
        """One value."""
        tally = self.found.at(place, key)
        if self.attribute is None:
            return ChartPoint(float(tally.count), desk.formats.number(tally.count))
        is_money = base_type(desk, self.attribute, "") == "money"
        total = Money(tally.total, self.found.currency or desk.model.currency) if is_money else tally.total
        return ChartPoint(float(tally.total), show(desk, self.attribute, total).text)


def chart(desk: Desk, panel: Panel, record: Record, head: PanelView) -> PanelView:
    """Records of another entity, counted or added up by month, by value, or both."""
    entity = desk.model.entity(str(panel.source))
    via = desk.model.via(entity.name, record.entity, panel.via).name
    query = Query(where=desk.screens.condition([panel.filter]), filters=(Filter(via, "eq", record.id),), count=False)
    months = edges(desk, panel.span) if panel.at is not None else ()
    buckets = Buckets(panel.at, months) if panel.at is not None else None
    wanted = Aggregation(query, by=panel.by or "", buckets=buckets, measure=panel.sum or "", limit=MOST_SLICES)
    found = aggregate(desk.records, entity.name, wanted)
    if not found.cells:
        return replace(head, state="empty", message=desk.messages.text("nothing_here"))
    measured = Measured(found, entity.attributes.get(panel.sum or ""))
    made = by_month(desk, panel, head, measured, months) if months else by_value(desk, panel, head, measured)
    return replace(head, state="ready", chart=made)


def by_month(
    desk: Desk, panel: Panel, head: PanelView, measured: Measured, months: tuple[datetime.datetime, ...]
) -> Chart:
    """Curves or bars over months."""
    names = tuple(month_name(desk, month) for month in months[:-1])
    keys = measured.found.keys if panel.by else (None,)
    series = tuple(
        ChartSeries(
            value_name(desk, panel, key) if panel.by else measure_name(desk, panel),
            tuple(measured.point(desk, place, key) for place in range(len(names))),
            SERIES_TONES[number % len(SERIES_TONES)],
        )
        for number, key in enumerate(keys)
    )
    return made(desk, panel, head, names, series, measured)


def by_value(desk: Desk, panel: Panel, head: PanelView, measured: Measured) -> Chart:
    """One bar for each value."""
    names = tuple(value_name(desk, panel, key) for key in measured.found.keys)
    points = tuple(measured.point(desk, 0, key) for key in measured.found.keys)
    return made(desk, panel, head, names, (ChartSeries(measure_name(desk, panel), points),), measured)


def made(
    desk: Desk,
    panel: Panel,
    head: PanelView,
    names: tuple[str, ...],
    series: tuple[ChartSeries, ...],
    measured: Measured,
) -> Chart:
    """A drawing with its axis and its summary."""
    values = [point.value or 0.0 for one in series for point in one.points]
    top = ceiling(max(values, default=0.0))
    ticks = tuple(ChartTick(top * part / 2, axis_text(desk, measured, top * part / 2)) for part in range(3))
    shown = [f"{name}: {point.text}" for one in series for name, point in zip(names, one.points, strict=True)]
    axis = "chart_axis_month" if panel.at is not None else "chart_axis_value"
    return Chart(
        f"{panel.name}",
        panel.shape,
        head.title,
        names,
        series,
        desk.messages.listed(shown[:MONTHS_OF_A_YEAR]),
        desk.messages.text(axis),
        ticks,
        is_stacked=bool(panel.by and panel.at),
        size="small",
    )


def ceiling(value: float) -> float:
    """The least round number that is not below a value."""
    if value <= 0:
        return 1.0
    size = 10.0 ** (len(str(int(value))) - 1)
    return next(step * size for step in STEPS if step * size >= value)


def axis_text(desk: Desk, measured: Measured, value: float) -> str:
    """A number of the axis; amounts without their currency, which stands in the values."""
    text = Decimal(str(value))
    if measured.attribute is not None and base_type(desk, measured.attribute, "") == "money":
        return desk.formats.amount(Money(text, measured.found.currency or desk.model.currency))
    return desk.formats.number(text.normalize() if text == text.to_integral_value() else text)


def month_name(desk: Desk, month: datetime.datetime) -> str:
    """A month of a year, short."""
    locale = desk.formats.locale
    return native_digits(format_date(month.date(), "MMM yy", locale=locale), locale)


def value_name(desk: Desk, panel: Panel, key: Key) -> str:
    """What a value is called."""
    attribute = desk.model.entity(str(panel.source)).attributes.get(panel.by or "")
    return show(desk, attribute, key).text or desk.messages.text("chart_no_value")


def measure_name(desk: Desk, panel: Panel) -> str:
    """What the numbers are of."""
    entity = desk.model.entity(str(panel.source))
    attribute = entity.attributes.get(panel.sum or "")
    return desk.label(attribute) if attribute is not None else desk.plural(entity)
