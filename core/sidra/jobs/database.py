"""The database of durable work: that of the engine, with tables of ours beside its own."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from sidra.jobs.errors import JobsUnavailable
from sidra.jobs.serializing import FORMAT
from sidra.settings import Settings
from sidra.store.codecs import INTEGER, TEXT

SCHEMA = "sidra_jobs"
"""In PostgreSQL; a SQLite file has no schemas."""
SERIALIZED = ("workflow_status", "operation_outputs", "notifications", "workflow_events", "workflow_events_history")
"""Tables of the engine with the column `serialization`; `streams` has it too."""
CHECKED = (*SERIALIZED, "streams")
BUSY_MILLISECONDS = 30_000
PATIENCE_SECONDS = 30.0
LEAST_CONNECTIONS = 2
"""To PostgreSQL: the engine brings its tables up to date by one while it holds its lock by another."""
LOCK = 7_306_061
"""Of PostgreSQL's advisory locks: whoever prepares the database holds it."""

Result = TypeVar("Result")
Kind = Literal["sqlite", "postgresql"]


class JobsDatabase:
    """Where durable work is kept; connects when it is first used."""

    def __init__(self, url: str, *, durability: str = "full", connections: int = 4) -> None:
        """url: `sqlite:///path` or `postgresql://…`; durability: as of the stores, for SQLite."""
        self.url = url
        self.kind: Kind = "sqlite" if url.startswith("sqlite") else "postgresql"
        self.engine = _engine(url, durability, connections)
        metadata = sa.MetaData(schema=None if self.kind == "sqlite" else SCHEMA)
        self.job = _job(metadata)
        self.worker = _worker(metadata)
        self.schedule = _schedule(metadata)
        self.workflow = _workflow(metadata)

    @classmethod
    def of(cls, settings: Settings, *, connections: int = 4) -> JobsDatabase:
        """Return the database that the settings name: by default a SQLite file in the data folder."""
        url = settings.jobs_database or f"sqlite:///{settings.home / 'jobs.db'}"
        return cls(url, durability=settings.durability, connections=connections)

    @property
    def now(self) -> sa.ColumnElement[int]:
        """The database's own clock, in ms since 1970: those of several machines differ."""
        if self.kind == "sqlite":
            return sa.cast(sa.literal_column("(julianday('now') - 2440587.5) * 86400000"), sa.BigInteger)
        return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()) * 1000, sa.BigInteger)

    def prepare(self) -> None:
        """Bring the database to what the engine and we need; whoever finds it ready changes nothing."""
        from sidra.jobs.engine import migrate

        try:
            if self.kind == "sqlite":
                path = Path(self.engine.url.database or "")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
            migrate(self)
            with self.engine.begin() as connection:
                self._lock(connection)
                self.job.metadata.create_all(connection, tables=[self.job, self.worker, self.schedule])
                for table in CHECKED:
                    self._check(connection, table)
        except (SQLAlchemyError, OSError) as error:
            raise unavailable(error) from error

    def _lock(self, connection: sa.Connection) -> None:
        if self.kind == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))

    def _check(self, connection: sa.Connection, table: str) -> None:
        """Let the database itself refuse a row in another form than ours: reading one could run code."""
        condition = f"CHECK (serialization IS NULL OR serialization = '{FORMAT}')"
        if self.kind == "sqlite":
            columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_xinfo({table})")]
            if "sidra_json_only" not in columns:
                # SQLite adds no constraint to a table, but a column that has one, which may look at other columns.
                connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN sidra_json_only INTEGER {condition}")
            return
        known = sa.text("SELECT 1 FROM pg_constraint WHERE conname = :name AND conrelid = CAST(:table AS regclass)")
        name = f"{table}_json_only"
        if connection.execute(known, {"name": name, "table": f"{SCHEMA}.{table}"}).first() is None:
            connection.exec_driver_sql(f"ALTER TABLE {SCHEMA}.{table} ADD CONSTRAINT {name} {condition}")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def patiently(function: Callable[[], Result], *, seconds: float = PATIENCE_SECONDS) -> Result:
    """Return what a function returns, again where the database is away or another one was first.

    Raises JobsUnavailable when it stays so.
    """
    end, wait = time.monotonic() + seconds, 0.05
    while True:
        try:
            return function()
        except DBAPIError as error:
            if not is_passing(error):
                raise
            if time.monotonic() > end:
                raise unavailable(error) from error
        time.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        wait = min(wait * 2, 2.0)


