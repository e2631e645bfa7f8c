"""The tables of accounts, sessions and tokens, in the affiliate's own store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from sidra.audit.tables import audit_tables
from sidra.store.codecs import BOOLEAN, ID, INTEGER, JSON, TEXT
from sidra.store.database import Connection, Store, StoreError

ACCOUNT = "access_account"
TOKEN = "access_token"  # noqa: S105 - the name of a table


@dataclass(frozen=True, slots=True)
class AccessTables:
    """Moments are µs since 1970 in UTC; secrets stand hashed only."""

    account: sa.Table
    session: sa.Table
    token: sa.Table
    attempt: sa.Table


def access_tables(metadata: sa.MetaData) -> AccessTables:
    """The four tables, added to a MetaData; no entity's table can have these names, which begin with their topic."""
    return AccessTables(_account(metadata), _session(metadata), _token(metadata), _attempt(metadata))


def add_access_tables(store: Store) -> None:
    """Make what accounts, sessions, tokens and their audit need where a database lacks it, and change nothing else.

    Raises StoreError where the database has them in another form, which serving it once mends.
    """
    metadata = sa.MetaData()
    access_tables(metadata)
    audit_tables(metadata)
    wanted = {table.name: frozenset(table.columns.keys()) for table in metadata.sorted_tables}
    with store.reading() as connection:
        existing = _columns(connection, wanted)
    if existing == wanted:
        return
    if any(existing[name] != wanted[name] for name in existing):
        reason = f"the database {store.path} is of another version of Sidra"
        raise StoreError(reason, hint="start `sidra serve` once, which brings it to this one")
    with store.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=store.dialect)))
            for index in table.indexes:
                connection.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=store.dialect)))


def _columns(connection: Connection, tables: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the names of the columns of those tables that exist."""
    found = {name: connection.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall() for name in tables}
    return {name: frozenset(column for (column,) in rows) for name, rows in found.items() if rows}


def _account(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        ACCOUNT,
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("login", TEXT, nullable=False, unique=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("units", JSON, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("disabled", BOOLEAN, nullable=False),
        sa.Column("created_at", INTEGER, nullable=False),
        sa.Column("password_changed_at", INTEGER, nullable=False),
    )


def _session(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "access_session",
        metadata,
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("account_id", ID, sa.ForeignKey(f"{ACCOUNT}.id"), nullable=False, index=True),
        sa.Column("created_at", INTEGER, nullable=False),
        sa.Column("seen_at", INTEGER, nullable=False),
        sa.Column("expires_at", INTEGER, nullable=False, index=True),
    )


def _token(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        TOKEN,
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("affiliate", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("units", JSON, nullable=False),
        sa.Column("created_at", INTEGER, nullable=False),
        sa.Column("expires_at", INTEGER, nullable=False),
        sa.Column("revoked_at", INTEGER),
    )


def _attempt(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "access_attempt",
        metadata,
        # A hash, because people type their password into the wrong field.
        sa.Column("subject_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Index("access_attempt_of_subject", "subject_hash", "at"),
    )
