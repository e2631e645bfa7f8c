"""What charts and figures count, add up and average: over the records of a list, as one actor sees them.

It asks what the list asks, by the same conditions and rights, so each number is that of the list behind it. Spans of
time are those of the affiliate's zone: the database counts by quarters of an hour at the finest, which are put together
here, so that days have the right length where clocks change and both databases agree.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from math import gcd
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import BadQuery
from sidra.records.compiled import later
from sidra.records.grouping import MICROSECONDS, Sum, member_of
from sidra.records.listing import Listing
from sidra.records.paths import no_filter, resolve
from sidra.records.query import Filter, Query
from sidra.records.recounting import Recount
from sidra.store.codecs import encode_datetime, unscaled
from sidra.store.database import Statement
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.tables import Stored

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View

MAX_BUCKETS = 400
MAX_GROUPS = 50
KEYS = frozenset({"boolean", "enum", "queue", "string", "user"})
"""Types of attributes that records are grouped by, where they are filters and say of nobody who it is."""

Key = str | bool | None
Cell = tuple[int, Any]
"""The place of a bucket and the value of a key."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """Spans of time one after the other: each begins at its edge and ends before the next."""

    path: str
    """An attribute of type date or datetime by which lists are narrowed, or `created_at`."""
    edges: tuple[datetime.datetime, ...]
    """In ascending order, one more than there are spans; of dates the days count, in the zone of the edges."""

    def __post_init__(self) -> None:
        if not 1 < len(self.edges) <= MAX_BUCKETS + 1:
            raise BadQuery(f"a chart has from 1 to {MAX_BUCKETS} spans of time", hint="take longer spans, or fewer")


@dataclass(frozen=True, slots=True)
class Aggregation:
    """What to count: the records of a list, by the values of an attribute or relation, in spans of time, or neither."""

    query: Query = field(default_factory=Query)
    by: str = ""
    buckets: Buckets | None = None
    measure: str = ""
    """A number or amount to add up, besides counting."""
    limit: int = 12
    """Most values of `by`, those with the most records; what others have is one group of its own."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The records of one cell: how many, how many of them have the measure, and its sum."""

    count: int = 0
    measured: int = 0
    total: Decimal = Decimal(0)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.count + other.count, self.measured + other.measured, self.total + other.total)

    def __sub__(self, other: Tally) -> Tally:
        return Tally(self.count - other.count, self.measured - other.measured, self.total - other.total)

    @property
    def average(self) -> Decimal | None:
        """The mean of the measure; None where no record has it."""
        return self.total / self.measured if self.measured else None


NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What was counted. `cells` has no entry where there is nothing; the span is 0 without spans."""

    keys: tuple[Key, ...]
    """The values of `by`, those with the most records first."""
    cells: Mapping[tuple[int, Key], Tally]
    rest: Mapping[int, Tally]
    """What values beyond the limit have, by span; empty where all are among `keys`."""
    currency: str = ""
    """Of the amounts: the affiliate's where there are some in it."""
    others: Mapping[str, Tally] = field(default_factory=dict)
    """Amounts in other currencies, which no other number here has in it."""

    def at(self, place: int = 0, key: Key = None) -> Tally:
        """The tally of a cell."""
        return self.cells.get((place, key), NOTHING)

    def total(self) -> Tally:
        """All of it together."""
        return sum((*self.cells.values(), *self.rest.values()), NOTHING)


def aggregate(records: Records, entity: str, wanted: Aggregation, recount: Recount | None = None) -> Aggregate:
    """Return what an aggregation counts, by `recount` perhaps a little earlier; raises BadQuery and Forbidden.

    Nothing is measured, grouped or narrowed by what the actor does not read on all records that a list can show.
    """
    return _Aggregating(records, entity, wanted, recount or Recount(0)).result()


