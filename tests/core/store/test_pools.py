"""A pool of connections under those who lend and give back at the same moment."""

from __future__ import annotations

from collections import deque
from typing import cast

from psycopg.pq import TransactionStatus

from sidra.store.pools import Pool
from sidra.store.sessions import Session


class Status:
    """What the driver tells of a connection that has nothing to do."""

    transaction_status = TransactionStatus.IDLE


class Idle:
    """A connection that answers."""

    closed = broken = False
    pgconn = Status()


class Contested(deque[tuple[Session, float]]):
    """Idle connections each of which somebody else takes as soon as it is there."""

    def append(self, given: tuple[Session, float]) -> None:
        """Add a connection, which is gone at once."""
        super().append(given)
        self.pop()


def test_who_gives_a_connection_back_that_another_takes_at_once_is_told_of_no_error() -> None:
    pool = Pool(lambda: cast("Session", Idle()), 2)
    session = pool.take()
    pool._idle = Contested()
    pool.give(session)
    one, other = pool.take(waits=False), pool.take(waits=False)
    assert one is not other
