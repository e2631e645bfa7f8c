"""Where the records of expressions stand in SQL: what the runtime tells the back end about its tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

import sqlalchemy as sa

from sidra.store.expression_fragments import Sql


class Row(NamedTuple):
    """One record in a FROM: the alias of its table, and the entity that it is read as."""

    table: sa.FromClause
    entity: str


@dataclass(frozen=True, slots=True)
class ToOne:
    """The relation is a column of its own record: the id of the other."""

    column: str


@dataclass(frozen=True, slots=True)
class Inverse:
    """The relation is a column of the other records: the id of this one."""

    column: str


@dataclass(frozen=True, slots=True)
class Link:
    """The relation is a table between: the ids of this record and of the others."""

    table: sa.FromClause
    near: str
    far: str


Relation: TypeAlias = ToOne | Inverse | Link


class Source(Protocol):
    """What the back end asks of the runtime's tables."""

    @property
    def root(self) -> sa.FromClause:
        """The table or alias in the statement's FROM that `this` stands for."""
        ...

    def alias(self, entity: str) -> sa.FromClause:
        """Give a fresh, anonymous alias of the table that holds the entity."""
        ...

    def kind_condition(self, row: Row) -> Sql | None:
        """Give the condition that a row of the table is of the row's entity, or None where all rows are."""
        ...

    def column(self, row: Row, name: str) -> Sql:
        """Give the value of a column by the conventions: `status`, `customer_id`, `balance_amount`, `id`."""
        ...

    def relation(self, entity: str, name: str) -> Relation:
        """Give how a relation is stored."""
        ...


@dataclass(frozen=True)
class Tables:
    """A Source over tables that follow the conventions column by column."""

    root: sa.FromClause
    tables: Mapping[str, sa.Table]
    relations: Mapping[tuple[str, str], Relation]
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The kinds that a row of an entity can have, for entities that share their table."""

    def alias(self, entity: str) -> sa.FromClause:
        """Give a fresh alias of the entity's table."""
        return self.tables[entity].alias()

    def kind_condition(self, row: Row) -> Sql | None:
        """Give `kind IN (…)` for an entity that shares its table."""
        kinds = self.kinds.get(row.entity)
        return None if kinds is None else row.table.c["kind"].in_([sa.literal(kind) for kind in kinds])

    def column(self, row: Row, name: str) -> Sql:
        """Give the column of that name."""
        return row.table.c[name]

    def relation(self, entity: str, name: str) -> Relation:
        """Give the relation as declared."""
        return self.relations[entity, name]
