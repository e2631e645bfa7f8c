"""Takes the entries of before the chain into it: a database that was made by an earlier version has them without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable, DropIndex

from sidra.audit.chain import Chain, Told
from sidra.audit.journal import Persons
from sidra.audit.tables import audit_tables
from sidra.audit.values import encode_values
from sidra.store.codecs import LEAST_INTEGER
from sidra.store.database import Connection, Store

BATCH = 1_000
BEFORE = "_before"
OF_ENTRY = "e.sequence, e.at, e.actor_id, e.actor_name, e.action, e.entity, e.record_id, e.version, e.reason, e.changed"
OF_HISTORY = "h.entity, h.record_id, h.owner_id, h.former_owner_id, h.changes, h.pii"
SELECT = (
    f"SELECT {OF_ENTRY}, {OF_HISTORY} FROM audit_entry{BEFORE} e LEFT JOIN record_history{BEFORE} h "  # noqa: S608 - names
    f"ON h.entry = e.sequence WHERE e.sequence > :after ORDER BY e.sequence LIMIT {BATCH}"
)


def adopt_entries(store: Store, persons: Persons, connection: Connection) -> int:
    """Return how many entries were chained in their order, with their personal values sealed as the record's own.

    Only SQLite has any: databases of PostgreSQL were never without the chain.
    """
    tables = audit_tables(sa.MetaData())
    for table in (tables.entry, tables.history):
        for index in table.indexes:
            connection.execute(str(DropIndex(index, if_exists=True).compile(dialect=store.dialect)))
        connection.execute(f"ALTER TABLE {table.name} RENAME TO {table.name}{BEFORE}")
        connection.execute(str(CreateTable(table).compile(dialect=store.dialect)))
        for index in table.indexes:
            connection.execute(str(CreateIndex(index).compile(dialect=store.dialect)))
    chain, count = Chain(store), 0
    for rows in _batches(connection):
        chain.append(connection, [_told(connection, persons, row[1:]) for row in rows])
        count += len(rows)
    for table in (tables.history, tables.entry):
        connection.execute(f"DROP TABLE {table.name}{BEFORE}")
    return count


def _batches(connection: Connection) -> Iterator[list[tuple[Any, ...]]]:
    after = LEAST_INTEGER
    while rows := connection.execute(SELECT, {"after": after}).fetchall():
        yield rows
        after = rows[-1][0]


def _told(connection: Connection, persons: Persons, row: tuple[Any, ...]) -> Told:
    entry, (entity, record_id, owner_id, former_id, changes, pii) = row[:9], row[9:]
    if record_id is None:
        return entry, None
    values, personal = orjson.loads(changes), sorted(orjson.loads(pii))
    person_id = sealed = None
    if personal:
        hidden = encode_values({name: values.pop(name) for name in personal}).encode()
        person_id, sealed = record_id, persons.seal(connection, record_id, hidden, record_id)
    history = (
        entity,
        record_id,
        owner_id,
        former_id,
        encode_values(values),
        encode_values(personal),
        person_id,
        sealed,
    )
    return entry, history
