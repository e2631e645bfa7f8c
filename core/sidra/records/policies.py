"""Expressions of roles and queries as conditions on our tables: where records and relations stand."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.grants import AccessProfile
from sidra.errors import BadQuery
from sidra.records.compiled import one_of
from sidra.store.expression_fragments import Amount, Sql
from sidra.store.expression_parameters import context_parameters
from sidra.store.expression_source import Inverse, Link, Relation, Row, ToOne
from sidra.store.expression_sql import to_sql, value_sql
from sidra.store.tables import is_linked
from sidra_metamodel.expressions import Expression
from sidra_metamodel.granting.conditions import Condition, ThroughOwner

if TYPE_CHECKING:
    from sidra.records.views import View
    from sidra.runtime import Runtime


class EntitySource:
    """Where `this` and all that it leads to stand: what the SQL back end of expressions asks."""

    def __init__(self, runtime: Runtime, root: sa.FromClause) -> None:
        self._runtime = runtime
        self._root = root

    @property
    def root(self) -> sa.FromClause:
        """The table or alias that `this` stands for."""
        return self._root

    def alias(self, entity: str) -> sa.FromClause:
        """Return a fresh alias of the table that holds an entity."""
        return self._runtime.tables.entities[entity].table.alias()

    def kind_condition(self, row: Row) -> Sql | None:
        """Return the condition that a row is of its entity; None where all rows of the table are."""
        kinds = self._runtime.tables.entities[row.entity].kinds
        return one_of(row.table.c.kind, kinds) if kinds else None

    def column(self, row: Row, name: str) -> Sql:
        """Return a column, or the SQL of a value that is computed at reading."""
        attribute = self._runtime.model.entity(row.entity).attributes.get(name)
        if attribute is not None and attribute.encrypt:
            raise BadQuery(f"`{row.entity}.{name}` is kept encrypted", hint="select by another attribute")
        if name in row.table.c:
            return row.table.c[name]
        if attribute is None or attribute.compute is None or attribute.compute.by is None:
            raise BadQuery(f"`{row.entity}.{name}` has no column", hint="use an attribute that is kept")
        expression = self._runtime.model.expression(attribute.compute.by)
        found = value_sql(expression, EntitySource(self._runtime, row.table))
        if isinstance(found, Amount):
            raise BadQuery(
                f"`{row.entity}.{name}` is an amount that is computed at reading", hint="keep it: `stored: true`"
            )
        return found

    def relation(self, entity: str, name: str) -> Relation:
        """Return how a relation is kept."""
        relation = self._runtime.model.entity(entity).relations[name]
        if not relation.many:
            return ToOne(f"{name}_id")
        if is_linked(relation):
            return Link(self._runtime.tables.links[self._runtime.model.root(entity), name], "source_id", "target_id")
        return Inverse(f"{relation.inverse}_id")


class SeenSource(EntitySource):
    """The same for a condition that a reader gives: of related records it finds those that the reader may see.

    Otherwise the list would tell, by what it shows of the readable ones, what stands in hidden ones (law 7).
    """

    def __init__(self, view: View, root: sa.FromClause) -> None:
        super().__init__(view.runtime, root)
        self._view = view

    def kind_condition(self, row: Row) -> Sql | None:
        """Return the condition that a row is of its entity, and one that the reader may see."""
        of_kind = super().kind_condition(row)
        rows = self._view.runtime.view(row.entity, self._view.profile).rows(row.table)
        if rows is None or of_kind is None:
            return of_kind if rows is None else rows
        return sa.and_(of_kind, rows)


def condition(runtime: Runtime, expression: Expression, table: sa.FromClause) -> Sql:
    """Return the SQL of an expression whose `this` is a table or an alias; raises BadQuery where it has none."""
    return _selecting(expression, EntitySource(runtime, table))


def _selecting(expression: Expression, source: EntitySource) -> Sql:
    if expression.sql_refusal is not None:
        raise BadQuery(f"`{expression.text}` cannot select rows: {expression.sql_refusal}")
    return to_sql(expression, source)


def policy_clause(
    runtime: Runtime, profile: AccessProfile, entity: str, action: str, table: sa.FromClause
) -> sa.ColumnElement[bool] | None:
    """Return the condition of the rows with which an action is allowed; None where all are, false where none is."""
    policy = profile.entity(entity).rows_for(action)
    if policy.is_open:
        return None
    alternatives = [
        sa.and_(*(_policy_condition(runtime, profile, one, table) for one in conditions))
        for conditions in policy.alternatives
    ]
    return sa.or_(*alternatives) if alternatives else sa.false()


def _policy_condition(
    runtime: Runtime, profile: AccessProfile, one: Condition, table: sa.FromClause
) -> sa.ColumnElement[bool]:
    if isinstance(one, ThroughOwner):
        view = runtime.view(one.owner, profile)
        owner = view.compiled.table.table.alias()
        rows = view.rows(owner, one.action, tuple(sorted(one.kinds)))
        # Asked of each record's own owner: a list of all owners to be seen costs as much as there are of them.
        above: sa.Select[Any] = sa.select(sa.literal_column("1")).where(owner.c.id == table.c[f"{one.relation}_id"])
        return sa.exists(above if rows is None else above.where(rows))
    return condition(runtime, one, table)


def where_clause(view: View, expression: Expression, table: sa.FromClause) -> Sql:
    """Return the condition of a query's own expression; raises BadQuery where it reads what the reader may not.

    Reading of other entities is checked by their own grants, and their rows as well; a value that is masked narrows no
    list.
    """
    for entity, member in expression.attributes:
        if view.runtime.view(entity, view.profile).common_level(member) in {"none", "mask"}:
            raise BadQuery(f"no filter `{member}`", hint="the list reads what your roles may not")
    return _selecting(expression, SeenSource(view, table))


def statement_context(
    actor: Actor, now: datetime.datetime, today: datetime.date, affiliate: Mapping[str, Any], dialect: str
) -> dict[str, Any]:
    """Return the values of `user`, `now`, `today` and `affiliate` for statements."""
    user = {
        "id": actor.id if _is_id(actor.id) else None,
        "units": list(actor.units),
        "roles": sorted(actor.roles),
        "locale": actor.locale,
        "login": actor.login,
    }
    return dict(context_parameters(user=user, now=now, today=today, affiliate=affiliate, dialect=dialect))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
