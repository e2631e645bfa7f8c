"""Brings a database to the tables of a Model: adds tables and columns, drops none; its indexes become the Model's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from sidra.errors import SidraError
from sidra.store.database import Columns, Connection, Store
from sidra.store.meanings import MEANING, Changed, changed_meanings
from sidra.store.tables import INDEX_PREFIX, KEY_PREFIX, UNIQUE_PREFIX, Tables, index_name
from sidra.store.text_index import AFTER, BESIDE

RELEASE_TABLE = "sidra_release"
DIGEST_BYTES = 8
NEVER_CHANGES = "give the attribute a new name; a type never changes"
OWN_INDEXES = (f"{INDEX_PREFIX}_", f"{UNIQUE_PREFIX}_")
"""What the names of indexes begin with that follow from the Model; whoever adds one by hand names it otherwise."""


class SchemaMismatch(SidraError):
    """The database holds something that the Model now declares otherwise, or cannot hold what it declares."""

    code = "R003"


@dataclass(frozen=True, slots=True)
class Added:
    """What a database did not have before: columns by table, for whoever fills them."""

    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    searched: frozenset[tuple[str, str]] = frozenset()
    """Entities with the attributes that were not searched before."""
    sealed: frozenset[tuple[str, str]] = frozenset()
    """Columns, by table and name, whose texts were not encrypted before and are to be."""
    unsealed: frozenset[tuple[str, str]] = frozenset()
    """Columns whose texts were encrypted before and are to be no more."""
    is_new: bool = False
    """Whether there was no table at all."""


Backfill = Callable[[Connection, Added], None]


def evolve(store: Store, tables: Tables, at: int, backfill: Backfill | None = None) -> bool:
    """Return whether the database had to change to fit the tables of a Model; `at` is now, in µs since 1970.

    All in one transaction, while nobody else changes tables; `backfill` fills what is new before it ends. Raises
    SchemaMismatch when a column would change its type or be read as another one, two parts would have one name, or
    values that exist are not unique although they now must be.
    """
    by_part = _table_parts(tables, store)
    searched = {f"search {entity}.{attribute}": (entity, attribute) for entity, attribute in _searched(tables)}
    wanted = frozenset((*by_part, *searched))
    if released(store) == wanted:
        return False
    _refuse_clashes(tables)
    with store.reshaping() as connection:
        existing = store.columns(connection)
        known = _released(connection, existing)
        if known == wanted:
            return False
        changed = [table for part, table in by_part.items() if part not in known]
        columns = _add_tables(connection, store, changed, existing)
        read = _keep_meanings(connection, store, changed, existing)
        _settle_indexes(connection, store, tables.all)
        if backfill is not None:
            new = frozenset(key for part, key in searched.items() if part not in known)
            sealed, unsealed = frozenset(read.sealed), frozenset(read.unsealed)
            backfill(connection, Added(columns, new, sealed, unsealed, is_new=not existing))
        _keep_release(connection, store, tables.metadata.tables[RELEASE_TABLE], wanted, at)
    return True


def _keep_release(connection: Connection, store: Store, table: sa.Table, parts: Iterable[str], at: int) -> None:
    store.compile(table.delete()).run(connection, {})
    statement = store.compile(table.insert())
    connection.executemany(statement.sql, [statement.parameters({"model": part, "at": at}) for part in sorted(parts)])


def _refuse_clashes(tables: Tables) -> None:
    """Raise SchemaMismatch where two tables or indexes would have one name, before the database sees them."""
    owners = {table.name: "the program itself" for table in tables.metadata.tables.values()}
    made = [(root, f"the entity `{root}`") for root in tables.trees]
    for (root, relation), link in tables.links.items():
        made.append((link.name, f"the relation `{relation}` of `{root}`"))
    for tree in tables.trees.values():
        made += ((str(index.name), f"an index of `{table.name}`") for table in tree.tables for index in table.indexes)
    for name, owner in made:
        other = owners.setdefault(name, owner)
        if other is not owner:
            raise SchemaMismatch(f"{other} and {owner} would both be kept as `{name}`", hint="rename one of them")


def released(store: Store) -> frozenset[str]:
    """Return what the database was last brought to, a line for each table and each searched attribute."""
    with store.reading() as connection:
        return _released(connection, store.columns(connection))


def _released(connection: Connection, existing: Columns) -> frozenset[str]:
    if RELEASE_TABLE not in existing:
        return frozenset()
    rows = connection.execute(f"SELECT model FROM {RELEASE_TABLE}").fetchall()
    return frozenset(str(part) for (part,) in rows)


def _table_parts(tables: Tables, store: Store) -> dict[str, sa.Table]:
    """Return the tables by a line that changes with their columns and indexes."""
    types: dict[object, str] = {}
    return {_table_part(table, types, store): table for table in tables.all}


def _table_part(table: sa.Table, types: dict[object, str], store: Store) -> str:
    """Return a table's name with a digest of what it has; `types` keeps how each type is written."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for column in table.columns:
        if column.type not in types:
            types[column.type] = column.type.compile(dialect=store.dialect)
        keys = sorted(key.target_fullname for key in column.foreign_keys)
        meaning = column.info.get(MEANING, "")
        digest.update(f"{column.name} {types[column.type]} {keys} {meaning}\n".encode())
    for name in sorted(str(index.name) for index in table.indexes):
        digest.update(f"{name}\n".encode())
    return f"{table.name} {digest.hexdigest()}"


