"""A store in a schema of a PostgreSQL database: readers beside serializable writers, each of these with a lane."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from sqlalchemy.dialects.postgresql import psycopg as driver

from sidra.errors import SidraError
from sidra.store.database import BUSY_SECONDS, Columns, Connection, Cursor, Parameters, Store
from sidra.store.failures import Refused, StoreError, raise_refused, reason_code, tell
from sidra.store.gathering import Adding, Gathered, NotAdded
from sidra.store.limiting import TookTooLong
from sidra.store.pools import Pool
from sidra.store.sessions import Session, connect
from sidra.store.text_postgresql import PostgresqlTexts

MAX_WRITERS, MAX_READERS = 4, 16
"""Connections of one process to one store; a server has a few hundred for all."""
BLOCK = 20
"""Numbers of a sequence that a process takes at once; those that it does not use stay unused."""
LANES = 1023
COMMON = {
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    # Compiling a statement takes longer than any of ours runs.
    "jit": "off",
}
READER = {**COMMON, "statement_timeout": "30s"}
# Who reads a table whole is taken to have read every row of it: small ones too are read by their indexes.
WRITER = {
    **COMMON,
    "statement_timeout": "60s",
    "default_transaction_isolation": "serializable",
    "enable_seqscan": "off",
}
WITHOUT_SAFETY = {"synchronous_commit": "off"}
"""Of a store whose last writes may be lost with the power, as the setting `durability` allows."""
QUERY_CANCELED = "57014"
UNLIMITED = "RESET statement_timeout"
_KEY = re.compile(r"\(([^)]*)\)=\(")
"""The columns in what the server tells of a value that is there twice, in whichever language."""
_LANE = (
    "SELECT lane FROM generate_series(1, $1::int) lane "
    "WHERE pg_try_advisory_lock(hashtext('sidra lane ' || current_schema()), lane) LIMIT 1"
)
_LOCK = "SELECT pg_advisory_lock(hashtext('sidra tables'), hashtext(current_schema()))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtext('sidra tables'), hashtext(current_schema()))"
_TAKE = (
    f"INSERT INTO sidra_sequence (name, last) VALUES ($1, $2::bigint + {BLOCK}) "
    f"ON CONFLICT (name) DO UPDATE SET last = greatest(sidra_sequence.last, $2::bigint) + {BLOCK} RETURNING last"
)
_COLUMNS = """
SELECT t.relname, c.attname, upper(format_type(c.atttypid, c.atttypmod))
    || CASE WHEN c.attcollation = 0 OR l.collname = 'default' THEN '' ELSE ' COLLATE "' || l.collname || '"' END
FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid LEFT JOIN pg_collation l ON l.oid = c.attcollation
WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND c.attnum > 0
    AND NOT c.attisdropped
