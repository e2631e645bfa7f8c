"""The tables of this topic: settings of accounts by key, and saved views of lists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


@dataclass(frozen=True, slots=True)
class PreferenceTables:
    """Moments are µs since 1970 in UTC."""

    setting: sa.Table
    view: sa.Table


def preference_tables(metadata: sa.MetaData) -> PreferenceTables:
    """The tables, added to a MetaData."""
    return PreferenceTables(_setting(metadata), _view(metadata))


@cache
def preference_tables_alone() -> PreferenceTables:
    """The tables in a MetaData of their own, for who makes statements and no tables."""
    return preference_tables(sa.MetaData())


def _setting(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "preference_setting",
        metadata,
        sa.Column("account_id", ID, primary_key=True),
        sa.Column("key", TEXT, primary_key=True),
        # JSON that says how somebody likes to work, never a value of a record.
        sa.Column("value", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )


def _view(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "preference_view",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        # Empty for its owner alone, `role:<name>`, or `everybody`.
        sa.Column("audience", TEXT, nullable=False),
        # Name and conditions, sealed under a key of the owner's account: both may name a person.
        sa.Column("sealed", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Index("preference_view_of_account", "account_id", "entity"),
        sa.Index("preference_view_of_audience", "entity", "audience"),
    )
