"""The tables of accounts, sessions and tokens, in the affiliate's own store."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from sidra.audit.tables import audit_tables
from sidra.store.codecs import BOOLEAN, ID, INTEGER, JSON, TEXT
from sidra.store.database import Store
from sidra.store.failures import StoreError

ACCOUNT = "access_account"
TOKEN = "access_token"  # noqa: S105 - the name of a table


@dataclass(frozen=True, slots=True)
class AccessTables:
    """Moments are µs since 1970 in UTC; secrets stand hashed only."""

    account: sa.Table
    session: sa.Table
    token: sa.Table
    attempt: sa.Table
    step: sa.Table
    device: sa.Table
    second_factor: sa.Table
    recovery_code: sa.Table
    identity: sa.Table


def access_tables(metadata: sa.MetaData) -> AccessTables:
    """The tables, added to a MetaData; no entity's table can have these names, which begin with their topic."""
    return AccessTables(
        account=_account(metadata),
        session=_session(metadata),
        token=_token(metadata),
        attempt=_attempt(metadata),
        step=_step(metadata),
        device=_device(metadata),
        second_factor=_second_factor(metadata),
        recovery_code=_recovery_code(metadata),
        identity=_identity(metadata),
    )


@cache
def access_tables_alone() -> AccessTables:
    """The tables in a MetaData of their own, for who makes statements and no tables."""
    return access_tables(sa.MetaData())


def add_access_tables(store: Store) -> None:
    """Make what accounts, sessions, tokens and their audit need where a database lacks it, and change nothing else.

    Raises StoreError where the database has them in another form, which serving it once mends.
    """
    metadata = sa.MetaData()
    access_tables(metadata)
    audit_tables(metadata)
    wanted = {table.name: frozenset(table.columns.keys()) for table in metadata.sorted_tables}
    with store.reading() as connection:
        columns = store.columns(connection)
        existing = {name: frozenset(columns[name]) for name in wanted if name in columns}
    if existing == wanted:
        return
    if any(existing[name] != wanted[name] for name in existing):
        reason = f"the database {store.where} is of another version of Sidra"
        raise StoreError(reason, hint="start `sidra serve` once, which brings it to this one")
    with store.reshaping() as connection:
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=store.dialect)))
            for index in table.indexes:
                connection.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=store.dialect)))


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
        # How often somebody failed to be this person since it last worked, and when that was: the person is told.
        sa.Column("failures", INTEGER),
        sa.Column("signed_in_at", INTEGER),
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
        # By which the person names it in the list of sessions; the token's hash is nobody's business.
        sa.Column("id", ID),
        # When the person last proved to be there: by a password, a code, or at a provider.
        sa.Column("proved_at", INTEGER),
        sa.Column("browser", TEXT),
        sa.Column("network", TEXT),
        # Who vouched for the person, and what that provider calls the session; empty where the password did.
        sa.Column("provider", TEXT),
        sa.Column("provider_session", TEXT),
        sa.Index("access_session_of_provider", "provider", "provider_session"),
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
        # Whose rights it has at most; of no person where it was made for a role.
        sa.Column("account_id", ID, sa.ForeignKey(f"{ACCOUNT}.id"), index=True),
        sa.Column("scopes", JSON),
        # What people recognise it by: the first signs of its secret.
        sa.Column("beginning", TEXT),
        sa.Column("used_at", INTEGER),
    )


def _attempt(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "access_attempt",
        metadata,
        # A hash, because people type their password into the wrong field.
        sa.Column("subject_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        # What `begin` counts together.
        sa.Column("id", ID, index=True),
        sa.Column("under_way", BOOLEAN),
        sa.Index("access_attempt_of_subject", "subject_hash", "at"),
    )


def _step(metadata: sa.MetaData) -> sa.Table:
    """What somebody has begun and not yet proved: the second half of signing in, or the way to a provider and back."""
    return sa.Table(
        "access_step",
        metadata,
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("account_id", ID, sa.ForeignKey(f"{ACCOUNT}.id"), index=True),
        sa.Column("content", JSON, nullable=False),
        sa.Column("expires_at", INTEGER, nullable=False, index=True),
    )


def _device(metadata: sa.MetaData) -> sa.Table:
    """Browsers in which an account has signed in before."""
    return sa.Table(
        "access_device",
        metadata,
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("account_id", ID, sa.ForeignKey(f"{ACCOUNT}.id"), nullable=False, index=True),
        sa.Column("expires_at", INTEGER, nullable=False, index=True),
    )


def _second_factor(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "access_second_factor",
        metadata,
        sa.Column("account_id", ID, sa.ForeignKey(f"{ACCOUNT}.id"), primary_key=True),
        # Sealed by the key ring: whoever has the database alone makes no code.
        sa.Column("secret", TEXT, nullable=False),
        # The last step of thirty seconds whose code was taken; none before it is taken again.
        sa.Column("last_step", INTEGER, nullable=False),
        # Not in force before a code has confirmed it.
        sa.Column("confirmed_at", INTEGER),
    )


def _recovery_code(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "access_recovery_code",
        metadata,
        sa.Column("account_id", ID, sa.ForeignKey(f"{ACCOUNT}.id"), primary_key=True),
        sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
    )


def _identity(metadata: sa.MetaData) -> sa.Table:
    """Which person of an identity provider is which account: by what the provider calls them, never by an address."""
    return sa.Table(
        "access_identity",
        metadata,
        sa.Column("issuer", TEXT, primary_key=True),
        sa.Column("subject", TEXT, primary_key=True),
        sa.Column("account_id", ID, sa.ForeignKey(f"{ACCOUNT}.id"), nullable=False, index=True),
    )
