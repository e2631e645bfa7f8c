"""The driver as the endpoint with features that is written by hand uses it, on either database."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.string import ByteaBinaryLoader


def key_of(id: str) -> bytes:
    """Return an id as the database has it."""
    return UUID(id).bytes


def new_id(milliseconds: int) -> bytes:
    """Return a UUIDv7."""
    chance = os.urandom(10)
    head = (milliseconds << 16 | 0x7000 | chance[0] << 4 | chance[1] >> 4).to_bytes(8, "big")
    return head + bytes([0x80 | chance[2] & 0x3F]) + chance[3:]


def text_of(id: bytes) -> str:
    """Return an id as clients see it."""
    return str(UUID(bytes=id))


class _Bytes(Dumper):
    """Ids and digests, which their columns tell from each other."""

    format = Format.BINARY
    oid = 0

    def dump(self, obj: bytes) -> bytes:
        return obj


class Storage(Protocol):
    """One database."""

    head: str
    """Reads the end of a lane, which nobody else changes until the transaction ends."""

    def one(self, sql: str, given: Sequence[Any]) -> Any: ...  # noqa: ANN401 - a row
    def all(self, sql: str, given: Sequence[Any]) -> list[Any]: ...
    def stored(self, values: Mapping[str, Any]) -> dict[str, Any]: ...
    def writing(self) -> Any: ...  # noqa: ANN401 - a context


HEAD = "SELECT sequence, number, digest FROM audit_head WHERE lane = ?"


class Sqlite:
    """A file."""

    head = HEAD

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=5, cached_statements=512)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "mmap_size=268435456",
            "temp_store=MEMORY",
            "wal_autocheckpoint=4000",
            "cache_size=-65536",
        ):
            self._connection.execute(f"PRAGMA {pragma}")

    def one(self, sql: str, given: Sequence[Any]) -> Any:  # noqa: ANN401 - a row
        """Return the first row, or None."""
        return self._connection.execute(sql, given).fetchone()

    def all(self, sql: str, given: Sequence[Any]) -> list[Any]:
        """Return all rows."""
        return self._connection.execute(sql, given).fetchall()

    def stored(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as the database has them."""
        return {name: str(one) if isinstance(one, datetime.date) else one for name, one in values.items()}

    @contextmanager
    def writing(self) -> Iterator[Callable[..., Any]]:
        """Lend what executes statements in a transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection.execute
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


@cache
def _spelled(sql: str) -> str:
    return sql.replace("?", "%s")


class Postgresql:
    """A schema, on one connection."""

    head = f"{HEAD} FOR UPDATE"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, prepare_threshold=2)
        self._connection.adapters.register_dumper(bytes, _Bytes)
        self._connection.adapters.register_loader("uuid", ByteaBinaryLoader)

    def _run(self, sql: str, given: Sequence[Any]) -> psycopg.Cursor[Any]:
        return self._connection.execute(_spelled(sql), given, binary=True)

    def one(self, sql: str, given: Sequence[Any]) -> Any:  # noqa: ANN401 - a row
        """Return the first row, or None."""
        return self._run(sql, given).fetchone()

    def all(self, sql: str, given: Sequence[Any]) -> list[Any]:
        """Return all rows."""
        return self._run(sql, given).fetchall()

    def stored(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as the database has them."""
        return dict(values)

    @contextmanager
    def writing(self) -> Iterator[Callable[..., Any]]:
        """Lend what executes statements in a transaction."""
        self._connection.execute("BEGIN")
        try:
            yield self._run
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
