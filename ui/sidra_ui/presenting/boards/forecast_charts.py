"""What the strip above a board draws: sums by month, one column upon the other, beside what was aimed at."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.dates import format_skeleton

from sidra.records.grouping import Group
from sidra_metamodel.kinds.screens.board import Forecast
from sidra_ui.presenting.boards.moving import Columns
from sidra_ui.presenting.charts.charting import Address, Drawing, summary_of
from sidra_ui.presenting.charts.measuring import measure_of, ticks
from sidra_ui.presenting.charts.slicing import days_pair, group_pair
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import TONES
from sidra_ui.viewmodels.charts import SERIES_TONES, Chart, ChartPoint, ChartSeries
from sidra_ui.viewmodels.common import Tone

FEWEST_MONTHS = 6
"""That are drawn, however little there is."""
LAST_MONTH = 12


@dataclass(frozen=True)
class Sums:
    """Sums by month and column, and what was aimed at by month, in one currency."""

    by_month: dict[str, dict[str, Decimal]]
    aims: dict[str, Decimal]
    currency: str


def sums_of(groups: Sequence[Group], targets: Sequence[Group], currency: str) -> Sums:
    """Sums by month, as they were grouped."""
    found: dict[str, dict[str, Decimal]] = {}
    aims: dict[str, Decimal] = {}
    for group in groups:
        month, stage = map(str, group.values)
        parts = found.setdefault(month, {})
        parts[stage] = parts.get(stage, Decimal()) + (group.sums[0] or Decimal())
    for group in targets:
        month = str(group.values[0])
        aims[month] = aims.get(month, Decimal()) + (group.sums[0] or Decimal())
    return Sums(found, aims, currency)


def tones(columns: Columns) -> dict[str, Tone]:
    """The colours of the columns: their own where these tell them apart, else colours in turn."""
    names = columns.names()
    own = {name: tone for name in names if (tone := TONES.get(columns.enum.values[name].tone or "")) is not None}
    if len(own) == len(names) == len(set(own.values())):
        return own
    return {name: SERIES_TONES[place % len(SERIES_TONES)] for place, name in enumerate(names)}


def months_from(start: datetime.date, sums: Sums) -> list[datetime.date]:
    """The first days of the months that are drawn: to the last that has something, and six at least."""
    found = [start]
    last = max([*sums.by_month, *sums.aims], default="")
    while len(found) < FEWEST_MONTHS or f"{found[-1]:%Y-%m}" < last:
        found.append(following(found[-1]))
    return found


def following(day: datetime.date) -> datetime.date:
    """The first day of the month after."""
    return day.replace(year=day.year + day.month // LAST_MONTH, month=day.month % LAST_MONTH + 1)


def by_month(
    desk: Desk, columns: Columns, declared: Forecast, sums: Sums, start: datetime.date, address: Address
) -> Chart | None:
    """The drawing; None where nothing was added up."""
    if not any(amount for parts in sums.by_month.values() for amount in parts.values()):
        return None
    entity = columns.entity
    measure = measure_of(desk, entity, f"sum:{declared.sum}")
    title = desk.messages.text("forecast_by_month", name=desk.label(entity.attributes[declared.sum]))
    drawing = Drawing(desk, entity, measure, address, f"forecast-{entity.name}", title, "bar")
    months, colours = months_from(start, sums), tones(columns)
    series = [
        ChartSeries(columns.text(name), tuple(_points(drawing, columns, declared, sums, months, name)), colours[name])
        for name in reversed(columns.names())
        if any(name in parts for parts in sums.by_month.values())
    ]
    aims = tuple(_aim(drawing, sums, day) for day in months)
    aimed = [ChartSeries(desk.messages.text("forecast_aim"), aims, "neutral", is_dashed=True)] if sums.aims else []
    totals = [sum(sums.by_month.get(f"{day:%Y-%m}", {}).values(), Decimal()) for day in months]
    heads = [desk.formats.native(format_skeleton("yMMM", day, locale=desk.formats.locale)) for day in months]
    return Chart(
        drawing.id,
        "bar",
        title,
        tuple(heads),
        (*series, *aimed),
        summary_of(drawing, heads, series),
        desk.messages.text("every_month"),
        ticks(desk, measure, [*totals, *sums.aims.values()], sums.currency),
        is_stacked=True,
        size="small",
    )


def _points(
    drawing: Drawing, columns: Columns, declared: Forecast, sums: Sums, months: Sequence[datetime.date], name: str
) -> Iterator[ChartPoint]:
    zone = drawing.desk.model.time_zone
    for day in months:
        amount = sums.by_month.get(f"{day:%Y-%m}", {}).get(name)
        start, end = (datetime.datetime.combine(one, datetime.time(), zone) for one in (day, following(day)))
        pairs = [group_pair(columns.by, name), days_pair(declared.at, start, end, is_day=True)]
        href = drawing.address(pairs) if amount is not None else ""
        yield ChartPoint(None if amount is None else float(amount), drawing.text(amount, sums.currency), href)


def _aim(drawing: Drawing, sums: Sums, day: datetime.date) -> ChartPoint:
    amount = sums.aims.get(f"{day:%Y-%m}")
    return ChartPoint(None, "—") if amount is None else ChartPoint(float(amount), drawing.text(amount, sums.currency))
