"""A pool of connections under those who lend and give back at the same moment."""

from __future__ import annotations

import time
from collections import deque
from typing import cast

import pytest
from psycopg.pq import TransactionStatus

from sidra.store.pools import IDLE_SECONDS, Pool
from sidra.store.sessions import Session


class Status:
    """What the driver tells of a connection that has nothing to do."""

    transaction_status = TransactionStatus.IDLE


class Idle:
    """A connection that answers."""

    closed = broken = False
    pgconn = Status()

    def close(self) -> None:
        """Close it."""
        self.closed = True


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


def test_connections_that_were_idle_for_long_end_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(lambda: cast("Session", Idle()), 3)
    lent = [pool.take(waits=False) for _ in range(3)]
    for session in lent[:2]:
        pool.give(session)
    assert not pool.end_idle()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + IDLE_SECONDS + 1)
    pool.give(lent[2])
    assert pool.end_idle()
    assert [session.closed for session in lent] == [True, True, False]
