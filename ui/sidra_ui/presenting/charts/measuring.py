"""What a chart measures: how its numbers are named, written, and put on an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from babel.numbers import format_compact_decimal

from sidra.records.aggregating import Tally
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.values import Money
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.charts import ChartTick

How = Literal["count", "sum", "avg"]
NUMBERS = frozenset({"integer", "decimal", "percent", "money", "rating"})
STEPS = (1, 2, 2.5, 5, 10)
PARTS = 4
"""Of an axis, about."""
LARGE = 10_000
"""From where numbers on an axis are written short."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is made of the records of a cell."""

    how: How = "count"
    name: str = ""
    """The attribute; empty where records are counted."""
    base: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it has no fractions."""
        return self.how == "count" or (self.how == "sum" and self.base in {"integer", "rating"})

    def of(self, tally: Tally) -> Decimal | None:
        """The number of a cell; None where there is none of it."""
        if self.how == "count":
            return Decimal(tally.count)
        return tally.average if self.how == "avg" else tally.total

    def title(self, desk: Desk, entity: Entity) -> str:
        """What it is called."""
        if self.how == "count":
            return desk.plural(entity)
        return desk.messages.text(f"chart_{self.how}", name=desk.label(entity.attributes[self.name]))

    def text(self, desk: Desk, value: Decimal | None, currency: str = "") -> str:
        """A number as people read it."""
        if value is None:
            return "—"
        if self.base == "money":
            return desk.formats.money(Money(value, currency or desk.model.currency))
        if self.base == "percent":
            return desk.formats.percent(round(value, 1))
        return desk.formats.number(value if self.is_whole else round(value, 2).normalize() + 0)

    def short(self, desk: Desk, value: Decimal, currency: str = "") -> str:
        """A number of an axis or a tile: large ones in thousands or millions."""
        if abs(value) < LARGE:
            plain = self.base == "money"
            return desk.formats.number(round(value, 2).normalize() + 0) if plain else self.text(desk, value, currency)
        digits = 1 if self.base == "money" else 0
        return desk.formats.native(format_compact_decimal(value, locale=desk.formats.locale, fraction_digits=digits))


def measure_of(desk: Desk, entity: Entity, written: str) -> Measure:
    """Return what an address or a choice names: `count`, `sum:amount`, `avg:satisfaction`; counting for all else."""
    how, _, name = written.partition(":")
    found = {f"{one.how}:{one.name}": one for one in measures(desk, entity)}
    return found.get(f"{how}:{name}", Measure())


def measures(desk: Desk, entity: Entity) -> Iterable[Measure]:
    """Yield what of an entity the reader may measure."""
    yield Measure()
    for name, attribute in entity.attributes.items():
        base = desk.model.base_type(attribute)
        is_kept = attribute.compute is None or attribute.compute.stored
        is_seen = desk.access(entity.name).level(name) in {"read", "edit"}
        if base in NUMBERS and is_kept and is_seen and not attribute.encrypt:
            if base not in {"percent", "rating"}:
                yield Measure("sum", name, base)
            yield Measure("avg", name, base)


def ticks(desk: Desk, measure: Measure, values: Iterable[Decimal | None], currency: str = "") -> tuple[ChartTick, ...]:
    """Return the numbers of an axis that begins at nought and reaches above all values."""
    found = [float(value) for value in values if value is not None]
    most, least = max((*found, 0.0)), min((*found, 0.0))
    step = _step((most - least) / PARTS, is_whole=measure.is_whole)
    first, last = math.floor(least / step), max(math.ceil(most / step), 1)
    numbers = (round(place * step, 10) for place in range(first, last + 1))
    return tuple(ChartTick(value, measure.short(desk, Decimal(str(value)), currency)) for value in numbers)


def _step(least: float, *, is_whole: bool) -> float:
    """Return the least round number that is no smaller."""
    if least <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(least))
    step = next(one * power for one in STEPS if one * power >= least * 0.999)
    return float(max(math.ceil(step), 1)) if is_whole else step


def other_amounts(desk: Desk, measure: Measure, others: Mapping[str, Tally]) -> str:
    """Return what there is in other currencies, in words; nothing where there is none."""
    if not others or measure.how == "count":
        return ""
    told = [measure.text(desk, measure.of(tally), currency) for currency, tally in sorted(others.items())]
    return desk.messages.text("chart_currencies", amounts=desk.messages.listed(told))
