"""Brings a database to the tables of a Model: adds tables, columns and indexes; drops and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from sidra.errors import SidraError
from sidra.store.database import Connection, Store
from sidra.store.tables import Tables

RELEASE_TABLE = "sidra_release"
SEARCH_TEXT = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS sidra_search_text USING fts5("
    "folded, content='sidra_search', content_rowid='number', tokenize='trigram', detail='full')"
)


class SchemaMismatch(SidraError):
    """The database holds something that the Model now declares otherwise."""

    code = "R003"


@dataclass(frozen=True, slots=True)
class Added:
    """What a database did not have before: columns by table, for whoever fills them."""

    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_new: bool = False
    """Whether there was no table at all."""


Backfill = Callable[[Connection, Added], None]


def evolve(store: Store, tables: Tables, version: str, at: int, backfill: Backfill | None = None) -> bool:
    """Return whether the database had to change to fit the Model of `version`; `at` is now, in µs since 1970.

    All in one transaction, under the writer's lock; `backfill` fills what is new before it ends. Raises SchemaMismatch
    when a column would change its type, or values that exist are not unique although they now must be.
    """
    if released(store) == version:
        return False
    with store.writing() as connection:
        if _released(connection) == version:
            return False
        existing = _existing_columns(connection)
        added = _add_tables(connection, store, tables, existing)
        _add_indexes(connection, store, tables)
        connection.execute(SEARCH_TEXT)
        if backfill is not None:
            backfill(connection, added)
        connection.execute(f"DELETE FROM {RELEASE_TABLE}")
        connection.execute(f"INSERT INTO {RELEASE_TABLE} (model, at) VALUES (?, ?)", (version, at))
    return True


def released(store: Store) -> str | None:
    """Return the version of the Model that the database has tables for; None for a new one."""
    with store.reading() as connection:
        return _released(connection)


def _released(connection: sqlite3.Connection) -> str | None:
    try:
        row = connection.execute(f"SELECT model FROM {RELEASE_TABLE}").fetchone()
    except sqlite3.OperationalError:
        return None
    return str(row[0]) if row else None


def _existing_columns(connection: Connection) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    rows = connection.execute(
        "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
    )
    for table, column, column_type in rows.fetchall():
        found.setdefault(table, {})[column] = column_type
    return found


def _add_tables(
    connection: Connection, store: Store, tables: Tables, existing: Mapping[str, Mapping[str, str]]
) -> Added:
    added: dict[str, frozenset[str]] = {}
    for table in tables.metadata.tables.values():
        if table.name not in existing:
            connection.execute(str(CreateTable(table).compile(dialect=store.dialect)))
        else:
            missing = _missing_columns(table, existing[table.name], store)
            for column in missing:
                connection.execute(_add_column(column, store))
            if missing:
                added[table.name] = frozenset(column.name for column in missing)
    return Added(added, is_new=not existing)


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
                hint="give the attribute a new name; a type never changes",
            )
    return missing


def _add_column(column: sa.Column[object], store: Store) -> str:
    quote = store.dialect.identifier_preparer.quote
    sql = f"ALTER TABLE {quote(column.table.name)} ADD COLUMN {quote(column.name)} {column.type.compile(store.dialect)}"
    for key in column.foreign_keys:
        table, _, target = key.target_fullname.rpartition(".")
        sql += f" REFERENCES {quote(table)} ({quote(target)})"
    return sql


def _add_indexes(connection: Connection, store: Store, tables: Tables) -> None:
    existing = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'index'").fetchall()
    }
    for table in tables.metadata.tables.values():
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            if index.name in existing:
                continue
            try:
                connection.execute(str(CreateIndex(index).compile(dialect=store.dialect)))
            except sqlite3.IntegrityError as error:
                columns = ", ".join(column.name for column in index.columns)
                raise SchemaMismatch(
                    f"`{table.name}` has records with the same {columns}, which must now be unique",
                    hint="merge or correct those records first",
                ) from error
