"""Empty stores that have the tables of a Model already: made once, copied on SQLite, emptied again on PostgreSQL."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.servers import PostgresqlServer

from sidra.clock import Clock, utc_now
from sidra.privacy.keys import KeyRing
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

SHAPE = """
SELECT md5(coalesce(string_agg(part, ' ' ORDER BY part), '')) FROM (
    SELECT c.relname || ' ' || c.relkind::text AS part
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT c.relname || '.' || a.attname || ' ' || a.attnum || ' ' || format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
) AS parts
"""
TABLES = (
    "SELECT quote_ident(relname) FROM pg_class "
    "WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY relname"
)


class Form(ABC):
    """How some stores are to be before a test gets one."""

    def __init__(self, prepare: Callable[[Store], Any]) -> None:
        self._prepare = prepare
        self.made: Any = None
        """What `prepare` gave."""

    def _bring(self, address: str) -> None:
        store = Store.open(address, durability="normal")
        made = self._prepare(store)
        store.close()
        if self.made is None:
            self.made = made

    @contextmanager
    def lent(self) -> Iterator[Store]:
        """Lend a store, which is closed afterwards."""
        address = self.take()
        store = Store.open(address, durability="normal")
        try:
            yield store
        finally:
            store.close()
            self.give(address)

    @abstractmethod
    def take(self) -> str:
        """Return the address of a store that nobody else has."""

    @abstractmethod
    def give(self, address: str) -> None:
        """Take a store back that nobody is connected to."""


class SqliteForm(Form):
    """A file that is copied."""

    def __init__(self, prepare: Callable[[Store], Any], folder: Path) -> None:
        super().__init__(prepare)
        self._folder, self._numbers = folder, count(1)
        self._file = folder / "form.db"

    def take(self) -> str:
        """Return the path of a copy."""
        if not self._file.exists():
            self._bring(str(self._file))
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        shutil.copyfile(self._file, folder / "sn.db")
        return str(folder / "sn.db")

    def give(self, address: str) -> None:
        """Remove a copy."""
        shutil.rmtree(Path(address).parent)


class PostgresqlForm(Form):
    """Schemas that are used again: what a test wrote is deleted; one whose tables it changed is dropped."""

    def __init__(self, prepare: Callable[[Store], Any], server: PostgresqlServer) -> None:
        super().__init__(prepare)
        self._server = server
        self._free: list[str] = []
        self._shape = ""
        self._filled: list[str] = []
        self._kept: list[tuple[Any, ...]] = []
        self._empty: list[str] = []

    def take(self) -> str:
        """Return the address of a schema."""
        if self._free:
            return self._free.pop()
        address = self._server.new_schema()
        self._bring(address)
        if not self._shape:
            with self._server.connected(address) as connection:
                self._describe(connection)
        return address

    def _describe(self, connection: psycopg.Connection) -> None:
        self._shape = _one(connection, SHAPE)
        tables = [name for (name,) in connection.execute(TABLES.encode())]
        self._empty = tables
        self._filled = self._with_rows(connection)
        self._empty = [name for name in tables if name not in self._filled]
        self._kept = self._rows(connection)

    def _with_rows(self, connection: psycopg.Connection) -> list[str]:
        looks = ", ".join(f"CASE WHEN EXISTS (SELECT FROM {name}) THEN '{name}' END" for name in self._empty)
        found: list[str] = _one(connection, f"SELECT array_remove(ARRAY[{looks}]::text[], NULL)")
        return found

    def _rows(self, connection: psycopg.Connection) -> list[tuple[Any, ...]]:
        select = "SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {} t"
        return [connection.execute(select.format(name).encode()).fetchone() or () for name in self._filled]

    def give(self, address: str) -> None:
        """Empty a schema, or drop it."""
        with self._server.connected(address) as connection:
            if _one(connection, SHAPE) == self._shape and self._rows(connection) == self._kept:
                filled = self._with_rows(connection)
                if filled:
                    connection.execute("; ".join(f"DELETE FROM {name}" for name in filled).encode())
                self._free.append(address)
                return
        self._server.drop_schema(address)


def _one(connection: psycopg.Connection, sql: str) -> Any:  # noqa: ANN401 - whatever a statement gives
    row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


class Forms:
    """All forms of a run, by kind of database and what they are of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[str, Hashable], Form] = {}

    def of(self, key: Hashable, prepare: Callable[[Store], Any], server: PostgresqlServer | None = None) -> Form:
        """Return the form of something; on SQLite without a server."""
        place = ("sqlite" if server is None else "postgresql", key)
        found = self._known.get(place)
        if found is None:
            if server is None:
                folder = self._folder / str(len(self._known))
                folder.mkdir()
                found = SqliteForm(prepare, folder)
            else:
                found = PostgresqlForm(prepare, server)
            self._known[place] = found
        return found


class Prepared:
    """Stores of one kind of database."""

    def __init__(self, forms: Forms, server: PostgresqlServer | None) -> None:
        self._forms, self._server = forms, server

    def store(self, key: Hashable, prepare: Callable[[Store], Any]) -> AbstractContextManager[Store]:
        """Lend a store that is as `prepare` leaves an empty one; the `key` stands for it."""
        return self._forms.of(key, prepare, self._server).lent()

    def store_of(self, model: Model) -> AbstractContextManager[Store]:
        """Lend a store that has the tables of a Model, and nothing in them."""
        return self.store(model, lambda store: Runtime(model, store))

    def runtime(self, model: Model, store: Store, clock: Clock = utc_now, keys: KeyRing | None = None) -> Runtime:
        """Return the Runtime of a Model on a store that `store_of` lent; what follows from the Model is made once."""
        earlier = self._forms.of(model, lambda _: None, self._server).made
        return Runtime(model, store, clock, earlier, keys or KeyRing.in_memory(), bring="nothing")


def store_for(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Lend an empty database, or, to a test that asks for the fixture `runtime`, one with the tables of `model`."""
    if "runtime" in request.fixturenames:
        prepared: Prepared = request.getfixturevalue("prepared")
        with prepared.store_of(request.getfixturevalue("model")) as store:
            yield store
    else:
        store = Store.open(request.getfixturevalue("place"), durability="normal")
        yield store
        store.close()
