"""A few connections of one kind, lent one by one; a broken one goes, and with it all that may be broken as well."""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from psycopg import Error
from psycopg.pq import TransactionStatus

from sidra.errors import Busy
from sidra.store.database import BUSY_SECONDS
from sidra.store.failures import LATER

if TYPE_CHECKING:
    from sidra.store.sessions import Session

TRUSTED_SECONDS = 5.0
"""A connection that was idle for longer is asked whether the server still answers."""
IDLE_SECONDS = 60.0
"""Idle connections end after so long: each is a process of the server."""


class Pool:
    """Connections, at most so many; there is no thread that looks after them: who lends and gives back does."""

    def __init__(self, connect: Callable[[], Session], most: int) -> None:
        self._connect = connect
        self._turns = threading.BoundedSemaphore(most)
        self._idle: deque[tuple[Session, float]] = deque()

    def take(self, *, waits: bool = True) -> Session:
        """Return a connection that answers; raises Busy where none comes free, psycopg.Error where none can be made."""
        if not self._turns.acquire(timeout=BUSY_SECONDS if waits else 0):
            raise Busy("the database is busy", hint=LATER)
        try:
            return self._idle_one() or self._connect()
        except BaseException:
            self._turns.release()
            raise

    def _idle_one(self) -> Session | None:
        while True:
            try:
                session, since = self._idle.pop()
            except IndexError:
                return None
            if answers(session, time.monotonic() - since):
                return session
            session.close()
            self.forget()

    def give(self, session: Session) -> None:
        """Take back a connection."""
        try:
            if session.closed or session.pgconn.transaction_status != TransactionStatus.IDLE:
                is_lost = session.broken or session.closed
                session.close()
                if is_lost:
                    self.forget()
                return
            now = time.monotonic()
            self._idle.append((session, now))
            self._end_old(now)
        finally:
            self._turns.release()

    def _end_old(self, now: float) -> None:
        # Somebody else may have taken the last one meanwhile.
        with suppress(IndexError):
            if self._idle[0][1] < now - IDLE_SECONDS:
                self._idle.popleft()[0].close()

    def end_idle(self) -> bool:
        """Close the connections that were idle for long; tells whether there were any."""
        before = len(self._idle)
        for _ in range(before):
            self._end_old(time.monotonic())
        return len(self._idle) < before

    def forget(self) -> None:
        """Close the idle connections; those that are lent go when they are found to be broken."""
        while self._idle:
            try:
                self._idle.pop()[0].close()
            except IndexError:
                return


def answers(session: Session, idle_seconds: float) -> bool:
    """Tell whether a connection is of use: a server that ends says so at once, one that is cut off does not answer."""
    if session.closed:
        return False
    poll = select.poll()
    poll.register(session.fileno(), select.POLLIN | select.POLLHUP)
    # Nothing was asked: what comes is the end, or a notice that the next statement reads as well.
    if not poll.poll(0) and idle_seconds < TRUSTED_SECONDS:
        return True
    try:
        session.command(b"SELECT 1")
    except Error:
        return False
    return True
