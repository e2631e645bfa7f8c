"""Signals: that something changed, without what; kept with the change itself and swept soon after."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.live.tables import live_tables_alone
from sidra.store.codecs import MICROSECOND, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.gathering import Adding, compile_adding
from sidra.store.identifiers import new_key
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork

COLUMNS = ("id", "topic", "kind")
KEPT = datetime.timedelta(minutes=15)
"""Who was away for longer asks for everything anew."""
SWEEP_EVERY = datetime.timedelta(minutes=5)
MOST = 100_000
"""Read at once."""
MOST_OF_A_WORK = 50
"""A work that changes more is no person's: who looks on finds it when they look again."""


def tell(unit: UnitOfWork, topic: str, kind: str) -> None:
    """Tell whoever looks at a topic to ask again, once this unit of work is kept.

    topic: `account:<id>`, `record:<entity>:<id>`, `queue:<name>`, `job:<id>`. kind: what happened, in one word, such as
    `changed`. Neither may hold a value: everybody who may see the topic is told.
    """
    if not unit.signals:
        # Before the audit, which holds its lock to the end.
        unit.before_commit.insert(0, partial(unit.runtime.signals.write, unit))
    unit.signals[topic, kind] = None


def tell_changed(unit: UnitOfWork, entity: str, record_id: str | None) -> None:
    """Tell whoever has a record open that it is another now; who loads many at a time tells nobody."""
    if record_id and unit.gathered is None and len(unit.signals) < MOST_OF_A_WORK:
        tell(unit, f"record:{entity}:{record_id}", "changed")


@dataclass(frozen=True, slots=True)
class Signal:
    """One that was told."""

    id: bytes
    topic: str
    kind: str


class Signals:
    """The signals of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.wake: Callable[[], None] = nobody
        """Is called once something was told: whoever passes it on in this process puts itself here."""
        self._table = live_tables_alone().signal
        self._swept_at = 0

    @cached_property
    def _insert(self) -> Adding:
        return compile_adding(self._store, self._table, COLUMNS)

    @cached_property
    def _since(self) -> Prepared:
        table = self._table
        later = sa.select(*table.columns).where(table.c.id > given("after")).order_by(table.c.id)
        return Prepared(self._store, later.limit(given("limit")))

    @cached_property
    def _sweep(self) -> Prepared:
        return Prepared(self._store, self._table.delete().where(self._table.c.id < given("before")))

    def write(self, unit: UnitOfWork) -> None:
        """Keep what a unit of work tells, in its transaction: their ids are of its end, when others shall see them."""
        now = encode_datetime(unit.runtime.now())
        self.keep(unit.connection, unit.signals, now)
        unit.after_commit.append(self.wake)
        if now - self._swept_at > SWEEP_EVERY // MICROSECOND:
            self._swept_at = now
            unit.after_commit.append(lambda: self.sweep(now))

    def keep(self, connection: Connection, told: Iterable[tuple[str, str]], now: int) -> None:
        """Keep topics and kinds in a transaction; whoever reads them in another process looks now and then."""
        rows = [(new_key(now // 1000, at), *one) for at, one in enumerate(told)]
        self._store.add(connection, self._insert, rows)

    def after(self, key: bytes, limit: int = MOST) -> list[Signal]:
        """Return what was told after a signal, or after the moment of a key, in order; the first of much."""
        return [Signal(*row) for row in self._since.all(after=key, limit=limit)]

    def sweep(self, now: int) -> None:
        """Delete what nobody asks for any more, unless somebody else writes: then the next one does it."""
        self._sweep.run_if_free(before=key_of(now - KEPT // MICROSECOND))


def key_of(moment: int) -> bytes:
    """Return what is less than all ids of a moment (µs since 1970) and more than all before it."""
    return (moment // 1000 << 16).to_bytes(8, "big") + bytes(8)


def nobody() -> None:
    """Nobody passes on what is told in this process."""
