"""A store in memory that is made what it was before in a moment, for tests of a configuration."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sidra.store.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Image:
    """All that was in a store."""

    connection: sqlite3.Connection

    def close(self) -> None:
        """Give the memory back."""
        self.connection.close()


class MemoryStore(SqliteStore):
    """A SQLite database in memory, which all that read and write share one connection of."""

    def __init__(self) -> None:
        super().__init__(":memory:", durability="normal")
        self._one: sqlite3.Connection | None = None

    def _connect(self) -> sqlite3.Connection:
        if self._one is None:
            self._one = super()._connect()
        return self._one

    def copy(self) -> Image:
        """Return a copy of all that is in it."""
        copied = sqlite3.connect(":memory:", check_same_thread=False)
        self._connect().backup(copied)
        return Image(copied)

    def restore(self, image: Image) -> None:
        """Make it what it was when it was copied."""
        image.connection.backup(self._connect())
