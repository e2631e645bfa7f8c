"""The tables of accounts, sessions and tokens, in the affiliate's own store."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import BOOLEAN, ID, INTEGER, JSON, TEXT


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


def _account(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "access_account",
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
        sa.Column("account_id", ID, sa.ForeignKey("access_account.id"), nullable=False, index=True),
        sa.Column("created_at", INTEGER, nullable=False),
        sa.Column("seen_at", INTEGER, nullable=False),
        sa.Column("expires_at", INTEGER, nullable=False, index=True),
    )


def _token(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "access_token",
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
