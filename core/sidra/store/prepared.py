"""Statements that run many times with values by name, compiled when they first run."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import sqlalchemy as sa

from sidra.errors import Busy
from sidra.store.database import Connection, Statement, Store

# A row's values have the types of its columns, which no driver can say.
Row = tuple[Any, ...]


class Prepared:
    """A statement that runs many times; its parameters are named by keyword."""

    def __init__(self, store: Store, statement: sa.Executable | sa.ClauseElement) -> None:
        self._store, self._source = store, statement

    @cached_property
    def _statement(self) -> Statement:
        # Most of what a process knows how to ask, it never asks.
        return self._store.compile(self._source)

    def one(self, **given: object) -> Row | None:
        """The first row, or None."""
        with self._store.reading() as connection:
            row: Row | None = connection.execute(self._statement.sql, self._statement.parameters(given)).fetchone()
            return row

    def all(self, **given: object) -> list[Row]:
        """All rows."""
        with self._store.reading() as connection:
            rows: list[Row] = connection.execute(self._statement.sql, self._statement.parameters(given)).fetchall()
            return rows

    def run(self, **given: object) -> int:
        """How many rows it changed, in a transaction of its own."""
        return self._store.transact(lambda connection: self.run_on(connection, **given))

    def run_if_free(self, **given: object) -> int | None:
        """How many rows it changed; None, at once, where somebody else writes or the database cannot be written."""
        try:
            with self._store.writing(waits=False) as connection:
                return self.run_on(connection, **given)
        except (Busy, self._store.errors):
            return None

    def run_on(self, connection: Connection, **given: object) -> int:
        """How many rows it changed, in the transaction that the caller holds."""
        count: int = connection.execute(self._statement.sql, self._statement.parameters(given)).rowcount
        return count

    def rows_on(self, connection: Connection, **given: object) -> list[Row]:
        """All rows, as the transaction that the caller holds sees them."""
        rows: list[Row] = connection.execute(self._statement.sql, self._statement.parameters(given)).fetchall()
        return rows


def given(name: str) -> sa.BindParameter[Any]:
    """A parameter whose value comes at the call."""
    return sa.bindparam(name, required=False)
