"""The tables of what was released, proposed and approved; they stand in the affiliate's store, with its records."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from sidra.store.codecs import ID, INTEGER, TEXT
from sidra.store.database import Store

RELEASE, PROPOSAL = "release_release", "release_proposal"


@dataclass(frozen=True, slots=True)
class ReleaseTables:
    """Moments are µs since 1970 in UTC."""

    content: sa.Table
    release: sa.Table
    proposal: sa.Table
    approval: sa.Table
    decision: sa.Table
    comment: sa.Table

    @property
    def all(self) -> tuple[sa.Table, ...]:
        """All of them."""
        return (self.content, self.release, self.proposal, self.approval, self.decision, self.comment)


def release_tables(metadata: sa.MetaData) -> ReleaseTables:
    """The tables, added to a MetaData unless they are there."""
    makers = (_content, _release, _proposal, _approval, _decision, _comment)
    return ReleaseTables(*(made(metadata) for made in makers))


def _table(name: str, metadata: sa.MetaData, *parts: sa.Column[object] | sa.Index) -> sa.Table:
    known = metadata.tables.get(name)
    return sa.Table(name, metadata, *parts) if known is None else known


def _content(metadata: sa.MetaData) -> sa.Table:
    """Files by the hash of what they say: what was released once is kept, whatever becomes of the folders."""
    return _table(
        "release_content",
        metadata,
        sa.Column("digest", TEXT, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _what(*more: sa.Column[object]) -> tuple[sa.Column[object], ...]:
    """Return the columns that name a configuration."""
    return (
        sa.Column("revision", TEXT, nullable=False),
        sa.Column("baseline", TEXT, nullable=False),
        sa.Column("git_commit", TEXT, nullable=False),
        sa.Column("below", TEXT, nullable=False),
        sa.Column("own", TEXT, nullable=False),
        sa.Column("plan", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        *more,
    )


def _release(metadata: sa.MetaData) -> sa.Table:
    """What was put in force, one row each time; the last one without units is."""
    return _table(
        RELEASE,
        metadata,
        sa.Column("number", INTEGER, primary_key=True, autoincrement=False),
        *_what(),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("by_id", TEXT, nullable=False),
        sa.Column("by_name", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("units", TEXT, nullable=False),
    )


def _proposal(metadata: sa.MetaData) -> sa.Table:
    return _table(
        PROPOSAL,
        metadata,
        sa.Column("id", ID, primary_key=True),
        *_what(),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("live", TEXT),
        sa.Column("author_id", TEXT, nullable=False),
        sa.Column("author_name", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Index("release_proposal_of_revision", "revision"),
    )


def _approval(metadata: sa.MetaData) -> sa.Table:
    """What somebody said at a gate; the last word of each function counts."""
    return _table(
        "release_approval",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("function", TEXT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("by_id", TEXT, nullable=False),
        sa.Column("by_name", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("comment", TEXT, nullable=False),
        sa.Index("release_approval_of_proposal", "proposal_id", "id"),
    )


def _decision(metadata: sa.MetaData) -> sa.Table:
    """What becomes of the records that a change concerns; the last word on each change counts."""
    return _table(
        "release_decision",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("item", TEXT, nullable=False),
        sa.Column("choice", TEXT, nullable=False),
        sa.Column("by_id", TEXT, nullable=False),
        sa.Column("by_name", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Index("release_decision_of_proposal", "proposal_id", "id"),
    )


def _comment(metadata: sa.MetaData) -> sa.Table:
    return _table(
        "release_comment",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("author_id", TEXT, nullable=False),
        sa.Column("author_name", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Index("release_comment_of_proposal", "proposal_id", "id"),
    )


def add_release_tables(store: Store) -> None:
    """Make what releases are kept in where a database lacks it: the first one comes before any record."""
    tables = release_tables(sa.MetaData()).all
    with store.reading() as connection:
        existing = store.columns(connection)
    if all(table.name in existing for table in tables):
        return
    with store.reshaping() as connection:
        for table in tables:
            connection.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=store.dialect)))
            for index in table.indexes:
                connection.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=store.dialect)))
