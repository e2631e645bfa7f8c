"""The database of one affiliate, whichever it is: readers, writers in transactions, statements compiled once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from sidra.store.failures import Refused, StoreError, again, tell
from sidra.store.kept import Kept

if TYPE_CHECKING:
    from sidra.store.gathering import Adding, Gathered
    from sidra.store.text_index import TextIndex

BUSY_SECONDS = 10.0
"""How long a turn to write, or a connection, is waited for."""
PATIENCE_SECONDS = 120.0
"""How long work that nobody waits for tries again, however often it collides."""

Result = TypeVar("Result")
Parameters = Mapping[str, object] | Sequence[object]
Columns = dict[str, dict[str, str]]
"""The types of columns, as their database writes them, by table and name."""


class Cursor(Protocol):
    """What a driver's cursor gives; rows are tuples."""

    @property
    def rowcount(self) -> int: ...

    # A row's values have the types of its columns, which no driver can say.
    def fetchone(self) -> Any: ...  # noqa: ANN401
    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """What records need of a connection to either database."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...  # noqa: ANN401 - see Cursor
    def executemany(self, sql: str, parameters: Any, /) -> Any: ...  # noqa: ANN401 - see Cursor


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in the driver's own spelling, with the values that are the same at every execution."""

    sql: str
    constants: Mapping[str, object] = field(default_factory=dict)
    wants_context: bool = False
    """Whether it names `now`, `today`, `user` or `affiliate`, which are bound at each execution."""
    names: tuple[str, ...] | None = None
    """Its parameters in their order, where the driver takes them by place."""

    def parameters(self, given: Mapping[str, object]) -> Parameters:
        """Return what the driver is given: the constants with these values over them."""
        values = {**self.constants, **given} if self.constants else given
        return values if self.names is None else [values[name] for name in self.names]

    def run(self, connection: Connection, given: Mapping[str, object]) -> Cursor:
        """Return the cursor of an execution with these values."""
        cursor: Cursor = connection.execute(self.sql, self.parameters(given))
        return cursor


