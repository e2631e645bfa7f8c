"""What happened in a store: kept with the change itself, taken up by the relay once it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from sidra.jobs.tables import job_tables
from sidra.store.database import Connection, Store
from sidra.store.gathering import Adding, compile_adding
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork

EMPTY = "{}"
COLUMNS = ("id", "at", "event", "entity", "record_id", "version", "payload")
MOST_CHARACTERS = 3500
MANY = 200
"""Rows that are deleted by one statement."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of the outbox."""

    id: str
    event: str
    """`<entity>.created`, `.updated`, `.deleted` or `.<transition>`, or a name that whoever emits it chose."""
    entity: str
    record_id: str | None
    version: int | None
    payload: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        """Return what a handler is given."""
        about = {"entity": self.entity, "record_id": self.record_id, "version": self.version}
        return {"event": self.event, **{name: value for name, value in about.items() if value}, **self.payload}


class Outbox:
    """The outbox of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.wake: Callable[[], None] = nobody
        """Is called once something was kept: whoever takes it up in this process puts itself here."""
        self._table = job_tables(sa.MetaData()).outbox

    @cached_property
    def _insert(self) -> Adding:
        return compile_adding(self._store, self._table, COLUMNS)

    @cached_property
    def _oldest(self) -> Prepared:
        table = self._table
        columns = [table.c[name] for name in ("id", "event", "entity", "record_id", "version", "payload")]
        return Prepared(self._store, sa.select(*columns).order_by(table.c.id).limit(given("limit")))

    @cached_property
    def _delete(self) -> Prepared:
        return Prepared(self._store, self._table.delete().where(self._table.c.id == given("key")))

    @cached_property
    def _delete_many(self) -> Prepared:
        keys = [given(f"key_{number}") for number in range(MANY)]
        return Prepared(self._store, self._table.delete().where(self._table.c.id.in_(keys)))

    def write(self, unit: UnitOfWork, rows: list[tuple[object, ...]]) -> None:
        """Keep what happened, in the transaction of a unit of work: all of it by one statement."""
        self._store.add(unit.connection, self._insert, rows)

    def oldest(self, limit: int) -> list[Happening]:
        """Return what nobody has taken up yet, in the order in which it happened."""
        return [_happening(row) for row in self._oldest.all(limit=limit)]

    def done(self, ids: Iterable[str]) -> None:
        """Delete what was taken up."""
        keys = [id_bytes(one) for one in ids]
        if not keys:
            return

        def delete(connection: Connection) -> None:
            whole = len(keys) - len(keys) % MANY
            for start in range(0, whole, MANY):
                chunk = keys[start : start + MANY]
                self._delete_many.run_on(connection, **{f"key_{at}": key for at, key in enumerate(chunk)})
            for key in keys[whole:]:
                self._delete.run_on(connection, key=key)

        self._store.transact(delete)


def nobody() -> None:
    """Nobody takes up what happened in this process."""


def row_of(
    unit: UnitOfWork, event: str, entity: str, record_id: str | None, version: int | None, payload: Mapping[str, Any]
) -> tuple[object, ...]:
    """Return a row of the outbox, its COLUMNS; raises ValueError for a payload that is more than ids and names."""
    text = orjson.dumps(payload).decode() if payload else EMPTY
    if len(text) > MOST_CHARACTERS:
        # It would be refused as what a job is given, and hold up all that happens after it.
        raise ValueError(f"what `{event}` tells has more than {MOST_CHARACTERS} characters")
    record = None if record_id is None else id_bytes(record_id)
    return unit.new_key(), unit.microseconds, event, entity, record, version, text


# A row is a tuple of the driver's values.
def _happening(row: tuple[Any, ...]) -> Happening:
    key, event, entity, record_id, version, payload = row
    record = None if record_id is None else id_text(record_id)
    return Happening(id_text(key), event, entity, record, version, orjson.loads(payload))