def _searched(tables: Tables) -> Iterator[tuple[str, str]]:
    for entity in tables.entities.values():
        for stored in entity.members.values():
            if stored.attribute is not None and stored.attribute.search is True:
                yield entity.entity, stored.name


def _add_tables(
    connection: Connection, store: Store, tables: Iterable[sa.Table], existing: Mapping[str, Mapping[str, str]]
) -> Mapping[str, frozenset[str]]:
    added: dict[str, frozenset[str]] = {}
    referring: list[sa.Column[Any]] = []
    apart: list[sa.ForeignKeyConstraint] | None = [] if store.adds_keys_apart else None
    for table in tables:
        for beside in table.info.get(BESIDE, ()):
            connection.execute(beside)
        if table.name not in existing:
            create = CreateTable(table, include_foreign_key_constraints=apart)
            connection.execute(str(create.compile(dialect=store.dialect)))
            referring += table.columns
        else:
            missing = _missing_columns(table, existing[table.name], store)
            for column in missing:
                connection.execute(_add_column(column, store))
            referring += missing
            if missing:
                added[table.name] = frozenset(column.name for column in missing)
        for after in table.info.get(AFTER, ()):
            connection.execute(after)
    if store.adds_keys_apart:
        for column in referring:
            for key in column.foreign_keys:
                connection.execute(_add_key(column, key, store))
    return added


def _keep_meanings(
    connection: Connection, store: Store, tables: Iterable[sa.Table], existing: Mapping[str, Mapping[str, str]]
) -> Changed:
    found = changed_meanings(connection, store, tables, existing)
    if found.refused:
        raise SchemaMismatch("; ".join(found.refused), hint=NEVER_CHANGES)
    return found


def _missing_columns(table: sa.Table, existing: Mapping[str, str], store: Store) -> list[sa.Column[object]]:
    missing = []
    for column in table.columns:
        written = column.type.compile(dialect=store.dialect)
        kept = existing.get(column.name)
        if kept is None:
            missing.append(column)
        elif kept.upper() != written.upper():
            raise SchemaMismatch(
                f"`{table.name}.{column.name}` is kept as {kept} and would become {written}",
                hint=NEVER_CHANGES,
            )
    return missing


def _add_column(column: sa.Column[object], store: Store) -> str:
    quote = store.dialect.identifier_preparer.quote
    sql = f"ALTER TABLE {quote(column.table.name)} ADD COLUMN {quote(column.name)} {column.type.compile(store.dialect)}"
    if not store.adds_keys_apart:
        sql += "".join(f" {_references(key, store)}" for key in column.foreign_keys)
    return sql


def _add_key(column: sa.Column[Any], key: sa.ForeignKey, store: Store) -> str:
    quote = store.dialect.identifier_preparer.quote
    name = index_name(KEY_PREFIX, column.table.name, (column.name,))
    added = f"ADD CONSTRAINT {quote(name)} FOREIGN KEY ({quote(column.name)}) {_references(key, store)}"
    return f"ALTER TABLE {quote(column.table.name)} {added}"


def _references(key: sa.ForeignKey, store: Store) -> str:
    quote = store.dialect.identifier_preparer.quote
    table, _, target = key.target_fullname.rpartition(".")
    return f"REFERENCES {quote(table)} ({quote(target)})"


def _settle_indexes(connection: Connection, store: Store, tables: Iterable[sa.Table]) -> None:
    """Drop the indexes of ours that the tables no longer have, then add those that they lack."""
    existing = store.indexes(connection)
    quote = store.dialect.identifier_preparer.quote
    missing: list[tuple[sa.Table, sa.Index]] = []
    for table in tables:
        wanted = {str(index.name): index for index in table.indexes}
        kept = existing.get(table.name, set())
        for name in sorted(kept - wanted.keys()):
            if name.startswith(OWN_INDEXES):
                connection.execute(f"DROP INDEX {quote(name)}")
        missing += ((table, wanted[name]) for name in sorted(wanted.keys() - kept))
    for table, index in missing:
        _add_index(connection, store, table, index)


def _add_index(connection: Connection, store: Store, table: sa.Table, index: sa.Index) -> None:
    try:
        connection.execute(str(CreateIndex(index).compile(dialect=store.dialect)))
    except store.errors as error:
        if store.refusal(error) is None:
            raise
        columns = ", ".join(column.name for column in index.columns)
        raise SchemaMismatch(
            f"`{table.name}` has records with the same {columns}, which must now be unique",
            hint="merge or correct those records first",
        ) from error
