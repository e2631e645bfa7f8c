"""The tables of this topic: what was told just now, what persons are told, and who has which record open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from sidra.store.codecs import BOOLEAN, ID, INTEGER, TEXT


@dataclass(frozen=True, slots=True)
class LiveTables:
    """Moments are µs since 1970 in UTC; ids begin with the moment in which they were made."""

    signal: sa.Table
    notification: sa.Table
    presence: sa.Table


def live_tables(metadata: sa.MetaData) -> LiveTables:
    """The tables, added to a MetaData."""
    return LiveTables(_signal(metadata), _notification(metadata), _presence(metadata))


@cache
def live_tables_alone() -> LiveTables:
    """The tables in a MetaData of their own, for who makes statements and no tables."""
    return live_tables(sa.MetaData())


def _signal(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "live_signal",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        # One tree of pages to write with each change, not two.
        sqlite_with_rowid=False,
    )


def _notification(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "live_notification",
        metadata,
        sa.Column("id", ID, primary_key=True),
        # No reference: that an account is gone shall not undo the work of who tells it something.
        sa.Column("account_id", ID, nullable=False),
        # What happened; the sentence is made by whoever reads it, in the reader's language and rights.
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("record_id", ID),
        # Who did it: the id of an account, or what the program calls itself.
        sa.Column("by_id", TEXT, nullable=False),
        sa.Column("read_at", INTEGER),
        sa.Index("live_notification_of_account", "account_id", "id"),
        sa.Index("live_notification_unread", "account_id", "read_at"),
    )


def _presence(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "live_presence",
        metadata,
        # Of the stream of one tab.
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("edits", BOOLEAN, nullable=False),
        sa.Column("seen_at", INTEGER, nullable=False),
        sa.Index("live_presence_of_record", "record_id"),
    )
