"""The chain of the audit: each entry holds the digest of all entries before it, so that none can change unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sidra.audit.tables import DIGEST_BYTES, ENTRY_COLUMNS, HEAD_COLUMNS, HISTORY_COLUMNS, audit_tables
from sidra.store.database import Connection, Store
from sidra.store.gathering import compile_adding
from sidra.store.positional import compile_positional

LANE_BITS = 10
"""Of a sequence, the lowest, which name its lane. Above them stand the µs since 1970: until the year 2255, 63 bits."""
STEP = 1 << LANE_BITS
LANES = STEP - 1
NOTHING = bytes(DIGEST_BYTES)
"""What the first digest of a chain follows."""

# The columns of an entry from `at` to `changed`, and those of its history, if any, after `entry`.
Told = tuple[tuple[Any, ...], tuple[Any, ...] | None]
# The last sequence of a lane, its number, and its digest.
Head = tuple[int, int, bytes]

OWN = "audit head"
"""Under which a connection remembers the end of its lane's chain, where nobody else writes to it."""

_encode = msgspec.msgpack.Encoder().encode


def entry_digest(previous: bytes, cells: Sequence[object]) -> bytes:
    """The digest of an entry, of the values of ENTRY_COLUMNS, after that of the entry before it in its lane."""
    # MessagePack says of each value its type and its length: two different rows have never the same bytes.
    return hashlib.sha256(previous + _encode(cells)).digest()


def history_digest(cells: Sequence[object]) -> bytes:
    """The digest of a row of the history, of the values of HISTORY_COLUMNS."""
    return hashlib.sha256(_encode(cells)).digest()


def next_sequence(last: int, at: int, lane: int) -> int:
    """The number of a lane's next entry, of a moment in µs since 1970: by time over all lanes, and above the last."""
    return max(last + STEP, at << LANE_BITS | lane)


def lane_of(sequence: int) -> int:
    """The lane of an entry."""
    return sequence & LANES


class Chain:
    """Writes to the chains of one affiliate's store: one a lane, as no two writers are in one lane at the same time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        tables = audit_tables(sa.MetaData())
        self._entry = compile_adding(store, tables.entry, (*ENTRY_COLUMNS, "digest"))
        self._history = compile_adding(store, tables.history, HISTORY_COLUMNS)
        self._find_head = _find_head(store, tables.head)
        self._keep_head = _keep_head(store, tables.head)

    def append(self, connection: Connection, told: Sequence[Told]) -> None:
        """Write what was told in its order, and the end of the chain after it."""
        if not told:
            return
        lane = self._store.lane(connection)
        own = self._store.own(connection)
        head = (own.get((OWN, lane)) if own is not None else None) or self._head(connection, lane)
        entries: list[tuple[Any, ...]] = []
        histories: list[tuple[Any, ...]] = []
        for entry, history in told:
            head = _chained(head, lane, entry, history, entries, histories)
        for adding, rows in ((self._entry, entries), (self._history, histories)):
            self._store.add(connection, adding, rows)
        self._store.later(connection, self._keep_head, (lane, *head))
        if own is not None:
            own[OWN, lane] = head

    def _head(self, connection: Connection, lane: int) -> Head:
        found = connection.execute(self._find_head, (lane,)).fetchone()
        return tuple(found) if found is not None and found[1] else (lane, 0, NOTHING)


def _chained(
    head: Head,
    lane: int,
    entry: tuple[Any, ...],
    history: tuple[Any, ...] | None,
    entries: list[tuple[Any, ...]],
    histories: list[tuple[Any, ...]],
) -> Head:
    """Add the rows of what was told to those that are to be written; return the new end of the chain."""
    last, number, previous = head
    sequence = next_sequence(last, entry[0], lane)
    of_history = None
    if history is not None:
        row = (sequence, *history)
        of_history = history_digest(row)
        histories.append(row)
    cells = (sequence, number + 1, *entry, of_history)
    digest = entry_digest(previous, cells)
    entries.append((*cells, digest))
    return sequence, number + 1, digest


def _in_order(store: Store, statement: sa.ClauseElement, names: Sequence[str]) -> str:
    """Return the SQL of a statement whose values are given in this order."""
    compiled = compile_positional(store, statement)
    if compiled.names != tuple(names):
        raise TypeError(f"the values of `{compiled.sql}` stand in another order")
    return compiled.sql


def _find_head(store: Store, head: sa.Table) -> str:
    """Return what reads the end of a lane's chain.

    On PostgreSQL it writes the row that it reads: a table of a few rows is read whole, and serializable transactions
    in different lanes would seem to have read what each other wrote.
    """
    columns = (head.c.sequence, head.c.number, head.c.digest)
    lane: sa.BindParameter[Any] = sa.bindparam("lane", required=False)
    if store.dialect.name == "sqlite":
        return _in_order(store, sa.select(*columns).where(head.c.lane == lane), ["lane"])
    nothing: dict[str, sa.ColumnElement[Any]] = dict.fromkeys(("sequence", "number"), sa.literal_column("0"))
    insertion = postgresql.insert(head).values(lane=lane, digest=sa.literal_column("''::bytea"), **nothing)
    kept = insertion.on_conflict_do_update(index_elements=["lane"], set_={"lane": insertion.excluded.lane})
    return _in_order(store, kept.returning(*columns), ["lane"])


def _keep_head(store: Store, head: sa.Table) -> str:
    places: dict[str, Any] = {name: sa.bindparam(name, required=False) for name in HEAD_COLUMNS}
    insertion = (sqlite.insert if store.dialect.name == "sqlite" else postgresql.insert)(head).values(places)
    news = {name: insertion.excluded[name] for name in HEAD_COLUMNS[1:]}
    return _in_order(store, insertion.on_conflict_do_update(index_elements=["lane"], set_=news), HEAD_COLUMNS)
