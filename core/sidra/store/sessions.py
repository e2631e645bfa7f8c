"""Connections to PostgreSQL that take and give what those to SQLite do."""

from __future__ import annotations

import datetime
from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap, Buffer, Dumper, Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ExecStatus, Format
from psycopg.raw_cursor import RawCursor
from psycopg.rows import tuple_row
from psycopg.types.numeric import NumericBinaryLoader
from psycopg.types.string import ByteaBinaryLoader

PREPARED = 2_000
"""Statements that a connection keeps prepared: every list of every role is one."""
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


class Session(psycopg.Connection[Row]):
    """A connection that begins no transaction by itself, and whose statements have `$1`, `$2`, … in them."""

    lane = 0
    """Set on connections to write with."""

    def execute(self, query: Any, params: Any = None, /) -> RawCursor[Row]:  # type: ignore[override]  # noqa: ANN401 - as `Connection` of the store
        """Return the cursor of an execution."""
        cursor = RawCursor(self)
        cursor.format = Format.BINARY
        return cursor.execute(query, params)

    def executemany(self, query: Any, params: Any, /) -> None:  # noqa: ANN401 - see `execute`
        """Execute a statement once for each sequence of values."""
        RawCursor(self).executemany(query, params)

    def command(self, sql: bytes) -> None:
        """Run one or several statements without values and without preparing them: what begins and ends transactions.

        Not by `execute`, which forgets what is prepared at each ROLLBACK.
        """
        result = self.pgconn.exec_(sql)
        if result.status not in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
            error = psycopg.errors.error_from_result(result, "utf-8")
            if error.sqlstate is None:
                raise psycopg.OperationalError("the connection is lost") from error
            raise error


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
    session = Session.connect(address, autocommit=True, context=_Ours(), row_factory=tuple_row)
    session.prepared_max = PREPARED
    return session
