"""A store in a SQLite file: WAL, any number of readers, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from sidra.errors import Busy
from sidra.store.database import BUSY_SECONDS, Columns, Connection, Cursor, Parameters, Store
from sidra.store.expression_arithmetic import add_functions
from sidra.store.failures import LATER, MENDING, Refused, StoreError, raise_refused, tell
from sidra.store.gathering import Adding, Gathered
from sidra.store.limiting import TookTooLong
from sidra.store.sqlite_gathering import Gathering
from sidra.store.text_sqlite import SqliteTexts

MAX_IDLE_READERS = 32
WRITER_CACHE_KIB = 65_536
"""A chunk of a feed changes more pages than the default of 2 MiB holds, and each that is pushed out is written twice.
Readers take their pages from the mapped file."""
ANALYSED_ROWS = 1_000
LOOK_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock: some tenths of a millisecond."""
# In two steps: for RETURNING, SQLite keeps a journal of the statement, which costs ten times as much.
_COUNT = (
    "INSERT INTO sidra_sequence (name, last) VALUES (:name, :step) "
    "ON CONFLICT (name) DO UPDATE SET last = sidra_sequence.last + :step"
)
_LAST = "SELECT last FROM sidra_sequence WHERE name = :name"
_COLUMNS = "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
_INDEXES = "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index'"


def _only_this_file(action: int, name: str | None, *_: str | None) -> int:
    """Let a connection read no file but its own; VACUUM alone attaches one, which has no name."""
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH and name != "" else sqlite3.SQLITE_OK


