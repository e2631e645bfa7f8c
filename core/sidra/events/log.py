"""The log of events, and what each subscriber has still to be told of it; both are written together."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.events.projecting import Event
from sidra.events.tables import event_tables_alone
from sidra.store.codecs import decode_datetime
from sidra.store.gathering import Adding, compile_adding
from sidra.store.prepared import Prepared, Row, given

if TYPE_CHECKING:
    from sidra.store.database import Connection, Store

LOGGED = ("sequence", "id", "at", "type", "location", "entity", "record_id", "change_id", "state")
DUE = ("subscription_id", "sequence", "record_id", "standing", "tries", "due_at")
KEPT = datetime.timedelta(days=30)
"""How long an event can be read, and what could not be delivered be replayed."""
MOST = 100
"""Events that are read at once."""
MANY = 100
"""Changes that are looked up by one statement."""
SWEPT_AT_ONCE = 5000
"""By one transaction, so that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Logged:
    """An event of the log."""

    sequence: int
    event: Event
    at: datetime.datetime


class EventLog:
    """The log of one affiliate's store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        tables = event_tables_alone()
        self._log, self._delivery = tables.log, tables.delivery
        log = self._log
        self._columns = [log.c[name] for name in LOGGED]
        self._last = Prepared(store, sa.select(sa.func.max(log.c.sequence)))
        keys = [given(f"key_{number}") for number in range(MANY)]
        self._known = Prepared(store, sa.select(log.c.change_id).where(log.c.change_id.in_(keys)).distinct())
        page = sa.select(*self._columns).where(log.c.location == given("location"), log.c.sequence > given("after"))
        self._page = Prepared(store, page.order_by(log.c.sequence).limit(given("limit")))
        one = sa.select(*self._columns).where(log.c.location == given("location"), log.c.id == given("key"))
        self._one = Prepared(store, one)
        # The last one stays: from it the numbers go on.
        last = sa.select(sa.func.max(log.alias("all").c.sequence)).scalar_subquery()
        old = sa.select(log.c.sequence).where(log.c.at < given("before"), log.c.sequence < last).limit(SWEPT_AT_ONCE)
        self._sweep = Prepared(store, log.delete().where(log.c.sequence.in_(old)))
        is_lost = ~sa.exists().where(log.c.sequence == self._delivery.c.sequence)
        self._sweep_lost = Prepared(store, self._delivery.delete().where(is_lost))

    @cached_property
    def _add(self) -> Adding:
        return compile_adding(self._store, self._log, LOGGED)

    @cached_property
    def _deliver(self) -> Adding:
        return compile_adding(self._store, self._delivery, DUE)

    def keep(self, events: Sequence[Event], at: int, wanted: Mapping[bytes, frozenset[str]]) -> None:
        """Keep events in order, and that these subscriptions are to be told of those of their types; each once.

        at: µs since 1970. Events of a change that is known already were kept before, and change nothing.
        """

        def keep(connection: Connection) -> None:
            known = self._known_of(connection, events)
            new = [event for event in events if event.change_id not in known]
            if not new:
                return
            # Who keeps others at the same time takes the same numbers, collides, and is repeated.
            first = (self._last.rows_on(connection)[0][0] or 0) + 1
            numbered = list(enumerate(new, first))
            self._store.insert_many(connection, self._add, [_row(number, at, event) for number, event in numbered])
            due = [
                (subscription, number, event.record_id, "waiting", 0, 0)
                for subscription, types in wanted.items()
                for number, event in numbered
                if event.type in types
            ]
            if due:
                self._store.insert_many(connection, self._deliver, due)

        self._store.transact(keep)

    def _known_of(self, connection: Connection, events: Sequence[Event]) -> set[bytes]:
        """The changes among those of some events that were kept before."""
        found: set[bytes] = set()
        keys = list(dict.fromkeys(event.change_id for event in events))
        for start in range(0, len(keys), MANY):
            chunk = keys[start : start + MANY]
            chunk += [chunk[-1]] * (MANY - len(chunk))
            named = {f"key_{number}": key for number, key in enumerate(chunk)}
            found.update(bytes(row[0]) for row in self._known.rows_on(connection, **named))
        return found

    def page(self, location: str, after: int, limit: int = MOST) -> list[Logged]:
        """The events of a resource after a number of the log, in order."""
        return [logged(row) for row in self._page.all(location=location, after=after, limit=limit)]

    def get(self, location: str, key: bytes) -> Logged | None:
        """One event of a resource; None where there is none, or it is no longer kept."""
        row = self._one.one(location=location, key=key)
        return None if row is None else logged(row)

    def sweep(self, before: int) -> int:
        """Delete events of long ago (µs since 1970), not all at once, and what waits for them; returns how many."""
        gone = self._sweep.run(before=before)
        if gone:
            self._sweep_lost.run()
        return gone


def logged(row: Row) -> Logged:
    """An event of a row of the LOGGED columns."""
    sequence, key, at, type_, location, entity, record, change, state = row
    event = Event(bytes(key), type_, location, entity, bytes(record), bytes(change), state)
    return Logged(sequence, event, decode_datetime(at))


def _row(number: int, at: int, event: Event) -> tuple[object, ...]:
    parts: Iterable[object] = (event.type, event.location, event.entity, event.record_id, event.change_id, event.state)
    return (number, event.id, at, *parts)