class Store(ABC):
    """Any number of readers and few writers, on driver connections.

    Statements are built with SQLAlchemy Core for `dialect` and compiled by `compile`; nothing runs through SQLAlchemy.
    A driver's errors leave `reading`, `writing` and `transact` as ours, where they say that it cannot be done now.
    """

    dialect: sa.Dialect
    """Of statements whose values go by name, or by place where `Statement.names` says so."""
    positional: sa.Dialect
    """Of statements whose values go by place."""
    errors: ClassVar[type[Exception]]
    """What the driver raises."""
    adds_keys_apart: ClassVar[bool]
    """Whether a reference is declared when all tables are there, by a statement of its own."""
    builds_indexes_beside: ClassVar[bool] = False
    """Whether it can build an index while others write to the table, outside any transaction."""
    texts: TextIndex
    """What is found by its parts."""

    def __init__(self, where: str) -> None:
        self.where = where
        """Where it is, for people: without passwords."""
        self.kept = Kept()

    @staticmethod
    def open(where: str | Path, *, durability: str = "full") -> Store:
        """Return the store at a path, `sqlite:///path` (made when absent) or `postgresql://…`. Raises StoreError."""
        text = str(where)
        if text.startswith(("postgresql://", "postgres://")):
            # SQLite alone, which most installations have, loads no other driver.
            from sidra.store.postgresql import PostgresqlStore  # noqa: PLC0415

            return PostgresqlStore.at(text, durability)
        if "://" in text and not text.startswith("sqlite:///"):
            hint = "use a path, `sqlite:///path` or `postgresql://…`"
            raise StoreError(f"no driver for `{text.partition(':')[0]}`", hint=hint)
        from sidra.store.sqlite import SqliteStore  # noqa: PLC0415 - it knows this module

        return SqliteStore.at(Path(text.removeprefix("sqlite:///")), durability)

    @abstractmethod
    def acquire(self) -> Connection:
        """Return a connection to read with, outside any transaction; hand it back to `release`. Raises Busy."""

    @abstractmethod
    def release(self, connection: Connection) -> None:
        """Take back a connection that `acquire` gave."""

    def reading(self) -> Reading:
        """Lend a connection to read with."""
        return Reading(self)

    def look(self) -> None:
        """Raise Busy where it does not answer; who only looks keeps no connection from being idle."""
        with self.reading():
            pass

    def writing(self, *, waits: bool = True) -> Writing:
        """Lend a writing connection inside a transaction: committed at the end, rolled back when anything raises.

        Raises Busy when the turn does not come within ten seconds, or at once for who does not wait.
        """
        return Writing(self, waits=waits)

    def transact(self, function: Callable[[Connection], Result], *, patience: float = 0.0) -> Result:
        """Return what a function gives that runs in one transaction; where that collides with others, it runs again.

        It is tried a few times, and for `patience` seconds at least.
        """

        def attempt() -> Result:
            with self.writing() as connection:
                return function(connection)

        return again(attempt, patience=patience)

    @abstractmethod
    def begin(self, *, waits: bool = True) -> Connection:
        """Wait for a turn to write, or not, and begin a transaction, which `finish` ends; raises Busy."""

    @abstractmethod
    def finish(self, connection: Connection, *, is_good: bool) -> None:
        """Commit the transaction, or roll it back, and give the turn to the next; raises Collision or Busy."""

    @abstractmethod
    def reshaping(self, *, lock_seconds: float = BUSY_SECONDS) -> AbstractContextManager[Connection]:
        """Lend a connection in a transaction in which nobody else changes tables or indexes of this store.

        Raises Busy where a table is in use for longer than that: who waits for it makes all others wait.
        """

    @abstractmethod
    def apart(self) -> AbstractContextManager[Connection]:
        """Lend a connection outside any transaction, on which a statement may take as long as it does."""

    @abstractmethod
    def refusal(self, error: Exception) -> frozenset[str] | None:
        """Return the columns whose values another row has already, if that is the error; empty for another constraint.

        None for an error that is of no constraint.
        """

    @abstractmethod
    def is_aborted(self, connection: Connection) -> bool:
        """Tell whether the transaction takes no more statements until it goes back, as after any error."""

    @abstractmethod
    def lane(self, connection: Connection) -> int:
        """Return the number that a writing connection alone has in this store, from 0 to 1,023."""

    @abstractmethod
    def own(self, connection: Connection) -> dict[object, Any] | None:
        """Return what is remembered with a writing connection of what nobody else writes; None where others may.

        It is empty after a transaction that went back.
        """

    @abstractmethod
    def later(self, connection: Connection, sql: str, values: Sequence[object], refused: Refused | None = None) -> None:
        """Execute a statement whose result nobody needs, with the next one or with the commit; it fails then.

        refused: what is raised where it fails.
        """

    @abstractmethod
    def rewrite(
        self, connection: Connection, sql: str, values: Sequence[object], refused: Refused | None = None
    ) -> bool:
        """Change a row as it was read in this transaction; tell whether it was still so.

        In a transaction that has written nothing yet it is, as nobody else can have changed it: then the statement
        goes with the next one. refused: as of `later`.
        """

    @abstractmethod
    def settle(self, connection: Connection) -> None:
        """Execute what waits, so that what fails of it fails now."""

    @abstractmethod
    def ask(self, connection: Connection, sql: str, values: Parameters) -> Cursor:
        """Return what a statement gives that goes with the next one, or when its rows are asked for; it fails then."""

    @abstractmethod
    def gather(self, connection: Connection) -> tuple[Connection, Gathered]:
        """Return the connection of a transaction on which rows wait to be added many at once, and those that wait.

        They are added before anything else is asked on it, or by `Gathered.flush`; raises NotAdded then.
        """

    @abstractmethod
    def add(self, connection: Connection, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows when they are needed at the latest, many at once where rows are gathered."""

    @abstractmethod
    def insert_many(self, connection: Connection, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table by one statement; raises NotAdded where one of them violates a constraint."""

    @abstractmethod
    def next_number(self, connection: Connection, name: str, step: int) -> int:
        """Return the number of a sequence that is `step` above the last one that was taken."""

    @abstractmethod
    def limited(self, connection: Connection, seconds: float) -> AbstractContextManager[None]:
        """End the statements that run inside after so long; raises TookTooLong then."""

    @abstractmethod
    def columns(self, connection: Connection) -> Columns:
        """Return the columns of all tables."""

    @abstractmethod
    def indexes(self, connection: Connection) -> dict[str, set[str]]:
        """Return the names of the indexes by table."""

    @abstractmethod
    def analyse(self) -> None:
        """Let it learn how its values are spread, where it does not by itself: by that it chooses among indexes."""

    @abstractmethod
    def close(self) -> None:
        """Close every connection that nobody has, with all that this process alone knows; who asks opens others.

        So a process that has closed its stores can be forked: no connection survives that.
        """

    @abstractmethod
    def close_idle(self) -> bool:
        """Close connections that nobody has asked anything for long, as `close` does; tells whether there were any."""

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
        names = tuple(compiled.positiontup or ()) if compiled.positional else None
        return Statement(str(compiled), MappingProxyType(constants), wants_context, names)


class Reading:
    """The context of a connection to read with; as a generator it would cost as much again as a small statement."""

    __slots__ = ("_connection", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> Connection:
        """Take a connection."""
        self._connection = self._store.acquire()
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Give it back."""
        self._store.release(self._connection)
        if error is not None:
            tell(error)


class Writing:
    """The context of a transaction."""

    __slots__ = ("_connection", "_store", "_waits")

    def __init__(self, store: Store, *, waits: bool = True) -> None:
        self._store, self._waits = store, waits

    def __enter__(self) -> Connection:
        """Begin."""
        self._connection = self._store.begin(waits=self._waits)
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """End."""
        self._store.finish(self._connection, is_good=kind is None)
        if error is not None:
            tell(error)
