"""Fills what a new Model adds to records that exist: collation keys, the search index, stored computed values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.audit.adopting import adopt_entries
from sidra.records.compiled import CompiledEntity, later
from sidra.records.search_index import index_texts
from sidra.store.database import Connection
from sidra.store.identifiers import NO_ID
from sidra.store.schema.evolve import Added
from sidra.store.tables import Stored

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.runtime import Runtime

BATCH = 1000


def backfill(runtime: Runtime, connection: Connection, added: Added) -> None:
    """Fill what was added; a new database has nothing to fill."""
    if added.is_new:
        return
    if "digest" in added.columns.get("audit_entry", frozenset()):
        adopt_entries(runtime.store, runtime.persons, connection)
    for name, table in runtime.tables.entities.items():
        if runtime.model.root(name) == name and "kind" in added.columns.get(name, ()):
            everything = sa.update(table.table).where(table.table.c.kind.is_(None)).values(kind=sa.literal(name))
            statement = runtime.store.compile(everything)
            statement.run(connection, {})
    for name in runtime.model.entities:
        if not runtime.model.entities[name].abstract:
            _fill(runtime, connection, runtime.entity(name), added)


def _fill(runtime: Runtime, connection: Connection, compiled: CompiledEntity, added: Added) -> None:
    columns = added.columns.get(compiled.root, frozenset())
    keys = [
        stored
        for stored in compiled.table.members.values()
        if (stored.has_sort_key and stored.sort_column in columns)
        or (stored.has_index and stored.index_column in columns)
    ]
    values = [
        stored for stored in compiled.table.members.values() if _is_computed(stored) and columns & set(stored.columns)
    ]
    texts = [
        name
        for name in compiled.searched
        if (compiled.name, name) in added.searched and not _is_indexed(connection, compiled, name)
    ]
    if not keys and not values and not texts:
        return
    # A collation key, or a blind index, is written with its value.
    rewritten = frozenset(stored.name for stored in (*values, *keys))
    records = runtime.system_records(connection, runtime.now())
    for record in all_records(records, connection, compiled):
        changes = {stored.name: records.computed(compiled.name, record.row, stored.name) for stored in values}
        if rewritten:
            compiled.change(rewritten).run(connection, {**record, **changes}, record.row)
        given = {name: changes.get(name, record[name]) for name in texts}
        index_texts(compiled.store, connection, compiled.root, record.id, given)


def _is_computed(stored: Stored) -> bool:
    return stored.attribute is not None and stored.attribute.compute is not None


def _is_indexed(connection: Connection, compiled: CompiledEntity, field: str) -> bool:
    texts = compiled.store.texts.texts
    select: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(texts)
    statement = compiled.store.compile(select.where(texts.c.root == compiled.root, texts.c.field == field).limit(1))
    return statement.run(connection, {}).fetchone() is not None


def all_records(records: Records, connection: Connection, compiled: CompiledEntity) -> Iterator[Any]:
    """Yield every record that is exactly of an entity, batch by batch, so that memory does not grow with the table."""
    table = compiled.table.table
    select = sa.select(*compiled.columns).where(table.c.id > later("k_id")).order_by(table.c.id).limit(BATCH)
    if compiled.table.has_kind:
        select = select.where(table.c.kind == compiled.name)
    statement = compiled.store.compile(select)
    last = NO_ID
    while True:
        rows = statement.run(connection, {"k_id": last}).fetchall()
        yield from (records.whole(compiled.name, row) for row in rows)
        if len(rows) < BATCH:
            return
        last = rows[-1][compiled.positions["id"]]
