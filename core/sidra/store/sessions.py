"""Connections to PostgreSQL that take and give what those to SQLite do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import generators
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.raw_cursor import RawCursor
from psycopg.rows import tuple_row

from sidra.store.adapters import Ours
from sidra.store.failures import Refused, raise_refused

if TYPE_CHECKING:
    from sidra.store.gathering import Adding, Gathered

PREPARED = 2_000
"""Statements that a connection keeps prepared: every list of every role is one."""
SEEN = 2
"""How often a statement runs before it is prepared."""
READS = "SELECT"
"""What the server calls a statement that has only read."""
MANY = 200
"""Statements that wait at most."""
COPIED = 8
"""So many rows are faster by COPY, which is an exchange with the server of its own."""
CONNECT_SECONDS = "5"
LOST_MILLISECONDS = "10000"
"""How long a server that does not confirm what it is sent is waited for."""

Row = tuple[Any, ...]
Dumped = tuple[Sequence[Any], Sequence[Format]]
"""Values as the server takes them, and the forms in which they go."""


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


class Asked:
    """What a statement gives that waits: it goes with the next one, or when the first row is asked for."""

    __slots__ = ("_session", "given")

    def __init__(self, session: Session) -> None:
        self._session = session
        self.given: Rows | RawCursor[Row] | None = None
        """None until the server has answered."""

    @property
    def rows(self) -> Rows | RawCursor[Row]:
        """What it gave."""
        if self.given is None:
            self._session.flush()
        if self.given is None:
            raise psycopg.InterfaceError("what was asked was taken back before it was sent")
        return self.given

    @property
    def rowcount(self) -> int:
        """How many rows there are, or were changed."""
        return self.rows.rowcount

    def fetchone(self) -> Row | None:
        """Return the next row, or None."""
        return self.rows.fetchone()

    def fetchall(self) -> list[Row]:
        """Return the rows that are left."""
        return self.rows.fetchall()


class _Waiting(NamedTuple):
    """A statement that goes with the next one."""

    send: Callable[[], None]
    query: str
    params: Sequence[Any] | None = None
    asked: Asked | None = None
    """Where its rows are wanted."""
    refused: Refused | None = None


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
        self._waiting: list[_Waiting] = []
        self.has_written = False
        """Whether the transaction has done anything but read."""
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
            return self._asked(name, values, query, params).rows
        try:
            return self._rows(self.pgconn.exec_prepared(name, *values, Format.BINARY))
        except TablesChanged:
            if self.pgconn.transaction_status != TransactionStatus.IDLE:
                raise
            self.command(b"DEALLOCATE ALL")
            return self._once(query, params)

    def ask(self, query: str, params: Sequence[Any]) -> Asked:
        """Return what a statement will give that goes with the next one, or when its rows are asked for."""
        if self.gathered is not None:
            self.gathered.before(query)
        name = self._name_of(query)
        values = self._dumped(params) if name is not None else None
        if name is not None and values is not None:
            return self._asked(name, values, query, params)
        asked = Asked(self)
        asked.given = self._once(query, params)
        return asked

    def _asked(self, name: bytes, values: Dumped, query: str, params: Sequence[Any] | None) -> Asked:
        asked = Asked(self)
        send = partial(self.pgconn.send_query_prepared, name, *values, Format.BINARY)
        self._waiting.append(_Waiting(send, query, params, asked))
        return asked

    def _once(self, query: Any, params: Any) -> RawCursor[Row]:  # noqa: ANN401 - see `execute`
        self.flush()
        cursor = RawCursor(self)
        cursor.format = Format.BINARY
        cursor.execute(query, params)
        self.has_written |= not (cursor.statusmessage or "").startswith(READS)
        return cursor

    def executemany(self, query: Any, params: Any, /) -> None:  # noqa: ANN401 - see `execute`
        """Execute a statement once for each sequence of values."""
        for each in params:
            self.later(query, each)

    def later(self, query: str, params: Sequence[Any], refused: Refused | None = None) -> None:
        """Execute a statement that gives nothing back before the next one that does, or with the end; it fails then.

        refused: what is raised where it fails.
        """
        if self.gathered is not None:
            self.gathered.before(query)
        self._later(query, params, refused)

    def insert(self, adding: Adding, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table; they are there then."""
        if adding.lines is None or len(rows) < COPIED:
            for row in rows:
                self._later(adding.sql, row)
            self.flush()
            return
        self.flush()
        self.has_written = True
        with RawCursor(self).copy(adding.copy) as copy:
            copy.write(adding.lines(rows))

    def _later(self, query: str, params: Sequence[Any], refused: Refused | None = None) -> None:
        self.has_written = True
        name = self._name_of(query)
        values = self._dumped(params) if name is not None else None
        if name is None or values is None:
            self.flush()
            try:
                self._once(query, params)
            except psycopg.Error as error:
                raise_refused(error, refused)
            return
        send = partial(self.pgconn.send_query_prepared, name, *values, Format.BINARY)
        self._waiting.append(_Waiting(send, query, params, None, refused))
        if len(self._waiting) >= MANY:
            self.flush()

    def begin_later(self) -> None:
        """Begin a transaction with the first statement."""
        self.command_later("BEGIN")
        self.has_written = False

    def command_later(self, sql: str) -> None:
        """Run a statement without values with the next one: such as one that sets what holds for it."""
        self._waiting.append(_Waiting(partial(self.pgconn.send_query_params, sql.encode(), None), sql))

    def forget_asked(self) -> None:
        """Leave out what waits: nobody wants it any more."""
        self._waiting.clear()

    def commit_now(self) -> None:
        """Commit, with all that waits; raises psycopg.Error where that cannot be kept."""
        if self._waiting and self.pgconn.transaction_status == TransactionStatus.IDLE and len(self._waiting) == 1:
            # Nothing was done since it should begin.
            self._waiting.clear()
        elif self._waiting:
            self.command_later("COMMIT")
            self._send()
        else:
            self.command(b"COMMIT")

    def flush(self) -> None:
        """Run what waits."""
        if self._waiting:
            self._send()

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

    def _dumped(self, params: Sequence[Any] | None) -> Dumped | None:
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
        self.has_written |= not (result.command_status or b"").startswith(READS.encode())
        if status != ExecStatus.TUPLES_OK:
            return Rows([], result.command_tuples or 0)
        self._values.set_pgresult(result, format=Format.BINARY)
        rows = self._values.load_rows(0, result.ntuples, tuple)
        self._values.set_pgresult(None)
        return Rows(rows, len(rows))

    def _send(self) -> None:
        """Send what waits in one go, and keep what it gave."""
        waiting, self._waiting = self._waiting, []
        self.pgconn.enter_pipeline_mode()
        try:
            for one in waiting:
                one.send()
            self.pgconn.pipeline_sync()
            results = self.wait(_answers(self.pgconn, len(waiting)))
            self.pgconn.exit_pipeline_mode()
        except BaseException:
            # Halfway through its answers it is of no use to anybody.
            self.close()
            raise
        try:
            # The first that failed says why; those after it were not run.
            for one, result in zip(waiting, results, strict=True):
                self._take(one, result)
        except TablesChanged:
            if self.pgconn.transaction_status != TransactionStatus.IDLE:
                raise
            # Outside a transaction there are only those that read.
            self.command(b"DEALLOCATE ALL")
            for one in waiting:
                given = self._once(one.query, one.params)
                if one.asked is not None:
                    one.asked.given = given

    def _take(self, one: _Waiting, result: PGresult) -> None:
        try:
            if one.asked is None:
                self._good(result)
            else:
                one.asked.given = self._rows(result)
        except psycopg.Error as error:
            raise_refused(error, one.refused)


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
    return Session.connect(address, autocommit=True, context=Ours(), row_factory=tuple_row)
