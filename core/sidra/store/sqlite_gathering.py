"""Rows that are added to tables of SQLite many at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sidra.store.gathering import Adding, Gathered, NotAdded

_LAST = "SELECT last FROM sidra_sequence WHERE name = ?"
_KEEP_LAST = (
    "INSERT INTO sidra_sequence (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last"
)


class Gathering:
    """The connection to write with, on which rows wait to be added many at once until anything else is asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.gathered = Gathered(self.insert)

    def insert(self, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows; raises NotAdded."""
        try:
            self.connection.executemany(adding.sql, rows)
        except sqlite3.IntegrityError as error:
            raise NotAdded(adding.table) from error

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as `Connection`
        """Execute a statement after what waits."""
        self.gathered.before(sql)
        return self.connection.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:  # noqa: ANN401 - as `Connection`
        """Execute a statement many times after what waits."""
        self.gathered.before(sql)
        return self.connection.executemany(sql, parameters)

    def end(self) -> None:
        """Add what waits, and keep the last numbers of sequences."""
        self.gathered.flush()
        self.connection.executemany(_KEEP_LAST, self.gathered.numbers.items())

    def next_number(self, name: str, step: int) -> int:
        """Return the next number of a sequence; nobody else takes one meanwhile, as there is one writer."""
        numbers = self.gathered.numbers
        if name not in numbers:
            row = self.connection.execute(_LAST, (name,)).fetchone()
            numbers[name] = row[0] if row is not None else 0
        numbers[name] += step
        return numbers[name]

    def next_row(self, table: str, number: str) -> int:
        """Return the number of the next row of a table that has no other key, by the name of that column."""
        known = self.gathered.remembered
        if table not in known:
            # Only names of our own tables come here.
            row = self.connection.execute(f"SELECT max({number}) FROM {table}").fetchone()
            known[table] = row[0] or 0
        known[table] += 1
        return known[table]
