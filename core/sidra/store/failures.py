"""What goes wrong with a database, in words of our own; and trying again what collides with others."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from typing import NoReturn, TypeVar

from sidra.errors import Busy, SidraError, TookLong

ATTEMPTS = 10
"""How often a transaction is tried that collides with others."""
REQUEST_SECONDS = 20.0
"""After so long nothing is tried again for whoever has no patience."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.01, 2.5

Result = TypeVar("Result")
Refused = Callable[[Exception], Exception]
"""What an error of the driver means to whoever gave the statement; the same one where it means nothing else."""


class StoreError(SidraError):
    """The database is not there, cannot be opened, or does not fit the Model."""

    code = "R002"


class Collision(Busy):
    """Others changed what the transaction has read: the same one works when it is tried again."""


class Reshaped(Busy):
    """Another process has just given the tables the form of a configuration that this one does not have yet."""


MENDING = "see its rights and the space on its disk; where it is damaged, restore its last backup"
LATER = "try again in a moment"
LESS = "narrow it by a filter that the list declares, or try again in a moment"
FAILING = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
"""What a disk does that is full or breaks; the same request works once the operator has mended it."""
OCCUPIED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
PRIMARY = 0xFF
"""The part of SQLite's extended codes that names the kind."""
COLLISIONS = frozenset({"40001", "40P01"})
SLOW = frozenset({"57014", "25P03", "25P04"})
"""A statement or a transaction took longer than it may."""
LOCKED = "55P03"
OTHER_TABLES = frozenset({"42703", "42P01"})
"""A column or a table is not there: no statement of ours names one that never was."""
NO_SUCH = ("no such column", "no such table", "has no column named")
UNABLE = ("080", "53", "57P", "58", "25006", "28", "3D000")
"""What the codes begin with of a server that is gone, ends, is full, keeps nothing now or knows us no more."""
NO_STATE = object()


def is_drivers(error: BaseException) -> bool:
    """Tell whether a driver raised the error."""
    return bool(reason_code(error))


def reason_code(error: BaseException) -> str:
    """Return the driver's name of what failed, for the log; empty for an error of no driver. It holds no value."""
    if isinstance(error, sqlite3.Error):
        return str(getattr(error, "sqlite_errorname", type(error).__name__))
    state = getattr(error, "sqlstate", NO_STATE)
    return "" if state is NO_STATE else f"{type(error).__name__} {state or ''}".strip()


def failure_of(error: BaseException) -> Busy | None:
    """Return what people are told of a database that cannot do it now; None for an error that is another."""
    if isinstance(error, sqlite3.Error):
        return _failure_of_sqlite(error)
    state = getattr(error, "sqlstate", NO_STATE)
    if state is NO_STATE:
        return None
    if state in COLLISIONS:
        return Collision("somebody else changed the same at the same time", hint=LATER)
    if state in OTHER_TABLES:
        return Reshaped("its tables have just been changed", hint=LATER)
    if state == LOCKED:
        return Busy("others write what this needs", hint=LATER)
    if state in SLOW:
        return TookLong("the database took too long", hint=LESS)
    # psycopg gives no code where a connection is refused or lost.
    is_lost = state is None and type(error).__name__ in {"OperationalError", "ConnectionTimeout"}
    if is_lost or (isinstance(state, str) and state.startswith(UNABLE)):
        return Busy("the database does not answer, or can keep nothing now", hint=LATER)
    return None


def _failure_of_sqlite(error: sqlite3.Error) -> Busy | None:
    kind = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    if kind in OCCUPIED:
        return Busy("another process writes to the database", hint=LATER)
    if kind == sqlite3.SQLITE_ERROR and any(says in str(error) for says in NO_SUCH):
        return Reshaped("its tables have just been changed", hint=LATER)
    return Busy("the store can keep nothing now", hint=LATER) if kind in FAILING else None


def raise_refused(error: Exception, refused: Refused | None) -> NoReturn:
    """Raise what the failure of a statement means."""
    meant = error if refused is None else refused(error)
    if meant is error:
        raise error
    raise meant from error


def again(function: Callable[[], Result], *, patience: float = 0.0) -> Result:
    """Return what a function gives; where it collides with others, it runs again, after a pause of chance.

    A few times, and for `patience` seconds at least; without patience, nothing begins after 20 seconds.
    """
    attempts, began, pause = 0, time.monotonic(), FIRST_PAUSE_SECONDS
    while True:
        attempts += 1
        try:
            return function()
        except Collision:
            waited = time.monotonic() - began
            if (attempts >= ATTEMPTS and waited >= patience) or (not patience and waited >= REQUEST_SECONDS):
                raise
        time.sleep(random.uniform(0, pause))  # noqa: S311 - not a secret
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def tell(error: BaseException) -> None:
    """Raise what people are told in place of a driver's error, where there is such a thing."""
    failure = failure_of(error)
    if failure is not None:
        raise failure from error
