"""The two sides of a difference: what a Model wants a database to have, and what the database has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from sidra.store.database import Columns, Connection, Store
from sidra.store.meanings import KEPT, MEANING, meaning_table
from sidra.store.schema.keeping import ASIDE_TABLE, aside_table
from sidra.store.tables import Tables
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.scalar_type import Enum
from sidra_metamodel.model import Model

ENTITY, ENUM, FORMULA = "entity ", "enum ", "formula "
"""What the places begin with, among those of columns, of what is declared and has no column."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a Model wants."""

    tables: Tables
    locale: str = "en"
    """The language of texts that have none yet."""
    enums: Mapping[str, Enum] = field(default_factory=dict)

    @staticmethod
    def of(model: Model, tables: Tables) -> Wanted:
        """Return what a Model wants of its tables."""
        return Wanted(tables, model.locales[0], model.enums)

    def declared(self) -> dict[str, str]:
        """Return what is declared and has no column of its own: entities, values of code lists, formulas."""
        found = {f"{ENUM}{name}": "\n".join(enum.values) for name, enum in self.enums.items()}
        for root, entity in self.entities():
            found[ENTITY + entity.name] = root
            for attribute in entity.attributes.values():
                computed = attribute.compute
                if computed is not None and computed.stored and computed.by is not None:
                    found[f"{FORMULA}{entity.name}.{attribute.name}"] = computed.by.text
        return found

    def entities(self) -> Iterator[tuple[str, Entity]]:
        """Yield the entities, each with the one whose table it shares."""
        for root, tree in self.tables.trees.items():
            yield from ((root, document) for document in tree.documents if isinstance(document, Entity))

    def elements(self, root: str) -> dict[str, Attribute | Relation]:
        """Return the attributes and relations of a table by the name of each of their columns."""
        found: dict[str, Attribute | Relation] = {}
        for entity in self.tables.entities.values():
            if entity.table.name == root:
                for stored in entity.members.values():
                    element = stored.attribute or stored.relation
                    if element is not None:
                        beside = (stored.sort_column, stored.index_column)
                        found.update(dict.fromkeys((*stored.columns, *beside), element))
        return found


@dataclass(frozen=True, slots=True)
class Aside:
    """A column, or a whole table where it names no column, that the configuration no longer has."""

    table: str
    column: str
    kept_as: str
    type: str
    meaning: str
    at: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What a database has."""

    columns: Columns = field(default_factory=dict)
    indexes: Mapping[str, set[str]] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    """By place: what the cells of columns stand for, and what else was declared."""
    aside: tuple[Aside, ...] = ()

    @property
    def ours(self) -> frozenset[str]:
        """The tables that the configuration has, or had."""
        columns = {place.partition(".")[0] for place in self.meanings if " " not in place}
        roots = {root for place, root in self.meanings.items() if place.startswith(ENTITY)}
        return frozenset((columns | roots) & self.columns.keys())


def kept_in(store: Store, connection: Connection) -> Kept:
    """Return what a database has."""
    columns = store.columns(connection)
    meanings: dict[str, str] = {}
    if KEPT in columns:
        meanings = dict(store.compile(sa.select(meaning_table(sa.MetaData()))).run(connection, {}).fetchall())
    aside: list[Aside] = []
    if ASIDE_TABLE in columns:
        table = aside_table(sa.MetaData())
        rows = store.compile(sa.select(table).order_by(table.c.at)).run(connection, {}).fetchall()
        aside = [Aside(*row) for row in rows]
    return Kept(columns, store.indexes(connection), meanings, tuple(aside))


def kept_of(wanted: Wanted, dialect: sa.Dialect) -> Kept:
    """Return what a database has that was just made for a Model."""
    tables = wanted.tables.all
    columns = {
        table.name: {column.name: column.type.compile(dialect=dialect) for column in table.columns} for table in tables
    }
    meanings = {
        f"{table.name}.{column.name}": str(column.info[MEANING])
        for table in tables
        for column in table.columns
        if MEANING in column.info
    }
    indexes = {table.name: {str(index.name) for index in table.indexes} for table in tables}
    return Kept(columns, indexes, {**meanings, **wanted.declared()})


def written(column: sa.Column[Any], dialect: sa.Dialect) -> str:
    """Return the type of a column as the database writes it."""
    return column.type.compile(dialect=dialect).upper()


def same_type(kept: str, column: sa.Column[Any], dialect: sa.Dialect) -> bool:
    """Tell whether a column is kept as the Model wants it."""
    return kept.upper() == written(column, dialect)
