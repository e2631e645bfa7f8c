"""Counts and sums of records by the values of some attributes, as one actor sees them: one statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import BadQuery
from sidra.records.listing import Listing
from sidra.records.paths import no_filter, resolve
from sidra.records.query import Filter, Query
from sidra.store.codecs import DEFAULT_SCALE, unscaled
from sidra.store.tables import Stored
from sidra_metamodel.expressions import Expression

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View

MAX_GROUPS = 1000
MAX_KEYS = 4
PERIODS = {"year": 4, "month": 7, "day": 10}
"""How many characters of a date in ISO form say it."""
FORMATS = {"year": "YYYY", "month": "YYYY-MM", "day": "YYYY-MM-DD"}
KEYS = frozenset({"enum", "boolean"})
"""Types whose values are few, and say of nobody who it is."""
NUMBERS = frozenset({"integer", "decimal", "percent", "money"})
MICROSECONDS = 1_000_000

Column = sa.ColumnElement[Any]
Value = str | bool | None


@dataclass(frozen=True, slots=True)
class Grouping:
    """What is counted and summed.

    by: attributes with `filter: true` that are code lists or yes and no, `unit`, `kind`, or dates with a period:
    `created_at:month`. sums: attributes that are numbers or amounts; of amounts one, since each currency is a group of
    its own.
    """

    by: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    where: Expression | None = None
    text: str | None = None
    """A part of any attribute that is searched, as in a list."""


@dataclass(frozen=True, slots=True)
class Group:
    """The records with the same values."""

    values: tuple[Value, ...]
    """In the order of `Grouping.by`."""
    currency: str | None
    """Of the amounts that were summed."""
    count: int
    sums: tuple[Decimal | None, ...]


def grouped(records: Records, entity: str, grouping: Grouping) -> list[Group]:
    """Return the groups of an entity's records, by their values; raises BadQuery for what is not declared for it."""
    view = records.readable(entity)
    if len(grouping.by) > MAX_KEYS:
        raise BadQuery(f"a report has {MAX_KEYS} keys at most", hint="leave some out")
    listing = Listing(view, Query(where=grouping.where, filters=grouping.filters, text=grouping.text))
    keys = [_Key(view, written) for written in grouping.by]
    sums = [Sum(view, name) for name in grouping.sums]
    currencies = [one.currency for one in sums if one.currency is not None]
    if len(currencies) > 1:
        raise BadQuery("amounts of several attributes are not summed together", hint="ask for one after the other")
    columns = [*(key.column for key in keys), *currencies]
    select = sa.select(*columns, sa.func.count(), *(sa.func.sum(one.column) for one in sums))
    select = listing.narrowed(select).group_by(*columns).order_by(*columns).limit(MAX_GROUPS + 1)
    statement = view.compiled.store.compile(select)
    with records.connected() as connection:
        rows = records.run(connection, statement, listing.parameters).fetchall()
    if len(rows) > MAX_GROUPS:
        raise BadQuery(f"there are more than {MAX_GROUPS} groups", hint="group by fewer attributes, or filter")
    return [_group(row, keys, sums, has_currency=bool(currencies)) for row in rows]


def _group(row: tuple[Any, ...], keys: list[_Key], sums: list[Sum], *, has_currency: bool) -> Group:
    values = tuple(key.decode(value) for key, value in zip(keys, row, strict=False))
    currency = row[len(keys)] if has_currency else None
    count, *totals = row[len(keys) + int(has_currency) :]
    return Group(values, currency, count, tuple(map(_total, sums, totals)))


def _total(one: Sum, total: object) -> Decimal | None:
    return None if total is None else unscaled(int(str(total)), one.scale)


class _Key:
    """What records are grouped by."""

    def __init__(self, view: View, written: str) -> None:
        name, _, period = written.partition(":")
        stored = member_of(view, name)
        base = _base(view, stored)
        if stored.attribute is not None and stored.attribute.pii:
            raise BadQuery(f"`{name}` is personal, and records are not grouped by it", hint="use another attribute")
        self._is_boolean = base == "boolean"
        self.column: Column
        if base in {"date", "datetime"} and period in PERIODS:
            self.column = _period(view, stored, base, period)
        elif (base in KEYS or name in {"unit", "kind"}) and not period:
            self.column = view.compiled.table.table.c[stored.columns[0]]
        else:
            reason = f"records are not grouped by `{written[:60]}`"
            hint = "use a code list, yes or no, `unit`, or a date with `:year`, `:month` or `:day`"
            raise BadQuery(reason, hint=hint)

    def decode(self, value: object) -> Value:
        """Return a value of the database as people know it."""
        return bool(value) if self._is_boolean and value is not None else None if value is None else str(value)


class Sum:
    """What is added up."""

    def __init__(self, view: View, name: str) -> None:
        stored = view.compiled.table.members.get(name)
        attribute = stored.attribute if stored is not None else None
        if stored is None or attribute is None or view.common_level(name) not in {"read", "edit"}:
            raise BadQuery(f"no attribute `{name}` to add up", hint="name one that your roles may read")
        base = view.runtime.model.base_type(attribute)
        if base not in NUMBERS or stored.is_sealed:
            raise BadQuery(f"`{name}` is no number or amount", hint="count by it instead")
        table = view.compiled.table.table
        self.column: Column = table.c[stored.columns[0]]
        self.currency: Column | None = table.c[stored.columns[1]] if base == "money" else None
        own = DEFAULT_SCALE if attribute.scale is None else attribute.scale
        self.scale = 0 if base == "integer" else DEFAULT_SCALE if base == "money" else own


def member_of(view: View, name: str) -> Stored:
    """Return a member that lists are declared to be narrowed by, of the entity itself."""
    way = resolve(view, name)
    if way.hops or way.stored.relation is not None or view.common_level(name) not in {"read", "edit"}:
        raise no_filter(name)
    return way.stored


def _base(view: View, stored: Stored) -> str:
    if stored.attribute is not None:
        return "" if stored.is_sealed else view.runtime.model.base_type(stored.attribute)
    return "datetime" if stored.name == "created_at" else ""


def _period(view: View, stored: Stored, base: str, period: str) -> Column:
    """Return the year, month or day of a date; of a moment that of UTC, which is the same for all affiliates."""
    column: Column = view.compiled.table.table.c[stored.columns[0]]
    # Nothing is bound: what is selected must be, to the letter, what is grouped by.
    if view.compiled.store.dialect.name == "sqlite":
        if base == "datetime":
            seconds = column // sa.literal_column(str(MICROSECONDS), sa.BigInteger)
            column = sa.func.date(seconds, sa.literal_column("'unixepoch'"))
        return sa.func.substr(column, sa.literal_column("1"), sa.literal_column(str(PERIODS[period])))
    if base == "datetime":
        seconds = column / sa.literal_column(f"{MICROSECONDS}.0", sa.Float)
        column = sa.func.timezone(sa.literal_column("'UTC'"), sa.func.to_timestamp(seconds))
    return sa.func.to_char(column, sa.literal_column(f"'{FORMATS[period]}'"))


def declared_paths(grouping: Grouping) -> Iterable[str]:
    """Return the paths that a grouping reads, without their periods."""
    yield from (written.partition(":")[0] for written in grouping.by)
    yield from grouping.sums
    yield from (wanted.path for wanted in grouping.filters)
