"""The tables of files: what each is, and its content in sealed parts."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT


@dataclass(frozen=True, slots=True)
class FileTables:
    """Moments are µs since 1970 in UTC."""

    file: sa.Table
    part: sa.Table


def file_tables(metadata: sa.MetaData) -> FileTables:
    """The two tables, added to a MetaData unless they are there."""
    known = metadata.tables.get("file_file")
    if known is not None:
        return FileTables(known, metadata.tables["file_part"])
    return FileTables(_file(metadata), _part(metadata))


def _file(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "file_file",
        metadata,
        sa.Column("id", ID, primary_key=True),
        # The attribute that it was brought for: it serves for no other.
        sa.Column("root", TEXT, nullable=False),
        sa.Column("attribute", TEXT, nullable=False),
        # The record that has it; null as long as none was saved with it.
        sa.Column("record_id", ID),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("size", INTEGER, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Index("file_file_of_record", "record_id", "at"),
    )


def _part(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "file_part",
        metadata,
        sa.Column("file_id", ID, primary_key=True),
        sa.Column("number", INTEGER, primary_key=True),
        # Under a key of the file's own, which goes with it: a backup tells nothing of a file that is gone.
        sa.Column("sealed", TEXT, nullable=False),
    )
