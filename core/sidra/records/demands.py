"""What is demanded of the records of an entity, as conditions that a database answers: which rows violate it.

What has no form in SQL (patterns, code of plugins, what is encrypted) is named, so that records are read for it alone.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import BadQuery
from sidra.records.compiled import one_of
from sidra.records.policies import EntitySource
from sidra.rules.constraint import Constraint
from sidra.store.codecs import DEFAULT_SCALE, GREATEST_INTEGER, LEAST_INTEGER, encode_datetime
from sidra.store.expression_fragments import Sql, all_of, any_of, joined, sql
from sidra.store.expression_sql import Untranslatable, to_sql
from sidra.store.meanings import TEXT_TYPES, attribute_meaning, scale_of
from sidra.store.tables import is_linked
from sidra_metamodel.kinds.entity import Relation

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.runtime import Runtime
    from sidra.store.tables import Stored
    from sidra_metamodel.kinds.rule import Rule
    from sidra_metamodel.language import Formula

ONE_DAY = datetime.timedelta(days=1)
LEAST = "R603"


class NoSql(Exception):
    """A demand that a database does not understand."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What is demanded of the records of one entity, by the member, or the whole record with its empty name."""

    violated: dict[str, Sql] = field(default_factory=dict)
    """Conditions that are true of the rows that violate it, false or null of the others."""
    of_values: set[str] = field(default_factory=set)
    """Members of whose values, where there is one, only reading them tells, beside what `violated` has of none."""
    of_records: set[str] = field(default_factory=set)
    """Those of which only the whole record tells."""


def everything(_demanded: Constraint | Rule) -> bool:
    """Tell that whatever is demanded is asked for."""
    return True


def demands(
    runtime: Runtime,
    compiled: CompiledEntity,
    now: datetime.datetime,
    is_wanted: Callable[[Constraint | Rule], bool] = everything,
) -> Demands:
    """Return what is demanded of the records that are exactly of an entity, as of a moment; some of it, or all."""
    found, rules = Demands(), runtime.rules(compiled.name)
    translate = _Translator(runtime, compiled, runtime.today(now))
    absent, present, whole = (defaultdict[str, list[Any]](list) for _ in range(3))
    for constraint in filter(is_wanted, rules.constraints):
        (absent if constraint.is_about_absence else present)[constraint.path].append(constraint)
    for rule in filter(is_wanted, rules.validations):
        whole[rule.at or ""].append(rule)
    for path in sorted({*absent, *present, *whole}):
        of_none, of_some, of_all = (translate.any_of(part[path]) for part in (absent, present, whole))
        needs_record = of_some is None and (bool(whole[path]) or not translate.has_value(path))
        if of_none is None or of_all is None or needs_record:
            found.of_records.add(path)
            continue
        if of_some is None:
            found.of_values.add(path)
        found.violated[path] = any_of([part for part in (of_none, of_some, of_all) if part is not None])
    return found


