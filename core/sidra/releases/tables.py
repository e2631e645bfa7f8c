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
    figure: sa.Table
    proposal: sa.Table
    approval: sa.Table
    decision: sa.Table
    comment: sa.Table
    tested: sa.Table
    claim: sa.Table

    @property
    def all(self) -> tuple[sa.Table, ...]:
        """All of them."""
        taking_part = (self.approval, self.decision, self.comment)
        return (self.content, self.release, self.figure, self.proposal, *taking_part, self.tested, self.claim)


def release_tables(metadata: sa.MetaData) -> ReleaseTables:
    """The tables, added to a MetaData unless they are there."""
    makers = (_content, _release, _figure, _proposal, _approval, _decision, _comment, _tested, _claim)
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


def _figure(metadata: sa.MetaData) -> sa.Table:
    """How much of a release was the baseline's: effective leaves, and how many of them say what the baseline says.

    A table of its own: servers read releases before anything adds a column to theirs.
    """
    return _table(
        "release_figure",
        metadata,
        sa.Column("number", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("leaves", INTEGER, nullable=False),
        sa.Column("reused", INTEGER, nullable=False),
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
        # What lists tell of the plan, which they do not read.
        sa.Column("level", TEXT),
        sa.Column("gates", TEXT),
        sa.Column("counts", TEXT),
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
        # For how many records.
        sa.Column("row_count", INTEGER),
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


def _tested(metadata: sa.MetaData) -> sa.Table:
    """How the tests of a revision ended, named by `sidra.releases.trying.key_of`: what it says does not change."""
    return _table(
        "release_tested",
        metadata,
        sa.Column("revision", TEXT, primary_key=True),
        sa.Column("asked_at", INTEGER, nullable=False),
        sa.Column("ended_at", INTEGER),
        sa.Column("result", TEXT, nullable=False),
    )


def _claim(metadata: sa.MetaData) -> sa.Table:
    """Whose turn it is to put something in force: one row while somebody does."""
    return _table(
        "release_claim",
        metadata,
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("host", TEXT, nullable=False),
        sa.Column("space", TEXT),
        sa.Column("process", INTEGER, nullable=False),
        sa.Column("by_name", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("revision", TEXT),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("until", INTEGER, nullable=False),
    )


def add_release_tables(store: Store) -> None:
    """Make what releases are kept in where a database lacks it: the first one comes before any record."""
    tables = release_tables(sa.MetaData()).all
    with store.reading() as connection:
        existing = store.columns(connection)
    if all(set(table.columns.keys()) <= set(existing.get(table.name, ())) for table in tables):
        return
    with store.reshaping() as connection:
        for table in tables:
            for column in table.columns if table.name in existing else ():
                if column.name not in existing[table.name]:
                    kind = column.type.compile(dialect=store.dialect)
                    connection.execute(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")
            connection.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=store.dialect)))
            for index in table.indexes:
                connection.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=store.dialect)))
