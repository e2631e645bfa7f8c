"""The tables of the audit: one entry for each change, and old and new values of what changed."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, JSON, TEXT


@dataclass(frozen=True, slots=True)
class AuditTables:
    """Both only grow; moments are µs since 1970 in UTC."""

    entry: sa.Table
    history: sa.Table


def audit_tables(metadata: sa.MetaData) -> AuditTables:
    """The two tables, added to a MetaData."""
    return AuditTables(_entry(metadata), _history(metadata))


def _entry(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "audit_entry",
        metadata,
        sa.Column("sequence", INTEGER, primary_key=True),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("actor_id", TEXT, nullable=False),
        sa.Column("actor_name", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("record_id", ID),
        sa.Column("version", INTEGER),
        sa.Column("reason", TEXT),
        # Names of attributes only: the entry outlives the personal values of the history.
        sa.Column("changed", JSON, nullable=False),
    )


def _history(metadata: sa.MetaData) -> sa.Table:
    table = sa.Table(
        "record_history",
        metadata,
        sa.Column("entry", INTEGER, sa.ForeignKey("audit_entry.sequence"), primary_key=True),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("owner_id", ID),
        # Of a record that went from one owner to another.
        sa.Column("former_owner_id", ID),
        # One row a change, `{member: [old, new]}`: a row a member would make creating a record cost twice as much.
        sa.Column("changes", JSON, nullable=False),
        sa.Column("pii", JSON, nullable=False),
    )
    sa.Index("ix_record_history_record", table.c.record_id, table.c.entry)
    for name in ("owner", "former_owner"):
        column = table.c[f"{name}_id"]
        sa.Index(f"ix_record_history_{name}", column, table.c.entry, sqlite_where=column.is_not(None))
    return table
