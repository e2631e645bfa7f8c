"""Retention: what `retention:` says has been kept long enough is anonymised or deleted, record by record.

Time counts from the attribute `since:`, or else from the record's last change. A dry run does the same work and takes
it back, so that its numbers are those of the run that follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.access.actor import system_actor
from sidra.errors import Conflict
from sidra.privacy.anonymising import Anonymising
from sidra.privacy.scrubbing import want_scrubbing
from sidra.privacy.tables import anonymised_table
from sidra.records.compiled import later
from sidra.records.deleting import delete_row
from sidra.records.policies import condition
from sidra.store.codecs import DATETIME_CODEC
from sidra.store.database import PATIENCE_SECONDS
from sidra.store.identifiers import id_bytes
from sidra.store.prepared import given

if TYPE_CHECKING:
    import datetime

    from sidra.privacy.reach import Place
    from sidra.records.compiled import CompiledEntity
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.store.database import Connection
    from sidra_metamodel.kinds.entity import Retention

CHUNK = 500
"""Records that are looked up at a time."""
TOGETHER = 20
"""Records that are anonymised in one transaction; a deletion, which may be refused, has one of its own."""


@dataclass(frozen=True, slots=True)
class Retained:
    """What the rule of an entity did, or would do."""

    entity: str
    do: str
    count: int
    held: int
    """Records whose time is over and that stay, since others refer to them."""


class _TakenBack(Exception):
    """Ends the transaction of a dry run."""


def apply_retention(runtime: Runtime, *, dry_run: bool = False) -> list[Retained]:
    """Do what the retention of each entity says, or only count it; return the numbers by entity."""
    found = []
    for name, entity in runtime.model.entities.items():
        if entity.retention is not None and not entity.abstract:
            found.append(_Rule(runtime, name, entity.retention, dry_run=dry_run).apply())
    return found


def count_due(runtime: Runtime, connection: Connection, entity: str) -> int:
    """Return how many records that are exactly of an entity its retention would take, as of now."""
    retention = runtime.model.entity(entity).retention
    return 0 if retention is None else _Rule(runtime, entity, retention, dry_run=True).number(connection)


class _Rule:
    """The retention of the records that are exactly of one entity."""

    def __init__(self, runtime: Runtime, entity: str, retention: Retention, *, dry_run: bool) -> None:
        self._runtime, self._retention, self._dry_run = runtime, retention, dry_run
        self._compiled: CompiledEntity = runtime.entity(entity)
        self._actor = system_actor("retention", affiliate=runtime.affiliate)
        self._now = runtime.now()
        self._done = anonymised_table(runtime.tables.metadata)

    def apply(self) -> Retained:
        """Work through all records whose time is over."""
        count = held = 0
        is_deleted = self._retention.do == "delete"
        for ids in self._groups(1 if is_deleted else TOGETHER):
            try:
                self._transact(partial(self._delete if is_deleted else self._anonymise, ids))
                count += len(ids)
            except Conflict:
                held += len(ids)
        return Retained(self._compiled.name, self._retention.do, count, held)

    def _transact(self, work: Any) -> None:  # noqa: ANN401 - a function of a unit of work
        def attempt(unit: UnitOfWork) -> None:
            work(unit)
            if self._dry_run:
                raise _TakenBack
            want_scrubbing(self._runtime.store, unit.connection, unit.microseconds)

        try:
            self._runtime.transact(self._actor, attempt, patience=PATIENCE_SECONDS)
        except _TakenBack:
            return

    def _groups(self, size: int) -> Iterator[list[bytes]]:
        last = bytes(16)
        while True:
            with self._runtime.store.reading() as connection:
                ids = self._due(connection, last)
            yield from (ids[start : start + size] for start in range(0, len(ids), size))
            if len(ids) < CHUNK:
                return
            last = ids[-1]

    def _due(self, connection: Connection, last: bytes) -> list[bytes]:
        records = self._runtime.system_records(connection, self._now)
        statement = self._runtime.store.compile(self._select())
        rows = records.run(connection, statement, {"last": last, "before": self._before()}).fetchall()
        return [id for (id,) in rows]

    def number(self, connection: Connection) -> int:
        """Return how many records are due, by one statement."""
        table = self._compiled.table.table
        counted: sa.Select[Any] = sa.select(sa.func.count()).select_from(table).where(*self._is_due())
        records = self._runtime.system_records(connection, self._now)
        statement = self._runtime.store.compile(counted)
        found = records.run(connection, statement, {"last": bytes(16), "before": self._before()}).fetchone()
        return int(found[0])

    def _select(self) -> sa.Select[Any]:
        table = self._compiled.table.table
        select: sa.Select[Any] = sa.select(table.c.id).where(*self._is_due()).order_by(table.c.id)
        return select.limit(sa.literal_column(str(CHUNK)))

    def _is_due(self) -> list[Any]:
        table = self._compiled.table.table
        moment = table.c[self._since[0]]
        is_done = sa.exists().where(self._done.c.record_id == table.c.id, self._done.c.at >= table.c.updated_at)
        wanted = [
            condition(self._runtime, self._runtime.model.expression(self._retention.when), table),
            moment < later("before"),
            table.c.id > later("last"),
            sa.not_(is_done),
        ]
        if self._retention.hold is not None:
            is_held = condition(self._runtime, self._runtime.model.expression(self._retention.hold), table)
            wanted.append(sa.not_(sa.func.coalesce(is_held, sa.false())))
        if self._compiled.table.has_kind:
            wanted.append(table.c.kind == self._compiled.name)
        return wanted

    @property
    def _since(self) -> tuple[str, Any]:
        """The column that time counts from, and its codec."""
        stored = self._compiled.table.members[self._retention.since or "updated_at"]
        return stored.columns[0], stored.codec

    def _before(self) -> object:
        _, codec = self._since
        limit: datetime.datetime = self._now - self._retention.after
        return codec.encode(limit if codec is DATETIME_CODEC else self._runtime.today(limit))[0]

    def _anonymise(self, ids: list[bytes], unit: UnitOfWork) -> None:
        work = Anonymising(unit, "anonymise", f"retention of {self._compiled.name}")
        places = [place for id in ids for place in self._owned(unit, self._compiled, id)]
        for place in places:
            work.anonymise(place)
        forget = self._runtime.store.compile(sa.delete(self._done).where(self._done.c.record_id == given("id")))
        note = self._runtime.store.compile(self._done.insert().values(record_id=given("id"), at=given("at")))
        for id in ids:
            forget.run(unit.connection, {"id": id})
            note.run(unit.connection, {"id": id, "at": unit.microseconds})

    def _delete(self, ids: list[bytes], unit: UnitOfWork) -> None:
        for id in ids:
            places = self._owned(unit, self._compiled, id)
            row = self._compiled.select.run(unit.connection, {"k_id": id}).fetchone()
            if row is not None:
                delete_row(unit, unit.records.view(self._compiled.name), row)
            for _, owned in places:
                unit.runtime.persons.erase(unit.connection, owned)
                unit.runtime.tombstones.forget(unit.connection, owned)

    def _owned(self, unit: UnitOfWork, compiled: CompiledEntity, id: bytes) -> list[Place]:
        """Return a record with all that belongs to it, what belongs last first."""
        row = compiled.select.run(unit.connection, {"k_id": id}).fetchone()
        if row is None:
            return []
        record = unit.system.whole(compiled.kind_of(row), row)
        below = [
            place
            for relation in self._runtime.entity(compiled.kind_of(row)).owned
            for child in record[relation.name]
            for place in self._owned(unit, self._runtime.entity(child.entity), id_bytes(child.id))
        ]
        return [*below, (compiled.root, id)]
