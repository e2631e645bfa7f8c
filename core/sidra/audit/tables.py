"""The tables of the audit: one entry for each change, old and new values of what changed, and the end of each chain."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT

DIGEST_BYTES = 32
ENTRY_COLUMNS = (
    "sequence",
    "number",
    "at",
    "actor_id",
    "actor_name",
    "action",
    "entity",
    "record_id",
    "version",
    "reason",
    "changed",
    "history_digest",
)
"""What the digest of an entry covers, in this order; with the digest of the entry before it."""
HISTORY_COLUMNS = (
    "entry",
    "entity",
    "record_id",
    "owner_id",
    "former_owner_id",
    "changes",
    "personal",
    "person_id",
    "sealed",
)
"""What the `history_digest` of an entry covers, in this order."""
HEAD_COLUMNS = ("lane", "sequence", "number", "digest")
"""Of the last entry of each lane."""


@dataclass(frozen=True, slots=True)
class AuditTables:
    """Entries and history only grow; moments are µs since 1970 in UTC."""

    entry: sa.Table
    history: sa.Table
    head: sa.Table


def audit_tables(metadata: sa.MetaData) -> AuditTables:
    """The three tables, added to a MetaData."""
    return AuditTables(_entry(metadata), _history(metadata), _head(metadata))


def _entry(metadata: sa.MetaData) -> sa.Table:
    table = sa.Table(
        "audit_entry",
        metadata,
        sa.Column("sequence", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("number", INTEGER, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("actor_id", TEXT, nullable=False),
        sa.Column("actor_name", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("record_id", ID),
        sa.Column("version", INTEGER),
        sa.Column("reason", TEXT),
        # Names of attributes only: the entry outlives the personal values of the history. JSON, but as a text, which
        # no database writes in another way than it was given.
        sa.Column("changed", TEXT, nullable=False),
        sa.Column("history_digest", sa.LargeBinary(DIGEST_BYTES)),
        sa.Column("digest", sa.LargeBinary(DIGEST_BYTES), nullable=False),
    )
    sa.Index("ix_audit_entry_actor", table.c.actor_id, table.c.sequence)
    sa.Index("ix_audit_entry_record", table.c.record_id, table.c.sequence)
    return table


def _history(metadata: sa.MetaData) -> sa.Table:
    # No foreign key to the entry: it would be looked up at each change, and the chain proves more.
    table = sa.Table(
        "record_history",
        metadata,
        sa.Column("entry", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("entity", TEXT, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("owner_id", ID),
        # Of a record that went from one owner to another.
        sa.Column("former_owner_id", ID),
        # One row a change, `{member: [old, new]}`: a row a member would make creating a record cost twice as much.
        sa.Column("changes", TEXT, nullable=False),
        # The names of the members whose values are sealed under the key of a person, and those values.
        sa.Column("personal", TEXT, nullable=False),
        sa.Column("person_id", ID),
        sa.Column("sealed", TEXT),
    )
    for name in ("owner", "former_owner"):
        column = table.c[f"{name}_id"]
        present = column.is_not(None)
        sa.Index(f"ix_record_history_{name}", column, table.c.entry, sqlite_where=present, postgresql_where=present)
    return table


def _head(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "audit_head",
        metadata,
        sa.Column("lane", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("sequence", INTEGER, nullable=False),
        sa.Column("number", INTEGER, nullable=False),
        sa.Column("digest", sa.LargeBinary(DIGEST_BYTES), nullable=False),
    )
