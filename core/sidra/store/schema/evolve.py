"""Brings a database to the tables of a Model: adds tables and columns, drops none; its indexes become the Model's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from sidra.errors import SidraError
from sidra.store.database import Columns, Connection, Store
from sidra.store.failures import LATER, Reshaped
from sidra.store.fences import fences_in
from sidra.store.indexes import KEY_PREFIX, index_name, primary_key_name
from sidra.store.meanings import MEANING, changed_meanings, meaning_table
from sidra.store.prepared import given
from sidra.store.schema.aside import Restoring
from sidra.store.schema.changes import WAITING, Change, Changes, Class, Kind
from sidra.store.schema.difference import NEVER, difference, is_ours
from sidra.store.schema.shape import FORMULA, Kept, Wanted, kept_in
from sidra.store.tables import Tables
from sidra.store.text_index import AFTER, BESIDE

RELEASE_TABLE = "sidra_release"
DIGEST_BYTES = 8
LARGE_ROWS = 100_000
"""Of tables with more, an index is built beside those who write, where the database can do that."""
TO_APPLY = "run `sidra db plan`, then `sidra db apply`; until then the configuration before stays in force"


class SchemaMismatch(SidraError):
    """The database holds something that the Model now declares otherwise, or cannot hold what it declares."""

    code = "R003"


class NeedsMigration(SchemaMismatch):
    """What is in the database must move or be converted before the Model is in force, which takes its time."""

    code = "R100"


@dataclass(frozen=True, slots=True)
class Added:
    """What a database did not have before: columns by table, for whoever fills them."""

    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    searched: frozenset[tuple[str, str]] = frozenset()
    """Entities with the attributes that were not searched before."""
    is_new: bool = False
    """Whether there was no table at all."""


Backfill = Callable[[Connection, Added], None]


def evolve(store: Store, wanted: Wanted, at: int, backfill: Backfill | None = None, *, anew: bool = False) -> bool:
    """Return whether the database had to change to fit a Model; `at` is now, in µs since 1970.

    What is safe is done, all in one transaction, while nobody else changes tables; `backfill` fills what is new before
    it ends. Raises NeedsMigration where something must be moved or converted first, SchemaMismatch where a column would
    be read as another one, two parts would have one name, or values that exist are not unique although they now must
    be; then nothing changed. `anew` looks at every table, whatever the database was brought to before.
    """
    tables = wanted.tables
    by_part = _table_parts(tables, store)
    searched = {f"search {entity}.{attribute}": (entity, attribute) for entity, attribute in _searched(tables)}
    declared = wanted.declared()
    parts = frozenset((*by_part, *searched, *(_declared_part(place, says) for place, says in declared.items())))
    if not anew and released(store) == parts:
        return False
    _refuse_clashes(tables)
    with store.reshaping() as connection:
        kept = kept_in(store, connection)
        _check_fences(tables, kept)
        known = frozenset() if anew else _released(connection, kept.columns)
        if known == parts:
            return False
        changes = difference(wanted, kept, store.dialect)
        hold_back(connection, changes, store)
        restoring = Restoring(store, connection, changes, kept, tables)
        existing = store.columns(connection) if restoring.begin() else kept.columns
        changed = [table for part, table in by_part.items() if part not in known]
        columns = _together(_add_tables(connection, store, changed, existing), restoring.columns)
        restoring.finish()
        _keep_meanings(connection, store, changed, existing)
        _keep_declared(connection, store, declared, kept.meanings)
        _settle_indexes(connection, store, tables.all, existing)
        if backfill is not None:
            new = frozenset(key for part, key in searched.items() if part not in known)
            backfill(connection, Added(columns, new, is_new=not kept.columns))
        _keep_release(connection, store, tables.metadata.tables[RELEASE_TABLE], parts, at)
    return True


def _check_fences(tables: Tables, kept: Kept) -> None:
    """Raise Reshaped where somebody has converted values since the tables were made."""
    fences = fences_in(kept.meanings)
    if any(fences.get(root, tree.fence) != tree.fence for root, tree in tables.trees.items()):
        raise Reshaped("its tables have just been changed", hint=LATER)


def _together(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    return {table: one.get(table, frozenset()) | other.get(table, frozenset()) for table in {*one, *other}}


def hold_back(connection: Connection, changes: Changes, store: Store) -> None:
    """Raise SchemaMismatch for what cannot be, else NeedsMigration for what must be done before the Model serves."""
    settled = (built(connection, change, store) for change in changes)
    waiting = [one for one in settled if one.level in WAITING and not is_trifle(connection, one, store)]
    refused = [change.says for change in waiting if change.level is Class.REFUSED]
    if refused:
        raise SchemaMismatch("; ".join(refused), hint=NEVER)
    if waiting:
        raise NeedsMigration("; ".join(change.says for change in waiting), hint=TO_APPLY)


def built(connection: Connection, change: Change, store: Store) -> Change:
    """Return a change with its class as it comes from what is there: indexes of large tables are built beside."""
    detail = change.detail
    if change.kind is not Kind.ADD_INDEX or not is_large(connection, store, detail["kept_table"]):
        return change
    # Without this one, two could be saved that must not be the same.
    return replace(change, level=Class.MIGRATED) if detail["unique"] and detail["is_of_values"] else _later(change)


def _later(change: Change) -> Change:
    # An index of new columns has no values, and comes with them.
    return change if change.detail["unique"] else replace(change, level=Class.LATER)


def is_trifle(connection: Connection, change: Change, store: Store) -> bool:
    """Tell whether a change that would have to wait concerns nothing that is there."""
    quote = store.dialect.identifier_preparer.quote
    detail = change.detail
    if change.kind is Kind.REFUSE and "entity" in detail:
        cells = f"SELECT 1 FROM {quote(detail['table'])} LIMIT 1"
    elif detail.get("empty_fits"):
        column = quote(detail["kept_column"])
        cells = f"SELECT 1 FROM {quote(detail['kept_table'])} WHERE {column} IS NOT NULL LIMIT 1"
    else:
        return False
    return connection.execute(cells).fetchone() is None


def _declared_part(place: str, says: str) -> str:
    return f"{place} {blake2b(says.encode(), digest_size=DIGEST_BYTES).hexdigest()}"


def _keep_declared(connection: Connection, store: Store, declared: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Keep what is declared; a formula only where none was kept, since what is there follows from that one."""
    new = {
        place: says
        for place, says in declared.items()
        if known.get(place) != says and not (place.startswith(FORMULA) and place in known)
    }
    kept = meaning_table(sa.MetaData())
    forget, keep = store.compile(kept.delete().where(kept.c.place == given("at"))), store.compile(kept.insert())
    for place, says in new.items():
        forget.run(connection, {"at": place})
        keep.run(connection, {"place": place, "meaning": says})


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


