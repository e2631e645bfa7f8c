"""Connections to PostgreSQL that take and give what those to SQLite do."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import generators
from psycopg.abc import PQGen
from psycopg.adapt import AdaptersMap, Buffer, Dumper, Loader, PyFormat, Transformer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.raw_cursor import RawCursor
from psycopg.rows import tuple_row
from psycopg.types.numeric import NumericBinaryLoader
from psycopg.types.string import ByteaBinaryLoader

if TYPE_CHECKING:
    from sidra.store.gathering import Adding, Gathered

PREPARED = 2_000
"""Statements that a connection keeps prepared: every list of every role is one."""
SEEN = 2
"""How often a statement runs before it is prepared."""
MANY = 200
"""Statements that wait at most."""
COPIED = 8
"""So many rows are faster by COPY, which is an exchange with the server of its own."""
CONNECT_SECONDS = "5"
LOST_MILLISECONDS = "10000"
"""How long a server that does not confirm what it is sent is waited for."""
_DAYS_BEFORE_2000 = datetime.date(2000, 1, 1).toordinal()

Row = tuple[Any, ...]

# Every value goes without its type, which each statement says or its place has: so a statement is prepared once,
# whichever of its values are null, and 16 bytes are an id in a column of ids.


class _Bytes(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: bytes) -> Buffer:
        return obj


class _Integer(Dumper):
    oid = 0

    def dump(self, obj: int) -> Buffer:
        return b"%d" % obj


class _Boolean(Dumper):
    oid = 0

    def dump(self, obj: bool) -> Buffer:  # noqa: FBT001 - the signature of all dumpers
        return b"t" if obj else b"f"


class _Json(Loader):
    """Gives the text; its binary form has a version in front."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        return str(bytes(data[1:]), "utf-8")


