"""The database of one affiliate: pooled readers, one writer at a time, statements compiled once."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from sidra.errors import Busy, SidraError
from sidra.store.expression_arithmetic import add_functions

BUSY_SECONDS = 10.0
MAX_IDLE_READERS = 32
WRITER_CACHE_KIB = 65_536
"""A chunk of a feed changes more pages than the default of 2 MiB holds, and each that is pushed out is written twice.
Readers take their pages from the mapped file."""

Parameters = Mapping[str, object] | Sequence[object]


class StoreError(SidraError):
    """The database is not there, cannot be opened, or does not fit the Model."""

    code = "R002"


MENDING = "see its rights and the space on its disk; where it is damaged, restore its last backup"


def broken_store(error: sqlite3.Error | OSError) -> StoreError:
    """Return what a person is told of a database, or a disk, that fails."""
    file = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return StoreError(f"the data folder or a database in it fails: {reason}{file}", hint=MENDING)


class Cursor(Protocol):
    """What a driver's cursor gives; rows are tuples."""

    rowcount: int

    # A row's values have the types of its columns, which no driver can say.
    def fetchone(self) -> Any: ...  # noqa: ANN401
    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """What records need of a driver connection: sqlite3 has it, psycopg 3 has it."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...  # noqa: ANN401 - see Cursor
    def executemany(self, sql: str, parameters: Any, /) -> Any: ...  # noqa: ANN401 - see Cursor


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in the driver's own spelling, with the values that are the same at every execution."""

    sql: str
    constants: Mapping[str, object] = field(default_factory=dict)
    wants_context: bool = False
    """Whether it names `now`, `today`, `user` or `affiliate`, which are bound at each execution."""

    def parameters(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return the constants with the given values over them."""
        return {**self.constants, **given}

    def run(self, connection: Connection, given: Mapping[str, object]) -> Cursor:
        """Return the cursor of an execution with these values."""
        cursor: Cursor = connection.execute(self.sql, {**self.constants, **given} if self.constants else given)
        return cursor


def shared_columns(error: sqlite3.IntegrityError) -> frozenset[str]:
    """Return the columns whose values another row has already; none where it was something else that was refused."""
    if error.sqlite_errorcode not in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
        return frozenset()
    # SQLite names no index, but its columns: `UNIQUE constraint failed: customer.fee_amount, customer.fee_currency`.
    _, _, columns = str(error).rpartition(": ")
    return frozenset(column.rpartition(".")[2] for column in columns.split(", "))


def add_row(connection: Connection, sql: str, given: Parameters) -> int:
    """Return the number that the database gives to a row that it adds.

    Not by RETURNING, for which SQLite keeps a journal of the statement: that cost more than adding the row.
    """
    number: int = connection.execute(sql, given).lastrowid
    return number


class Store:
    """A SQLite database in WAL mode: any number of readers, one writer, both on driver connections.

    Statements are built with SQLAlchemy Core for `dialect` and compiled by `compile`; nothing runs through SQLAlchemy.
    """

    def __init__(self, path: Path | Literal[":memory:"], durability: str = "full") -> None:
        self.path = path
        self.dialect: sa.Dialect = sqlite.dialect(paramstyle="named")
        self._durability = durability
        self._idle: deque[sqlite3.Connection] = deque()
        self._writer_lock = threading.Lock()
        self._writer_thread = 0
        self._writer = self._connect()
        self._writer.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")

    @classmethod
    def open(cls, where: str | Path, *, durability: str = "full") -> Store:
        """Return the store in a file, made when absent; `where` is a path or `sqlite:///path`. Raises StoreError."""
        text = str(where)
        if "://" in text and not text.startswith("sqlite:///"):
            raise StoreError(f"no driver for `{text.partition(':')[0]}`", hint="use a path or `sqlite:///path`")
        path = Path(text.removeprefix("sqlite:///"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return cls(path, durability)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"the database {path.name} cannot be opened: {error}", hint=MENDING) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False, cached_statements=512
        )
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={'FULL' if self._durability == 'full' else 'NORMAL'}",
            "foreign_keys=ON",
            "mmap_size=268435456",
            "temp_store=MEMORY",
            # Fewer, longer checkpoints: a record is a dozen pages with its indexes and its audit.
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        add_functions(connection)
        return connection

    def acquire(self) -> sqlite3.Connection:
        """Return a connection to read with, outside any transaction; hand it back to `release`."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def release(self, connection: sqlite3.Connection) -> None:
        """Take back a connection that `acquire` gave."""
        if len(self._idle) < MAX_IDLE_READERS:
            self._idle.append(connection)
        else:
            connection.close()

    def reading(self) -> Reading:
        """Lend a connection to read with."""
        return Reading(self)

    def writing(self, *, waits: bool = True) -> Writing:
        """Lend the writing connection inside a transaction: committed at the end, rolled back when anything raises.

        Raises Busy when the turn does not come within ten seconds, or at once for who does not wait.
        """
        return Writing(self, waits=waits)

    def begin(self, *, waits: bool = True) -> sqlite3.Connection:
        """Wait for the turn to write, or not, and begin a transaction, which `finish` ends; raises Busy."""
        thread = threading.get_ident()
        if self._writer_thread == thread:
            raise RuntimeError("a transaction inside a transaction: pass the unit of work on")
        if not self._writer_lock.acquire(timeout=BUSY_SECONDS if waits else 0):
            raise Busy("the database is busy", hint="try again in a moment")
        try:
            if waits:
                self._writer.execute("BEGIN IMMEDIATE")
            else:
                self._begin_at_once()
        except BaseException as error:
            self._writer_lock.release()
            if isinstance(error, sqlite3.OperationalError):
                raise Busy("another process writes to the database", hint="try again in a moment") from error
            raise
        self._writer_thread = thread
        return self._writer

    def _begin_at_once(self) -> None:
        self._writer.execute("PRAGMA busy_timeout=0")
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        finally:
            self._writer.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")

    def finish(self, *, is_good: bool) -> None:
        """Commit the transaction, or roll it back, and give the turn to the next."""
        try:
            if is_good:
                self._writer.execute("COMMIT")
        finally:
            try:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            finally:
                self._writer_thread = 0
                self._writer_lock.release()

    def lane(self, connection: Connection) -> int:  # noqa: ARG002 - where there are several writers, each has its own
        """Return the lane of a writing connection, which no other has at the same time: here the one writer's."""
        return 0

    def compile(self, statement: sa.Executable | sa.ClauseElement) -> Statement:
        """Return a statement as the driver takes it: bound values are constants, parameters without one come later.

        Lists of values must be bound one by one: nothing is expanded at the execution.
        """
        compiled = cast("SQLCompiler", cast("sa.ClauseElement", statement).compile(dialect=self.dialect))
        processors = compiled._bind_processors  # noqa: SLF001 - SQLAlchemy gives no public way to bind without executing
        constants: dict[str, object] = {}
        for parameter, name in compiled.bind_names.items():
            if parameter.expanding:
                raise TypeError(f"`{name}` stands for a list: bind its values one by one")
            value = parameter.effective_value
            if not parameter.required and value is not None:
                processor = processors.get(name)
                constants[name] = processor(value) if callable(processor) else value
        wants_context = any(parameter.required for parameter in compiled.bind_names)
        return Statement(str(compiled), MappingProxyType(constants), wants_context)

    def close(self) -> None:
        """Close every connection; the store is of no use afterwards."""
        with self._writer_lock:
            self._writer.close()
            while self._idle:
                self._idle.pop().close()


class Reading:
    """The context of a connection to read with; as a generator it would cost as much again as a small statement."""

    __slots__ = ("_connection", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> sqlite3.Connection:
        """Take a connection."""
        self._connection = self._store.acquire()
        return self._connection

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        self._store.release(self._connection)


class Writing:
    """The context of a transaction."""

    __slots__ = ("_store", "_waits")

    def __init__(self, store: Store, *, waits: bool = True) -> None:
        self._store, self._waits = store, waits

    def __enter__(self) -> sqlite3.Connection:
        """Begin."""
        return self._store.begin(waits=self._waits)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End."""
        self._store.finish(is_good=kind is None)
