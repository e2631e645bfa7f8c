"""Statements that may take only so long."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sidra.store.database import Connection

STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock: some tenths of a millisecond."""


class TookTooLong(Exception):
    """A statement did not end within its time."""


@contextmanager
def limited(connection: Connection, seconds: float) -> Iterator[None]:
    """End the statements that run inside after so long; raises TookTooLong then."""
    if not isinstance(connection, sqlite3.Connection):
        yield
        return
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise TookTooLong from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
