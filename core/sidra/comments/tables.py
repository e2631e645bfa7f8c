"""The tables of comments on records, and of whom they mention."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


@dataclass(frozen=True, slots=True)
class CommentTables:
    """Moments are µs since 1970 in UTC."""

    comment: sa.Table
    mention: sa.Table


def comment_tables(metadata: sa.MetaData) -> CommentTables:
    """The two tables, added to a MetaData unless they are there."""
    known = metadata.tables.get("comment_comment")
    if known is not None:
        return CommentTables(known, metadata.tables["comment_mention"])
    return CommentTables(_comment(metadata), _mention(metadata))


def _comment(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "comment_comment",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("author_id", TEXT, nullable=False),
        sa.Column("author_name", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("edited_at", INTEGER),
        sa.Column("removed_at", INTEGER),
        # Sealed under a key of the record, which goes when the record is made anonymous; null once it is removed.
        sa.Column("sealed", TEXT),
        sa.Index("comment_comment_of_record", "record_id", "id"),
    )


def _mention(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "comment_mention",
        metadata,
        sa.Column("comment_id", ID, primary_key=True),
        sa.Column("account_id", ID, primary_key=True),
        sqlite_with_rowid=False,
    )
