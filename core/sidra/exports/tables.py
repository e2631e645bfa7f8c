"""The tables of this topic: what lists were asked for as files, and the sealed parts of those that are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


@dataclass(frozen=True, slots=True)
class ExportTables:
    """Moments are µs since 1970 in UTC."""

    run: sa.Table
    part: sa.Table


def export_tables(metadata: sa.MetaData) -> ExportTables:
    """The two tables, added to a MetaData."""
    return ExportTables(_run(metadata), _part(metadata))


@cache
def export_tables_alone() -> ExportTables:
    """The tables in a MetaData of their own, for who makes statements and no tables."""
    return export_tables(sa.MetaData())


def _run(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "export_run",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        # What is asked for, sealed under a key of the account: its conditions may name a person.
        sa.Column("sealed", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("rows", INTEGER, nullable=False),
        # How many rows it will have; 0 as long as nobody knows.
        sa.Column("total", INTEGER, nullable=False),
        sa.Column("size", INTEGER, nullable=False),
        sa.Column("ended_at", INTEGER),
        # The code of what ended it before its end.
        sa.Column("stopped_by", TEXT),
        sa.Index("export_run_of_account", "account_id", "at"),
        sa.Index("export_run_at", "at"),
    )


def _part(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "export_part",
        metadata,
        sa.Column("run_id", ID, primary_key=True),
        sa.Column("number", INTEGER, primary_key=True),
        # Under a key of the run's own, which goes with it: a backup tells nothing of a file that is gone.
        sa.Column("sealed", TEXT, nullable=False),
    )
