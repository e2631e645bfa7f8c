"""The strip above a board: sums by quarter, and how they stand against what was aimed at."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_compact_decimal

from sidra.records.grouping import Group, Grouping
from sidra.records.query import Filter, Query
from sidra_metamodel.kinds.screens.board import Forecast
from sidra_metamodel.values import Money
from sidra_ui.presenting.boards.forecast_charts import by_month, sums_of, tones
from sidra_ui.presenting.boards.moving import Columns
from sidra_ui.presenting.charts.charting import Address
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.lists.tables import NO_BREAK
from sidra_ui.viewmodels.boards import ForecastView, Quarter, Share
from sidra_ui.viewmodels.common import Badge, Tone

QUARTERS = 4
MONTHS = 3
WHOLE, NEARLY = 100, 75
READABLE = frozenset({"read", "edit"})


def forecast(desk: Desk, columns: Columns, declared: Forecast, query: Query, address: Address) -> ForecastView | None:
    """Sums of the present quarter and the next ones, of a query's records; None where the reader sees them not.

    address: leads to the list of what a part of the drawing counts.
    """
    access = desk.access(columns.entity.name)
    if any(access.level(name) not in READABLE for name in (declared.at, declared.sum)):
        return None
    groups = grouped(desk, columns, declared, declared.sum, query)
    currencies = {group.currency for group in groups if group.currency}
    title = desk.messages.text("forecast_title", name=desk.label(columns.entity.attributes[declared.sum]))
    if len(currencies) > 1:
        return ForecastView(title, (), desk.messages.text("board_currencies"))
    targets: Sequence[Group] = ()
    if declared.target is not None and access.level(declared.target) in READABLE:
        targets = grouped(desk, columns, declared, declared.target, query)
    currency = next(iter(currencies), "")
    sums, start = sums_of(groups, targets, currency), first_day(desk.formats.today(), 0)
    chart = by_month(desk, columns, declared, sums, start, address)
    return ForecastView(title, tuple(quarters(desk, columns, groups, targets, currency)), chart=chart)


def grouped(desk: Desk, columns: Columns, declared: Forecast, name: str, query: Query) -> list[Group]:
    """Sums of an attribute by month and column, of the quarters that are shown."""
    start = first_day(desk.formats.today(), 0)
    end = first_day(start, QUARTERS) - datetime.timedelta(days=1)
    bounds = (Filter(declared.at, "gte", start.isoformat()), Filter(declared.at, "lte", end.isoformat()))
    grouping = Grouping(
        (f"{declared.at}:month", columns.by), (name,), (*query.filters, *bounds), query.where, query.text
    )
    return desk.records.grouped(columns.entity.name, grouping)


def first_day(day: datetime.date, later: int) -> datetime.date:
    """The first day of the quarter of a day, or of one that is so many later."""
    months = day.year * 12 + (day.month - 1) // MONTHS * MONTHS + later * MONTHS
    return datetime.date(months // 12, months % 12 + 1, 1)


def quarters(
    desk: Desk, columns: Columns, groups: Iterable[Group], targets: Iterable[Group], currency: str
) -> Iterable[Quarter]:
    """The present quarter, and of the next ones those with a sum, each with the parts that its columns have in it."""
    sums = by_quarter(groups)
    aims = by_quarter(targets)
    totals = {start: sum(parts.values(), Decimal()) for start, parts in sums.items()}
    most = max(totals.values(), default=Decimal())
    for later in range(QUARTERS):
        start = first_day(desk.formats.today(), later)
        total, aim = totals.get(start, Decimal()), sum(aims.get(start, {}).values(), Decimal())
        if later and not total and not aim:
            continue
        name = desk.formats.native(format_date(start, "QQQ y", locale=desk.formats.locale))
        yield Quarter(
            name,
            written(desk, total, currency),
            tuple(shares(desk, columns, sums.get(start, {}), aim or total, currency)),
            desk.messages.text("forecast_target", amount=written(desk, aim, currency)) if aim else "",
            reached(desk, total, aim),
            round(WHOLE * total / most) if most else 0,
        )


def reached(desk: Desk, total: Decimal, aim: Decimal) -> Badge | None:
    """How much of what was aimed at is there."""
    if not aim:
        return None
    percent = round(WHOLE * total / aim)
    tone: Tone = "green" if percent >= WHOLE else "amber" if percent >= NEARLY else "red"
    return Badge(desk.formats.percent(percent), tone)


def by_quarter(groups: Iterable[Group]) -> dict[datetime.date, dict[str, Decimal]]:
    """Sums by the first day of the quarter, and by column."""
    found: dict[datetime.date, dict[str, Decimal]] = {}
    for group in groups:
        month, stage = group.values
        start = first_day(datetime.date.fromisoformat(f"{month}-01"), 0)
        parts = found.setdefault(start, {})
        parts[str(stage)] = parts.get(str(stage), Decimal()) + (group.sums[0] or Decimal())
    return found


def shares(desk: Desk, columns: Columns, parts: dict[str, Decimal], whole: Decimal, currency: str) -> Iterable[Share]:
    """The parts of a quarter's bar, the last columns first: they are nearest to being true."""
    start, colours = 0, tones(columns)
    for name in reversed(columns.names()):
        if (amount := parts.get(name)) and whole:
            width = min(round(WHOLE * amount / whole), WHOLE - start)
            yield Share(columns.text(name), written(desk, amount, currency), colours[name], start, width)
            start += width


def written(desk: Desk, figure: Decimal, currency: str) -> str:
    """A sum, short."""
    return quantity(desk, Money(figure, currency) if currency else figure)


def quantity(desk: Desk, value: Money | Decimal) -> str:
    """A sum or amount as short as people write it at a glance, such as "2.1 M PLN"."""
    locale = desk.formats.locale
    if isinstance(value, Money):
        return f"{quantity(desk, value.amount)}{NO_BREAK}{desk.formats.symbol(value.currency)}"
    return desk.formats.native(format_compact_decimal(value, locale=locale, fraction_digits=1))