ORDER BY t.relname, c.attnum
"""
# An index whose building was ended is there, and of no use.
_INDEXES = """
SELECT t.relname, i.relname
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = current_schema()::regnamespace AND x.indisvalid
"""


class PostgresqlStore(Store):
    """A schema of a database, which the address names as `search_path` or the login has as its own."""

    errors = psycopg.Error
    adds_keys_apart = True
    builds_indexes_beside = True

    def __init__(self, url: str, durability: str = "full") -> None:
        parts = conninfo_to_dict(url)
        super().__init__(f"{parts.get('dbname', '')} on {parts.get('host', 'this machine')}")
        self.dialect: sa.Dialect = driver.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it out
        self.positional = self.dialect
        self.texts = PostgresqlTexts(self)
        self._url = url
        self._safety = {} if durability == "full" else WITHOUT_SAFETY
        self._readers = Pool(self._reader, MAX_READERS)
        self._writers = Pool(self._writer, MAX_WRITERS)
        self._writing_threads: set[int] = set()
        self._numbers: dict[str, tuple[int, int]] = {}
        self._numbers_lock = threading.Lock()

    @classmethod
    def at(cls, url: str, durability: str) -> PostgresqlStore:
        """Return the store at an address, which answers. Raises StoreError."""
        try:
            store = cls(url, durability)
            store.release(store.acquire())
        except (psycopg.Error, SidraError) as error:
            cause = error if isinstance(error, psycopg.Error) else error.__cause__ or error
            # What a refused connection tells has no values, only the names of places.
            reason = f"the database cannot be opened: {str(cause).strip() or reason_code(cause)}"
            raise StoreError(
                reason, hint="see that its server runs, and the address, the login and its password"
            ) from error
        return store

    def _reader(self) -> Session:
        return connect(self._url, READER)

    def _writer(self) -> Session:
        session = connect(self._url, {**WRITER, **self._safety})
        row = session.execute(_LANE, [LANES]).fetchone()
        if row is None:
            session.close()
            raise psycopg.OperationalError("all lanes are taken")
        session.lane = row[0]
        return session

    def acquire(self) -> Session:
        try:
            return self._readers.take()
        except psycopg.Error as error:
            tell(error)
            raise

    def release(self, connection: Connection) -> None:
        session = cast("Session", connection)
        session.forget_asked()
        self._readers.give(session)

    def begin(self, *, waits: bool = True) -> Session:
        thread = threading.get_ident()
        if thread in self._writing_threads:
            raise RuntimeError("a transaction inside a transaction: pass the unit of work on")
        session = self._lent(waits=waits)
        session.begin_later()
        return session

    def _lent(self, command: bytes = b"", *, waits: bool = True) -> Session:
        session = None
        try:
            session = self._writers.take(waits=waits)
            if command:
                session.command(command)
        except BaseException as error:
            if session is not None:
                self._writers.give(session)
            tell(error)
            raise
        self._writing_threads.add(threading.get_ident())
        return session

    def finish(self, connection: Connection, *, is_good: bool) -> None:
        session = cast("Session", connection)
        is_kept = False
        gathered, session.gathered = session.gathered, None
        try:
            if is_good and self.is_aborted(session):
                raise psycopg.errors.InFailedSqlTransaction("a transaction that failed cannot be kept")
            if is_good:
                if gathered is not None:
                    gathered.flush()
                session.commit_now()
                is_kept = True
                self.kept.count += 1
        except psycopg.Error as error:
            tell(error)
            raise
        finally:
            if not is_kept:
                # Where it cannot even go back, the connection goes with the pool.
                with suppress(psycopg.Error):
                    session.roll_back()
            self._writing_threads.discard(threading.get_ident())
            self._writers.give(session)

    @contextmanager
    def reshaping(self, *, lock_seconds: float = BUSY_SECONDS) -> Iterator[Session]:
        # The lock is taken before the transaction begins, so that this sees what the one before has made.
        session = self._lent(b"SET statement_timeout = 0; SET lock_timeout = 0")
        is_good = False
        try:
            session.execute(_LOCK)
            milliseconds = int(lock_seconds * 1000)
            session.command(b"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = %d" % milliseconds)
            yield session
            session.command(b"COMMIT")
            is_good = True
        except psycopg.Error as error:
            tell(error)
            raise
        finally:
            self._leave(session, is_good=is_good)

    @contextmanager
    def apart(self) -> Iterator[Session]:
        session = connect(self._url, {**COMMON, "idle_in_transaction_session_timeout": "0"})
        try:
            yield session
        except psycopg.Error as error:
            tell(error)
            raise
        finally:
            session.close()

    def _leave(self, session: Session, *, is_good: bool) -> None:
        try:
            if not is_good:
                session.roll_back()
            session.execute(_UNLOCK)
            session.command(b"RESET statement_timeout; RESET lock_timeout")
        except psycopg.Error:
            session.close()
        finally:
            self._writing_threads.discard(threading.get_ident())
            self._writers.give(session)

    def refusal(self, error: Exception) -> frozenset[str] | None:
        if not isinstance(error, psycopg.errors.IntegrityError):
            return None
        if not isinstance(error, psycopg.errors.UniqueViolation):
            return frozenset()
        key = _KEY.search(error.diag.message_detail or "")
        return frozenset(column.strip('" ') for column in key[1].split(",")) if key is not None else frozenset()

    def is_aborted(self, connection: Connection) -> bool:
        return cast("Session", connection).pgconn.transaction_status == TransactionStatus.INERROR

    def lane(self, connection: Connection) -> int:
        return cast("Session", connection).lane

    def own(self, connection: Connection) -> dict[object, Any]:
        return cast("Session", connection).own

    def later(self, connection: Connection, sql: str, values: Sequence[object], refused: Refused | None = None) -> None:
        cast("Session", connection).later(sql, values, refused)

    def rewrite(
        self, connection: Connection, sql: str, values: Sequence[object], refused: Refused | None = None
    ) -> bool:
        session = cast("Session", connection)
        if not session.has_written and session.gathered is None:
            session.later(sql, values, refused)
            return True
        try:
            return session.execute(sql, values).rowcount > 0
        except psycopg.Error as error:
            raise_refused(error, refused)

    def settle(self, connection: Connection) -> None:
        cast("Session", connection).flush()

    def ask(self, connection: Connection, sql: str, values: Parameters) -> Cursor:
        return cast("Session", connection).ask(sql, cast("Sequence[object]", values))

    def gather(self, connection: Connection) -> tuple[Connection, Gathered]:
        session = cast("Session", connection)
        session.gathered = gathered = Gathered(partial(self.insert_many, session))
        return session, gathered

    def add(self, connection: Connection, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        session = cast("Session", connection)
        if session.gathered is not None:
            session.gathered.extend(adding, rows)
        else:
            for row in rows:
                session.later(adding.sql, row)

    def insert_many(self, connection: Connection, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        try:
            cast("Session", connection).insert(adding, rows)
        except psycopg.errors.IntegrityError as error:
            raise NotAdded(adding.table) from error

    def next_number(self, connection: Connection, name: str, step: int) -> int:
        # In the transaction it would make all who take a number collide.
        del connection
        with self._numbers_lock:
            last, end = self._numbers.get(name, (0, 0))
            if last + step > end:
                with self.reading() as reader:
                    end = int(reader.execute(_TAKE, [name, last + step - 1]).fetchone()[0])
                number = end - BLOCK + 1
            else:
                number = last + step
            self._numbers[name] = (number, end)
            return number

    @contextmanager
    def limited(self, connection: Connection, seconds: float) -> Iterator[None]:
        session = cast("Session", connection)
        session.command_later(f"SET statement_timeout = {max(1, int(seconds * 1000))}")
        try:
            yield
            session.command_later(UNLIMITED)
            session.flush()
        except BaseException as error:
            # What went in one message with what failed is no longer in force, what went before it is.
            if not session.closed and not self.is_aborted(session):
                session.command(UNLIMITED.encode())
            if isinstance(error, psycopg.Error) and error.sqlstate == QUERY_CANCELED:
                raise TookTooLong from error
            raise

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
        # The server does by itself, whenever enough has changed.
        pass

    def close_idle(self) -> bool:
        return any([self._readers.end_idle(), self._writers.end_idle()])

    def close(self) -> None:
        with self._numbers_lock:
            self._numbers.clear()
        self._readers.forget()
        self._writers.forget()
