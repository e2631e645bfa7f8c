"""What changes in a store when `encrypt: true` is added to an attribute with values, or taken away from one.

Values that become sealed may wait, since readers take both forms: `reseal` gets to them. What stands beside them in the
clear may not, nor may sealed values of an attribute that lists and the search read as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.records.compiled import later
from sidra.records.folding import sort_key
from sidra.records.search_index import index_texts
from sidra.store.codecs import TEXT
from sidra.store.identifiers import NO_ID, id_text
from sidra.store.tables import SORT_SUFFIX

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.runtime import Runtime
    from sidra.store.database import Connection
    from sidra.store.schema.evolve import Added
    from sidra.store.tables import Stored

BATCH = 1000


def convert(runtime: Runtime, connection: Connection, added: Added) -> None:
    """Unseal the values of attributes that are no longer encrypted; forget what told those that now are."""
    for root, name in sorted(added.unsealed):
        compiled, stored = _found(runtime, root, name)
        _unseal(runtime, connection, compiled, stored)
    for root, name in sorted(added.sealed):
        compiled, stored = _found(runtime, root, name)
        _forget(runtime, connection, compiled, stored)


def _found(runtime: Runtime, root: str, name: str) -> tuple[CompiledEntity, Stored]:
    holder = next(kind for kind in runtime.model.subtypes(root) if name in runtime.tables.entities[kind].members)
    compiled = runtime.entity(holder)
    return compiled, compiled.table.members[name]


def _unseal(runtime: Runtime, connection: Connection, compiled: CompiledEntity, stored: Stored) -> None:
    table, unseal = compiled.table.table, compiled.sealing.unsealer(stored.name)
    values = {stored.name: later("new")} | ({stored.sort_column: later("key")} if stored.has_sort_key else {})
    change = runtime.store.compile(sa.update(table).where(table.c.id == later("k_id")).values(values))
    for id, text in _texts(runtime, connection, table, stored.name):
        plain = unseal(text, id)
        given = {"k_id": id, "new": plain}
        change.run(connection, given | ({"key": sort_key(plain, compiled.locale)} if stored.has_sort_key else {}))


def _forget(runtime: Runtime, connection: Connection, compiled: CompiledEntity, stored: Stored) -> None:
    """Take away the collation keys and search texts of values that must not be told any more."""
    table, store = compiled.table.table, runtime.store
    column = stored.name + SORT_SUFFIX
    if column in store.columns(connection).get(table.name, {}):
        former = sa.table(table.name, sa.column(column, TEXT))
        store.compile(sa.update(former).values({column: sa.null()})).run(connection, {})
    for id, _ in _texts(runtime, connection, table, stored.name):
        index_texts(store, connection, compiled.root, id_text(id), {stored.name: None})


def _texts(runtime: Runtime, connection: Connection, table: sa.Table, column: str) -> Iterator[tuple[bytes, str]]:
    select = sa.select(table.c.id, table.c[column]).where(table.c.id > later("k_id"), table.c[column].is_not(None))
    statement = runtime.store.compile(select.order_by(table.c.id).limit(BATCH))
    last = NO_ID
    while True:
        rows = statement.run(connection, {"k_id": last}).fetchall()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1][0]