class _Translator:
    def __init__(self, runtime: Runtime, compiled: CompiledEntity, today: datetime.date) -> None:
        self._runtime, self._compiled, self._today = runtime, compiled, today
        self._table = compiled.table.table
        self._source = EntitySource(runtime, self._table)

    def any_of(self, demanded: list[Constraint | Rule]) -> Sql | None:
        """Return the condition that one of them is violated; None where SQL does not tell."""
        try:
            return any_of([self._one(one) for one in demanded])
        except (NoSql, Untranslatable, BadQuery):
            return None

    def has_value(self, path: str) -> bool:
        """Tell whether a member has columns, and no formula of its own in their place."""
        return path in self._compiled.table.members

    def _one(self, demanded: Constraint | Rule) -> Sql:
        if not isinstance(demanded, Constraint):
            return self._rule(demanded)
        relation = self._compiled.entity.relations.get(demanded.path)
        if relation is not None and relation.many:
            return self._count(relation, demanded)
        stored = self._compiled.table.members.get(demanded.path)
        if stored is None:
            raise NoSql
        if demanded.is_about_absence:
            return self._absence(stored, demanded.formula)
        return self._value(stored, demanded)

    def _absence(self, stored: Stored, formula: Formula | None) -> Sql:
        columns = stored.columns if stored.attribute is not None else stored.columns[:1]
        is_absent = all_of([sql("({0} IS NULL)", self._table.c[name]) for name in columns])
        return is_absent if formula is None else all_of([is_absent, self._holds(formula)])

    def _holds(self, formula: Formula, *, when_null: bool = False) -> Sql:
        return to_sql(self._runtime.model.expression(formula), self._source, when_null=when_null)

    def _rule(self, rule: Rule) -> Sql:
        # Null passes a check, and is nothing that is asked for.
        broken = any_of([sql("(NOT {0})", self._holds(check, when_null=True)) for check in rule.check])
        return broken if rule.when is None else all_of([self._holds(rule.when), broken])

    def _value(self, stored: Stored, constraint: Constraint) -> Sql:
        attribute, limit = stored.attribute, constraint.operand
        if attribute is None or attribute.localised or stored.is_sealed:
            raise NoSql
        column: sa.ColumnElement[Any] = self._table.c[stored.columns[0]]
        is_text = self._runtime.model.base_type(attribute) in TEXT_TYPES
        match constraint.code:
            case "R603" | "R604":
                return self._bound(stored, column, constraint)
            case "R605" if is_text:
                return sa.func.length(column) < sa.literal(limit, sa.BigInteger)
            case "R606" if is_text:
                return sa.func.length(column) > sa.literal(limit, sa.BigInteger)
            case "R608":
                return sql("(NOT {0})", one_of(column, sorted(limit)))
        raise NoSql

    def _bound(self, stored: Stored, column: sa.ColumnElement[Any], constraint: Constraint) -> Sql:
        limit, is_least = constraint.operand, constraint.code == LEAST
        if isinstance(limit, datetime.tzinfo):
            return self._day(stored, column, limit, is_least=is_least)
        if isinstance(limit, int | Decimal):
            cell: object = self._scaled(stored, Decimal(limit), is_least=is_least)
        else:
            [cell] = stored.codec.encode(limit)
        bound = sa.literal(cell, column.type)
        return column < bound if is_least else column > bound

    def _scaled(self, stored: Stored, limit: Decimal, *, is_least: bool) -> int:
        """Return the whole number that scaled integers are held against, where the bound has more decimal places."""
        if stored.attribute is None:
            raise NoSql
        scale = scale_of(attribute_meaning(self._runtime.model, stored.attribute))
        number = limit.scaleb(DEFAULT_SCALE if scale is None else scale)
        cell = math.ceil(number) if is_least else math.floor(number)
        if not LEAST_INTEGER <= cell <= GREATEST_INTEGER:
            raise NoSql
        return cell

    def _day(self, stored: Stored, column: sa.ColumnElement[Any], zone: datetime.tzinfo, *, is_least: bool) -> Sql:
        if stored.attribute is not None and self._runtime.model.base_type(stored.attribute) == "date":
            day = sa.literal(self._today.isoformat(), column.type)
            return column < day if is_least else column > day
        first = self._today if is_least else self._today + ONE_DAY
        begins = sa.literal(encode_datetime(datetime.datetime.combine(first, datetime.time(), zone)), column.type)
        return column < begins if is_least else column >= begins

    def _count(self, relation: Relation, constraint: Constraint) -> Sql:
        """Return the condition that a record has too few, or too many, of others."""
        if is_linked(relation):
            near = self._runtime.tables.links[self._compiled.root, relation.name].alias()
            reference = near.c.source_id
        elif len(relation.to) != 1:
            raise NoSql
        else:
            near = self._runtime.tables.entities[relation.to[0]].table.alias()
            reference = near.c[f"{relation.inverse}_id"]
        number = sql("(SELECT count(*) FROM {0} WHERE {1} = {2})", near, reference, self._table.c.id)
        limit = sa.literal(constraint.operand, sa.BigInteger)
        return joined("<" if constraint.code == "R617" else ">", (number, limit))