class SqliteStore(Store):
    """A SQLite database in WAL mode: the connections are the driver's own."""

    errors = sqlite3.Error
    adds_keys_apart = False

    def __init__(self, path: Path | Literal[":memory:"], durability: str = "full") -> None:
        super().__init__(str(path))
        self.path = path
        self.dialect: sa.Dialect = sqlite.dialect(paramstyle="named")
        self.positional: sa.Dialect = sqlite.dialect(paramstyle="qmark")
        self.texts = SqliteTexts(self)
        self._durability = durability
        self._idle: deque[sqlite3.Connection] = deque()
        self._writer_lock = threading.Lock()
        self._writer_thread = 0
        self._writes: sqlite3.Connection | None = None
        self._is_asked = False
        """Since the last look for idle connections."""
        self._file_seconds = -1.0
        """How long the writer waits for other processes that write."""

    @classmethod
    def at(cls, path: Path, durability: str) -> SqliteStore:
        """Return the store in a file, made when absent. Raises StoreError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            store = cls(path, durability)
            store.release(store._connect())
            return store
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"the database {path.name} cannot be opened: {error}", hint=MENDING) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False, cached_statements=512
        )
        connection.set_authorizer(_only_this_file)
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

    @property
    def _writer(self) -> sqlite3.Connection:
        """The connection that writes, for whoever has the turn to."""
        if self._writes is None:
            self._writes = self._connect()
            self._writes.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
        return self._writes

    def look(self) -> None:
        is_asked = self._is_asked
        super().look()
        self._is_asked = is_asked

    def acquire(self) -> sqlite3.Connection:
        self._is_asked = True
        try:
            return self._idle.pop()
        except IndexError:
            pass
        try:
            return self._connect()
        except sqlite3.Error as error:
            tell(error)
            raise

    def release(self, connection: Connection) -> None:
        returned = cast("sqlite3.Connection", connection)
        if len(self._idle) < MAX_IDLE_READERS:
            self._idle.append(returned)
        else:
            returned.close()

    def begin(self, *, waits: bool = True) -> sqlite3.Connection:
        thread = threading.get_ident()
        if self._writer_thread == thread:
            raise RuntimeError("a transaction inside a transaction: pass the unit of work on")
        self._is_asked = True
        seconds = self._turn(BUSY_SECONDS if waits else 0.0)
        try:
            if seconds != self._file_seconds:
                self._writer.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
                self._file_seconds = seconds
            self._writer.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            self._writer_lock.release()
            tell(error)
            raise
        self._writer_thread = thread
        return self._writer

    def _turn(self, seconds: float) -> float:
        """Wait for the other threads; return how long is left to wait for other processes, so that it is one wait."""
        if self._writer_lock.acquire(blocking=False):
            return seconds
        began = time.monotonic()
        if not seconds or not self._writer_lock.acquire(timeout=seconds):
            raise Busy("the database is busy", hint=LATER)
        return max(0.0, seconds - (time.monotonic() - began))

    def finish(self, connection: Connection, *, is_good: bool) -> None:
        try:
            if is_good:
                if isinstance(connection, Gathering):
                    connection.end()
                self._writer.execute("COMMIT")
                self.kept.count += 1
        except sqlite3.Error as error:
            tell(error)
            raise
        finally:
            try:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            finally:
                self._writer_thread = 0
                self._writer_lock.release()

    def reshaping(self, *, lock_seconds: float = BUSY_SECONDS) -> AbstractContextManager[Connection]:
        del lock_seconds
        return self.writing()

    def apart(self) -> AbstractContextManager[Connection]:
        return self.reading()

    def refusal(self, error: Exception) -> frozenset[str] | None:
        if not isinstance(error, sqlite3.IntegrityError):
            return None
        if error.sqlite_errorcode not in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
            return frozenset()
        # SQLite names no index, but its columns: `UNIQUE constraint failed: plan.fee_amount, plan.fee_currency`.
        _, _, columns = str(error).rpartition(": ")
        return frozenset(column.rpartition(".")[2] for column in columns.split(", "))

    def is_aborted(self, connection: Connection) -> bool:
        del connection
        return False

    def lane(self, connection: Connection) -> int:
        del connection
        return 0

    def own(self, connection: Connection) -> None:
        # Other processes write to the same file.
        del connection

    def later(self, connection: Connection, sql: str, values: Sequence[object], refused: Refused | None = None) -> None:
        self.rewrite(connection, sql, values, refused)

    def rewrite(
        self, connection: Connection, sql: str, values: Sequence[object], refused: Refused | None = None
    ) -> bool:
        try:
            changed: bool = connection.execute(sql, values).rowcount > 0
        except sqlite3.Error as error:
            raise_refused(error, refused)
        return changed

    def settle(self, connection: Connection) -> None:
        # Nothing waits here.
        del connection

    def ask(self, connection: Connection, sql: str, values: Parameters) -> Cursor:
        cursor: Cursor = connection.execute(sql, values)
        return cursor

    def gather(self, connection: Connection) -> tuple[Connection, Gathered]:
        gathering = Gathering(cast("sqlite3.Connection", connection))
        return gathering, gathering.gathered

    def add(self, connection: Connection, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        if isinstance(connection, Gathering):
            connection.gathered.extend(adding, rows)
        else:
            for row in rows:
                connection.execute(adding.sql, row)

    def insert_many(self, connection: Connection, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        del connection
        Gathering(self._writer).insert(adding, rows)

    def next_number(self, connection: Connection, name: str, step: int) -> int:
        if isinstance(connection, Gathering):
            return connection.next_number(name, step)
        given = {"name": name, "step": step}
        connection.execute(_COUNT, given)
        number: int = connection.execute(_LAST, given).fetchone()[0]
        return number

    @contextmanager
    def limited(self, connection: Connection, seconds: float) -> Iterator[None]:
        limited = cast("sqlite3.Connection", connection)
        deadline = time.monotonic() + seconds
        limited.set_progress_handler(lambda: time.monotonic() > deadline, LOOK_STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TookTooLong from error
            raise
        finally:
            limited.set_progress_handler(None, 0)

    def columns(self, connection: Connection) -> Columns:
        found: Columns = {}
        for table, column, column_type in connection.execute(_COLUMNS).fetchall():
            found.setdefault(table, {})[column] = column_type
        return found

    def indexes(self, connection: Connection) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for table, name in connection.execute(_INDEXES).fetchall():
            found.setdefault(table, set()).add(name)
        return found

    def analyse(self) -> None:
        # So many rows of each index tell enough, and a large file is not read whole.
        with self.writing() as connection:
            connection.execute(f"PRAGMA analysis_limit={ANALYSED_ROWS}")
            # Who has the file open reads the table anew only where it is another one.
            connection.execute("DROP TABLE IF EXISTS sqlite_stat1")
            connection.execute("ANALYZE")

    def close_idle(self) -> bool:
        is_asked, self._is_asked = self._is_asked, False
        if is_asked or self._writer_lock.locked() or not (self._writes or self._idle):
            return False
        self.close()
        return True

    def close(self) -> None:
        with self._writer_lock:
            if self._writes is not None:
                self._writes.close()
                self._writes, self._file_seconds = None, -1.0
        # Somebody else may take the last one meanwhile.
        with suppress(IndexError):
            while True:
                self._idle.pop().close()