class _Aggregating:
    def __init__(self, records: Records, entity: str, wanted: Aggregation, recount: Recount) -> None:
        self.records, self.wanted, self.recount = records, wanted, recount
        self.view = records.readable(entity)
        self.key = _KeyColumn(self.view, wanted.by) if wanted.by else None
        self.times = _Times(self.view, wanted.buckets) if wanted.buckets else None
        self.measure = Sum(self.view, wanted.measure) if wanted.measure else None
        if not 1 <= wanted.limit <= MAX_GROUPS:
            raise BadQuery(f"a chart has from 1 to {MAX_GROUPS} groups", hint="ask for fewer")
        filters = (*wanted.query.filters, *(self.times.filters if self.times else ()))
        self.query = replace(wanted.query, filters=filters, sort=(), after=None, offset=0)
        self.currency = ""

    def result(self) -> Aggregate:
        currencies = self._currencies()
        self.currency = self._main_currency(currencies)
        others = {name: tally for name, tally in currencies.items() if name != self.currency}
        if self.key is None:
            cells: dict[tuple[int, Key], Tally] = {(place, None): tally for place, tally in self._by_time().items()}
            return Aggregate((), cells, {}, self.currency, others)
        keys, is_whole = self._keys(self.key)
        cells = self._cells(self.key, keys)
        rest = {} if is_whole else self._rest(cells)
        decoded = {raw: self.key.decode(raw) for raw in keys}
        found = {(place, decoded[raw]): tally for (place, raw), tally in cells.items()}
        return Aggregate(tuple(decoded.values()), found, rest, self.currency, others)

    def _currencies(self) -> dict[str, Tally]:
        if self.measure is None or self.measure.currency is None:
            return {}
        rows = self._rows("currencies", [self.measure.currency], [])
        return {row[0]: self._tally(row[1:]) for row in rows if row[0] is not None}

    def _main_currency(self, found: Mapping[str, Tally]) -> str:
        own = self.view.runtime.model.currency
        if own in found or not found:
            return own if self.measure is not None and self.measure.currency is not None else ""
        return max(found, key=lambda name: (found[name].measured, name))

    def _keys(self, key: _KeyColumn) -> tuple[list[Any], bool]:
        """Return the values with the most records, and whether there are no others."""
        order: list[sa.ColumnElement[Any]] = [sa.func.count().desc(), key.column.asc().nulls_last()]
        rows = self._rows("keys", [key.column], order, limit=self.wanted.limit + 1)
        return [row[0] for row in rows[: self.wanted.limit]], len(rows) <= self.wanted.limit

    def _cells(self, key: _KeyColumn, keys: Sequence[Any]) -> dict[Cell, Tally]:
        columns = [key.column, *self._slots()]
        found: defaultdict[Cell, Tally] = defaultdict(Tally)
        known = {one for one in keys if one is not None}
        within: sa.ColumnElement[bool] = (
            key.column.in_([later(f"g{place}") for place in range(len(known))]) if known else sa.false()
        )
        if None in keys:
            within = sa.or_(within, key.column.is_(None))
        given = {f"g{place}": key.bound(value) for place, value in enumerate(sorted(known, key=repr))}
        what = ("cells", len(known), None in keys)
        for row in self._rows(what, columns, [], within=within, given=given):
            place = self.times.place(row[1]) if self.times else 0
            found[place, row[0]] += self._tally(row[len(columns) :])
        return dict(found)

    def _rest(self, cells: Mapping[Cell, Tally]) -> dict[int, Tally]:
        rest = self._by_time()
        for (place, _), tally in cells.items():
            rest[place] = rest.get(place, NOTHING) - tally
        return {place: tally for place, tally in rest.items() if tally.count > 0}

    def _by_time(self) -> dict[int, Tally]:
        found: defaultdict[int, Tally] = defaultdict(Tally)
        slots = self._slots()
        for row in self._rows("by time", slots, []):
            place = self.times.place(row[0]) if self.times else 0
            found[place] += self._tally(row[len(slots) :])
        return dict(found)

    def _slots(self) -> list[sa.ColumnElement[Any]]:
        return [self.times.column] if self.times else []

    def _tally(self, row: Sequence[Any]) -> Tally:
        if self.measure is None:
            return Tally(int(row[0]))
        total = Decimal(0) if row[1] is None else unscaled(int(str(row[1])), self.measure.scale)
        return Tally(int(row[0]), int(row[2]), total)

    def _rows(
        self,
        what: object,
        columns: Sequence[sa.ColumnElement[Any]],
        order: Sequence[sa.ColumnElement[Any]],
        *,
        limit: int = 0,
        within: sa.ColumnElement[bool] | None = None,
        given: Mapping[str, object] | None = None,
    ) -> list[Any]:
        """Return the groups by some columns, each with how many records it has and what they add up to."""
        listing = Listing(self.view, self.query)
        is_one_currency = bool(self.currency)
        key = (what, self.wanted.by, self.wanted.measure, self.times.form if self.times else None, is_one_currency)
        build = partial(self._build, listing, columns, order, limit=limit, within=within)
        statement = listing.prepared(repr(key), build)
        values = {**listing.parameters, **(given or {}), "limit": limit, "currency": self.currency}
        return self.recount.rows(self.records, statement, values)

    def _build(
        self,
        listing: Listing,
        columns: Sequence[sa.ColumnElement[Any]],
        order: Sequence[sa.ColumnElement[Any]],
        *,
        limit: int,
        within: sa.ColumnElement[bool] | None,
    ) -> Statement:
        chosen: list[sa.ColumnElement[Any]] = [*columns, sa.func.count()]
        if self.measure is not None:
            chosen += [sa.func.sum(self._measured()), sa.func.count(self._measured())]
        select = listing.narrowed(sa.select(*chosen)).group_by(*columns).order_by(*order)
        if within is not None:
            select = select.where(within)
        return self.view.compiled.store.compile(select.limit(later("limit")) if limit else select)

    def _measured(self) -> sa.ColumnElement[Any]:
        """The measure's column; of amounts only those in the one currency, so that records without any still count."""
        assert self.measure is not None  # noqa: S101 - asked only where there is one
        if self.measure.currency is None or not self.currency:
            return self.measure.column
        return sa.case((self.measure.currency == later("currency"), self.measure.column))


