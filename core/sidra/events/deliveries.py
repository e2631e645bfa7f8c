"""What subscribers have still to be told: taken in order, marked as done, put off, or given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.events.log import LOGGED, Logged, logged
from sidra.events.tables import event_tables_alone
from sidra.store.identifiers import id_bytes
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.events.subscriptions import Subscription
    from sidra.store.database import Connection, Store

MOST_TRIES = 8
"""After so many failures an event waits for a person."""
FIRST_WAIT = 5_000_000
LONGEST_WAIT = 3_600_000_000
"""Microseconds until the next try: doubled each time, up to an hour."""
MOST_DEAD = 500


@dataclass(frozen=True, slots=True)
class Due:
    """An event that a subscriber is to be told of now."""

    logged: Logged
    tries: int
    """That failed so far."""


@dataclass(frozen=True, slots=True)
class Dead:
    """An event that was given up."""

    subscription: bytes
    logged: Logged
    tries: int
    code: str
    reason: str


def wait_after(failures: int) -> int:
    """How long after so many failures the next try is, in µs."""
    return int(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1)))


class Deliveries:
    """The deliveries of one affiliate's store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        tables = event_tables_alone()
        log, mine = tables.log, tables.delivery
        columns = [log.c[name] for name in LOGGED]
        is_mine = mine.c.subscription_id == given("key")
        is_one = sa.and_(is_mine, mine.c.sequence == given("sequence"))
        is_waiting = mine.c.standing == "waiting"
        joined = log.join(mine, mine.c.sequence == log.c.sequence)
        earlier = mine.alias("earlier")
        # Of one record nothing goes before what happened to it earlier and was put off.
        is_behind = sa.exists().where(
            earlier.c.subscription_id == mine.c.subscription_id,
            earlier.c.record_id == mine.c.record_id,
            earlier.c.sequence < mine.c.sequence,
            earlier.c.standing == "waiting",
            earlier.c.due_at > given("now"),
        )
        due = sa.select(*columns, mine.c.tries).select_from(joined)
        due = due.where(is_mine, is_waiting, mine.c.due_at <= given("now"), ~is_behind)
        self._due = Prepared(store, due.order_by(mine.c.sequence).limit(given("limit")))
        later = sa.select(sa.func.min(mine.c.due_at)).where(is_mine, is_waiting, mine.c.due_at > given("now"))
        self._later = Prepared(store, later)
        waiting = sa.select(mine.c.subscription_id).where(is_waiting).distinct()
        self._waiting = Prepared(store, waiting)
        self._done = Prepared(store, mine.delete().where(is_one))
        failed = {"tries": mine.c.tries + 1, "code": given("code"), "reason": given("reason")}
        one = mine.update().where(is_one, is_waiting)
        self._put_off = Prepared(store, one.values({**failed, "due_at": given("due_at")}))
        self._fail_all = Prepared(store, mine.update().where(is_mine, is_waiting).values(failed))
        is_hopeless = sa.and_(is_mine, is_waiting, mine.c.tries >= given("most"))
        self._give_up = Prepared(store, mine.update().where(is_hopeless).values(standing="dead"))
        dead = sa.select(mine.c.subscription_id, mine.c.tries, mine.c.code, mine.c.reason, *columns)
        dead = dead.select_from(joined).where(mine.c.standing == "dead")
        self._dead = Prepared(store, dead.order_by(mine.c.sequence).limit(given("limit")))
        again = {"standing": "waiting", "tries": 0, "due_at": 0, "code": sa.null(), "reason": sa.null()}
        is_dead = mine.c.standing == "dead"
        of_event = mine.c.sequence.in_(sa.select(log.c.sequence).where(log.c.id == given("key")))
        is_meant = sa.and_(is_dead, sa.or_(is_mine, of_event))
        self._meant = Prepared(
            store, sa.select(mine.c.subscription_id, sa.func.count()).where(is_meant).group_by(mine.c.subscription_id)
        )
        self._replay = Prepared(store, mine.update().where(is_meant).values(again))

    def due(self, subscription: Subscription, now: int, limit: int) -> list[Due]:
        """What is to be told now, in order."""
        return [Due(logged(row[:-1]), row[-1]) for row in self._due.all(key=subscription.key, now=now, limit=limit)]

    def later(self, subscription: Subscription, now: int) -> int | None:
        """When the first of what was put off is due (µs); None where nothing was."""
        row = self._later.one(key=subscription.key, now=now)
        return None if row is None else row[0]

    def waiting(self) -> list[bytes]:
        """The subscriptions that something waits for."""
        return [bytes(row[0]) for row in self._waiting.all()]

    def done(self, connection: Connection, subscription: Subscription, sequences: Iterable[int]) -> None:
        """Forget what was told."""
        for sequence in sequences:
            self._done.run_on(connection, key=subscription.key, sequence=sequence)

    def put_off(
        self, connection: Connection, subscription: Subscription, due: Due, now: int, failure: tuple[str, str]
    ) -> None:
        """Put one event off that the subscriber refused, or give it up; others of the subscriber go on."""
        later = now + wait_after(due.tries + 1)
        given_ = {"key": subscription.key, "sequence": due.logged.sequence, "due_at": later}
        self._put_off.run_on(connection, code=failure[0], reason=failure[1], **given_)
        self._give_up.run_on(connection, key=subscription.key, most=MOST_TRIES)

    def fail_all(self, connection: Connection, subscription: Subscription, failure: tuple[str, str]) -> None:
        """Count a failure of the subscriber itself against all that waits for it, and give up what has too many."""
        self._fail_all.run_on(connection, key=subscription.key, code=failure[0], reason=failure[1])
        self._give_up.run_on(connection, key=subscription.key, most=MOST_TRIES)

    def dead(self, limit: int = MOST_DEAD) -> list[Dead]:
        """What was given up, the oldest first."""
        return [_dead(row) for row in self._dead.all(limit=limit)]

    def replay(self, id: str) -> dict[bytes, int]:
        """Let what was given up be told again: all of a subscription, or one event; returns how many, by subscription.

        Raises ValueError for what is no id.
        """
        key = id_bytes(id)

        def replay(connection: Connection) -> dict[bytes, int]:
            found = {bytes(row[0]): int(row[1]) for row in self._meant.rows_on(connection, key=key)}
            self._replay.run_on(connection, key=key)
            return found

        return self._store.transact(replay)


# A row has the types of its columns.
def _dead(row: tuple[Any, ...]) -> Dead:
    subscription, tries, code, reason, *event = row
    return Dead(bytes(subscription), logged(tuple(event)), tries, code or "", reason or "")
