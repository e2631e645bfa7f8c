"""Empties the columns that are to go, some rows at a time, with what the search knows of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sidra.store.codecs import ID, TEXT
from sidra.store.database import Connection, Store
from sidra.store.prepared import given
from sidra.store.schema.steps import Clear


def clear_some(store: Store, connection: Connection, clear: Clear, after: bytes, limit: int) -> list[bytes]:
    """Return the ids of the rows after one that were emptied, in order; fewer than the limit where these were all."""
    id: sa.ColumnClause[Any] = sa.column("id", ID)
    cells: dict[str, sa.ColumnClause[Any]] = {name: sa.column(name, TEXT) for name in clear.columns}
    table = sa.table(clear.table, id, *cells.values())
    select = sa.select(id).where(cells[clear.source].is_not(None), id > given("k_after")).order_by(id)
    chosen = store.compile(select.limit(sa.literal_column(str(limit))))
    ids = [row[0] for row in chosen.run(connection, {"k_after": after}).fetchall()]
    update = store.compile(sa.update(table).where(id == given("k_id")).values(dict.fromkeys(cells, sa.null())))
    if ids:
        connection.executemany(update.sql, [update.parameters({"k_id": one}) for one in ids])
    for one in ids if clear.field else ():
        store.texts.keep(connection, one, clear.table, clear.field, "")
    return ids