class _Date(Loader):
    """Gives ISO text."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        days = int.from_bytes(bytes(data), "big", signed=True)
        return datetime.date.fromordinal(_DAYS_BEFORE_2000 + days).isoformat()


class _Numeric(NumericBinaryLoader):
    """Gives an integer where the number is one: our numbers are scaled integers."""

    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - an integer or a decimal
        number = super().load(data)
        return int(number) if number.is_finite() and number == number.to_integral_value() else number


def _adapters() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    for kind, dumper in ((bytes, _Bytes), (int, _Integer), (bool, _Boolean)):
        adapters.register_dumper(kind, dumper)
    adapters.register_loader("uuid", ByteaBinaryLoader)
    for name, loader in (("jsonb", _Json), ("date", _Date), ("numeric", _Numeric)):
        adapters.register_loader(name, loader)
    return adapters


class _Ours:
    """What a connection takes its adapters from."""

    adapters = _adapters()
    connection = None


class TablesChanged(psycopg.errors.SerializationFailure):
    """A table changed after a statement on it was prepared: the same transaction works when it is tried again."""


class Rows:
    """What a statement gave; all of it is here."""

    __slots__ = ("_next", "_rows", "rowcount")

    def __init__(self, rows: list[Row], rowcount: int) -> None:
        self._rows, self._next, self.rowcount = rows, 0, rowcount

    def fetchone(self) -> Row | None:
        """Return the next row, or None."""
        if self._next == len(self._rows):
            return None
        self._next += 1
        return self._rows[self._next - 1]

    def fetchall(self) -> list[Row]:
        """Return the rows that are left."""
        found, self._next = self._rows[self._next :], len(self._rows)
        return found


class Session(psycopg.Connection[Row]):
    """A connection that begins no transaction by itself, and whose statements have `$1`, `$2`, … in them.

    What is run often is prepared, and runs without a cursor of the driver, which costs more than the statement. What
    gives nothing back waits for the next statement that does, and goes with it: each answer of the server is a change
    of processes.
    """

    lane = 0
    """Set on connections to write with."""

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - as the driver makes its connections
        super().__init__(*given)
        self.prepare_threshold = None
        self.own: dict[object, Any] = {}
        """What only this connection writes, as it was last written; nothing after a transaction that went back."""
        # How often a statement ran, or the name under which it is prepared.
        self._known: dict[str, int | bytes] = {}
        self._prepared_count = 0
        self._waiting: list[Callable[[], None]] = []
        self.gathered: Gathered | None = None
        """The rows that wait to be added many at once, where any do."""

    @cached_property
    def _values(self) -> Any:  # noqa: ANN401 - the driver's, in C or in Python
        # The connection gets its adapters when it is there.
        return Transformer(self)

    def execute(self, query: Any, params: Any = None, /) -> Rows | RawCursor[Row]:  # type: ignore[override]  # noqa: ANN401 - as `Connection` of the store
        """Return what an execution gives."""
        if self.gathered is not None:
            self.gathered.before(query)
        name = self._name_of(query)
        values = self._dumped(params) if name is not None else None
        if name is None or values is None:
            return self._once(query, params)
        if self._waiting:
            self._waiting.append(partial(self.pgconn.send_query_prepared, name, *values, Format.BINARY))
            return self._rows(self._sent())
        try:
            return self._rows(self.pgconn.exec_prepared(name, *values, Format.BINARY))
        except TablesChanged:
            if self.pgconn.transaction_status != TransactionStatus.IDLE:
                raise
            self.command(b"DEALLOCATE ALL")
            return self._once(query, params)

    def _once(self, query: Any, params: Any) -> RawCursor[Row]:  # noqa: ANN401 - see `execute`
        self.flush()
        cursor = RawCursor(self)
        cursor.format = Format.BINARY
        return cursor.execute(query, params)

    def executemany(self, query: Any, params: Any, /) -> None:  # noqa: ANN401 - see `execute`
        """Execute a statement once for each sequence of values."""
        for each in params:
            self.later(query, each)

    def later(self, query: str, params: Sequence[Any]) -> None:
        """Execute a statement that gives nothing back before the next one that does, or with the end; it fails then."""
        if self.gathered is not None:
            self.gathered.before(query)
        self._later(query, params)

    def insert(self, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table; they are there then."""
        if adding.lines is None or len(rows) < COPIED:
            for row in rows:
                self._later(adding.sql, row)
            self.flush()
            return
        self.flush()
        with RawCursor(self).copy(adding.copy) as copy:
            copy.write(adding.lines(rows))

    def _later(self, query: str, params: Sequence[Any]) -> None:
        name = self._name_of(query)
        values = self._dumped(params) if name is not None else None
        if name is None or values is None:
            self._once(query, params)
            return
        self._waiting.append(partial(self.pgconn.send_query_prepared, name, *values, Format.BINARY))
        if len(self._waiting) >= MANY:
            self.flush()

    def begin_later(self) -> None:
        """Begin a transaction with the first statement."""
        self._waiting.append(partial(self.pgconn.send_query_params, b"BEGIN", None))

    def commit_now(self) -> None:
        """Commit, with all that waits; raises psycopg.Error where that cannot be kept."""
        if self._waiting and self.pgconn.transaction_status == TransactionStatus.IDLE and len(self._waiting) == 1:
            # Nothing was done since it should begin.
            self._waiting.clear()
        elif self._waiting:
            self._waiting.append(partial(self.pgconn.send_query_params, b"COMMIT", None))
            self._sent()
        else:
            self.command(b"COMMIT")

    def flush(self) -> None:
        """Run what waits."""
        if self._waiting:
            self._sent()

    def roll_back(self) -> None:
        """Take all back that the transaction has done."""
        self._waiting.clear()
        self.own.clear()
        if self.closed or self.pgconn.transaction_status == TransactionStatus.IDLE:
            return
        self.command(b"ROLLBACK")
        if self._prepared_count and not self._known:
            self.command(b"DEALLOCATE ALL")
            self._prepared_count = 0

    def command(self, sql: bytes) -> None:
        """Run one or several statements without values and without preparing them: what begins and ends transactions.

        Not by `execute`, which forgets what is prepared at each ROLLBACK.
        """
        self.flush()
        _checked(self.pgconn.exec_(sql))

    def _name_of(self, query: Any) -> bytes | None:  # noqa: ANN401 - see `execute`
        """Return the name of a prepared statement; None for one that is not run often."""
        if not isinstance(query, str):
            return None
        known = self._known.get(query, 0)
        if isinstance(known, bytes):
            return known
        if known < SEEN:
            self._known[query] = known + 1
            return None
        if len(self._known) >= PREPARED:
            self.command(b"DEALLOCATE ALL")
            self._known.clear()
        self._prepared_count += 1
        name = b"sidra%d" % self._prepared_count
        # Beside the transaction: it takes nothing of it, and what waits goes with the execution.
        _checked(self.pgconn.prepare(name, query.encode()))
        self._known[query] = name
        return name

    def _dumped(self, params: Sequence[Any] | None) -> tuple[Sequence[Any], Sequence[Format]] | None:
        """Return values as the server takes them; None where one says its type, and the statement may mean another."""
        if not params:
            return (), ()
        values = self._values.dump_sequence(params, [PyFormat.AUTO] * len(params))
        return None if any(self._values.types or ()) else (values, self._values.formats or ())

    def _good(self, result: PGresult) -> PGresult:
        """Return a result that is good; raises TablesChanged, psycopg.Error for another."""
        try:
            return _checked(result)
        except psycopg.errors.FeatureNotSupported as error:
            # Only what was prepared comes here, and it ran before.
            self._known.clear()
            raise TablesChanged("a table changed since a statement on it was prepared") from error

    def _rows(self, result: PGresult) -> Rows:
        status = self._good(result).status
        if status != ExecStatus.TUPLES_OK:
            return Rows([], result.command_tuples or 0)
        self._values.set_pgresult(result, format=Format.BINARY)
        rows = self._values.load_rows(0, result.ntuples, tuple)
        self._values.set_pgresult(None)
        return Rows(rows, len(rows))

    def _sent(self) -> PGresult:
        """Send what waits in one go; return what the last gave."""
        waiting, self._waiting = self._waiting, []
        self.pgconn.enter_pipeline_mode()
        try:
            for send in waiting:
                send()
            self.pgconn.pipeline_sync()
            results = self.wait(_answers(self.pgconn, len(waiting)))
            self.pgconn.exit_pipeline_mode()
        except BaseException:
            # Halfway through its answers it is of no use to anybody.
            self.close()
            raise
        # The first that failed says why; those after it were not run.
        for result in results:
            self._good(result)
        return results[-1]


def _answers(pgconn: PGconn, count: int) -> PQGen[list[PGresult]]:
    yield from generators.send(pgconn)
    found: list[PGresult] = []
    for _ in range(count):
        found += yield from generators.fetch_many(pgconn)
    yield from generators.fetch_many(pgconn)
    return found


def _checked(result: PGresult) -> PGresult:
    """Return a result that is good; raises psycopg.Error for another."""
    if result.status not in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
        error = psycopg.errors.error_from_result(result, "utf-8")
        if error.sqlstate is None:
            raise psycopg.OperationalError("the connection is lost") from error
        raise error
    return result


def connect(url: str, settings: dict[str, str]) -> Session:
    """Return a new connection with settings of the server's over those that the address has; raises psycopg.Error."""
    given = conninfo_to_dict(url)
    options = [str(given.pop("options", ""))]
    options += [f"-c {name}={value}" for name, value in settings.items()]
    address = make_conninfo(
        **{"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": LOST_MILLISECONDS, "application_name": "sidra"}
        | {name: str(value) for name, value in given.items() if value is not None},
        options=" ".join(option for option in options if option),
    )
    return Session.connect(address, autocommit=True, context=_Ours(), row_factory=tuple_row)
