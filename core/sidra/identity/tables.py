"""The tables of duplicates: pairs that may be one thing, how far a search has come, and records that were merged."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, JSON, TEXT


@dataclass(frozen=True, slots=True)
class IdentityTables:
    """Moments are µs since 1970 in UTC."""

    pair: sa.Table
    search: sa.Table
    merge: sa.Table


def identity_tables(metadata: sa.MetaData) -> IdentityTables:
    """The tables of this topic, added to a MetaData."""
    return IdentityTables(_pair(metadata), _search(metadata), _merge(metadata))


def _pair(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "identity_pair",
        metadata,
        sa.Column("id", ID, primary_key=True),
        # The lesser id is the left one, so that two records are one pair whichever was found first.
        sa.Column("left_id", ID, nullable=False),
        sa.Column("right_id", ID, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        # In ten-thousandths.
        sa.Column("score", INTEGER, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("seen_at", INTEGER, nullable=False),
        sa.Column("decided_by", TEXT),
        sa.Index("identity_pair_of_records", "left_id", "right_id", unique=True),
        sa.Index("identity_pair_of_right", "right_id"),
        sa.Index("identity_pair_to_decide", "state", "score", "id"),
    )


def _search(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "identity_search",
        metadata,
        sa.Column("entity", TEXT, primary_key=True),
        sa.Column("rule", TEXT, primary_key=True),
        sa.Column("started_at", INTEGER, nullable=False),
        sa.Column("finished_at", INTEGER),
        # The last block that was compared whole: the cells of its values.
        sa.Column("reached", JSON),
    )


def _merge(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "identity_merge",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("keep_id", ID, nullable=False),
        sa.Column("drop_id", ID, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("by_id", TEXT, nullable=False),
        sa.Column("by_name", TEXT, nullable=False),
        sa.Column("reason", TEXT),
        # What it takes to undo it, and to show the former record: sealed, as it holds personal data.
        sa.Column("kept", TEXT, nullable=False),
        sa.Column("undone_at", INTEGER),
        sa.Index("identity_merge_of_kept", "keep_id", "at"),
        sa.Index("identity_merge_of_dropped", "drop_id", "at"),
    )
