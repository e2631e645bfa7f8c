"""The tables of this topic: what was asked to be done with many records, and what became of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


@dataclass(frozen=True, slots=True)
class BulkTables:
    """Moments are µs since 1970 in UTC."""

    run: sa.Table
    item: sa.Table


def bulk_tables(metadata: sa.MetaData) -> BulkTables:
    """The two tables, added to a MetaData."""
    return BulkTables(_run(metadata), _item(metadata))


@cache
def bulk_tables_alone() -> BulkTables:
    """The tables in a MetaData of their own, for who makes statements and no tables."""
    return bulk_tables(sa.MetaData())


def _run(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "bulk_run",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        # The attribute or the step.
        sa.Column("member", TEXT, nullable=False),
        # Value and reason, sealed under a key of the account: both may name a person.
        sa.Column("sealed", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("ended_at", INTEGER),
        # The code of what ended it before its end.
        sa.Column("stopped_by", TEXT),
        sa.Column("undo_of", ID),
        sa.Index("bulk_run_of_account", "account_id", "at"),
        sa.Index("bulk_run_undo", "undo_of", unique=True),
    )


def _item(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "bulk_item",
        metadata,
        sa.Column("run_id", ID, primary_key=True),
        sa.Column("place", INTEGER, primary_key=True),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        # That the record has afterwards; of an undo, that it must still have before.
        sa.Column("version", INTEGER),
        # The value it had, as JSON, unless it is a person's: that is sealed in the history.
        sa.Column("former", TEXT),
        # What refused it, as JSON: code, member and sentence, none of which tells a value.
        sa.Column("problems", TEXT),
        sa.Index("bulk_item_state", "run_id", "state", "place"),
        sqlite_with_rowid=False,
    )
