"""The tables of durable work in an affiliate's own store: what happened there, and the steps that are done."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


@dataclass(frozen=True, slots=True)
class JobTables:
    """Moments are µs since 1970 in UTC."""

    outbox: sa.Table
    step: sa.Table


def job_tables(metadata: sa.MetaData) -> JobTables:
    """The two tables, added to a MetaData."""
    return JobTables(_outbox(metadata), _step(metadata))


def _outbox(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "outbox",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("event", TEXT, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("record_id", ID),
        sa.Column("version", INTEGER),
        # Ids and names only, as JSON: whoever acts on the event reads the record itself, through its own gate.
        sa.Column("payload", TEXT, nullable=False),
        # One tree of pages to write with each record, not two.
        sqlite_with_rowid=False,
    )


def _step(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "job_step",
        metadata,
        # `<job>:<step>`
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("result", TEXT, nullable=False),
        sa.Index("job_step_at", "at"),
    )
