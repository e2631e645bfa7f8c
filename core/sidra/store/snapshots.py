"""A store as it is at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from sidra.store.database import Connection, Store

_BEGIN: Mapping[str, str] = MappingProxyType(
    {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
)


@contextmanager
def snapshot(store: Store) -> Iterator[Connection]:
    """Lend a connection that sees the store as it is now, whatever is written meanwhile."""
    with store.reading() as connection:
        connection.execute(_BEGIN[store.dialect.name])
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")
