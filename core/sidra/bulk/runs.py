"""What is kept of changes to many records: the runs, and what became of each record."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import orjson
import sqlalchemy as sa

from sidra.bulk.tables import bulk_tables_alone
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.gathering import Adding, compile_adding
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, Row, given

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.store.database import Connection, Store

KEPT = datetime.timedelta(days=14)
CANCELLED = "cancelled"
COLUMNS = ("id", "account_id", "entity", "action", "member", "sealed", "locale", "at", "ended_at", "stopped_by")
ITEM_COLUMNS = ("run_id", "place", "record_id", "state", "version", "former")
Action = Literal["set", "step", "delete", "undo"]
State = Literal["waiting", "changed", "same", "failed"]
Told = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What is done with each record."""

    action: Action
    member: str = ""
    """The attribute that is set, or the step that is taken."""
    # JSON of the attribute's type, as a form posts it.
    value: object = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BulkRun:
    """One change to many records."""

    id: str
    account_id: str
    entity: str
    change: Change
    locale: str
    at: datetime.datetime
    ended_at: datetime.datetime | None
    stopped_by: str
    undo_of: str = ""
    undone_by: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Records by state."""

    @property
    def total(self) -> int:
        """All records that were asked for."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Records whose turn has come."""
        return self.total - self.counts.get("waiting", 0)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a run."""

    place: int
    record_id: str
    state: str
    version: int | None
    former: str | None = None
    """The value it had, as JSON; None where only the history may tell it."""
    told: Told = ()


class BulkRuns:
    """The runs of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        tables = bulk_tables_alone()
        run, item, other = tables.run, tables.item, tables.run.alias("other")
        self._run, self._item = run, item
        is_run, is_item = (
            run.c.id == given("key"),
            sa.and_(item.c.run_id == given("key"), item.c.place == given("place")),
        )
        self._add = Prepared(store, run.insert().values({column.name: given(column.name) for column in run.c}))
        undone = sa.select(other.c.id).where(other.c.undo_of == run.c.id).scalar_subquery()
        self._get = Prepared(store, sa.select(*(run.c[name] for name in COLUMNS), run.c.undo_of, undone).where(is_run))
        by_state = sa.select(item.c.state, sa.func.count()).where(item.c.run_id == given("key")).group_by(item.c.state)
        self._counts = Prepared(store, by_state)
        found = sa.select(*(item.c[name] for name in ("place", "record_id", "state", "version", "former", "problems")))
        page = found.where(item.c.run_id == given("key"), item.c.state == given("state"), item.c.place > given("after"))
        self._items = Prepared(store, page.order_by(item.c.place).limit(given("limit")))
        ended = {"ended_at": given("ended_at"), "stopped_by": given("stopped_by")}
        self._end = Prepared(store, run.update().where(is_run, run.c.ended_at.is_(None)).values(ended))
        noted = {name: given(f"new_{name}") for name in ("state", "version", "problems")}
        self._note = Prepared(store, item.update().where(is_item, item.c.state == "waiting").values(noted))
        again = {name: given(f"new_{name}") for name in ("state", "version", "former")}
        self._remark = Prepared(store, item.update().where(is_item).values(again))
        self._is_open = Prepared(store, sa.select(run.c.id).where(is_run, run.c.ended_at.is_(None)))
        self._old = Prepared(store, sa.select(run.c.id).where(run.c.at < given("before")))
        self._sweep_items = Prepared(store, item.delete().where(item.c.run_id == given("key")))
        self._sweep_run = Prepared(store, run.delete().where(is_run))

    @cached_property
    def _insert(self) -> Adding:
        return compile_adding(self._store, self._item, ITEM_COLUMNS)

    def begin(
        self,
        unit: UnitOfWork,
        entity: str,
        change: Change,
        records: Iterable[tuple[str, int | None, str | None]],
        undo_of: str = "",
    ) -> str:
        """Return the id of a new run over records: an undo tells the version that each must have, and what it was."""
        key, account = unit.new_key(), id_bytes(unit.actor.id)
        plain = orjson.dumps([change.value, change.reason])
        sealed = unit.runtime.persons.seal(unit.connection, account, plain, key)
        self._add.run_on(
            unit.connection,
            id=key,
            account_id=account,
            entity=entity,
            action=change.action,
            member=change.member,
            sealed=sealed,
            locale=unit.actor.locale,
            at=unit.microseconds,
            ended_at=None,
            stopped_by=None,
            undo_of=id_bytes(undo_of) if undo_of else None,
        )
        rows = [
            (key, place, id_bytes(record), "waiting", version, former)
            for place, (record, version, former) in enumerate(records, 1)
        ]
        self._store.add(unit.connection, self._insert, rows)
        return id_text(key)

    def get(self, runtime: Runtime, run_id: str, connection: Connection | None = None) -> BulkRun | None:
        """Return a run; None where there is none, or its person's key was destroyed."""
        try:
            key = id_bytes(run_id)
        except (ValueError, AttributeError):
            return None
        if connection is None:
            with self._store.reading() as reading:
                return self.get(runtime, run_id, reading)
        rows = self._get.rows_on(connection, key=key)
        plain = runtime.persons.unseal(connection, rows[0][1], rows[0][5], key) if rows else None
        if plain is None:
            return None
        counts = {str(state): int(number) for state, number in self._counts.rows_on(connection, key=key)}
        return _run(rows[0], orjson.loads(plain), counts)

    def items(self, run_id: str, state: State, *, after: int = 0, limit: int = 50) -> list[Item]:
        """Return records of a run in a state, in order."""
        rows = self._items.all(key=id_bytes(run_id), state=state, after=after, limit=limit)
        return [
            Item(place, id_text(record), kept, version, former, tuple(tuple(one) for one in orjson.loads(told or "[]")))
            for place, record, kept, version, former, told in rows
        ]

    def note(
        self, unit: UnitOfWork, run_id: str, place: int, state: State, version: int | None = None, told: Told = ()
    ) -> bool:
        """Keep what became of a record; False where that is known already, or nothing of it is."""
        problems = orjson.dumps(told).decode() if told else None
        changed = {"new_state": state, "new_version": version, "new_problems": problems}
        return self._note.run_on(unit.connection, key=id_bytes(run_id), place=place, **changed) == 1

    def remark(self, unit: UnitOfWork, run_id: str, place: int, version: int, former: str | None) -> None:
        """Keep that a record was changed which the same unit of work has noted."""
        changed = {"new_state": "changed", "new_version": version, "new_former": former}
        self._remark.run_on(unit.connection, key=id_bytes(run_id), place=place, **changed)

    def is_open(self, unit: UnitOfWork, run_id: str) -> bool:
        """Tell whether a run goes on, as the transaction sees it."""
        return bool(self._is_open.rows_on(unit.connection, key=id_bytes(run_id)))

    def end(self, unit: UnitOfWork, run_id: str, stopped_by: str = "") -> bool:
        """Keep that a run is over, by an error of this code where there is one; False where it was already."""
        ended = {"ended_at": unit.microseconds, "stopped_by": stopped_by or None}
        return self._end.run_on(unit.connection, key=id_bytes(run_id), **ended) == 1

    def sweep(self, now: datetime.datetime) -> int:
        """Delete the runs of long ago; return how many they were."""
        old = self._old.all(before=encode_datetime(now - KEPT))
        # One after the other, since everybody else waits for each transaction.
        for (key,) in old:
            self._sweep_items.run(key=key)
            self._sweep_run.run(key=key)
        return len(old)


def _run(row: Row, kept: Sequence[object], counts: Mapping[str, int]) -> BulkRun:
    key, account, entity, action, member, _, locale, at, ended_at, stopped_by, undo_of, undone_by = row
    value, reason = kept
    return BulkRun(
        id_text(key),
        id_text(account),
        entity,
        Change(action, member, value, str(reason)),
        locale,
        decode_datetime(at),
        None if ended_at is None else decode_datetime(ended_at),
        stopped_by or "",
        "" if undo_of is None else id_text(undo_of),
        "" if undone_by is None else id_text(undone_by),
        counts,
    )