def brought_at(connection: Connection, kept: Kept) -> int | None:
    """Return when the database was last brought to a Model, in µs since 1970."""
    if RELEASE_TABLE not in kept.columns:
        return None
    found: int | None = connection.execute(f"SELECT max(at) FROM {RELEASE_TABLE}").fetchone()[0]
    return found


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
) -> None:
    refused = changed_meanings(connection, store, tables, existing)
    if refused:
        raise SchemaMismatch("; ".join(refused), hint=NEVER)


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
                hint=NEVER,
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


def _settle_indexes(
    connection: Connection, store: Store, tables: Iterable[sa.Table], before: Mapping[str, Mapping[str, str]]
) -> None:
    """Drop the indexes of ours that the tables no longer have, then add those that they lack, but not to large ones."""
    existing = store.indexes(connection)
    quote = store.dialect.identifier_preparer.quote
    missing: list[tuple[sa.Table, sa.Index]] = []
    for table in tables:
        wanted = {str(index.name): index for index in table.indexes}
        kept = existing.get(table.name, set())
        for name in sorted(kept - wanted.keys()):
            if name == primary_key_name(table.name) and is_ours(table, name):
                connection.execute(f"ALTER TABLE {quote(table.name)} DROP CONSTRAINT {quote(name)}")
            elif is_ours(table, name):
                connection.execute(f"DROP INDEX {quote(name)}")
        missing += ((table, wanted[name]) for name in sorted(wanted.keys() - kept))
    for table, index in missing:
        if index.unique or table.name not in before or not is_large(connection, store, table.name):
            _add_index(connection, store, table, index)


def is_large(connection: Connection, store: Store, table: str) -> bool:
    """Tell whether an index of a table is built beside those who write, and so by `apply`."""
    if not store.builds_indexes_beside:
        return False
    quoted = store.dialect.identifier_preparer.quote(table)
    return connection.execute(f"SELECT 1 FROM {quoted} OFFSET {LARGE_ROWS} LIMIT 1").fetchone() is not None


def _add_index(connection: Connection, store: Store, table: sa.Table, index: sa.Index) -> None:
    try:
        # One that was left unfinished is of no use, and has the name.
        connection.execute(f"DROP INDEX IF EXISTS {store.dialect.identifier_preparer.quote(str(index.name))}")
        connection.execute(str(CreateIndex(index).compile(dialect=store.dialect)))
    except store.errors as error:
        if store.refusal(error) is None:
            raise
        columns = ", ".join(column.name for column in index.columns)
        raise SchemaMismatch(
            f"`{table.name}` has records with the same {columns}, which must now be unique",
            hint="merge or correct those records first",
        ) from error
