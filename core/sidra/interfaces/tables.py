"""The tables of feeds: their runs, and the rows that were rejected."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, JSON, TEXT


@dataclass(frozen=True, slots=True)
class FeedTables:
    """Moments are µs since 1970 in UTC."""

    run: sa.Table
    reject: sa.Table


def feed_tables(metadata: sa.MetaData) -> FeedTables:
    """The two tables, added to a MetaData."""
    return FeedTables(_run(metadata), _reject(metadata))


def _run(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "feed_run",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("feed", TEXT, nullable=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("started_at", INTEGER, nullable=False),
        sa.Column("started_by", TEXT, nullable=False),
        sa.Column("finished_at", INTEGER),
        sa.Column("counts", JSON, nullable=False),
        # What the run may still have before it, and whether it is alive: a process that ends can note nothing more.
        sa.Column("rows_at_most", INTEGER),
        sa.Column("noted_at", INTEGER),
        sa.Column("stopped_by", TEXT),
        # The folder of a file that a person brought: durable work loads it, and goes on where a worker died.
        sa.Column("upload", TEXT),
        sa.Index("feed_run_of_feed", "feed", "started_at"),
    )


def _reject(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "feed_reject",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("feed", TEXT, nullable=False),
        # The key of the record it would have made: the same row of a later run takes its place.
        sa.Column("row_key", TEXT, nullable=False),
        sa.Column("run_id", ID, sa.ForeignKey("feed_run.id"), nullable=False),
        sa.Column("line", INTEGER, nullable=False),
        sa.Column("texts", JSON, nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Index("feed_reject_of_feed", "feed", "row_key", unique=True),
    )