def is_passing(error: BaseException) -> bool:
    """Whether the same may work a moment later: the database is away, busy, or another writer was first."""
    if not isinstance(error, DBAPIError):
        return False
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or isinstance(error, OperationalError) or state in {"40001", "40P01"}


def unavailable(error: Exception) -> JobsUnavailable:
    """Return what a person is told of a database of durable work that fails."""
    why = getattr(error, "orig", None) or error
    reason = next(iter(str(why).splitlines()), type(why).__name__)
    hint = "see the setting `jobs_database`, whether its server runs, and the space on the disk"
    return JobsUnavailable(f"the database of durable work cannot be used: {reason[:200]}", hint=hint)


def _engine(url: str, durability: str, connections: int) -> sa.Engine:
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, pool_size=connections, max_overflow=0, pool_timeout=30)
        sa.event.listen(engine, "connect", _sqlite_settings("FULL" if durability == "full" else "NORMAL"))
        return engine
    target = sa.make_url(url).set(drivername="postgresql+psycopg")
    # A server that was started anew has closed the connections of the pool: each is tried before it is used.
    settings = {"application_name": "sidra work", "connect_timeout": 10}
    size = max(connections, LEAST_CONNECTIONS)
    return sa.create_engine(
        target, pool_size=size, max_overflow=0, pool_timeout=30, pool_pre_ping=True, connect_args=settings
    )


def _sqlite_settings(synchronous: str) -> Callable[[sqlite3.Connection, object], None]:
    def connected(connection: sqlite3.Connection, _: object) -> None:
        # A transaction that reads first and then writes would be refused by another writer.
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        # Only whoever has the file alone can change it; once changed, it stays so.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")

    return connected


def _column(name: str, kind: Any, *, null: bool = False, **more: Any) -> sa.Column[Any]:  # noqa: ANN401 - a value of the library's, or JSON of the caller's
    return sa.Column(name, kind, nullable=null, **more)


def _job(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "sidra_job",
        metadata,
        # `<affiliate>:<key>`; the engine's workflow has the same.
        sa.Column("id", TEXT, primary_key=True),
        _column("affiliate", TEXT),
        _column("name", TEXT),
        _column("payload", TEXT),
        _column("made_at", INTEGER),
        _column("tries", INTEGER),
        _column("retry_at", INTEGER, null=True),
        _column("done", INTEGER),
        _column("total", INTEGER),
        _column("code", TEXT, null=True),
        _column("reason", TEXT, null=True),
        sa.Index("sidra_job_of_affiliate", "affiliate", "made_at", "id"),
        sa.Index("sidra_job_made", "made_at", "id"),
        sa.Index("sidra_job_retry", "retry_at"),
    )


def _worker(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "sidra_worker",
        metadata,
        sa.Column("id", TEXT, primary_key=True),
        _column("host", TEXT),
        _column("process", INTEGER),
        _column("started_at", INTEGER),
        _column("seen_at", INTEGER),
    )


def _schedule(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "sidra_schedule",
        metadata,
        sa.Column("affiliate", TEXT, primary_key=True),
        sa.Column("name", TEXT, primary_key=True),
        # Local date and time of the affiliate, `2026-03-29T02:30`: what lies before is no slot that was missed.
        _column("slot", TEXT),
        _column("fired_at", INTEGER, null=True),
        _column("job", TEXT, null=True),
    )


def _workflow(metadata: sa.MetaData) -> sa.Table:
    """The engine's own table, as far as we read it: nothing of its inputs and outputs."""
    names = ("workflow_uuid", "status", "executor_id", "queue_name", "queue_partition_key")
    numbers = ("priority", "started_at_epoch_ms", "completed_at", "delay_until_epoch_ms", "created_at")
    columns = [sa.Column(name, TEXT) for name in names] + [sa.Column(name, INTEGER) for name in numbers]
    return sa.Table("workflow_status", metadata, *columns)