class _KeyColumn:
    """What records are grouped by."""

    def __init__(self, view: View, path: str) -> None:
        way = resolve(view, path)
        stored = way.stored
        if way.hops or view.common_level(stored.name) not in {"read", "edit"}:
            raise no_filter(path)
        base = _base(view, stored)
        self._is_boolean, self._is_id = base == "boolean", stored.relation is not None
        if stored.attribute is not None and stored.attribute.pii:
            raise BadQuery(f"`{path}` is personal, and records are not grouped by it", hint="use another attribute")
        if not (self._is_id or base in KEYS or stored.name in {"unit", "kind"}):
            hint = "use a code list, yes or no, a relation, `unit`, or a date with spans of time"
            raise BadQuery(f"records are not grouped by `{path[:60]}`", hint=hint)
        self.column: sa.ColumnElement[Any] = view.compiled.table.table.c[stored.columns[0]]

    def bound(self, value: Any) -> object:  # noqa: ANN401 - as the database has it
        """Return a value as statements take it."""
        return id_bytes(id_text(value)) if self._is_id else value

    def decode(self, value: Any) -> Key:  # noqa: ANN401 - as the database has it
        if value is None:
            return None
        if self._is_id:
            return id_text(value)
        return bool(value) if self._is_boolean else str(value)


class _Times:
    """Spans of time as the database counts them: in slots that never lie on both sides of an edge."""

    def __init__(self, view: View, buckets: Buckets) -> None:
        stored = member_of(view, buckets.path)
        base = _base(view, stored)
        if base not in {"date", "datetime"}:
            raise BadQuery(f"`{buckets.path}` is no date", hint="use a date by which lists are narrowed")
        column: sa.ColumnElement[Any] = view.compiled.table.table.c[stored.columns[0]]
        first, last = buckets.edges[0], buckets.edges[-1]
        self._is_day = base == "date"
        self._edges: list[Any]
        if self._is_day:
            self._edges = [edge.date().isoformat() for edge in buckets.edges]
            self.column, self.form = column, (buckets.path, 0)
            self.filters = (Filter(buckets.path, "gte", first.date()), Filter(buckets.path, "lt", last.date()))
            return
        seconds = [encode_datetime(edge) // MICROSECONDS for edge in buckets.edges]
        self._slot = gcd(*seconds)
        self._edges = seconds
        self.form = (buckets.path, self._slot)
        # Nothing is bound: what is selected must be, to the letter, what is grouped by.
        self.column = column.op("/", is_comparison=False)(
            sa.literal_column(str(self._slot * MICROSECONDS), sa.BigInteger)
        )
        self.filters = (Filter(buckets.path, "gte", first), Filter(buckets.path, "lt", last))

    def place(self, slot: Any) -> int:  # noqa: ANN401 - as the database has it
        """Return the place of the span that a slot lies in."""
        return bisect_right(self._edges, str(slot) if self._is_day else int(slot) * self._slot) - 1


def _base(view: View, stored: Stored) -> str:
    if stored.attribute is not None:
        return "" if stored.is_sealed else view.runtime.model.base_type(stored.attribute)
    return "datetime" if stored.name == "created_at" else ""


def groups_by(view: View) -> Iterable[str]:
    """Return the members by which the roles of a view may group the records of its lists."""
    for name in (*view.compiled.entity.attributes, *view.compiled.entity.relations, "unit"):
        try:
            _KeyColumn(view, name)
        except BadQuery:
            continue
        yield name
